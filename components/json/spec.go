package json

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
		Name: "json", Version: 1, Kind: component.KindFormat,
		Title:   text("JSON", "JSON"),
		Summary: text("One JSON object a record.", "每条记录是一个 JSON 对象。"),
		Help: text(
			"Each record (a message, or a line of a file) is one JSON object. Columns are found by name; unknown fields are ignored. "+
				"The whole record must be well-formed, valid UTF-8 and without duplicate keys; what is not goes to the dead letters.",
			"每条记录（一条消息或文件中的一行）是一个 JSON 对象。列按名称匹配，未知字段被忽略。整条记录必须格式正确、为有效的 UTF-8 且没有重复的键，否则进入死信队列。"),
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M6 2.5c-3 0-1 5-3.5 5.5 2.5.5.5 5.5 3.5 5.5M10 2.5c3 0 1 5 3.5 5.5-2.5.5-.5 5.5-3.5 5.5"/></svg>`,
		Fields: []component.Field{
			component.NewField("timestamp_numbers", component.FieldEnum, "Numbers as time", "数字时间单位").
				WithHelp("What a number counts where a column is a timestamp.", "时间戳列中的数字的单位。").
				WithOptions(option("millis", "milliseconds", "毫秒"), option("seconds", "seconds", "秒"), option("micros", "microseconds", "微秒")).
				WithDefault("millis"),
			component.NewField("missing", component.FieldEnum, "Missing fields", "缺失字段").
				WithHelp("What a record is that lacks a field: NULL in it, or rejected.", "记录缺少字段时：取 NULL，或拒绝该记录。").
				WithOptions(option("null", "NULL", "取 NULL"), option("reject", "reject", "拒绝")).
				WithDefault("null"),
			component.NewField("timestamps", component.FieldEnum, "Write times as", "时间写作").
				WithHelp("How timestamps are written: RFC 3339 in UTC, or a number. Milliseconds drop finer digits.", "时间戳的写法：RFC 3339（UTC）或数字。毫秒会舍去更细的位数。").
				WithOptions(option("rfc3339", "RFC 3339", "RFC 3339"), option("millis", "milliseconds", "毫秒"), option("micros", "microseconds", "微秒")).
				WithDefault("rfc3339").AsAdvanced(),
		},
		Format: &component.FormatDef{
			NewDecoder: func(p component.Params, t component.DecodeTarget) (component.Decoder, error) { return NewDecoder(p, t) },
			NewEncoder: func(p component.Params, s *schema.Schema) (component.Encoder, error) { return NewEncoder(p, s) },
		},
	}
}
