package component

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// everyField has a field of each type.
func everyField() []Field {
	return []Field{
		NewField("topic", FieldString, "Topic", "主题"),
		NewField("note", FieldText, "Note", "备注").Optional(),
		NewField("rows", FieldInt, "Rows", "行数").WithDefault(int64(100)).Between(1, 1000),
		NewField("ratio", FieldFloat, "Ratio", "比例").Optional().Between(0, 1),
		NewField("strict", FieldBool, "Strict", "严格").WithDefault(false),
		NewField("flush", FieldDuration, "Flush", "刷新").WithDefault(time.Second).Between(int64(time.Millisecond), int64(time.Hour)),
		NewField("buffer", FieldSize, "Buffer", "缓冲").WithDefault(int64(16 << 20)).AtLeast(1024),
		NewField("since", FieldTime, "Since", "起始").Optional(),
		NewField("mode", FieldEnum, "Mode", "模式").WithDefault("append").WithOptions(
			Option{"append", Text{"Append", "追加"}}, Option{"upsert", Text{"Upsert", "更新"}}),
		NewField("key", FieldColumn, "Key", "键").ShownIf("mode", "upsert"),
		NewField("where", FieldExpr, "Condition", "条件").Optional(),
		NewField("table", FieldTable, "Table", "表").Optional(),
		NewField("connection", FieldConnection, "Connection", "连接").Optional(),
		NewField("cast", FieldDataType, "Type", "类型").Optional(),
		NewField("format", FieldFormat, "Format", "格式").WithDefault("json"),
		NewField("format_params", FieldParams, "Format parameters", "格式参数").Optional(),
		NewField("columns", FieldList, "Columns", "列").Optional().Between(1, 3).ListOf(
			NewField("column", FieldObject, "Column", "列").WithFields(
				NewField("name", FieldString, "Name", "名称").Optional(), NewField("expr", FieldExpr, "Expression", "表达式"))),
		NewField("names", FieldList, "Names", "名称").Optional().ListOf(NewField("name", FieldString, "Name", "名称")),
		NewField("auth", FieldObject, "Sign-in", "登录").Optional().WithFields(
			NewField("user", FieldString, "User", "用户"), NewField("password", FieldString, "Password", "密码").Optional().AsSecret()),
		NewField("headers", FieldMap, "Headers", "头").Optional().ListOf(NewField("value", FieldString, "Value", "值")),
		NewField("schema", FieldSchema, "Schema", "结构").Optional(),
	}
}

func fieldsWithShort() []Field {
	f := everyField()
	for i := range f {
		if f[i].Name == "columns" {
			f[i].Short = "expr"
		}
	}
	return f
}

// paramsOf parses the parameters of a document of one node; they begin on line 6, at column 3.
func paramsOf(t *testing.T, yaml string) (doc string, v model.Value) {
	t.Helper()
	doc = "format: 1\nkind: view\nname: a.b.c\nnodes:\n- {id: n, component: c, params: {\n  " + yaml + "\n  }}\n"
	d, list := model.Parse("m.yaml", []byte(doc))
	require.Empty(t, list)
	return doc, d.Nodes[0].Params
}

func TestDecode(t *testing.T) {
	_, v := paramsOf(t, `topic: t, rows: 7, ratio: 0.5, strict: true, flush: 1m30s, buffer: 64 MB, since: "2026-01-02T08:00:00+08:00", mode: upsert, key: id,
  where: 1, table: a.b.c, connection: k, cast: "decimal(10, 2)", format: csv, format_params: {sep: ";", n: 1.50}, columns: [a, {name: b, expr: a + 1}],
  names: [x, y], auth: {user: u, password: {env: PW}}, headers: {h: v},
  schema: {columns: [{name: id, type: int64, nullable: false}, {name: ts, type: timestamp(3), description: when}], key: [id], event_time: ts}`)
	var diags diag.List
	p, ok := Decode(fieldsWithShort(), v, "params", &diags)
	require.True(t, ok)
	require.Empty(t, diags)
	require.Equal(t, "t", p.String("topic"))
	require.False(t, p.Has("note"))
	require.Equal(t, int64(7), p.Int("rows"))
	require.InDelta(t, 0.5, p.Float("ratio"), 0)
	require.True(t, p.Bool("strict"))
	require.Equal(t, 90*time.Second, p.Duration("flush"))
	require.Equal(t, int64(64e6), p.Int("buffer"))
	require.Equal(t, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), p.Time("since"))
	require.Equal(t, "1", p.String("where"))
	require.Equal(t, schema.DecimalOf(10, 2), p.DataType("cast"))
	raw := p.Raw("format_params")
	require.Equal(t, `{"n":1.50,"sep":";"}`, string(raw.JSON()))
	cols := p.Objects("columns")
	require.Len(t, cols, 2)
	require.Equal(t, "a", cols[0].String("expr"))
	require.Equal(t, "b", cols[1].String("name"))
	require.Equal(t, "params.columns[1].expr", cols[1].Path("expr"))
	require.Equal(t, diag.Pos{Line: 7, Column: 125}, cols[0].Span("expr").Start, "the short form stands where it was written")
	require.Equal(t, []string{"x", "y"}, p.Strings("names"))
	require.Equal(t, Secret{Env: "PW"}, p.Object("auth").Secret("password"))
	require.Equal(t, map[string]any{"h": "v"}, p.Map("headers"))
	require.Equal(t, &schema.Schema{
		Fields: []schema.Field{{Name: "id", Type: schema.Of(schema.Int64)}, {Name: "ts", Type: schema.TimestampOf(3), Nullable: true, Description: "when"}},
		Key:    []string{"id"}, EventTime: schema.EventTimeOn("ts"),
	}, p.Schema("schema"))
}

func TestDecodeDefaults(t *testing.T) {
	_, v := paramsOf(t, "topic: t, note: null")
	var diags diag.List
	p, ok := Decode(everyField(), v, "params", &diags)
	require.True(t, ok)
	require.Empty(t, diags)
	require.Equal(t, int64(100), p.Int("rows"))
	require.Equal(t, time.Second, p.Duration("flush"))
	require.Equal(t, "append", p.String("mode"))
	require.False(t, p.Has("key"), "hidden")
	raw := p.Raw("format_params")
	require.Equal(t, "{}", string(raw.JSON()))
	require.Equal(t, v.At, p.Span("rows"), "an absent field is where the parameters are")
}

// TestDecodeProblems: each wrong piece gives just the diagnostic, at the text it is about.
func TestDecodeProblems(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"", "param.missing params.topic @: the parameter params.topic is missing / Add topic: text."},
		{`topic: ""`, "param.missing params.topic @: params.topic is empty / Write, for example, text."},
		{"topic: 5", `param.wrong_kind params.topic @5: params.topic must be a text, not a number / Put it in quotes to make it a text: "5".`},
		{"topic: [a]", "param.wrong_kind params.topic @: params.topic must be a text, not a list / Write, for example, text."},
		{"topic: t, topc: u", `param.unknown params.topc @topc: unknown parameter "topc" / Did you mean topic?`},
		{"topic: t, rows: many", "param.wrong_kind params.rows @many: params.rows must be a whole number, not a text / Write, for example, 1."},
		{"topic: t, rows: 1.5", "param.bad_value params.rows @1.5: params.rows: 1.5 is not a whole number / Write, for example, 1."},
		{"topic: t, rows: 0", "param.out_of_range params.rows @0: params.rows: 0 is not between 1 and 1000 / "},
		{"topic: t, rows: 99999999999999999999", "param.out_of_range params.rows @99999999999999999999: params.rows: the number does not fit 64 bits / "},
		{"topic: t, ratio: 1.01", "param.out_of_range params.ratio @1.01: params.ratio: 1.01 is not between 0 and 1 / "},
		{"topic: t, ratio: 1e400", "param.out_of_range params.ratio @1e400: params.ratio: the number does not fit 64 bits / "},
		{"topic: t, strict: yes", "param.wrong_kind params.strict @yes: params.strict must be true or false, not a text / Write, for example, true."},
		{"topic: t, flush: 5", "param.wrong_kind params.flush @5: params.flush must be a duration, not a number / Write, for example, 5s."},
		{"topic: t, flush: soon", `param.bad_value params.flush @soon: params.flush: "soon" is not a duration with a unit (ns, us, ms, s, m, h, d) / Write, for example, 5s.`},
		{"topic: t, flush: 1d", "param.out_of_range params.flush @1d: params.flush: 24h0m0s is not between 1ms and 1h0m0s / "},
		{"topic: t, buffer: 5 parsecs", `param.bad_value params.buffer @5 parsecs: params.buffer: "5 parsecs" is not a whole number with a unit (B, KiB, MiB, GiB, TiB, kB, MB, GB, TB) / Write, for example, 16MiB.`},
		{"topic: t, buffer: 1B", "param.out_of_range params.buffer @1B: params.buffer: 1 is less than 1024 / "},
		{"topic: t, buffer: 99999999TiB", `param.bad_value params.buffer @99999999TiB: params.buffer: "99999999TiB" does not fit 64 bits / Write, for example, 16MiB.`},
		{"topic: t, since: today", `param.bad_value params.since @today: params.since: "today" is not a time in the form 2026-01-02T15:04:05Z / Write, for example, 2026-01-02T15:04:05Z.`},
		{"topic: t, mode: upsrt", `param.unknown_option params.mode @upsrt: params.mode: "upsrt" is not one of the values / Did you mean upsert?`},
		{"topic: t, mode: x", `param.unknown_option params.mode @x: params.mode: "x" is not one of the values / Use append or upsert.`},
		{"topic: t, mode: upsert", "param.missing params.key @: the parameter params.key is missing / Add key: user_id."},
		{"topic: t, key: id", "warning param.hidden params.key @id: params.key has no effect: it counts only if mode is upsert / Remove it, or set mode."},
		{"topic: t, where: [a]", `param.wrong_kind params.where @: params.where must be an expression, not a list / Write, for example, "amount > 0".`},
		{"topic: t, cast: itn64", `param.bad_value params.cast @itn64: params.cast: parsing type "itn64": unknown type "itn64" / Did you mean int64?`},
		{"topic: t, columns: a", "param.wrong_kind params.columns @a: params.columns must be a list, not a text / Write, for example, [{expr: \"amount > 0\"}]."},
		{"topic: t, columns: []", "param.out_of_range params.columns @: params.columns: 0 entries is not between 1 and 3 / "},
		{"topic: t, columns: [{expr: a}, {expr: b}, {expr: c}, {expr: d}]", "param.out_of_range params.columns @: params.columns: 4 entries is not between 1 and 3 / "},
		{"topic: t, columns: [5]", "param.wrong_kind params.columns[0] @5: params.columns[0] must be a mapping, not a number / Write a mapping of name and expr."},
		{"topic: t, columns: [{expr: a}, null]", "param.missing params.columns[1] @null: params.columns[1] is empty / Remove the empty item."},
		{"topic: t, columns: [{name: a}]", `param.missing params.columns[0].expr @: the parameter params.columns[0].expr is missing / Add expr: "amount > 0".`},
		{"topic: t, columns: [{expr: a, nmae: b}]", `param.unknown params.columns[0].nmae @nmae: unknown parameter "nmae" / Did you mean name?`},
		{"topic: t, auth: me", "param.wrong_kind params.auth @me: params.auth must be a mapping, not a text / Write a mapping of user and password."},
		{"topic: t, auth: {user: u, password: hunter2}", "warning param.plain_secret params.auth.password @hunter2: params.auth.password is a secret in plain text / Keep it in the environment and write {env: NAME}."},
		{"topic: t, auth: {user: u, password: 5}", "param.wrong_kind params.auth.password @5: params.auth.password must be a secret, not a number / Write, for example, {env: NAME}."},
		{"topic: t, auth: {user: u, password: {evn: X}}", "param.unknown params.auth.password.evn @evn: unknown parameter \"evn\" / Did you mean env?\nparam.missing params.auth.password.env @: the parameter params.auth.password.env is missing / Add env: text."},
		{"topic: t, headers: {h: null}", "param.missing params.headers.h @h: params.headers.h is empty / Give it a value, or remove it."},
		{"topic: t, headers: {h: [x]}", "param.wrong_kind params.headers.h @: params.headers.h must be a text, not a list / Write, for example, text."},
		{"topic: t, format_params: csv", "param.wrong_kind params.format_params @csv: params.format_params must be a mapping, not a text / Write, for example, {name: ...}."},
		{"topic: t, schema: {columns: []}", "param.out_of_range params.schema.columns @: params.schema.columns: 0 entries is less than 1 / "},
		{"topic: t, schema: {columns: [{name: a, type: int64}, {name: a, type: int64}]}", "param.duplicate_column params.schema.columns[1].name @a: the column a is declared twice / Keep one of the two."},
		{"topic: t, schema: {columns: [{name: abc, type: int64}], key: [abd]}", "param.unknown_column params.schema.key[0] @abd: there is no column abd / Did you mean abc?"},
		{"topic: t, schema: {columns: [{name: abc, type: int64}], key: [abc, abc]}", "param.duplicate_column params.schema.key[1] @abc: the key has the column abc twice / Keep one of the two."},
		{"topic: t, schema: {columns: [{name: abc, type: int64}], event_time: abc}", "param.bad_value params.schema.event_time.column @abc: the event time abc is a int64, not a timestamp / Declare the column as timestamp, or compute one in a model."},
		{"topic: t, schema: {columns: [{name: ts, type: timestamp}], event_time: {column: tz, idle: -1s}}", `param.out_of_range params.schema.event_time.idle @-1s: params.schema.event_time.idle: -1s is negative / `},
		{"topic: t, schema: {columns: [{name: ts, type: timestamp}], event_time: {column: tz}}", `param.unknown_column params.schema.event_time.column @tz: there is no column tz / Did you mean ts?`},
	} {
		t.Run(c.yaml, func(t *testing.T) {
			doc, v := paramsOf(t, c.yaml)
			var diags diag.List
			_, ok := Decode(everyField(), v, "params", &diags)
			require.Equal(t, !diags.HasErrors(), ok)
			require.Equal(t, c.want, describeAll(doc, diags))
		})
	}
}

// describeAll writes diagnostics with the text their span marks.
func describeAll(doc string, diags diag.List) string {
	lines := strings.Split(doc, "\n")
	out := make([]string, len(diags))
	for i, d := range diags {
		marked := ""
		if d.Span.End.Known() {
			marked = string([]rune(lines[d.Span.Start.Line-1])[d.Span.Start.Column-1 : d.Span.End.Column-1])
		}
		severity := ""
		if d.Severity != diag.Error {
			severity = d.Severity.String() + " "
		}
		out[i] = fmt.Sprintf("%s%s %s @%s: %s / %s", severity, d.Code, d.Path, marked, d.Message, d.Fix)
	}
	return strings.Join(out, "\n")
}

// TestDecodeGoesOn: all problems come in one pass.
func TestDecodeGoesOn(t *testing.T) {
	_, v := paramsOf(t, "rows: 0, mode: x, columns: [{}, {expr: 1}], schema: {columns: [{name: a, type: q}]}, wat: 1")
	var diags diag.List
	p, ok := Decode(everyField(), v, "params", &diags)
	require.False(t, ok)
	require.Len(t, diags, 6)
	require.False(t, p.Has("rows"))
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0s": 0, "250ms": 250 * time.Millisecond, "7d": 168 * time.Hour, "1d12h": 36 * time.Hour, "1h30m": 90 * time.Minute, "1.5s": 1500 * time.Millisecond,
		"-10m": -10 * time.Minute, "-1d": -24 * time.Hour, "-1d12h": -36 * time.Hour,
	} {
		got, err := parseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "5", "d", "1d2", "1d-2h", "1d0", "99999999d", "106751d24h", "1w", "--1d", "-1d-2h", "-d"} {
		_, err := parseDuration(text)
		require.Error(t, err, text)
	}
}

func TestSecretsStayHidden(t *testing.T) {
	s := PlainSecret("hunter2")
	p := NewParams(map[string]any{"password": s})
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s", s, s, s, s), s.LogValue().String(), fmt.Sprintf("%v", p), p.String("password")} {
		require.NotContains(t, text, "hunter2")
	}
	plain, ok := s.Plain()
	require.True(t, ok)
	require.Equal(t, "hunter2", plain)
	_, err := Encode([]Field{NewField("password", FieldString, "P", "密").AsSecret()}, p)
	require.ErrorContains(t, err, "password: a secret in plain text is not written out")
}

func TestResolveSecrets(t *testing.T) {
	_, v := paramsOf(t, "topic: t, auth: {user: u, password: {env: PW}}")
	var diags diag.List
	p, ok := Decode(everyField(), v, "", &diags)
	require.True(t, ok)
	got, err := ResolveSecrets(everyField(), p, func(name string) (string, bool) { return "value of " + name, true })
	require.NoError(t, err)
	require.Equal(t, "value of PW", got.Object("auth").String("password"))
	require.Equal(t, Secret{Env: "PW"}, p.Object("auth").Secret("password"), "the original is untouched")
	_, err = ResolveSecrets(everyField(), p, func(string) (string, bool) { return "", false })
	require.EqualError(t, err, "resolving auth: resolving auth.password: the environment variable PW is not set")
}
