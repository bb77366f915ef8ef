package values

import (
	"time"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
)

// Name is the name of the component.
const Name = "values"

// The diagnostics of this package.
const (
	// CodeRow is a record that does not fit the columns.
	CodeRow diag.Code = "values.bad_row"
	// CodeFormat is a format that cannot be read, or does not suit the columns.
	CodeFormat diag.Code = "values.format"
	// CodeTooLarge is more text than belongs into a model.
	CodeTooLarge diag.Code = "values.too_large"
	// CodeKey is an upsert without a key, or with one that may be NULL.
	CodeKey diag.Code = "values.key"
	// CodePosition is a position that this source did not write.
	CodePosition diag.Code = "values.bad_position"
)

// maxBytes bounds the text: a model is read, stored and compared whole.
const maxBytes = 1 << 20

func text(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindSource,
		Title:   text("Values", "内联数据"),
		Summary: text("Rows that stand in the model itself.", "直接写在模型中的行。"),
		Help: text(
			"For small mappings and for trying things out. The rows are records of the format: JSON objects one a line, or CSV with a header. Every "+
				"row is checked when the model is compiled. Reading ends behind the last one. The text may have 1 MiB; what is larger, or changes "+
				"without the model, belongs in a table.",
			"用于小型映射和试验。每行是所选格式的一条记录：每行一个 JSON 对象，或带表头的 CSV。编译模型时检查每一行。读完最后一行即结束。"+
				"文本不超过 1 MiB；更大或独立于模型变化的数据应放在表中。"),
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><rect x="2.5" y="3" width="11" height="10" rx="1.2"/>` +
			`<path d="M2.5 6.3h11M2.5 9.7h11M6.5 3v10"/></svg>`,
		Fields:   fields(),
		Examples: []component.Example{{Title: text("Names of platforms", "平台名称"), YAML: example}},
		Source:   &component.SourceDef{Plan: planSource, Mode: changelog.ScanMode, Open: open},
	}
}

func fields() []component.Field {
	return append([]component.Field{
		component.NewField("schema", component.FieldSchema, "Columns", "列").
			WithHelp("The columns of the rows, their key and event time.", "各行的列、键和事件时间。"),
	}, sourceFields()...)
}

// sourceFields are the parameters that a plan keeps.
func sourceFields() []component.Field {
	return []component.Field{
		component.NewField("format", component.FieldFormat, "Format", "格式").WithDefault("json"),
		component.NewField("format_params", component.FieldParams, "Format settings", "格式参数").Optional(),
		component.NewField("rows", component.FieldText, "Rows", "行").WithHelp("The records, one a line.", "记录，每行一条。").WithDefault(""),
		changelog.SourceField(text("What the records mean. upsert: a record is the row its key has now; the key stands with the columns. Left empty, every record is a row of its own.",
			"记录的含义。upsert：一条记录是其键的当前行，键与列一同声明。留空则每条记录都是独立的一行。")),
	}
}

const example = `format: 1
kind: view
name: dim.music.platforms
time_zone: UTC
nodes:
  - id: platforms
    component: values
    params:
      schema: {columns: [{name: platform, type: string, nullable: false}, {name: label, type: string}], key: [platform]}
      rows: |
        {"platform": "ios", "label": "iPhone and iPad"}
        {"platform": "android", "label": "Android"}
  - {id: out, component: console}
edges: [platforms -> out]
`

func planSource(pc *component.Planning, p component.Params) (*plan.Scan, bool) {
	s := p.Schema("schema")
	rows := p.String("rows")
	if len(rows) > maxBytes {
		lowering.Report(pc, CodeTooLarge, p.Span("rows"), p.Path("rows"), "the rows have %d bytes; the limit is %d", len(rows), maxBytes).
			Fix = "Put them into a file or a table."
		return nil, false
	}
	format, formatParams, ok := pc.Registry.DecodeFormat(p, "format", pc.Diags)
	if !ok {
		return nil, false
	}
	if p.String(changelog.Param) == changelog.ParamUpsert {
		if len(s.Key) == 0 {
			lowering.Report(pc, CodeKey, p.Span(changelog.Param), p.Path(changelog.Param), "records replace each other by their key, and no key is declared").
				Fix = "Write key: [column, ...] beside the columns."
			return nil, false
		}
		for _, k := range s.Key {
			if s.Fields[s.Index(k)].Nullable {
				lowering.Report(pc, CodeKey, p.Span("schema"), p.Path("schema"), "the key column %q may be NULL, and such a row belongs nowhere", k).
					Fix = "Declare it with nullable: false."
				ok = false
			}
		}
	}
	if !ok || !checkRows(pc, p, format, formatParams) {
		return nil, false
	}
	params, err := component.Encode(sourceFields(), p)
	if err != nil {
		lowering.Report(pc, component.CodeBadValue, p.Span(""), "", "%v", err)
		return nil, false
	}
	return &plan.Scan{Component: Name, Version: 1, Params: params, Source: s}, true
}

// checkRows decodes every row, with every column checked.
func checkRows(pc *component.Planning, p component.Params, format *component.Spec, formatParams component.Params) bool {
	s := p.Schema("schema")
	target := component.DecodeTarget{Schema: s, Columns: s.Names(), Checked: make([]bool, len(s.Fields)), BatchRows: 1, MaxRecordBytes: maxBytes}
	for i := range target.Checked {
		target.Checked[i] = true
	}
	if zone, err := time.LoadLocation(pc.TimeZone); err == nil {
		target.TimeZone = zone
	}
	decoder, records, err := recordsOf(p.String("rows"), format, formatParams, target)
	if err != nil {
		lowering.Report(pc, CodeFormat, p.Span("format"), p.Path("format"), "%v", err)
		return false
	}
	ok := true
	for i, record := range records {
		if _, reject := decoder.Decode(record); reject != nil {
			d := lowering.Report(pc, CodeRow, p.Span("rows"), p.Path("rows"), "row %d: %s", i+1, reject.Code.Message())
			if reject.Path != "" {
				d.Message = d.Message + ", at " + reject.Path
			}
			d.Fix = reject.Code.Fix()
			ok = false
		}
	}
	return ok
}
