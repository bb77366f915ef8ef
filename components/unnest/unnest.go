package unnest

import (
	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// The diagnostics of unnesting.
const (
	// CodeColumn is a column that has no elements.
	CodeColumn diag.Code = "plan.unnest_column"
	// CodeNames is another number of names than of columns.
	CodeNames diag.Code = "plan.unnest_names"
)

func text(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name: "unnest", Version: 1, Kind: component.KindTransform,
		Title:   text("Unnest", "展开"),
		Summary: text("Makes a row of each element of an array or map.", "将数组或映射的每个元素展开为一行。"),
		Help: text(
			"Each row comes out once for each element of *column*, with the element behind the row's own columns: an element that is a row gives its "+
				"fields, an entry of a map its key and value. An empty array and NULL give no row; with *outer* they give one, with NULL in place of the "+
				"element. With *ordinality* the last column is the element's position, from 1.",
			"*列*的每个元素输出一行，元素位于原有列之后：元素为 row 时展开为其各字段，映射的每个条目展开为键和值。空数组和 NULL 不输出行；"+
				"设置*外部*时输出一行，元素列为 NULL。设置*序号*时，最后一列为元素的位置，从 1 开始。"),
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M5 2.5H2.5v11H5M8 4h5.5M8 8h5.5M8 12h5.5"/></svg>`,
		MinInputs: 1, MaxInputs: 1,
		Fields:    fields(),
		Examples:  []component.Example{{Title: text("A row a tag", "每个标签一行"), YAML: example}},
		Transform: &component.TransformDef{Lower: lower},
	}
}

func fields() []component.Field {
	return []component.Field{
		component.NewField("column", component.FieldColumn, "Column", "列").WithHelp("An array or a map.", "数组或映射列。"),
		component.NewField("outer", component.FieldBool, "Outer", "外部").WithDefault(false).
			WithHelp("Keeps rows whose array is empty or NULL.", "保留数组为空或 NULL 的行。"),
		component.NewField("ordinality", component.FieldBool, "Ordinality", "序号").WithDefault(false).
			WithHelp("Adds the position of the element.", "增加元素位置列。"),
		component.NewField("names", component.FieldList, "Names", "列名").Optional().
			ListOf(component.NewField("name", component.FieldString, "Name", "列名")).
			WithHelp("The names of the added columns, in order. Left empty: a row's fields keep theirs, others are named after the column, such as tags_item, "+
				"props_key, props_value, tags_position.",
				"新增列的名称，按顺序。留空时：row 的字段保留原名，其余按列名命名，例如 tags_item、props_key、props_value、tags_position。"),
	}
}

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	in := lowering.Retractable(pc, "normalize", inputs[0])
	i, ok := lowering.Find(pc, p.String("column"), in.Schema, p.Span("column"), p.Path("column"))
	if !ok {
		return nil, false
	}
	f := in.Schema.Fields[i]
	op := &plan.Unnest{Column: i, Outer: p.Bool("outer"), Ordinality: p.Bool("ordinality"), Names: p.Strings("names")}
	added, err := plan.ElementFields(f.Type)
	if err != nil {
		lowering.Report(pc, CodeColumn, p.Span("column"), p.Path("column"), "%q: %s", f.Name, err).Fix = "Name an array or a map."
		return nil, false
	}
	names := namesOf(f, added)
	if op.Ordinality {
		names = append(names, f.Name+"_position")
	}
	switch {
	case !p.Has("names"):
		op.Names = names
	case len(op.Names) != len(names):
		lowering.Report(pc, CodeNames, p.Span("names"), p.Path("names"), "there are %d names for %d columns", len(op.Names), len(names)).
			Fix = "Leave the names out, or name every added column."
		return nil, false
	}
	return lowering.Make(pc, p, "unnest", op, in)
}

// namesOf are the names of an element's columns that no one has named.
func namesOf(f schema.Field, added []schema.Field) []string {
	if f.Type.Kind == schema.Map {
		return []string{f.Name + "_key", f.Name + "_value"}
	}
	out := make([]string, len(added))
	for i, a := range added {
		if out[i] = a.Name; a.Name == "" {
			out[i] = f.Name + "_item"
		}
	}
	return out
}

const example = `format: 1
kind: view
name: cdm.music.song_tags
time_zone: Asia/Shanghai
nodes:
  - id: songs
    component: values
    params:
      schema: {columns: [{name: song_id, type: int64}, {name: tags, type: array<string>}]}
      rows: |
        {"song_id": 1, "tags": ["calm", "piano"]}
        {"song_id": 2, "tags": []}
  - {id: tags, component: unnest, params: {column: tags, names: [tag]}}
  - {id: out, component: console}
edges: [songs -> tags, tags -> out]
`
