package plan

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/expr"
	"millrace/models/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

func field(name string, t schema.Type, nullable bool) schema.Field {
	return schema.Field{Name: name, Type: t, Nullable: nullable}
}

var (
	int64Type  = schema.Of(schema.Int64)
	boolType   = schema.Of(schema.Boolean)
	stringType = schema.Of(schema.String)
	timeType   = schema.Of(schema.Timestamp)
)

func col(in *schema.Schema, name string) *expr.Expr {
	i := in.Index(name)
	return &expr.Expr{Op: expr.OpColumn, Type: in.Fields[i].Type, Nullable: in.Fields[i].Nullable, Column: i, Name: name}
}

func lit(t schema.Type, v any) *expr.Expr {
	return &expr.Expr{Op: expr.OpLiteral, Type: t, Value: v, Nullable: v == nil}
}

func call(t schema.Type, fn string, args ...*expr.Expr) *expr.Expr {
	e := &expr.Expr{Op: expr.OpCall, Type: t, Func: fn, Args: args}
	for _, a := range args {
		e.Nullable = e.Nullable || a.Nullable
	}
	return e
}

// musicPlan has every operator over streams: two scans, a union, a filter, a dedupe used twice, a window and a projection, and two sinks.
func musicPlan() *Plan {
	source := &schema.Schema{Fields: []schema.Field{
		field("user_id", int64Type, false), field("event", stringType, true), field("ms_played", int64Type, true),
		field("page", stringType, true), field("ts", timeType, false), field("net", stringType, true),
	}, EventTime: schema.EventTimeOn("ts")}
	decoded := &schema.Schema{Fields: []schema.Field{source.Fields[0], source.Fields[1], source.Fields[2], source.Fields[4]}, EventTime: schema.EventTimeOn("ts")}
	checked := []string{"user_id", "event", "ms_played", "ts"}
	web := &Node{ID: "m/web", Schema: decoded, Op: &Scan{
		Component: "kafka", Version: 1, Params: json.RawMessage(`{"topic":"web","n":1.50}`), Table: "ods.music.web", Source: source, Checked: checked,
	}}
	app := &Node{ID: "m/app", Schema: decoded, Op: &Scan{
		Component: "kafka", Version: 1, Params: json.RawMessage(`{"topic":"app"}`), Table: "ods.music.app", Source: source, Checked: checked,
	}}
	both := &Node{ID: "m/both", Schema: decoded, Op: &Union{}, Inputs: []*Node{web, app}}
	long := &Node{ID: "m/long", Schema: decoded, Inputs: []*Node{both}, Op: &Filter{
		Where: call(boolType, "gt", col(decoded, "ms_played"), lit(int64Type, int64(30000))),
	}}
	once := &Node{ID: "m/once", Schema: decoded, Inputs: []*Node{long}, Op: &Dedupe{Keys: []int{0}, Time: 3, Within: 60_000_000}}
	windowed := &schema.Schema{Fields: []schema.Field{
		field(WindowStart, timeType, false), field(WindowEnd, timeType, false), field("event", stringType, true),
		field("plays", int64Type, false), field("users", int64Type, false), field("ms", int64Type, true),
	}}
	hour := &Node{ID: "m/hour", Schema: windowed, Inputs: []*Node{once}, Op: &Window{
		Kind: Hop, Time: 3, Size: 3_600_000_000, Slide: 60_000_000, Keys: []Column{{"event", col(decoded, "event")}},
		Aggs: []AggColumn{
			{"plays", expr.Agg{Func: "count", Type: int64Type}},
			{"users", expr.Agg{Func: "count", Arg: col(decoded, "user_id"), Distinct: true, Type: int64Type}},
			{"ms", expr.Agg{Func: "sum", Arg: col(decoded, "ms_played"), Type: int64Type, Nullable: true,
				Filter: call(boolType, "gt", col(decoded, "user_id"), lit(int64Type, int64(0)))}},
		},
	}}
	shaped := &schema.Schema{Fields: []schema.Field{field("user", int64Type, false), field("ts", timeType, false), field("sum", int64Type, true)}}
	shape := &Node{ID: "m/shape", Schema: shaped, Inputs: []*Node{once}, Op: &Project{Columns: []Column{
		{"user", col(decoded, "user_id")}, {"ts", col(decoded, "ts")}, {"sum", call(int64Type, "add", col(decoded, "user_id"), col(decoded, "ms_played"))},
	}}}
	return &Plan{Model: "cdm.music.m", TimeZone: "Asia/Shanghai", Sinks: []*Node{
		{ID: "m/out", Schema: windowed, Inputs: []*Node{hour}, Op: &Sink{Component: "clickhouse", Version: 1, Params: json.RawMessage(`{"connection":"olap"}`), Table: "ads.music.hours"}},
		{ID: "m/rows", Schema: shaped, Inputs: []*Node{shape}, Op: &Sink{Component: "console", Version: 2}},
	}}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestExplain(t *testing.T) {
	p := musicPlan()
	require.NoError(t, Validate(p))
	golden(t, "music.explain", p.Explain())
	text, err := p.ExplainJSON()
	require.NoError(t, err)
	var v any
	require.NoError(t, json.Unmarshal(text, &v))
	pretty, err := json.MarshalIndent(v, "", "  ")
	require.NoError(t, err)
	golden(t, "music.explain.json", string(pretty)+"\n")
}

func TestLineage(t *testing.T) { golden(t, "music.lineage", lineageText(musicPlan())) }

func lineageText(p *Plan) string {
	var b strings.Builder
	short := func(list []SourceColumn) string {
		var out []string
		for _, s := range list {
			out = append(out, s.Table+"."+s.Column)
		}
		return strings.Join(out, " ")
	}
	for _, l := range Lineage(p) {
		b.WriteString(l.Sink + " " + l.Table + " " + l.Column + "\n  direct   " + short(l.Direct) + "\n  indirect " + short(l.Indirect) + "\n")
	}
	return b.String()
}

func TestCodec(t *testing.T) {
	p := musicPlan()
	text, err := Marshal(p)
	require.NoError(t, err)
	got, err := Unmarshal(text)
	require.NoError(t, err)
	require.Equal(t, p.Explain(), got.Explain())
	require.Equal(t, Fingerprint(p), Fingerprint(got))
	require.Equal(t, p, got)
	require.Same(t, got.Sinks[0].Inputs[0].Inputs[0], got.Sinks[1].Inputs[0].Inputs[0], "a node that is used twice is one node")
	again, err := Marshal(got)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	golden(t, "music.plan.json", string(text)+"\n")
}

func TestUnmarshalRefuses(t *testing.T) {
	text, err := Marshal(musicPlan())
	require.NoError(t, err)
	good := string(text)
	for _, c := range []struct{ name, old, new, want string }{
		{"empty", good, "", "unexpected end of JSON input"},
		{"newer version", `"version":1,"model"`, `"version":2,"model"`, "the plan has version 2; this program reads version 1"},
		{"unknown key", `"model":`, `"modell":1,"model":`, `unknown field "modell"`},
		{"unknown key of an operator", `"within_us":`, `"x":1,"within_us":`, `unknown field "x"`},
		{"unknown operator", `"op":"dedupe"`, `"op":"sort"`, `unknown operator "sort"`},
		{"no body", `"op":"union","body":{}`, `"op":"union"`, "the operator has no body"},
		{"input in front", `"inputs":[0,1]`, `"inputs":[0,2]`, "the input 2, which does not stand in front of it"},
		{"negative input", `"inputs":[0,1]`, `"inputs":[0,-1]`, "the input -1"},
		{"node without use", `"inputs":[0,1]`, `"inputs":[0]`, "leads to no sink"},
		{"sink out of range", `"sinks":[6,8]`, `"sinks":[6,80]`, "the sink 80 is no node"},
		{"sink twice", `"sinks":[6,8]`, `"sinks":[6,6]`, "the sink 6 is no node, is an input, or is named twice"},
		{"trailing text", `"sinks":[6,8]}`, `"sinks":[6,8]} {}`, "after top-level value"},
		{"mode", `"change":"append"`, `"change":"append only"`, `unknown change mode "append only"`},
		{"window kind", `"kind":"hop"`, `"kind":"session"`, `unknown window kind "session"`},
		{"invalid plan", `"time":3,"size_us"`, `"time":30,"size_us"`, "the event time, column 30, is no timestamp"},
		{"no schema", `"inputs":[2],"schema":`, `"inputs":[2],"schema":null,"schema2":`, `unknown field "schema2"`},
		{"null expression", `"body":{"where":{`, `"body":{"where":null,"where2":{`, `unknown field "where2"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, good, c.old)
			_, err := Unmarshal([]byte(strings.Replace(good, c.old, c.new, 1)))
			require.ErrorContains(t, err, c.want)
		})
	}
}

// TestFingerprint: what has no bearing on the result leaves it alone, and everything else changes it.
func TestFingerprint(t *testing.T) {
	want := Fingerprint(musicPlan())
	require.Regexp(t, `^sha256:[0-9a-f]{64}$`, want)
	scan := func(p *Plan) *Node { return p.Sinks[0].Inputs[0].Inputs[0].Inputs[0].Inputs[0].Inputs[0] }
	for name, change := range map[string]func(*Plan){
		"nothing":          func(*Plan) {},
		"the model's name": func(p *Plan) { p.Model = "other.model.name" },
		"ids":              func(p *Plan) { p.Walk(func(n *Node) { n.ID += "/x" }) },
		"order of sinks":   func(p *Plan) { slices.Reverse(p.Sinks) },
		"order of a union": func(p *Plan) { u := p.Sinks[0].Inputs[0].Inputs[0].Inputs[0].Inputs[0]; slices.Reverse(u.Inputs) },
		"descriptions":     func(p *Plan) { scan(p).Schema.Fields[0].Description = "x" },
		"blanks and order": func(p *Plan) { scan(p).Op.(*Scan).Params = json.RawMessage(` {"n": 1.50, "topic": "web"}`) },
		"order of checked": func(p *Plan) { slices.Reverse(scan(p).Op.(*Scan).Checked) },
		"sharing":          func(p *Plan) { c := *p.Sinks[1].Inputs[0].Inputs[0]; p.Sinks[1].Inputs[0].Inputs[0] = &c },
		"span":             func(p *Plan) { p.Sinks[1].Inputs[0].Op.(*Project).Columns[0].Expr.Span.Start.Line = 7 },
	} {
		p := musicPlan()
		change(p)
		require.Equal(t, want, Fingerprint(p), name)
	}
	seen := map[string]string{want: "the plan"}
	window := func(p *Plan) *Window { return p.Sinks[0].Inputs[0].Op.(*Window) }
	for name, change := range map[string]func(*Plan){
		"time zone":         func(p *Plan) { p.TimeZone = "UTC" },
		"scan's parameters": func(p *Plan) { scan(p).Op.(*Scan).Params = json.RawMessage(`{"topic":"web","n":1.5}`) },
		"component":         func(p *Plan) { scan(p).Op.(*Scan).Component = "file" },
		"version":           func(p *Plan) { scan(p).Op.(*Scan).Version = 2 },
		"table":             func(p *Plan) { scan(p).Op.(*Scan).Table = "x.y.z" },
		"source":            func(p *Plan) { scan(p).Op.(*Scan).Source.Fields[5].Nullable = false },
		"event time":        func(p *Plan) { scan(p).Op.(*Scan).Source.EventTime.Idle++ },
		"checked":           func(p *Plan) { s := scan(p).Op.(*Scan); s.Checked = s.Checked[1:] },
		"window's size":     func(p *Plan) { window(p).Size++ },
		"window's slide":    func(p *Plan) { window(p).Slide++ },
		"window's kind":     func(p *Plan) { window(p).Kind = Tumble },
		"distinct":          func(p *Plan) { window(p).Aggs[1].Agg.Distinct = false },
		"an agg's filter":   func(p *Plan) { window(p).Aggs[2].Agg.Filter = nil },
		"an agg's name":     func(p *Plan) { window(p).Aggs[2].Name = "x" },
		"dedupe's stretch":  func(p *Plan) { p.Sinks[0].Inputs[0].Inputs[0].Op.(*Dedupe).Within++ },
		"dedupe's keys":     func(p *Plan) { p.Sinks[0].Inputs[0].Inputs[0].Op.(*Dedupe).Keys = []int{1} },
		"a constant": func(p *Plan) {
			p.Sinks[0].Inputs[0].Inputs[0].Inputs[0].Op.(*Filter).Where.Args[1].Value = int64(30001)
		},
		"a column's name": func(p *Plan) { p.Sinks[1].Inputs[0].Op.(*Project).Columns[0].Name = "x" },
		"a column":        func(p *Plan) { p.Sinks[1].Inputs[0].Op.(*Project).Columns[0].Expr.Column = 2 },
		"sink":            func(p *Plan) { p.Sinks[1].Op.(*Sink).Params = json.RawMessage(`{}`) },
		"a sink less":     func(p *Plan) { p.Sinks = p.Sinks[:1] },
		"mode":            func(p *Plan) { p.Sinks[1].Mode = Mode{Change: Upsert, Key: []string{"user"}} },
	} {
		p := musicPlan()
		change(p)
		got := Fingerprint(p)
		require.Empty(t, seen[got], name)
		seen[got] = name
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, p := range []*Plan{musicPlan(), shopPlan()} {
		text, err := Marshal(p)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"version":1,"model":"m","time_zone":"UTC","nodes":[{"id":"a","op":"scan","body":{"component":"c","version":1,"source":{"fields":[{"name":"a","type":"int64","nullable":true}]}},"schema":{"fields":[{"name":"a","type":"int64","nullable":true}]},"mode":{"change":"append"}},{"id":"b","op":"sink","body":{"component":"c","version":1},"inputs":[0],"schema":{"fields":[{"name":"a","type":"int64","nullable":true}]},"mode":{"change":"append"}}],"sinks":[1]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Unmarshal(text)
		if err != nil {
			return
		}
		first, err := Marshal(p)
		require.NoError(t, err)
		again, err := Unmarshal(first)
		require.NoError(t, err, "%s", first)
		second, err := Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
		require.Equal(t, Fingerprint(p), Fingerprint(again))
		require.Equal(t, p.Explain(), again.Explain())
		Lineage(p)
	})
}
