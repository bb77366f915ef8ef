package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// DeclareWritten makes tables of what a plan writes and can be read again, where the hub has no table of the name: under it others find the
// rows, ask for them and read them. A table that is there is left as it is. The team is the one that the plan runs as.
func (h *Hub) DeclareWritten(ctx context.Context, team string, pl *plan.Plan) error {
	s, err := h.fresh(ctx)
	if err != nil {
		return err
	}
	for _, n := range pl.Sinks {
		sink, ok := n.Op.(*plan.Sink)
		if !ok || checkTableName(sink.Table) != "" || s.has(sink.Table) {
			continue
		}
		spec, ok := h.Registry.Get(component.KindSink, sink.Component)
		if !ok || spec.Sink.Reads == nil {
			continue
		}
		in, err := h.written(team, sink, n.Inputs[0].Schema)
		if err != nil {
			return fmt.Errorf("declaring %s: %w", sink.Table, err)
		}
		// Somebody may have declared the name, or the place, a moment ago; theirs counts.
		if _, err := h.CreateTable(ctx, in, Written); err != nil && !errors.Is(err, diag.ErrConflict) {
			return fmt.Errorf("declaring %s: %w", sink.Table, err)
		}
	}
	return nil
}

// written is the declaration of the table that a sink writes.
func (h *Hub) written(team string, sink *plan.Sink, rows *schema.Schema) (TableInput, error) {
	d, err := h.declarationOf(&schema.Schema{Fields: rows.Fields, Key: rows.Key}, nil, nil)
	if err != nil {
		return TableInput{}, err
	}
	binding, err := json.Marshal(map[string]any{"component": sink.Component, "params": sink.Params})
	if err != nil {
		return TableInput{}, err
	}
	in := TableInput{Name: sink.Table, Team: team, Kind: string(component.TableStore), Columns: d.Columns, Key: d.Key, Sink: binding}
	first, _, _ := strings.Cut(sink.Table, ".")
	if layer := strings.ToUpper(first); slices.Contains([]string{"ODS", "DWD", "DWS", "DIM", "CDM", "ADS"}, layer) {
		in.Layer = layer
	}
	return in, nil
}
