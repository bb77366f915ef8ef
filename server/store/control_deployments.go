package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millrace/assets/audit"
	"millrace/models/diag"
	"millrace/pipelines/control"
)

var (
	_ control.Deployments = (*Store)(nil)
	_ control.Changes     = (*Store)(nil)
	_ control.History     = (*Store)(nil)
)

// statusRow is a pipeline with what is known of it, as it is read.
type statusRow struct {
	DeploymentRow
	ObservedEpoch int64
	Seq           int64
	ConfirmedAt   int64
	Body, Stats   []byte
	LeaseEpoch    int64
	HeadID        string
	HeadEpoch     int64
	HeadPlan      string
	Totals        []byte
	CommittedAt   int64
	// The worker's are empty where nobody who lives has the pipeline.
	WorkerID   string
	WorkerHost string
	BeatAt     int64
}

// statuses selects pipelines with what is known of them.
func statuses(tx *gorm.DB, now int64) *gorm.DB {
	return tx.Table("deployments").
		Select("deployments.*, observed.lease_epoch AS observed_epoch, observed.seq, observed.confirmed_at, observed.body, observed.stats,"+
			" pipelines.lease_epoch, pipelines.head_id, pipelines.head_epoch, pipelines.plan AS head_plan, pipelines.totals, pipelines.committed_at,"+
			" COALESCE(workers.id, '') AS worker_id, COALESCE(workers.host, '') AS worker_host, COALESCE(workers.beat_at, 0) AS beat_at").
		Joins("JOIN observed ON observed.pipeline = deployments.id").
		Joins("JOIN pipelines ON pipelines.name = deployments.id").
		Joins("LEFT JOIN workers ON workers.id = pipelines.lease_holder AND workers.gone = ? AND workers.expires_at > ?", false, now)
}

// readStatuses runs a query of statuses and says what each pipeline does.
func (s *Store) readStatuses(tx, query *gorm.DB) ([]control.Status, error) {
	var rows []statusRow
	if err := query.Scan(&rows).Error; err != nil {
		return nil, err
	}
	var living int64
	if err := tx.Model(&WorkerRow{}).Where("gone = ? AND expires_at > ?", false, s.micros(tx)).Count(&living).Error; err != nil {
		return nil, err
	}
	out := make([]control.Status, len(rows))
	for i := range rows {
		if err := rows[i].status(&out[i]); err != nil {
			return nil, err
		}
		out[i].Resolve(int(living))
	}
	return out, nil
}

func (r *statusRow) status(st *control.Status) error {
	var err error
	if st.Pipeline, err = r.pipeline(); err != nil {
		return err
	}
	st.Fingerprint = r.Fingerprint
	o := ObservedRow{Pipeline: r.ID, LeaseEpoch: r.ObservedEpoch, Seq: r.Seq, ConfirmedAt: r.ConfirmedAt, Body: r.Body, Stats: r.Stats}
	if st.Observed, err = o.observed(); err != nil {
		return err
	}
	if r.WorkerID != "" {
		st.Worker = &control.Holder{ID: r.WorkerID, Host: r.WorkerHost, LeaseEpoch: r.LeaseEpoch, BeatAt: timeOf(r.BeatAt)}
	}
	if r.HeadID != "" {
		st.Checkpoint = &control.Checkpoint{Epoch: r.HeadEpoch, Manifest: r.HeadID, Plan: r.HeadPlan, CommittedAt: timeOf(r.CommittedAt)}
		if len(r.Totals) > 0 {
			if err := json.Unmarshal(r.Totals, &st.Checkpoint.Totals); err != nil {
				return damaged("the totals of a pipeline", err)
			}
		}
	}
	return nil
}

func (s *Store) one(ctx context.Context, column, value string) (*control.Status, error) {
	var out []control.Status
	err := s.view(ctx, "reading a pipeline", func(tx *gorm.DB) error {
		var err error
		out, err = s.readStatuses(tx, statuses(tx, s.micros(tx)).Where("deployments."+column+" = ?", value))
		if err == nil && len(out) == 0 {
			err = diag.Refuse(diag.ErrNotFound, control.CodeNotFound, "", "there is no such pipeline")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &out[0], nil
}

// Status returns one pipeline.
func (s *Store) Status(ctx context.Context, id string) (*control.Status, error) {
	return s.one(ctx, "id", id)
}

// ByName returns the pipeline of a name.
func (s *Store) ByName(ctx context.Context, name string) (*control.Status, error) {
	return s.one(ctx, "name", name)
}

// List returns a page by name.
func (s *Store) List(ctx context.Context, q control.Query) ([]control.Status, error) {
	if q.Teams != nil && len(q.Teams) == 0 {
		return nil, nil
	}
	var out []control.Status
	err := s.view(ctx, "listing pipelines", func(tx *gorm.DB) error {
		query := statuses(tx, s.micros(tx)).Where("deployments.name > ?", q.After).Order("deployments.name")
		if q.Teams != nil {
			query = query.Where("deployments.team IN ?", q.Teams)
		}
		if q.Text != "" {
			// ! escapes: a backslash means different things to different databases.
			like := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(q.Text))
			query = query.Where("LOWER(deployments.name) LIKE ? ESCAPE '!'", "%"+like+"%")
		}
		if q.Want != "" {
			query = query.Where("deployments.want = ?", string(q.Want))
		}
		if q.Document != "" {
			query = query.Where("deployments.document = ?", q.Document)
		}
		if q.Limit > 0 {
			query = query.Limit(q.Limit)
		}
		var err error
		out, err = s.readStatuses(tx, query)
		return err
	})
	return out, err
}

// Version returns a version with its plan and text.
func (s *Store) Version(ctx context.Context, pipeline string, number int64) (*control.Version, error) {
	var out *control.Version
	err := s.view(ctx, "reading a version", func(tx *gorm.DB) error {
		var row DeploymentVersionRow
		err := tx.Take(&row, "pipeline = ? AND number = ?", pipeline, number).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return diag.Refuse(diag.ErrNotFound, control.CodeNoVersion, "", "the pipeline has no version %d", number)
		}
		if err != nil {
			return err
		}
		out, err = row.version()
		return err
	})
	return out, err
}

// Versions lists versions without plans and texts, the newest first.
func (s *Store) Versions(ctx context.Context, pipeline string, before int64, limit int) ([]control.Version, error) {
	var out []control.Version
	err := s.view(ctx, "listing versions", func(tx *gorm.DB) error {
		query := tx.Select("pipeline", "number", "head").Where("pipeline = ?", pipeline).Order("number DESC")
		if before > 0 {
			query = query.Where("number < ?", before)
		}
		if limit > 0 {
			query = query.Limit(limit)
		}
		var rows []DeploymentVersionRow
		if err := query.Find(&rows).Error; err != nil {
			return err
		}
		out = make([]control.Version, 0, len(rows))
		for i := range rows {
			v, err := rows[i].version()
			if err != nil {
				return err
			}
			out = append(out, *v)
		}
		return nil
	})
	return out, err
}

// Change carries a change out, with its event and its line in the audit log.
func (s *Store) Change(ctx context.Context, c *control.Change) error {
	p := &c.Pipeline
	detail, err := json.Marshal(c.Event.Params)
	if err != nil {
		return fmt.Errorf("writing the audit line: %w", err)
	}
	entry := &audit.Entry{Action: c.Action, Object: "pipeline:" + p.ID, ObjectName: p.Name, Team: p.Team, Detail: detail}
	return s.change(ctx, entry, func(tx *gorm.DB) error {
		seq, err := count(tx, feedCounter, 2)
		if err != nil {
			return err
		}
		if _, err := count(tx, boardCounter, 1); err != nil {
			return err
		}
		now := s.micros(tx)
		p.Desired.At = timeOf(now)
		if p.Revision == 0 {
			err = s.insert(tx, c, now, seq)
		} else {
			err = s.replace(tx, c, now, seq)
		}
		if err != nil {
			return err
		}
		e := c.Event
		e.At, e.Cause = timeOf(now), p.Desired.Cause
		rows, err := eventRows([]control.Event{e}, seq-1)
		if err != nil {
			return err
		}
		return tx.Create(&rows).Error
	})
}

// insert makes a new pipeline.
func (s *Store) insert(tx *gorm.DB, c *control.Change, now, seq int64) error {
	row, err := deploymentRow(&c.Pipeline)
	if err != nil {
		return err
	}
	var taken int64
	if err := tx.Model(&DeploymentRow{}).Where("name = ?", row.Name).Count(&taken).Error; err != nil {
		return err
	}
	if taken > 0 {
		return diag.Refuse(diag.ErrConflict, control.CodeNameTaken, "Choose another name.", "another pipeline is named %s", row.Name)
	}
	row.Revision, row.CreatedAt, row.Fingerprint = 1, now, c.Version.Fingerprint
	if err := tx.Create(row).Error; err != nil {
		return err
	}
	if err := tx.Create(&PipelineRow{Name: row.ID, Revision: 1}).Error; err != nil {
		return err
	}
	body, err := json.Marshal(control.Observed{State: control.Stopped})
	if err != nil {
		return fmt.Errorf("writing what is observed: %w", err)
	}
	if err := tx.Create(&ObservedRow{Pipeline: row.ID, Seq: seq, Body: body}).Error; err != nil {
		return err
	}
	return insertVersion(tx, c, now)
}

func insertVersion(tx *gorm.DB, c *control.Change, now int64) error {
	v := *c.Version
	v.Pipeline, v.CreatedAt = c.Pipeline.ID, timeOf(now)
	row, err := versionRow(&v)
	if err != nil {
		return err
	}
	return tx.Create(row).Error
}

// replace changes a pipeline if its revision is still the one the change was made from.
func (s *Store) replace(tx *gorm.DB, c *control.Change, now, seq int64) error {
	row, err := deploymentRow(&c.Pipeline)
	if err != nil {
		return err
	}
	changes := map[string]any{"document": row.Document, "version": row.Version, "want": row.Want, "generation": row.Generation, "desired": row.Desired,
		"revision": row.Revision + 1}
	if c.Version != nil {
		changes["fingerprint"] = c.Version.Fingerprint
	}
	done := tx.Model(&DeploymentRow{}).Where("id = ? AND revision = ?", row.ID, row.Revision).Updates(changes)
	switch {
	case done.Error != nil:
		return done.Error
	case done.RowsAffected != 1:
		return diag.Refuse(diag.ErrStale, control.CodeChanged, "Read it again, and ask again.", "somebody else has changed the pipeline at the same time")
	}
	if err := tx.Model(&ObservedRow{}).Where("pipeline = ?", row.ID).Update("seq", seq).Error; err != nil {
		return err
	}
	if c.Idle {
		if err := idle(tx, row); err != nil {
			return err
		}
	}
	if c.Forget {
		if err := forget(tx, row.ID); err != nil {
			return err
		}
	}
	switch {
	case c.Delete:
		// Versions, what was observed and logs go with it, and so do manifests with the other; the database sees to that.
		if err := tx.Delete(&DeploymentRow{}, "id = ?", row.ID).Error; err != nil {
			return err
		}
		return tx.Delete(&PipelineRow{}, "name = ?", row.ID).Error
	case c.Version != nil:
		return insertVersion(tx, c, now)
	}
	return nil
}

// idle makes sure that nobody has a pipeline, nor takes it on the strength of what he saw before: his lease would be of an epoch too low.
func idle(tx *gorm.DB, row *DeploymentRow) error {
	done := tx.Model(&PipelineRow{}).Where("name = ?", row.ID).Where("NOT "+held, false).
		Updates(grow(map[string]any{"lease_epoch": gorm.Expr("lease_epoch + 1"), "lease_holder": ""}))
	switch {
	case done.Error != nil:
		return done.Error
	case done.RowsAffected != 1:
		return diag.Refuse(diag.ErrConflict, control.CodeNotStopped, "Stop it first, and wait until it has stopped.", "a worker still runs %s", row.Name)
	}
	return nil
}

// forget makes a pipeline start from its beginning. The files of its checkpoint folder are swept at its next start: nothing names them.
func forget(tx *gorm.DB, pipeline string) error {
	if err := tx.Model(&PipelineRow{}).Where("name = ?", pipeline).Updates(grow(map[string]any{
		"head_id": "", "head_epoch": 0, "plan": "", "totals": nil, "finished": false, "committed_at": 0,
	})).Error; err != nil {
		return err
	}
	for _, row := range []any{&ManifestRow{}, &PreparedRow{}, &AppliedRow{}, &RejectFileRow{}} {
		if err := tx.Delete(row, "pipeline = ?", pipeline).Error; err != nil {
			return err
		}
	}
	return nil
}

// Events returns a pipeline's events, the newest first.
func (s *Store) Events(ctx context.Context, pipeline string, before int64, limit int) ([]control.Event, error) {
	var out []control.Event
	err := s.view(ctx, "reading a timeline", func(tx *gorm.DB) error {
		query := tx.Where("pipeline = ?", pipeline).Order("seq DESC")
		if before > 0 {
			query = query.Where("seq < ?", before)
		}
		if limit > 0 {
			query = query.Limit(limit)
		}
		var err error
		out, err = readEvents(query)
		return err
	})
	return out, err
}

func readEvents(query *gorm.DB) ([]control.Event, error) {
	var rows []PipelineEventRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]control.Event, 0, len(rows))
	for i := range rows {
		e, err := rows[i].event()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// Logs returns a pipeline's last lines behind a number, oldest first.
func (s *Store) Logs(ctx context.Context, pipeline string, after int64, limit int) ([]control.LogLine, error) {
	var out []control.LogLine
	err := s.view(ctx, "reading a log", func(tx *gorm.DB) error {
		query := tx.Where("pipeline = ? AND number > ?", pipeline, after).Order("number DESC")
		if limit > 0 {
			query = query.Limit(limit)
		}
		var rows []PipelineLogRow
		if err := query.Find(&rows).Error; err != nil {
			return err
		}
		out = make([]control.LogLine, len(rows))
		for i := range rows {
			if err := json.Unmarshal(rows[i].Body, &out[i]); err != nil {
				return damaged("a line of a log", err)
			}
		}
		slices.Reverse(out)
		return nil
	})
	return out, err
}

// newsLimit is how many events are told at a time.
const newsLimit = 1000

// News returns what has changed behind a sequence number, nothing where that is the newest.
func (s *Store) News(ctx context.Context, after int64) (*control.News, error) {
	var out *control.News
	err := s.view(ctx, "reading what has changed", func(tx *gorm.DB) error {
		seq, err := counted(tx, feedCounter)
		if err != nil {
			return err
		}
		out = &control.News{Seq: seq}
		if seq <= after {
			return nil
		}
		if out.Statuses, err = s.readStatuses(tx, statuses(tx, s.micros(tx)).Where("observed.seq > ?", after).Order("observed.seq")); err != nil {
			return err
		}
		if out.Events, err = readEvents(tx.Where("seq > ?", after).Order("seq").Limit(newsLimit)); err != nil {
			return err
		}
		// Where there is more than is told at a time, the next call goes on behind what was told; statuses may come twice then.
		if n := len(out.Events); n == newsLimit {
			out.Seq = min(out.Seq, out.Events[n-1].Seq)
		}
		return nil
	})
	return out, err
}
