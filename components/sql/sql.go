package sql

import (
	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
)

// Name is the name of the component.
const Name = "sql"

// The diagnostics of this package.
const (
	// CodeUnavailable is a query where nothing plans queries.
	CodeUnavailable diag.Code = "sql.unavailable"
	// CodeSameInput is two inputs of one name.
	CodeSameInput diag.Code = "sql.same_input"
)

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindTransform,
		Title:   component.Text{En: "SQL", Zh: "SQL"},
		Summary: component.Text{En: "Computes its rows by a query.", Zh: "用查询语句计算行。"},
		Help: component.Text{
			En: "One query in the language of expressions and SQL. The nodes that lead here are tables by their ids; tables of the catalog go by " +
				"their full names and need no edge. A query over rows that are grouped without a window, ranked or joined without a bound of time " +
				"sends updates.",
			Zh: "填写一条查询语句。指向本节点的各节点以其 ID 作为表名；目录中的表使用全名，无需连线。不带窗口的分组、排名以及没有时间范围的连接会输出更新。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M5.5 4L2 8l3.5 4M10.5 4L14 8l-3.5 4M9 3L7 13"/></svg>`,
		MaxInputs: -1,
		Fields: []component.Field{
			component.NewField("query", component.FieldText, "Query", "查询").
				WithHelp("SELECT ... FROM the id of a node that leads here.", "SELECT ... FROM 上游节点的 ID。"),
		},
		Examples:  []component.Example{{Title: component.Text{En: "Long plays by platform", Zh: "各平台的长播放"}, YAML: example}},
		Transform: &component.TransformDef{Lower: lower},
	}
}

const example = `format: 1
kind: view
name: cdm.music.long_plays_by_platform
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: generator, params: {count: 1000, rate: 0}}
  - id: counts
    component: sql
    params:
      query: |
        SELECT window_start, platform, COUNT(*) AS plays
        FROM TABLE(TUMBLE(TABLE plays, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
        WHERE ms_played > 30000
        GROUP BY window_start, window_end, platform
  - {id: out, component: console}
edges: [plays -> counts, counts -> out]
`

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	at, path := p.Span("query"), p.Path("query")
	if pc.Query == nil {
		lowering.Report(pc, CodeUnavailable, at, path, "queries are not planned here").Fix = "Use the components for filters, windows and joins."
		return nil, false
	}
	tables := make(map[string]*plan.Node, len(inputs))
	for _, in := range inputs {
		name := lowering.NodeName(in)
		if tables[name] != nil {
			lowering.Report(pc, CodeSameInput, at, path, "two inputs have the name %s", name).Fix = "Lead only one of the edges here."
			return nil, false
		}
		tables[name] = in
	}
	return pc.Query(p.String("query"), at, path, tables)
}
