package app

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"millrace/components/component"
	jsonformat "millrace/components/json"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine"
)

// CodePinned are pinned rows that cannot stand for those of their node.
const CodePinned diag.Code = "preview.pinned"

const (
	// pinnedSource is the component that gives pinned rows; no model can name it, as it is in no public registry.
	pinnedSource = "preview_pinned"
	maxPinned    = 20
	maxPinnedRow = 1000
)

// PinnedRows are rows of a node as a preview gave them, which stand in the place of its own.
type PinnedRows struct {
	Columns []PinnedColumn `json:"columns" maxItems:"2000" nullable:"false" doc:"the columns that the rows have values for"`
	// Rows have one value a column.
	Rows [][]json.RawMessage `json:"rows" maxItems:"1000" nullable:"false" doc:"a value for each column, as a preview gives it"`
	Ops  []string            `json:"ops,omitempty" maxItems:"1000" doc:"of each row what it does to those before, as a preview says it: +I, -U, +U or -D; empty where rows only come"`
}

// PinnedColumn is a column of pinned rows.
type PinnedColumn struct {
	Name string `json:"name" maxLength:"1024"`
	Type string `json:"type" maxLength:"4096"`
}

// checkPinned says what is wrong with pinned rows whatever their nodes put out.
func checkPinned(text string, pinned map[string]PinnedRows) diag.List {
	var diags diag.List
	if len(pinned) == 0 {
		return nil
	}
	if len(pinned) > maxPinned {
		diags.Errorf(CodePinned, diag.Span{}, "rows of %d nodes are pinned, and %d may be", len(pinned), maxPinned).Fix = "Unpin some."
	}
	doc, _ := model.Parse("", []byte(text))
	for _, node := range slices.Sorted(maps.Keys(pinned)) {
		p := pinned[node]
		var problem, fix string
		switch {
		case doc != nil && !hasNode(doc, node):
			problem, fix = fmt.Sprintf("the model has no node %q whose rows could be pinned", node), "Leave them out."
		case len(p.Rows) > maxPinnedRow:
			problem, fix = fmt.Sprintf("%d rows of %q are pinned, and %d may be", len(p.Rows), node, maxPinnedRow), "Pin fewer."
		case len(p.Ops) > 0 && len(p.Ops) != len(p.Rows):
			problem, fix = fmt.Sprintf("the pinned rows of %q have %d ops for %d rows", node, len(p.Ops), len(p.Rows)), "Give one for each row, or none."
		case slices.ContainsFunc(p.Rows, func(row []json.RawMessage) bool { return len(row) != len(p.Columns) }):
			problem, fix = fmt.Sprintf("a pinned row of %q has not one value for each of its %d columns", node, len(p.Columns)), "Give all values, null for none."
		case slices.ContainsFunc(p.Ops, func(op string) bool { _, ok := kindOf(op); return !ok }):
			problem, fix = fmt.Sprintf("a pinned row of %q does what no row does", node), "Use +I, -U, +U or -D."
		default:
			continue
		}
		d := diags.Errorf(CodePinned, diag.Span{}, "%s", problem)
		d.Node, d.Fix = node, fix
	}
	return diags
}

func hasNode(doc *model.Document, id string) bool {
	_, node := doc.Node(id)
	return node || id == doc.Output || slices.ContainsFunc(doc.Entities, func(e model.Entity) bool { return e.ID == id })
}

// kindOf reads what a row does as batch.RowKind writes it.
func kindOf(op string) (batch.RowKind, bool) {
	for _, k := range []batch.RowKind{batch.Insert, batch.UpdateBefore, batch.UpdateAfter, batch.Delete} {
		if op == k.String() {
			return k, true
		}
	}
	return batch.Insert, op == ""
}

// pinnedParams are the parameters of the source of pinned rows.
type pinnedParams struct {
	Records []json.RawMessage `json:"records"`
	Kinds   []batch.RowKind   `json:"kinds,omitempty"`
}

// never is how late a pinned row may be: they came in time when they were looked at, and are read as one partition now.
const never = schema.Duration(100 * 365 * 24 * time.Hour)

// standIn gives the rows that are pinned to the compiler. Nil has none.
func standIn(pinned map[string]PinnedRows) func(string, *plan.Node, *diag.List) *plan.Scan {
	if len(pinned) == 0 {
		return nil
	}
	return func(node string, rows *plan.Node, found *diag.List) *plan.Scan {
		p, ok := pinned[node]
		if !ok {
			return nil
		}
		at := make([]int, len(rows.Schema.Fields))
		for i, f := range rows.Schema.Fields {
			at[i] = slices.IndexFunc(p.Columns, func(c PinnedColumn) bool { return c.Name == f.Name && c.Type == f.Type.String() })
			if at[i] < 0 {
				found.Errorf(CodePinned, diag.Span{}, "the pinned rows of %q lack the column %s %s, which it has now", node, f.Name, f.Type).Fix = "Unpin them, or pin the rows that it has now."
				return nil
			}
		}
		params := pinnedParams{Records: make([]json.RawMessage, len(p.Rows))}
		for i, row := range p.Rows {
			values := make([]json.RawMessage, len(at))
			for j, from := range at {
				values[j] = row[from]
			}
			params.Records[i] = engine.RecordJSON(rows.Schema, values)
		}
		if rows.Mode.Change != plan.Append {
			for i := range p.Rows {
				kind := batch.Insert
				if len(p.Ops) > 0 {
					kind, _ = kindOf(p.Ops[i])
				}
				if rows.Mode.Change == plan.Upsert && kind == batch.Insert {
					kind = batch.UpdateAfter
				}
				params.Kinds = append(params.Kinds, kind)
			}
		}
		text, err := json.Marshal(params)
		if err != nil {
			found.Errorf(CodePinned, diag.Span{}, "a pinned row of %q is no JSON: %v", node, err).Fix = "Pin the rows as a preview gives them."
			return nil
		}
		source := *rows.Schema
		if source.EventTime != nil {
			late := *source.EventTime
			late.OutOfOrder, late.MaxFuture = never, never
			source.EventTime = &late
		}
		return &plan.Scan{Component: pinnedSource, Version: 1, Params: text, Source: &source}
	}
}

// pinnedSpec declares the source of pinned rows.
func pinnedSpec() component.Spec {
	spec := hiddenSpec(pinnedSource, component.KindSource, component.Text{En: "Pinned rows", Zh: "固定的行"})
	spec.Source = &component.SourceDef{
		Plan: func(*component.Planning, component.Params) (*plan.Scan, bool) { return nil, false },
		Open: func(_ context.Context, oc component.SourceContext) (component.Source, error) {
			var p pinnedParams
			if err := json.Unmarshal(oc.Params, &p); err != nil {
				return nil, component.Permanent(CodePinned, err, "", "the pinned rows cannot be read")
			}
			oc.Target.MaxRecordBytes = maxRecord
			s := &recordSource{kinds: p.Kinds, make: func() (component.Decoder, error) { return jsonformat.NewDecoder(component.NewParams(nil), oc.Target) }}
			for _, r := range p.Records {
				s.records = append(s.records, r)
			}
			return s, nil
		},
	}
	return spec
}
