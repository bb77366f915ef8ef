package control

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"millrace/models/diag"
	"millrace/models/plan"
)

// Service is how people and the server's other parts ask for what pipelines are to do. Whoever calls it has decided that the actor may.
// Every action is one transaction with its event and its line in the audit log; workers see what is wanted and act on it.
type Service struct{ o ServiceOptions }

// ServiceOptions say what the service works with.
type ServiceOptions struct {
	Deployments Deployments
	Changes     Changes
	History     History
	// Actor returns who an action is made for.
	Actor func(ctx context.Context) Actor
	// Remove removes a pipeline's checkpoint folder after it was deleted; nil leaves it.
	Remove func(pipeline string) error
}

// NewService returns the service.
func NewService(o ServiceOptions) *Service { return &Service{o} }

// Deploy is a version that is to be made.
type Deploy struct {
	// Name names the pipeline; where none has the name, it is made for Team.
	Name, Team string
	// Plan is the physical plan. Text, Document and DocumentVersion say what it was made of.
	Plan            *plan.Plan
	Text            string
	Document        string
	DocumentVersion int64
	Settings        Settings
	ApprovedBy      string
	// Revision is the one the caller has seen, 0 to deploy over whatever is there.
	Revision int64
	// Run starts the pipeline, also where it is stopped; one that runs is restarted with the new version in any case.
	Run    bool
	Kind   CauseKind
	Reason string
}

// Get returns a pipeline.
func (s *Service) Get(ctx context.Context, id string) (*Status, error) {
	return s.o.Deployments.Status(ctx, id)
}

// ByName returns the pipeline of a name.
func (s *Service) ByName(ctx context.Context, name string) (*Status, error) {
	return s.o.Deployments.ByName(ctx, name)
}

// List returns a page by name.
func (s *Service) List(ctx context.Context, q Query) ([]Status, error) {
	return s.o.Deployments.List(ctx, q)
}

// Version returns a version with its plan and text.
func (s *Service) Version(ctx context.Context, id string, number int64) (*Version, error) {
	return s.o.Deployments.Version(ctx, id, number)
}

// Versions lists versions, the newest first, without plans and texts.
func (s *Service) Versions(ctx context.Context, id string, before int64, limit int) ([]Version, error) {
	return s.o.Deployments.Versions(ctx, id, before, limit)
}

// Timeline returns what has happened to a pipeline, the newest first.
func (s *Service) Timeline(ctx context.Context, id string, before int64, limit int) ([]Event, error) {
	return s.o.History.Events(ctx, id, before, limit)
}

// Logs returns what a pipeline has logged behind a number of lines.
func (s *Service) Logs(ctx context.Context, id string, after int64, limit int) ([]LogLine, error) {
	return s.o.History.Logs(ctx, id, after, limit)
}

// News returns what has changed of all pipelines behind a sequence number.
func (s *Service) News(ctx context.Context, after int64) (*News, error) {
	return s.o.History.News(ctx, after)
}

// Impact says what becomes of a pipeline when a plan takes the place of its version.
func (s *Service) Impact(ctx context.Context, name string, p *plan.Plan) (Impact, error) {
	now, err := s.o.Deployments.ByName(ctx, name)
	if errors.Is(err, diag.ErrNotFound) {
		return impactOfNew(p), nil
	}
	if err != nil {
		return Impact{}, err
	}
	return s.impact(ctx, now, p)
}

func (s *Service) impact(ctx context.Context, now *Status, p *plan.Plan) (Impact, error) {
	v, err := s.o.Deployments.Version(ctx, now.ID, now.Version)
	if err != nil {
		return Impact{}, err
	}
	before, err := plan.Unmarshal(v.Plan)
	if err != nil {
		return Impact{}, fmt.Errorf("reading the plan of version %d: %w", v.Number, err)
	}
	i := Compare(before, p)
	i.Restart = now.Desired.Want == WantRunning
	return i, nil
}

func impactOfNew(p *plan.Plan) Impact { return Compare(&plan.Plan{TimeZone: p.TimeZone}, p) }

// CompareVersions says what of one version is kept when another takes its place.
func (s *Service) CompareVersions(ctx context.Context, id string, from, to int64) (Impact, error) {
	var plans [2]*plan.Plan
	for i, n := range []int64{from, to} {
		v, err := s.o.Deployments.Version(ctx, id, n)
		if err != nil {
			return Impact{}, err
		}
		if plans[i], err = plan.Unmarshal(v.Plan); err != nil {
			return Impact{}, fmt.Errorf("reading the plan of version %d: %w", n, err)
		}
	}
	return Compare(plans[0], plans[1]), nil
}

// Deploy makes a version and wants it to run where the pipeline runs or d.Run says so. What of the state it keeps is the Impact.
func (s *Service) Deploy(ctx context.Context, d Deploy) (*Status, Impact, error) {
	if err := d.check(); err != nil {
		return nil, Impact{}, err
	}
	text, err := plan.Marshal(d.Plan)
	if err != nil {
		return nil, Impact{}, diag.RefuseFor(diag.ErrInvalid, err, CodeBadPlan, "", "the plan cannot be deployed")
	}
	v := &Version{Number: 1, Plan: text, Fingerprint: plan.Fingerprint(d.Plan), Text: d.Text, Document: d.Document, DocumentVersion: d.DocumentVersion,
		Settings: d.Settings, CreatedBy: s.o.Actor(ctx), ApprovedBy: d.ApprovedBy}
	now, err := s.o.Deployments.ByName(ctx, d.Name)
	switch {
	case errors.Is(err, diag.ErrNotFound):
		p := Pipeline{ID: NewID(), Name: d.Name, Team: d.Team, Document: d.Document, Version: 1, Desired: Desired{Want: WantStopped}}
		impact := impactOfNew(d.Plan)
		p.wish(s.cause(ctx, d.Kind, d.Reason), d.wanted(WantStopped), Drain)
		st, err := s.apply(ctx, &Change{Pipeline: p, Action: "pipeline.deploy", Version: v, Event: event(EventDeployed, p, "version", "1")})
		return st, impact, err
	case err != nil:
		return nil, Impact{}, err
	case now.Team != d.Team:
		return nil, Impact{}, diag.Refuse(diag.ErrConflict, CodeNameTaken, "Choose another name.", "another pipeline is named %s", d.Name)
	case d.Revision != 0 && d.Revision != now.Revision:
		return nil, Impact{}, changed()
	}
	impact, err := s.impact(ctx, now, d.Plan)
	if err != nil {
		return nil, Impact{}, err
	}
	p := now.Pipeline
	p.Version++
	p.Document, v.Number = d.Document, p.Version
	p.wish(s.cause(ctx, d.Kind, d.Reason), d.wanted(now.Desired.Want), Drain)
	st, err := s.apply(ctx, &Change{Pipeline: p, Action: "pipeline.deploy", Version: v,
		Event: event(EventDeployed, p, "version", number(p.Version), "fingerprint", v.Fingerprint)})
	return st, impact, err
}

func (d *Deploy) wanted(now Want) Want {
	if d.Run {
		return WantRunning
	}
	return now
}

// maxName is how long names may be, in characters.
const maxName = 255

func (d *Deploy) check() error {
	switch {
	case d.Plan == nil || len(d.Plan.Sinks) == 0:
		return diag.Refuse(diag.ErrInvalid, CodeBadPlan, "Add a sink.", "the model has no sink: there is nowhere to put its rows")
	case d.Name == "" || !utf8.ValidString(d.Name) || utf8.RuneCountInString(d.Name) > maxName || strings.ContainsFunc(d.Name, unicode.IsControl):
		return diag.Refuse(diag.ErrInvalid, CodeSettings, "", "a pipeline's name has 1 to %d characters", maxName)
	}
	return d.Settings.check()
}

func (s Settings) check() error {
	bad := func(format string, args ...any) error {
		return diag.Refuse(diag.ErrInvalid, CodeSettings, "", format, args...)
	}
	switch {
	case s.EpochMS != 0 && (s.EpochMS < 50 || s.EpochMS > 600_000):
		return bad("epoch_ms is %d: it lies between 50 and 600000", s.EpochMS)
	case s.Parallelism < 0 || s.Parallelism > 256:
		return bad("parallelism is %d: it lies between 1 and 256, and 0 is one a core", s.Parallelism)
	case s.MemoryBytes < 0:
		return bad("memory_bytes cannot be negative")
	}
	switch s.OnError {
	case "", "stop", "dead_letter", "skip":
	default:
		return bad("on_error is %q: write stop, dead_letter or skip", s.OnError)
	}
	return s.Start.check()
}

func (s Start) check() error {
	switch s.From {
	case "", StartCheckpoint, StartEarliest, StartLatest:
		if s.Time.IsZero() {
			return nil
		}
	case StartTime:
		if !s.Time.IsZero() {
			return nil
		}
	}
	return diag.Refuse(diag.ErrInvalid, CodeSettings, "", "start.from is earliest, latest, checkpoint, or time together with start.time")
}

// wish makes another wish of a pipeline.
func (p *Pipeline) wish(c Cause, want Want, how How) {
	p.Desired.Generation++
	p.Desired.Want, p.Desired.How, p.Desired.Cause = want, how, c
}

func (s *Service) cause(ctx context.Context, kind CauseKind, reason string) Cause {
	if kind == "" {
		kind = ByPerson
	}
	return Cause{Kind: kind, Actor: s.o.Actor(ctx), Reason: reason}
}

func event(kind EventKind, p Pipeline, params ...string) Event {
	e := Event{Pipeline: p.ID, Kind: kind, Cause: p.Desired.Cause}
	for i := 0; i+1 < len(params); i += 2 {
		if e.Params == nil {
			e.Params = map[string]string{}
		}
		e.Params[params[i]] = params[i+1]
	}
	return e
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func changed() error {
	return diag.Refuse(diag.ErrStale, CodeChanged, "Read it again, and ask again.", "somebody else has changed the pipeline at the same time")
}

// apply carries a change out and returns the pipeline as it is then.
func (s *Service) apply(ctx context.Context, c *Change) (*Status, error) {
	if err := s.o.Changes.Change(ctx, c); err != nil {
		return nil, err
	}
	return s.o.Deployments.Status(ctx, c.Pipeline.ID)
}

// attempts is how often an action that says nothing of revisions tries again when somebody was faster.
const attempts = 5

// act changes a pipeline as change says, which is asked anew when somebody else was faster.
func (s *Service) act(ctx context.Context, id string, change func(now *Status) (*Change, error)) (*Status, error) {
	for try := 1; ; try++ {
		now, err := s.o.Deployments.Status(ctx, id)
		if err != nil {
			return nil, err
		}
		c, err := change(now)
		if err != nil {
			return nil, err
		}
		st, err := s.apply(ctx, c)
		if !errors.Is(err, diag.ErrStale) || try == attempts {
			return st, err
		}
	}
}

// Ask says by whom and why an action is wanted; the zero value is a person without a reason.
type Ask struct {
	Kind   CauseKind
	Reason string
}

// StartAt says where a start begins. From a place other than the last checkpoint the checkpoint is forgotten, which Confirm, the
// pipeline's name, has to confirm where there is one.
type StartAt struct {
	Start
	Confirm string
}

// Start wants a pipeline to run.
func (s *Service) Start(ctx context.Context, id string, at StartAt, ask Ask) (*Status, error) {
	if err := at.check(); err != nil {
		return nil, err
	}
	return s.act(ctx, id, func(now *Status) (*Change, error) {
		p := now.Pipeline
		p.Desired.Start = at.Start
		p.wish(s.cause(ctx, ask.Kind, ask.Reason), WantRunning, Drain)
		c := &Change{Pipeline: p, Action: "pipeline.start", Event: event(EventStart, p, "from", string(at.From), "version", number(p.Version))}
		if at.From == "" || at.From == StartCheckpoint || now.Checkpoint == nil {
			return c, nil
		}
		c.Idle, c.Forget = true, true
		return c, confirm(now, at.Confirm)
	})
}

// confirm refuses what forgets a pipeline's state unless its name was given.
func confirm(now *Status, name string) error {
	if name == now.Name {
		return nil
	}
	return diag.Refuse(diag.ErrInvalid, CodeConfirm, "Confirm with the pipeline's name.",
		"this forgets the pipeline's positions and state: what it reads again, it writes again")
}

// Stop wants a pipeline stopped: after what was read is committed, or at once.
func (s *Service) Stop(ctx context.Context, id string, how How, ask Ask) (*Status, error) {
	if how != Now {
		how = Drain
	}
	return s.act(ctx, id, func(now *Status) (*Change, error) {
		p := now.Pipeline
		p.wish(s.cause(ctx, ask.Kind, ask.Reason), WantStopped, how)
		return &Change{Pipeline: p, Action: "pipeline.stop", Event: event(EventStop, p, "how", string(how))}, nil
	})
}

// Restart wants a pipeline to run, from a new start.
func (s *Service) Restart(ctx context.Context, id string, how How, ask Ask) (*Status, error) {
	if how != Now {
		how = Drain
	}
	return s.act(ctx, id, func(now *Status) (*Change, error) {
		p := now.Pipeline
		p.Desired.Restarts++
		p.wish(s.cause(ctx, ask.Kind, ask.Reason), WantRunning, how)
		return &Change{Pipeline: p, Action: "pipeline.restart", Event: event(EventRestart, p, "how", string(how))}, nil
	})
}

// Rollback makes a version that repeats an earlier one, and restarts a pipeline that runs.
func (s *Service) Rollback(ctx context.Context, id string, to int64, ask Ask) (*Status, Impact, error) {
	var impact Impact
	st, err := s.act(ctx, id, func(now *Status) (*Change, error) {
		old, err := s.o.Deployments.Version(ctx, id, to)
		if err != nil {
			return nil, err
		}
		before, err := plan.Unmarshal(old.Plan)
		if err != nil {
			return nil, fmt.Errorf("reading the plan of version %d: %w", to, err)
		}
		if impact, err = s.impact(ctx, now, before); err != nil {
			return nil, err
		}
		p := now.Pipeline
		p.Version++
		v := *old
		v.Number, v.RolledBackTo, v.CreatedBy, v.CreatedAt = p.Version, to, s.o.Actor(ctx), time.Time{}
		p.wish(s.cause(ctx, ask.Kind, ask.Reason), now.Desired.Want, Drain)
		return &Change{Pipeline: p, Action: "pipeline.rollback", Version: &v,
			Event: event(EventRolledBack, p, "version", number(p.Version), "to", number(to))}, nil
	})
	return st, impact, err
}

// Scale makes a version with another parallelism, and restarts a pipeline that runs.
func (s *Service) Scale(ctx context.Context, id string, parallelism int, ask Ask) (*Status, error) {
	return s.act(ctx, id, func(now *Status) (*Change, error) {
		old, err := s.o.Deployments.Version(ctx, id, now.Version)
		if err != nil {
			return nil, err
		}
		p := now.Pipeline
		p.Version++
		v := *old
		v.Number, v.RolledBackTo, v.CreatedBy, v.CreatedAt = p.Version, 0, s.o.Actor(ctx), time.Time{}
		v.Settings.Parallelism = parallelism
		if err := v.Settings.check(); err != nil {
			return nil, err
		}
		p.wish(s.cause(ctx, ask.Kind, ask.Reason), now.Desired.Want, Drain)
		return &Change{Pipeline: p, Action: "pipeline.scale", Version: &v,
			Event: event(EventScaled, p, "version", number(p.Version), "parallelism", strconv.Itoa(parallelism))}, nil
	})
}

// Reset forgets a stopped pipeline's positions, state and dead letters. name confirms it.
func (s *Service) Reset(ctx context.Context, id, name string, ask Ask) (*Status, error) {
	return s.act(ctx, id, func(now *Status) (*Change, error) {
		if err := confirm(now, name); err != nil {
			return nil, err
		}
		if now.Desired.Want != WantStopped {
			return nil, notStopped(now)
		}
		p := now.Pipeline
		p.wish(s.cause(ctx, ask.Kind, ask.Reason), WantStopped, Drain)
		return &Change{Pipeline: p, Action: "pipeline.reset", Idle: true, Forget: true, Event: event(EventReset, p)}, nil
	})
}

// Delete forgets a stopped pipeline altogether. name confirms it.
func (s *Service) Delete(ctx context.Context, id, name string, ask Ask) error {
	now, err := s.o.Deployments.Status(ctx, id)
	if err != nil {
		return err
	}
	if err := confirm(now, name); err != nil {
		return err
	}
	if now.Desired.Want != WantStopped {
		return notStopped(now)
	}
	p := now.Pipeline
	p.wish(s.cause(ctx, ask.Kind, ask.Reason), WantStopped, Drain)
	err = s.o.Changes.Change(ctx, &Change{Pipeline: p, Action: "pipeline.delete", Idle: true, Forget: true, Delete: true, Event: event(EventDeleted, p)})
	if err != nil || s.o.Remove == nil {
		return err
	}
	return s.o.Remove(id)
}

func notStopped(now *Status) error {
	return diag.Refuse(diag.ErrConflict, CodeNotStopped, "Stop it first.", "the pipeline %s is to be stopped first", now.Name)
}

// PipelinesOf returns the names of the pipelines that were deployed from a document and still exist.
func (s *Service) PipelinesOf(ctx context.Context, document string) ([]string, error) {
	all, err := s.o.Deployments.List(ctx, Query{Document: document})
	if err != nil {
		return nil, err
	}
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	return names, nil
}
