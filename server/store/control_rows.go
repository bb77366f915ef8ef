package store

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/pipelines/control"
)

// ControlCounterRow counts changes. Who changes what it counts takes its row first, so that the changes of several processes are numbered
// in the order in which they commit: whoever reads behind a number misses none. Where a transaction takes both, feed comes before board.
type ControlCounterRow struct {
	Name  string `gorm:"primaryKey;size:64"`
	Value int64  `gorm:"not null"`
}

// TableName names the table.
func (ControlCounterRow) TableName() string { return "control_counters" }

// The counters: what workers act on, and what is told of pipelines.
const (
	boardCounter = "board"
	feedCounter  = "feed"
)

// count adds n to a counter and returns its value.
func count(tx *gorm.DB, name string, n int64) (int64, error) {
	more := clause.OnConflict{Columns: []clause.Column{{Name: "name"}},
		DoUpdates: clause.Assignments(map[string]any{"value": gorm.Expr("control_counters.value + ?", n)})}
	if err := tx.Clauses(more).Create(&ControlCounterRow{Name: name, Value: n}).Error; err != nil {
		return 0, err
	}
	return counted(tx, name)
}

// counted returns a counter's value, 0 before it has counted anything.
func counted(tx *gorm.DB, name string) (int64, error) {
	var rows []ControlCounterRow
	if err := tx.Find(&rows, "name = ?", name).Error; err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].Value, nil
}

// WorkerRow is a worker between its joining and its end. Gone is set once and never taken back.
type WorkerRow struct {
	ID        string `gorm:"primaryKey;size:64"`
	Revision  int64  `gorm:"not null"`
	Host      string `gorm:"size:255;not null"`
	PID       int    `gorm:"column:pid;not null"`
	Version   string `gorm:"size:255;not null"`
	Home      string `gorm:"size:255;not null"`
	Capacity  int    `gorm:"not null"`
	JoinedAt  int64  `gorm:"not null"`
	BeatAt    int64  `gorm:"not null"`
	ExpiresAt int64  `gorm:"not null"`
	Leaving   bool   `gorm:"not null"`
	Gone      bool   `gorm:"not null"`
}

// TableName names the table.
func (WorkerRow) TableName() string { return "workers" }

func (r *WorkerRow) info() control.WorkerInfo {
	return control.WorkerInfo{ID: r.ID, Host: r.Host, PID: r.PID, Version: r.Version, Home: r.Home, Capacity: r.Capacity, JoinedAt: timeOf(r.JoinedAt),
		BeatAt: timeOf(r.BeatAt), ExpiresAt: timeOf(r.ExpiresAt), Leaving: r.Leaving}
}

// DeploymentRow is a deployed pipeline and what is wanted of it; its lease and its head are the PipelineRow named by its id.
type DeploymentRow struct {
	ID          string `gorm:"primaryKey;size:64"`
	Name        string `gorm:"size:255;not null"`
	Team        string `gorm:"size:64;not null"`
	Document    string `gorm:"size:64;not null"`
	Version     int64  `gorm:"not null"`
	Fingerprint string `gorm:"size:255;not null"`
	Revision    int64  `gorm:"not null"`
	CreatedAt   int64  `gorm:"not null;autoCreateTime:false"`
	// Want and Generation are those of Desired, which is a control.Desired as JSON.
	Want       string `gorm:"size:16;not null"`
	Generation int64  `gorm:"not null"`
	// Halted is the last generation whose run has ended for good: it is not taken up again.
	Halted  int64  `gorm:"not null"`
	Desired []byte `gorm:"size:65536;not null"`
}

// TableName names the table.
func (DeploymentRow) TableName() string { return "deployments" }

func deploymentRow(p *control.Pipeline) (*DeploymentRow, error) {
	desired, err := json.Marshal(p.Desired)
	if err != nil {
		return nil, fmt.Errorf("writing what is wanted of %s: %w", p.Name, err)
	}
	return &DeploymentRow{ID: p.ID, Name: p.Name, Team: p.Team, Document: p.Document, Version: p.Version, Revision: p.Revision,
		Want: string(p.Desired.Want), Generation: p.Desired.Generation, Desired: desired}, nil
}

func (r *DeploymentRow) pipeline() (control.Pipeline, error) {
	p := control.Pipeline{ID: r.ID, Name: r.Name, Team: r.Team, Document: r.Document, Version: r.Version, Revision: r.Revision, CreatedAt: timeOf(r.CreatedAt)}
	if err := json.Unmarshal(r.Desired, &p.Desired); err != nil {
		return p, damaged("what is wanted of a pipeline", err)
	}
	return p, nil
}

func damaged(what string, err error) error {
	return fail(CodeDamaged, nil, err, "Restore the metadata from a backup.", "%s cannot be read", what)
}

// DeploymentVersionRow is an immutable version. Head is the control.Version without plan and text, as JSON.
type DeploymentVersionRow struct {
	Pipeline string `gorm:"primaryKey;size:64"`
	Number   int64  `gorm:"primaryKey;autoIncrement:false"`
	Head     []byte `gorm:"size:65536;not null"`
	Plan     []byte `gorm:"size:1073741824;not null"`
	Text     []byte `gorm:"size:1073741824;not null"`
}

// TableName names the table.
func (DeploymentVersionRow) TableName() string { return "deployment_versions" }

func versionRow(v *control.Version) (*DeploymentVersionRow, error) {
	head := *v
	head.Plan, head.Text = nil, ""
	text, err := json.Marshal(&head)
	if err != nil {
		return nil, fmt.Errorf("writing version %d: %w", v.Number, err)
	}
	return &DeploymentVersionRow{Pipeline: v.Pipeline, Number: v.Number, Head: text, Plan: v.Plan, Text: []byte(v.Text)}, nil
}

func (r *DeploymentVersionRow) version() (*control.Version, error) {
	v := &control.Version{}
	if err := json.Unmarshal(r.Head, v); err != nil {
		return nil, damaged("a version", err)
	}
	v.Plan, v.Text = r.Plan, string(r.Text)
	return v, nil
}

// ObservedRow is what a worker last said of a pipeline: a control.Observed as JSON, and its Stats apart, which nobody here reads. Every
// pipeline has one.
type ObservedRow struct {
	Pipeline    string `gorm:"primaryKey;size:64"`
	LeaseEpoch  int64  `gorm:"not null"`
	Seq         int64  `gorm:"not null"`
	ConfirmedAt int64  `gorm:"not null"`
	// LogLines counts the lines the pipeline has logged; the last few are kept.
	LogLines int64  `gorm:"not null"`
	Stats    []byte `gorm:"size:1073741824"`
	Body     []byte `gorm:"size:1073741824;not null"`
}

// TableName names the table.
func (ObservedRow) TableName() string { return "observed" }

func (r *ObservedRow) observed() (control.Observed, error) {
	var o control.Observed
	if err := json.Unmarshal(r.Body, &o); err != nil {
		return o, damaged("what was observed of a pipeline", err)
	}
	o.Pipeline, o.LeaseEpoch, o.Seq, o.ConfirmedAt, o.Stats = r.Pipeline, r.LeaseEpoch, r.Seq, timeOf(r.ConfirmedAt), r.Stats
	return o, nil
}

// PipelineEventRow is one line of a timeline, a control.Event as JSON.
type PipelineEventRow struct {
	Seq      int64  `gorm:"primaryKey;autoIncrement:false"`
	Pipeline string `gorm:"size:64;not null"`
	At       int64  `gorm:"not null"`
	Body     []byte `gorm:"size:1048576;not null"`
}

// TableName names the table.
func (PipelineEventRow) TableName() string { return "pipeline_events" }

// eventRows makes rows of events; the last has the sequence number given.
func eventRows(events []control.Event, last int64) ([]PipelineEventRow, error) {
	rows := make([]PipelineEventRow, 0, len(events))
	for i, e := range events {
		e.Seq = last - int64(len(events)-1-i)
		body, err := json.Marshal(&e)
		if err != nil {
			return nil, fmt.Errorf("writing an event: %w", err)
		}
		rows = append(rows, PipelineEventRow{Seq: e.Seq, Pipeline: e.Pipeline, At: microsOf(e.At), Body: body})
	}
	return rows, nil
}

func (r *PipelineEventRow) event() (control.Event, error) {
	var e control.Event
	if err := json.Unmarshal(r.Body, &e); err != nil {
		return e, damaged("an event", err)
	}
	e.Pipeline = r.Pipeline
	return e, nil
}

// PipelineLogRow is a line a pipeline has logged, a control.LogLine as JSON.
type PipelineLogRow struct {
	Pipeline string `gorm:"primaryKey;size:64"`
	Number   int64  `gorm:"primaryKey;autoIncrement:false"`
	At       int64  `gorm:"not null"`
	Body     []byte `gorm:"size:1048576;not null"`
}

// TableName names the table.
func (PipelineLogRow) TableName() string { return "pipeline_logs" }
