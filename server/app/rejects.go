package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"millrace/configs"
	"millrace/pipelines/engine"
	"millrace/server/store"
)

// Reject is a dead letter or late row with the pipeline it belongs to.
type Reject struct {
	Pipeline  string    `json:"pipeline"`
	Committed time.Time `json:"committed"`
	engine.Reject
}

// ListRejects calls visit for the newest rejects of a pipeline, of all when pipeline is empty: at most limit, all when limit is 0. kind is
// "dead", "late" or empty for both. It reads beside a running process: the data folder is not locked. A folder without metadata has none.
func ListRejects(ctx context.Context, c configs.Config, pipeline, kind string, limit int, visit func(Reject) error) error {
	o := store.From(c, nil)
	if _, err := os.Stat(o.Path); o.Driver != configs.MySQL && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	s, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	files, err := s.RejectFiles(ctx, pipeline, 0)
	if err != nil {
		return err
	}
	n := 0
	for _, f := range files {
		rejects, err := engine.ReadRejects(filepath.Join(c.CheckpointPath(), escape(f.Pipeline)), f.RejectFile, f.Epoch)
		if errors.Is(err, fs.ErrNotExist) {
			continue // retention took it while we were listing
		}
		if err != nil {
			return fmt.Errorf("reading rejects of %s: %w", f.Pipeline, err)
		}
		// Within a file the oldest come first.
		slices.Reverse(rejects)
		for _, r := range rejects {
			if kind != "" && r.Kind != kind {
				continue
			}
			if limit > 0 && n == limit {
				return nil
			}
			n++
			if err := visit(Reject{Pipeline: f.Pipeline, Committed: f.CommittedAt, Reject: r}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Rejects are kept for rejectsKept, and no more than rejectsBytes of them in all.
const (
	rejectsKept  = 7 * 24 * time.Hour
	rejectsBytes = 1 << 30
)

// SweepRejects removes reject files past their retention, the oldest first.
func (a *App) SweepRejects(ctx context.Context, now time.Time) error {
	files, err := a.store.RejectFiles(ctx, "", 0)
	if err != nil {
		return err
	}
	var total int64
	for _, f := range files { // the newest first
		total += f.Bytes
		if total <= rejectsBytes && now.Sub(f.CommittedAt) <= rejectsKept {
			continue
		}
		if err := a.dropRejects(ctx, f); err != nil {
			return err
		}
	}
	return nil
}
