package rejects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/server/app"
)

// Chosen is a reject that is to be put through the pipeline.
type Chosen struct {
	ID string `json:"id" minLength:"1" maxLength:"128"`
	// Raw takes the place of the record, where it was mended.
	Raw []byte `json:"raw,omitempty" doc:"the mended record, in base64; left out, the record as it was"`
}

// run is what is put through a pipeline.
type run struct {
	status  *control.Status
	version *control.Version
	records *app.Records
	ids     []string
	raw     [][]byte
}

// prepare checks that a principal may see the rejects, and that they can be put through the pipeline's version of now.
func (s *Service) prepare(ctx context.Context, who grants.Principal, pipeline string, chosen []Chosen) (*run, error) {
	hidden, err := s.hidden(ctx, who, pipeline)
	if err != nil {
		return nil, err
	}
	if hidden != "" {
		return nil, diag.Refuse(diag.ErrDenied, CodeHidden, "Request read on what the pipeline reads.", "%s", hidden)
	}
	r := &run{}
	if r.status, err = s.Pipelines.Get(ctx, pipeline); err != nil {
		return nil, err
	}
	if r.version, err = s.Pipelines.Version(ctx, pipeline, r.status.Version); err != nil {
		return nil, err
	}
	p, err := s.planOf(ctx, pipeline, r.status.Version)
	if err != nil {
		return nil, err
	}
	if r.records, err = app.NewRecords(s.Registry, p); err != nil {
		return nil, err
	}
	// In the order of their ids: the same records are the same run, whatever order they were chosen in.
	chosen = append([]Chosen(nil), chosen...)
	sort.Slice(chosen, func(i, j int) bool { return chosen[i].ID < chosen[j].ID })
	for i, c := range chosen {
		if i > 0 && c.ID == chosen[i-1].ID {
			return nil, diag.Refuse(diag.ErrInvalid, CodeContent, "Name it once.", "%s is named twice", c.ID)
		}
		r.ids = append(r.ids, c.ID)
	}
	items, err := s.items(ctx, pipeline, r.ids)
	if err != nil {
		return nil, err
	}
	for i := range items {
		raw, err := recordOf(&items[i], chosen[i].Raw, r.records.Source())
		if err != nil {
			return nil, err
		}
		r.raw = append(r.raw, raw)
	}
	return r, nil
}

// recordOf is the record that a reject stands for: the mended one, or the one that did not decode, where it was kept whole.
func recordOf(item *Item, mended []byte, source string) ([]byte, error) {
	refuse := func(format string, args ...any) error {
		return diag.Refuse(diag.ErrConflict, CodeContent, "Give the record as it should be.", item.ID+": "+format, args...)
	}
	switch {
	case item.Kind != "dead":
		return nil, refuse("it was late for a window, which has been closed since")
	case len(mended) > 0:
		return mended, nil
	case item.Node != source || len(item.Raw) == 0:
		return nil, refuse("it failed behind the decoder, at %s, and its record was not kept", item.Node)
	case item.Truncated:
		return nil, refuse("only the first %d of its %d bytes were kept", len(item.Raw), item.Size)
	}
	return item.Raw, nil
}

// Try says what would come of rejects. Nothing is written.
func (s *Service) Try(ctx context.Context, who grants.Principal, pipeline string, chosen []Chosen) (*app.Tried, error) {
	r, err := s.prepare(ctx, who, pipeline, chosen)
	if err != nil {
		return nil, err
	}
	return r.records.Try(ctx, r.raw)
}

// Done is what a replay has come to.
type Done struct {
	// Replay is the run's id.
	Replay string         `json:"replay"`
	Totals control.Totals `json:"totals"`
}

// Replay puts rejects through the pipeline for good. Each is replayed once: one that was is a diag.ErrConflict.
func (s *Service) Replay(ctx context.Context, who grants.Principal, pipeline string, chosen []Chosen) (*Done, error) {
	r, err := s.prepare(ctx, who, pipeline, chosen)
	if err != nil {
		return nil, err
	}
	tried, err := r.records.Try(ctx, r.raw)
	if err != nil {
		return nil, err
	}
	for i, t := range tried.Records {
		if t.Code != "" {
			return nil, diag.Refuse(diag.ErrConflict, CodeContent, "Mend it first, or leave it out.", "%s would be rejected again: %s %s", r.ids[i], t.Code, t.Path)
		}
	}
	if tried.Rejected > 0 {
		return nil, diag.Refuse(diag.ErrConflict, CodeContent, "Try them, to see which; mend those, or leave them out.", "%d rows of them would be rejected again, behind the decoder", tried.Rejected)
	}
	connections, err := s.Connections(ctx)
	if err != nil {
		return nil, err
	}
	out := &Done{Replay: r.name(pipeline)}
	if err := s.asBegun(ctx, pipeline, r, out.Replay); err != nil {
		return nil, err
	}
	detail, err := json.Marshal(map[string]any{"rejects": r.ids, "replay": out.Replay})
	if err != nil {
		return nil, err
	}
	entry := &audit.Entry{Action: "rejects.replay", Object: "pipeline:" + pipeline, ObjectName: r.status.Name, Team: r.status.Team, Detail: detail}
	// What was begun is ended, also when whoever asked goes away.
	ctx = context.WithoutCancel(ctx)
	// The lease comes before the claim. Whoever finds the dead letters its own here is the last who took the lease: a run that slept while
	// another did all of it, and forgot what it had kept, learns so from the claim, or is fenced at its first commit.
	lease, err := s.Store.Acquire(ctx, out.Replay, s.Holder)
	if err != nil {
		return nil, fmt.Errorf("beginning a replay: %w", err)
	}
	defer func() { _ = s.Store.Release(ctx, lease) }() // it has ended; the next lease fences this one
	if err := s.Store.BeginReplay(ctx, pipeline, out.Replay, r.ids, entry); err != nil {
		return nil, err
	}
	dir := s.Folder(out.Replay)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making a folder for a replay: %w", err)
	}
	out.Totals, err = r.records.Replay(ctx, r.raw, app.ReplayOptions{Name: out.Replay, Installation: s.Installation, Fingerprint: r.version.Fingerprint, Version: r.version.Number,
		Connections: connections, Manifests: s.Store, Lease: lease, Dir: dir})
	if err != nil {
		head, headErr := s.Store.Head(ctx, out.Replay)
		if headErr == nil && head.Committed == nil && head.Prepared == nil && !errors.Is(err, control.ErrFenced) {
			// Nothing was committed, so nothing was written: another may try.
			return nil, errors.Join(fmt.Errorf("replaying: %w", err), s.Store.EndReplay(ctx, out.Replay, false), s.forget(ctx, out.Replay))
		}
		return nil, fmt.Errorf("replaying; ask for the same again to go on: %w", err)
	}
	return out, errors.Join(s.Store.EndReplay(ctx, out.Replay, true), s.forget(ctx, out.Replay))
}

// asBegun goes back to the version of the pipeline that a replay was begun with, where one has died: what it has committed is of that version's
// plan, and its end is as well.
func (s *Service) asBegun(ctx context.Context, pipeline string, r *run, replay string) error {
	head, err := s.Store.Head(ctx, replay)
	if err != nil {
		return err
	}
	m := head.Committed
	if m == nil {
		m = head.Prepared
	}
	if m == nil || m.Version == r.version.Number {
		return nil
	}
	if r.version, err = s.Pipelines.Version(ctx, pipeline, m.Version); err != nil {
		return err
	}
	p, err := s.planOf(ctx, pipeline, m.Version)
	if err != nil {
		return err
	}
	r.records, err = app.NewRecords(s.Registry, p)
	return err
}

// forget removes what a replay's run has kept.
func (s *Service) forget(ctx context.Context, replay string) error {
	return errors.Join(s.Store.Forget(ctx, replay), os.RemoveAll(s.Folder(replay)))
}

// name follows from what is replayed.
func (r *run) name(pipeline string) string {
	h := sha256.New()
	for i, id := range r.ids {
		fmt.Fprintf(h, "%s\x00%d\x00", id, len(r.raw[i]))
		h.Write(r.raw[i])
	}
	return "replay-" + pipeline + "-" + hex.EncodeToString(h.Sum(nil)[:8])
}
