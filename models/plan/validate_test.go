package plan

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/expr"
	"millrace/models/schema"
)

func TestValidateRefuses(t *testing.T) {
	window := func(p *Plan) *Node { return p.Sinks[0].Inputs[0] }
	dedupe := func(p *Plan) *Node { return window(p).Inputs[0] }
	filter := func(p *Plan) *Node { return dedupe(p).Inputs[0] }
	union := func(p *Plan) *Node { return filter(p).Inputs[0] }
	scan := func(p *Plan) *Node { return union(p).Inputs[0] }
	project := func(p *Plan) *Node { return p.Sinks[1].Inputs[0] }
	clone := func(s *schema.Schema) *schema.Schema {
		c := *s
		c.Fields = append([]schema.Field(nil), s.Fields...)
		return &c
	}
	for _, c := range []struct {
		name  string
		spoil func(*Plan)
		want  string
	}{
		{"no sink", func(p *Plan) { p.Sinks = nil }, "the plan has no sink"},
		{"time zone", func(p *Plan) { p.TimeZone = "Mars/Base" }, `the time zone "Mars/Base" does not exist`},
		{"no time zone", func(p *Plan) { p.TimeZone = "" }, `the time zone "" does not exist`},
		{"root is no sink", func(p *Plan) { p.Sinks[0] = window(p) }, "node m/hour is a root and a window, not a sink"},
		{"root twice", func(p *Plan) { p.Sinks[1] = p.Sinks[0] }, "sink m/out is a root twice"},
		{"hole", func(p *Plan) { filter(p).Inputs[0] = nil }, "a node, its operator or its schema is missing"},
		{"no operator", func(p *Plan) { filter(p).Op = nil }, "a node, its operator or its schema is missing"},
		{"cycle", func(p *Plan) { filter(p).Inputs[0] = dedupe(p) }, "is among its own inputs"},
		{"sink in the middle", func(p *Plan) { window(p).Inputs[0] = p.Sinks[1] }, "it takes its rows from m/rows, a sink"},
		{"id", func(p *Plan) { filter(p).ID = "" }, "it has no id"},
		{"id of state twice", func(p *Plan) { window(p).ID = "m/once" }, "another node with state has this id"},
		{"scan with an input", func(p *Plan) { scan(p).Inputs = []*Node{union(p).Inputs[1]} }, "node m/web (scan): it has 1 inputs"},
		{"filter of two", func(p *Plan) { filter(p).Inputs = append(filter(p).Inputs, scan(p)) }, "node m/long (filter): it has 2 inputs"},
		{"union of none", func(p *Plan) { union(p).Inputs = nil }, "node m/both (union): it has 0 inputs"},
		{"union of others", func(p *Plan) { union(p).Inputs[1] = window(p); window(p).Inputs[0] = scan(p) }, "input 1 has 6 fields, the first 4"},
		{"union that may be NULL", func(p *Plan) {
			in := union(p).Inputs[1]
			s := clone(in.Schema)
			s.Fields[0].Nullable = true
			in.Schema = s
		}, "its fields are not those that follow from its inputs"},
		{"name twice", func(p *Plan) { scan(p).Schema.Fields[1].Name = "user_id" }, `its schema has a field without a name or twice: "user_id"`},
		{"invalid type", func(p *Plan) { scan(p).Schema.Fields[1].Type = schema.Of(schema.Null) }, "the field event has no valid type"},
		{"invalid nested type", func(p *Plan) { scan(p).Schema.Fields[1].Type = schema.Type{Kind: schema.Array} }, "the field event has no valid type"},
		{"no fields", func(p *Plan) { project(p).Schema = &schema.Schema{} }, "its schema has no fields"},
		{"key", func(p *Plan) { project(p).Schema.Key = []string{"x"} }, "its schema has a key on x, which it has not"},
		{"event time", func(p *Plan) { project(p).Schema.EventTime = schema.EventTimeOn("user") }, "its event time on user, which is no timestamp"},
		{"component", func(p *Plan) { scan(p).Op.(*Scan).Component = "" }, `the component "" has version 1`},
		{"parameters", func(p *Plan) { scan(p).Op.(*Scan).Params = json.RawMessage("{") }, "the parameters are not JSON"},
		{"no source schema", func(p *Plan) { scan(p).Op.(*Scan).Source = nil }, "the source has no schema"},
		{"column the source lacks", func(p *Plan) {
			s := clone(scan(p).Op.(*Scan).Source)
			s.Fields = s.Fields[1:]
			scan(p).Op.(*Scan).Source = s
		}, "the source has no column user_id"},
		{"column of another type", func(p *Plan) {
			s := clone(scan(p).Op.(*Scan).Source)
			s.Fields[0].Type = stringType
			scan(p).Op.(*Scan).Source = s
		}, "the column user_id is not as the source declares it"},
		{"order of columns", func(p *Plan) {
			s := clone(scan(p).Op.(*Scan).Source)
			s.Fields[0], s.Fields[1] = s.Fields[1], s.Fields[0]
			scan(p).Op.(*Scan).Source = s
		}, "the column event is not in the source's order"},
		{"checked and not decoded", func(p *Plan) { scan(p).Op.(*Scan).Checked = []string{"page"} }, "the column page is to be checked, but is not decoded"},
		{"no condition", func(p *Plan) { filter(p).Op.(*Filter).Where = nil }, "the condition: an expression is missing"},
		{"condition of numbers", func(p *Plan) { filter(p).Op.(*Filter).Where.Type = int64Type }, "the condition is int64, not boolean"},
		{"column position", func(p *Plan) { filter(p).Op.(*Filter).Where.Args[0].Column = 9 }, "it reads column 9 of 4"},
		{"column name", func(p *Plan) { filter(p).Op.(*Filter).Where.Args[0].Column = 0 }, "it reads column 0 as ms_played, which is user_id"},
		{"column type", func(p *Plan) { filter(p).Op.(*Filter).Where.Args[0].Type = stringType }, "it reads ms_played as string, which is int64"},
		{"column nullability", func(p *Plan) { filter(p).Op.(*Filter).Where.Args[0].Nullable = false }, "it reads ms_played as never NULL"},
		{"missing argument", func(p *Plan) { filter(p).Op.(*Filter).Where.Args[1] = nil }, "an expression is missing"},
		{"NULL that is none", func(p *Plan) { filter(p).Op.(*Filter).Where.Args[1] = &expr.Expr{Type: int64Type} }, "a NULL is said never to be NULL"},
		{"call of nothing", func(p *Plan) { filter(p).Op.(*Filter).Where.Func = "" }, "a call names no function"},
		{"kind of expression", func(p *Plan) { filter(p).Op.(*Filter).Where.Op = 9 }, "unknown kind of expression 9"},
		{"arguments of a column", func(p *Plan) { a := filter(p).Op.(*Filter).Where.Args; a[0].Args = a[1:] }, "only calls have arguments"},
		{"project columns", func(p *Plan) { o := project(p).Op.(*Project); o.Columns = o.Columns[1:] }, "it computes 2 columns for 3 fields"},
		{"project name", func(p *Plan) { project(p).Op.(*Project).Columns[0].Name = "x" }, "the column x fills the field user"},
		{"project nullability", func(p *Plan) {
			s := clone(project(p).Schema)
			s.Fields[2].Nullable = false
			project(p).Schema = s
		}, "the column sum may be NULL and its field may not"},
		{"window time", func(p *Plan) { window(p).Op.(*Window).Time = 0 }, "the event time, column 0, is no timestamp"},
		{"window size", func(p *Plan) { window(p).Op.(*Window).Size = 0 }, "a window of 0 us"},
		{"window slide", func(p *Plan) { window(p).Op.(*Window).Kind = Tumble }, "a tumbling window that slides by"},
		{"window fields", func(p *Plan) { o := window(p).Op.(*Window); o.Aggs = o.Aggs[1:] }, "it gives 5 columns for 6 fields"},
		{"window start", func(p *Plan) { window(p).Schema.Fields[0].Name = "begin" }, "field 0 is not window_start"},
		{"aggregate", func(p *Plan) { window(p).Op.(*Window).Aggs[0].Agg.Func = "median" }, `unknown aggregate "median"`},
		{"aggregate of nothing", func(p *Plan) { window(p).Op.(*Window).Aggs[2].Agg.Arg = nil }, "column ms: sum has no argument"},
		{"aggregate's type", func(p *Plan) { window(p).Op.(*Window).Aggs[0].Agg.Type = stringType }, "the column plays is string and its field int64"},
		{"aggregate's filter", func(p *Plan) { window(p).Op.(*Window).Aggs[2].Agg.Filter.Type = int64Type }, "the filter of column ms is int64, not boolean"},
		{"dedupe without keys", func(p *Plan) { dedupe(p).Op.(*Dedupe).Keys = nil }, "it has 0 keys"},
		{"dedupe key", func(p *Plan) { dedupe(p).Op.(*Dedupe).Keys = []int{0, 0} }, "the key, column 0, is not in the input or is there twice"},
		{"dedupe key outside", func(p *Plan) { dedupe(p).Op.(*Dedupe).Keys = []int{9} }, "the key, column 9"},
		{"mode key", func(p *Plan) { scan(p).Mode = Mode{Change: Upsert, Key: []string{"x"}} }, "its mode has the key column x"},
		{"mode without key", func(p *Plan) { scan(p).Mode = Mode{Change: Upsert} }, "its mode is upsert with 0 key columns"},
		{"mode that does not follow", func(p *Plan) { filter(p).Mode = Mode{Change: Retract} }, "its mode is retract, and follows to be append"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := musicPlan()
			c.spoil(p)
			require.ErrorContains(t, Validate(p), c.want)
			_, err := Marshal(p)
			require.Error(t, err)
		})
	}
	require.ErrorContains(t, Validate(nil), "there is no plan")
}

// TestValidateCollects: several problems come at once.
func TestValidateCollects(t *testing.T) {
	p := musicPlan()
	p.TimeZone = "x"
	p.Sinks[0].ID = ""
	p.Sinks[1].Inputs[0].Op.(*Project).Columns[0].Name = "x"
	err := Validate(p)
	require.ErrorContains(t, err, "time zone")
	require.ErrorContains(t, err, "it has no id")
	require.ErrorContains(t, err, "fills the field user")
}

func TestInferMode(t *testing.T) {
	s := &schema.Schema{Fields: []schema.Field{field("id", int64Type, false), field("v", int64Type, true), field("ts", timeType, false)}}
	in := func(c ChangeMode, key ...string) *Node {
		return &Node{ID: "in", Schema: s, Mode: Mode{Change: c, Key: key}}
	}
	on := func(name string) *Filter {
		return &Filter{Where: call(boolType, "gt", col(s, name), lit(int64Type, int64(1)))}
	}
	project := &Project{Columns: []Column{{"v", col(s, "v")}, {"user", col(s, "id")}}}
	for _, c := range []struct {
		name   string
		op     Op
		inputs []*Node
		want   Mode
		err    string
	}{
		{"scan", &Scan{}, nil, Mode{}, ""},
		{"filter of append", on("v"), []*Node{in(Append)}, Mode{}, ""},
		{"filter of retract", on("v"), []*Node{in(Retract)}, Mode{Change: Retract}, ""},
		{"filter of upsert on the key", on("id"), []*Node{in(Upsert, "id")}, Mode{Change: Upsert, Key: []string{"id"}}, ""},
		{"filter of upsert on a value", on("v"), []*Node{in(Upsert, "id")}, Mode{}, "filter on v cannot take an upsert"},
		{"project of upsert", project, []*Node{in(Upsert, "id")}, Mode{Change: Upsert, Key: []string{"user"}}, ""},
		{"project that drops the key", &Project{Columns: project.Columns[:1]}, []*Node{in(Upsert, "id")}, Mode{}, "project drops id"},
		{"project of retract", project, []*Node{in(Retract)}, Mode{Change: Retract}, ""},
		{"union of appends", &Union{}, []*Node{in(Append), in(Append)}, Mode{}, ""},
		{"union with a retract", &Union{}, []*Node{in(Append), in(Retract)}, Mode{Change: Retract}, ""},
		{"union with an upsert", &Union{}, []*Node{in(Append), in(Upsert, "id")}, Mode{}, "union cannot take the upsert"},
		{"window of append", &Window{}, []*Node{in(Append)}, Mode{}, ""},
		{"window of retract", &Window{}, []*Node{in(Retract)}, Mode{}, "window takes only inserts, and in sends retract"},
		{"dedupe of upsert", &Dedupe{}, []*Node{in(Upsert, "id")}, Mode{}, "dedupe takes only inserts"},
		{"inner join of appends", &Join{}, []*Node{in(Append), in(Append)}, Mode{}, ""},
		{"semi join of appends", &Join{Kind: Semi}, []*Node{in(Append), in(Append)}, Mode{}, ""},
		{"left join of appends", &Join{Kind: LeftOuter}, []*Node{in(Append), in(Append)}, Mode{Change: Retract}, ""},
		{"anti join of appends", &Join{Kind: Anti}, []*Node{in(Append), in(Append)}, Mode{Change: Retract}, ""},
		{"inner join of a retract", &Join{}, []*Node{in(Append), in(Retract)}, Mode{Change: Retract}, ""},
		{"join of an upsert", &Join{}, []*Node{in(Append), in(Upsert, "id")}, Mode{}, "join cannot take the upsert of in"},
		{"interval join", &IntervalJoin{Kind: FullOuter}, []*Node{in(Append), in(Append)}, Mode{}, ""},
		{"interval join of a retract", &IntervalJoin{}, []*Node{in(Append), in(Retract)}, Mode{}, "interval_join takes only inserts"},
		{"temporal join", &TemporalJoin{Right: []int{0}}, []*Node{in(Append), in(Append)}, Mode{}, ""},
		{"temporal join with an upsert", &TemporalJoin{Right: []int{0}}, []*Node{in(Append), in(Upsert, "id")}, Mode{}, ""},
		{"temporal join with a retract", &TemporalJoin{Right: []int{0}}, []*Node{in(Append), in(Retract)}, Mode{}, ""},
		{"temporal join that corrects", &TemporalJoin{Right: []int{0}, Correct: 1}, []*Node{in(Append), in(Append)}, Mode{Change: Retract}, ""},
		{"temporal join of a retract", &TemporalJoin{}, []*Node{in(Retract), in(Append)}, Mode{}, "temporal_join takes only inserts"},
		{"temporal join by another key", &TemporalJoin{Right: []int{1}}, []*Node{in(Append), in(Upsert, "id")}, Mode{}, "temporal_join looks in up by v, and the key of its upsert is id"},
		{"aggregate", &Aggregate{}, []*Node{in(Append)}, Mode{Change: Retract}, ""},
		{"aggregate of retract", &Aggregate{}, []*Node{in(Retract)}, Mode{Change: Retract}, ""},
		{"aggregate of upsert", &Aggregate{}, []*Node{in(Upsert, "id")}, Mode{}, "aggregate cannot take the upsert"},
		{"rank", &Rank{}, []*Node{in(Append)}, Mode{Change: Retract}, ""},
		{"rank of upsert", &Rank{}, []*Node{in(Upsert, "id")}, Mode{}, "rank cannot take the upsert"},
		{"normalize", &Normalize{}, []*Node{in(Upsert, "id")}, Mode{Change: Retract}, ""},
		{"normalize of append", &Normalize{}, []*Node{in(Append)}, Mode{}, "normalize completes upserts, and in sends append"},
		{"unnest", &Unnest{}, []*Node{in(Retract)}, Mode{Change: Retract}, ""},
		{"unnest of upsert", &Unnest{}, []*Node{in(Upsert, "id")}, Mode{}, "unnest cannot take the upsert"},
		{"sink", &Sink{}, []*Node{in(Upsert, "id")}, Mode{Change: Upsert, Key: []string{"id"}}, ""},
		{"upsert without a key", &Sink{}, []*Node{in(Upsert)}, Mode{}, "an upsert without a key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := InferMode(c.op, c.inputs)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}
