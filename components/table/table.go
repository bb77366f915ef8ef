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
				"table goes on working when the table moves.",
			Zh: "目录记录了表的存放位置、列以及事件时间列。模型只引用表名，表迁移后模型无需修改。",
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
	if t.Kind != component.TableStream {
		lowering.Report(pc, CodeNotStream, at, path, "%q is a %s table; only stream tables can be read here", full, t.Kind).
			Fix = "Read the stream the table is made from."
		return nil, false
	}
	if t.Source == nil {
		lowering.Report(pc, CodeNoSource, at, path, "the catalog does not say how the table %q is read", full).
			Fix = "Give its catalog entry a source."
		return nil, false
	}
	spec, ok := pc.Registry.Get(component.KindSource, t.Source.Component)
	if !ok || spec.Name == name {
		d := lowering.Report(pc, CodeNoSource, at, path, "the table %q is read by the component %q, which is no source a table can have",
			full, t.Source.Component)
		if near := diag.Nearest(t.Source.Component, pc.Registry.Names(component.KindSource)); near != "" && near != name {
			d.Fix = "Did you mean " + near + "?"
		}
		return nil, false
	}

	// What the bound component has to say concerns the catalog file; it is told at the place where the model names the table.
	var found diag.List
	bound := *pc
	bound.Diags = &found
	s, ok := spec.Source.Plan(&bound, t.Source.Params)
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
	return &resolved, true
}
