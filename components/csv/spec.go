package csv

import (
	"millrace/components/component"
	"millrace/models/schema"
)

// Spec declares the format.
func Spec() component.Spec {
	text := func(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }
	option := func(value, en, zh string) component.Option {
		return component.Option{Value: value, Label: text(en, zh)}
	}
	return component.Spec{
		Name: "csv", Version: 1, Kind: component.KindFormat,
		Title:   text("CSV", "CSV"),
		Summary: text("Cells between delimiters, one line a record.", "以分隔符分隔的单元格，每行一条记录。"),
		Help: text(
			"RFC 4180: a cell in quotes may hold delimiters, line ends and doubled quotes. Cells are found by the header's names, or by "+
				"position where there is no header. A cell without quotes that equals the NULL text is NULL.",
			"遵循 RFC 4180：引号内的单元格可以包含分隔符、换行和成对的引号。单元格按表头名称匹配，没有表头时按位置匹配。未加引号且等于空值文本的单元格为 NULL。"),
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.2 3.5v9M9.8 3.5v9"/></svg>`,
		Fields: []component.Field{
			component.NewField("header", component.FieldBool, "Header line", "表头行").
				WithHelp("The first line of a file names the columns. Messages have no header.", "文件首行为列名。消息没有表头。").WithDefault(true),
			component.NewField("columns", component.FieldList, "Cells", "单元格").
				WithHelp("The names of the cells in order, where there is no header.", "没有表头时，各单元格的名称（按顺序）。").
				ListOf(component.NewField("name", component.FieldString, "Name", "名称")).Optional().ShownIf("header", "false"),
			component.NewField("delimiter", component.FieldString, "Delimiter", "分隔符").WithDefault(","),
			component.NewField("quote", component.FieldString, "Quote", "引号").WithDefault(`"`).AsAdvanced(),
			component.NewField("null_text", component.FieldString, "NULL text", "空值文本").
				WithHelp("A cell without quotes that equals this text is NULL.", "未加引号且等于该文本的单元格为 NULL。").WithDefault(""),
			component.NewField("column_count", component.FieldEnum, "Lines of another length", "列数不符的行").
				WithOptions(option("strict", "reject", "拒绝"), option("lenient", "missing cells are NULL, extra ones ignored", "缺少的取 NULL，多余的忽略")).
				WithDefault("strict"),
			component.NewField("missing", component.FieldEnum, "Columns the header lacks", "表头缺少的列").
				WithOptions(option("reject", "stop", "停止"), option("null", "NULL", "取 NULL")).WithDefault("reject"),
			component.NewField("timestamp_numbers", component.FieldEnum, "Numbers as time", "数字时间单位").
				WithHelp("What a number counts where a column is a timestamp.", "时间戳列中的数字的单位。").
				WithOptions(option("millis", "milliseconds", "毫秒"), option("seconds", "seconds", "秒"), option("micros", "microseconds", "微秒")).
				WithDefault("millis").AsAdvanced(),
		},
		Format: &component.FormatDef{
			NewDecoder: func(p component.Params, t component.DecodeTarget) (component.Decoder, error) { return NewDecoder(p, t) },
			NewEncoder: func(p component.Params, s *schema.Schema) (component.Encoder, error) { return NewEncoder(p, s) },
		},
	}
}
