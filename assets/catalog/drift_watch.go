package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"millrace/models/diag"
)

const (
	// driftEvery is how old the comparison of a table with its system grows before it is made again without being asked for.
	driftEvery = time.Hour
	// driftRound is how often is looked for such tables.
	driftRound = time.Minute
	// driftsAtOnce is how many tables' comparisons the store is asked for in one go.
	driftsAtOnce = 500
)

// WatchDrift compares every table with its system once an hour until ctx ends, so that a change outside is known before a pipeline meets it.
// Several servers share the work: each looks at when the others have compared.
func (h *Hub) WatchDrift(ctx context.Context) {
	tick := time.NewTicker(driftRound)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := h.CheckDrifts(ctx, time.Now().Add(-driftEvery)); err != nil && ctx.Err() == nil {
			h.Log.Warn("tables could not be compared with their systems", "err", err)
		}
	}
}

// CheckDrifts compares the tables whose last comparison is older than a time, the oldest first and one at a time. It returns how many it has
// compared. A system that does not answer is left alone for the rest of the round.
func (h *Hub) CheckDrifts(ctx context.Context, older time.Time) (int, error) {
	s, err := h.Snapshot(ctx)
	if err != nil {
		return 0, err
	}
	type due struct {
		table *TableEntry
		at    time.Time
	}
	var all []due
	for _, t := range s.Entries() {
		if t.Physical != "" && len(t.Connections) > 0 {
			all = append(all, due{table: t})
		}
	}
	for some := range slices.Chunk(all, driftsAtOnce) {
		ids := make([]string, len(some))
		for i := range some {
			ids[i] = some[i].table.ID
		}
		last, err := h.Store.Drifts(ctx, ids...)
		if err != nil {
			return 0, fmt.Errorf("looking up earlier comparisons: %w", err)
		}
		for i := range some {
			some[i].at = last[some[i].table.ID].At
		}
	}
	all = slices.DeleteFunc(all, func(d due) bool { return d.at.After(older) })
	slices.SortFunc(all, func(a, b due) int { return a.at.Compare(b.at) })

	checked, silent := 0, map[string]bool{}
	for _, d := range all {
		if silent[d.table.Connections[0]] {
			continue
		}
		out, err := h.CheckDrift(ctx, d.table.ID)
		switch {
		case ctx.Err() != nil:
			return checked, ctx.Err()
		case errors.Is(err, diag.ErrNotFound):
			continue // it was removed meanwhile
		case err != nil:
			return checked, fmt.Errorf("comparing %s: %w", d.table.Name, err)
		}
		checked++
		silent[d.table.Connections[0]] = out.Error != ""
	}
	return checked, nil
}
