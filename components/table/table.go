package table

import (
	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
)

// The diagnostics of resolving a table.
const (
	CodeUnknown   diag.Code = "plan.unknown_table"
	CodeNoSource  diag.Code = "plan.table_without_source"
	CodeNotStream diag.Code = "plan.table_not_a_stream"
	CodeNoKey     diag.Code = "plan.table_without_key"
	CodeNoTime    diag.Code = "plan.dimension_without_time"
	CodeChanges   diag.Code = "plan.table_changes"
)

const name = "table"

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name:    name,
		Version: 1,
		Kind:    component.KindSource,
		Title:   component.Text{En: "Table", Zh: "表"},
		Summary: component.Text{En: "Reads a table of the catalog.", Zh: "读取目录中的表。"},
		Help: component.Text{
			En: "The catalog knows where the table lives, which columns it has and which of them is the event time. A model that names a " +
				"table goes on working when the table moves. Of a changelog or a dimension come the changes of its rows, by its key.",
			Zh: "目录记录了表的存放位置、列以及事件时间列。模型只引用表名，表迁移后模型无需修改。变更日志表与维表按主键给出行的变更。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><rect x="2" y="2.5" width="12" height="11" rx="1.2"/>` +
			`<path d="M2 6h12M2 9.8h12M6.5 6v7.5"/></svg>`,
		Fields: []component.Field{
			component.NewField("table", component.FieldTable, "Table", "表").
				WithHelp("The table's full name: catalog.database.table.", "表的全名：catalog.database.table。"),
		},
		Examples: []component.Example{{Title: component.Text{En: "Read a stream by its name", Zh: "按名称读取流表"}, YAML: example}},
		Source:   &component.SourceDef{Plan: scan},
	}
}

const example = `format: 1
kind: view
name: cdm.music.plays
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: out, component: console}
edges: [plays -> out]
`

func scan(pc *component.Planning, p component.Params) (*plan.Scan, bool) {
	full := p.String("table")
	at, path := p.Span("table"), p.Path("table")
	t, ok := pc.Catalog.Table(full)
	if !ok {
		d := lowering.Report(pc, CodeUnknown, at, path, "the catalog has no table %q", full)
		if near := diag.Nearest(full, pc.Catalog.Tables()); near != "" {
			d.Fix = "Did you mean " + near + "?"
		} else {
			d.Fix = "Declare it in the catalog file, or let millrace infer write its entry."
		}
		return nil, false
	}
	source, stored := bindingOf(pc, t)
	if !stored && !readable(pc, t, at, path) {
		return nil, false
	}
	if source == nil {
		lowering.Report(pc, CodeNoSource, at, path, "the catalog does not say how the table %q is read", full).
			Fix = "Give its catalog entry a source."
		return nil, false
	}
	spec, ok := pc.Registry.Get(component.KindSource, source.Component)
	if !ok || spec.Name == name {
		d := lowering.Report(pc, CodeNoSource, at, path, "the table %q is read by the component %q, which is no source a table can have",
			full, source.Component)
		if near := diag.Nearest(source.Component, pc.Registry.Names(component.KindSource)); near != "" && near != name {
			d.Fix = "Did you mean " + near + "?"
		}
		return nil, false
	}

	// What the bound component has to say concerns the catalog's entry; it is told at the place where the model names the table. The entry
	// names connections of the table's owner, whoever reads it.
	var found diag.List
	bound := *pc
	bound.Diags = &found
	if pc.Bound != nil {
		bound.Catalog = pc.Bound
	}
	s, ok := spec.Source.Plan(&bound, source.Params)
	for _, d := range found {
		d.Message = "table " + full + ": " + d.Message
		d.Span, d.Path = at, path
		pc.Diags.Add(d)
	}
	if !ok {
		return nil, false
	}
	resolved := *s
	resolved.Table = full
	resolved.Source = t.Schema
	return &resolved, stored || agrees(pc, t, spec, &resolved, at, path)
}

// bindingOf is how a table is read. One of which the catalog only says the sink is read where that writes. stored says that the rows are read
// as they are there now, whatever the table's kind says of how they come.
func bindingOf(pc *component.Planning, t *component.Table) (source *component.Binding, stored bool) {
	writer := t.Sink
	if t.Source != nil {
		writer = t.Source // of the same name where a system's tables can be both written and read
	}
	if writer == nil {
		return nil, false
	}
	spec, ok := pc.Registry.Get(component.KindSink, writer.Component)
	stored = ok && spec.Sink.Reads != nil
	if t.Source != nil || !stored {
		return t.Source, stored
	}
	source = spec.Sink.Reads(t.Sink.Params)
	return source, source != nil
}

// readable checks that the table is of a kind that is read as a stream, and has what its kind needs.
func readable(pc *component.Planning, t *component.Table, at diag.Span, path string) bool {
	switch t.Kind {
	case component.TableStream, component.TableChangelog, component.TableDimension:
	default:
		lowering.Report(pc, CodeNotStream, at, path, "%q is a %s table, which is not read as a stream", t.Name, t.Kind).
			Fix = "Read the stream the table is made from."
		return false
	}
	ok := true
	if t.Kind != component.TableStream && len(t.Schema.Key) == 0 {
		lowering.Report(pc, CodeNoKey, at, path, "%q is a %s, whose rows are told apart by a key, and it declares none", t.Name, t.Kind).
			Fix = "Write key: [column, ...] in its catalog entry."
		ok = false
	}
	if t.Kind == component.TableDimension && t.Schema.EventTime == nil {
		lowering.Report(pc, CodeNoTime, at, path, "%q is a dimension, whose versions hold from a time on, and it declares none", t.Name).
			Fix = "Write event_time: column in its catalog entry, of the column that says since when a version holds."
		ok = false
	}
	return ok
}

// agrees checks that the source gives the changes that the table's kind stands for.
func agrees(pc *component.Planning, t *component.Table, spec *component.Spec, scan *plan.Scan, at diag.Span, path string) bool {
	change := pc.Registry.ScanMode(scan).Change
	switch {
	case t.Kind == component.TableStream && change != plan.Append:
		lowering.Report(pc, CodeChanges, at, path, "%q is a stream, and its source gives changes", t.Name).
			Fix = "Write kind: changelog in its catalog entry, or kind: dimension for a table that others look up."
		return false
	case t.Kind != component.TableStream && change == plan.Append:
		d := lowering.Report(pc, CodeChanges, at, path, "%q is a %s, and its source gives only inserts", t.Name, t.Kind)
		d.Fix = "Write kind: stream in its catalog entry."
		if spec.Source.Mode != nil {
			d.Fix = "Write changelog: upsert among the parameters of its source."
		}
		return false
	}
	return true
}
