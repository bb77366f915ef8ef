package plan

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/expr"
	"millrace/models/schema"
)

// derived makes a node whose schema and mode follow from its inputs.
func derived(id string, op Op, inputs ...*Node) *Node {
	schemas := make([]*schema.Schema, len(inputs))
	for i, in := range inputs {
		schemas[i] = in.Schema
	}
	s, err := SchemaOf(op, schemas)
	if err != nil {
		panic(err)
	}
	mode, err := InferMode(op, inputs)
	if err != nil {
		panic(err)
	}
	return &Node{ID: id, Op: op, Inputs: inputs, Schema: s, Mode: mode}
}

const minute = int64(60_000_000)

// shopPlan has every operator over changelogs: orders meet users by key, clicks by an interval, songs by version; one sink ranks users, the
// other has a row a tag.
func shopPlan() *Plan {
	source := func(id string, mode Mode, fields ...schema.Field) *Node {
		s := &schema.Schema{Fields: append(fields, field("ts", timeType, false)), Key: []string{fields[0].Name}, EventTime: schema.EventTimeOn("ts")}
		return &Node{ID: "shop/" + id, Schema: s, Mode: mode, Op: &Scan{
			Component: "kafka", Version: 1, Params: json.RawMessage(`{}`), Table: "ods.shop." + id, Source: s, Checked: s.Names(),
		}}
	}
	orders := source("orders", Mode{}, field("id", int64Type, false), field("user_id", int64Type, true), field("song_id", int64Type, false),
		field("tags", schema.ArrayOf(stringType), true))
	clicks := source("clicks", Mode{}, field("id", int64Type, false))
	users := source("users", Mode{Change: Upsert, Key: []string{"id"}}, field("id", int64Type, false), field("name", stringType, true))
	songs := source("songs", Mode{Change: Upsert, Key: []string{"song_id"}}, field("song_id", int64Type, false), field("title", stringType, true))

	known := derived("shop/known", &Normalize{}, users)
	pairs := PairSchema(orders.Schema, known.Schema)
	bought := derived("shop/bought", &Join{
		Kind: LeftOuter, Left: []int{1}, Right: []int{0}, RightUnique: true, TTL: 1440 * minute, LeftTime: 4, RightTime: 2,
		Where: call(boolType, "gt", col(pairs, "id_1"), col(pairs, "song_id")),
	}, orders, known)
	each := derived("shop/each", &Aggregate{Keys: []Column{{"name", col(bought.Schema, "name")}}, Aggs: []AggColumn{
		{"orders", expr.Agg{Func: "count", Type: int64Type}},
		{"songs", expr.Agg{Func: "count", Arg: col(bought.Schema, "song_id"), Distinct: true, Type: int64Type}},
	}}, bought)
	best := derived("shop/best", &Rank{Partition: []int{0}, Order: []SortKey{{Column: 1, Desc: true}, {Column: 2}}, From: 1, To: 10, Number: "place"}, each)

	clicked := derived("shop/clicked", &IntervalJoin{
		Left: []int{0}, Right: []int{0}, LeftTime: 4, RightTime: 1, Lower: -10 * minute, LeftUnique: true, RightUnique: true,
	}, orders, clicks)
	titled := derived("shop/titled", &TemporalJoin{Kind: LeftOuter, Left: []int{2}, Right: []int{0}, LeftTime: 4, RightTime: 2, Wait: minute / 6}, clicked, songs)
	tags := derived("shop/tags", &Unnest{Column: 3, Outer: true, Ordinality: true, Names: []string{"tag", "at"}}, titled)
	corrected := derived("shop/corrected", &TemporalJoin{
		Left: []int{2}, Right: []int{0}, LeftTime: 4, RightTime: 2, Correct: 60 * minute,
		Where: call(boolType, "gt", col(PairSchema(orders.Schema, songs.Schema), "id"), lit(int64Type, int64(0))),
	}, orders, songs)
	all := derived("shop/all", &Aggregate{Aggs: []AggColumn{{"n", expr.Agg{Func: "count", Type: int64Type}}}}, corrected)

	sink := func(id string, in *Node) *Node {
		return &Node{ID: "shop/" + id, Schema: in.Schema, Mode: in.Mode, Inputs: []*Node{in}, Op: &Sink{Component: "console", Version: 1, Table: "ads.shop." + id}}
	}
	return &Plan{Model: "cdm.shop.m", TimeZone: "UTC", Sinks: []*Node{sink("ranks", best), sink("rows", tags), sink("count", all)}}
}

func TestRelationalPlan(t *testing.T) {
	p := shopPlan()
	require.NoError(t, Validate(p))
	golden(t, "shop.explain", p.Explain())
	golden(t, "shop.lineage", lineageText(p))

	text, err := Marshal(p)
	require.NoError(t, err)
	golden(t, "shop.plan.json", string(text)+"\n")
	got, err := Unmarshal(text)
	require.NoError(t, err)
	require.Equal(t, p.Explain(), got.Explain())
	require.Equal(t, Fingerprint(p), Fingerprint(got))
	again, err := Marshal(got)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
}

func TestUnmarshalRefusesRelational(t *testing.T) {
	text, err := Marshal(shopPlan())
	require.NoError(t, err)
	for _, c := range []struct{ name, old, new, want string }{
		{"join kind", `"kind":"left","left":[1]`, `"kind":"cross","left":[1]`, `unknown join kind "cross"`},
		{"unknown key", `"ttl_us":`, `"ttl":1,"ttl_us":`, `unknown field "ttl"`},
		{"unknown key of an order", `"column":1,"desc"`, `"column":1,"descending":true,"desc"`, `unknown field "descending"`},
		{"body of normalize", `"op":"normalize","body":{}`, `"op":"normalize","body":{"x":1}`, `unknown field "x"`},
		{"position", `"right":[0],"where"`, `"right":[7],"where"`, "the key column 7 is not among the 3 of the input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, string(text), c.old)
			_, err := Unmarshal([]byte(strings.Replace(string(text), c.old, c.new, 1)))
			require.ErrorContains(t, err, c.want)
		})
	}
}

// shopNode returns a node of the plan by the end of its id.
func shopNode(p *Plan, id string) *Node {
	var out *Node
	p.Walk(func(n *Node) {
		if n.ID == "shop/"+id {
			out = n
		}
	})
	return out
}

func shopOp[T Op](p *Plan, id string) T { return shopNode(p, id).Op.(T) }

func TestValidateRefusesRelational(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*Plan)
		want  string
	}{
		{"join of one", func(p *Plan) { n := shopNode(p, "bought"); n.Inputs = n.Inputs[:1] }, "it has 1 inputs"},
		{"join kind", func(p *Plan) { shopOp[*Join](p, "bought").Kind = 9 }, "unknown join kind 9"},
		{"pairs", func(p *Plan) { shopOp[*Join](p, "bought").Right = nil }, "it compares 1 columns with 0"},
		{"types of a pair", func(p *Plan) { shopOp[*Join](p, "bought").Right[0] = 1 }, "it compares user_id, which is int64, with name, which is string"},
		{"key that is none", func(p *Plan) { shopOp[*Join](p, "bought").Left[0] = 3 }, "tags is array<string>, which cannot be a key"},
		{"position of a key", func(p *Plan) { shopOp[*Join](p, "bought").Left[0] = -1 }, "the key column -1 is not among the 5 of the input"},
		{"condition of numbers", func(p *Plan) { shopOp[*Join](p, "bought").Where.Type = int64Type }, "the condition is int64, not boolean"},
		{"condition outside", func(p *Plan) { shopOp[*Join](p, "bought").Where.Args[0].Column = 8 }, "it reads column 8 of 8"},
		{"condition by the name of one input", func(p *Plan) { shopOp[*Join](p, "bought").Where.Args[0].Name = "id" }, "it reads column 5 as id, which is id_1"},
		{"ttl", func(p *Plan) { shopOp[*Join](p, "bought").TTL = -1 }, "the ttl is -1 us"},
		{"endless ttl", func(p *Plan) { shopOp[*Join](p, "bought").TTL = maxSpan + 1 }, "the ttl is 3162240000000001 us"},
		{"times without ttl", func(p *Plan) { shopOp[*Join](p, "bought").TTL = 0 }, "it has the event times 4 and 2 and no ttl"},
		{"time of a join", func(p *Plan) { shopOp[*Join](p, "bought").LeftTime = 0 }, "the event time, column 0, is no timestamp"},
		{"fields of a join", func(p *Plan) {
			n := shopNode(p, "bought")
			s := *n.Schema
			s.Fields = slices.Clone(s.Fields)
			s.Fields[5].Nullable = false
			n.Schema = &s
		}, "its fields are not those that follow from its inputs"},
		{"interval", func(p *Plan) { shopOp[*IntervalJoin](p, "clicked").Upper = -11 * minute }, "its interval is from -600000000 to -660000000 us"},
		{"endless interval", func(p *Plan) { shopOp[*IntervalJoin](p, "clicked").Lower = -maxSpan - 1 }, "its interval is from"},
		{"time of an interval join", func(p *Plan) { shopOp[*IntervalJoin](p, "clicked").RightTime = 2 }, "the event time, column 2, is no timestamp"},
		{"kind of a temporal join", func(p *Plan) { shopOp[*TemporalJoin](p, "corrected").Kind = Semi }, "a temporal join is inner or left"},
		{"temporal join without a key", func(p *Plan) { j := shopOp[*TemporalJoin](p, "titled"); j.Left, j.Right = nil, nil }, "it has no key to look versions up by"},
		{"wait", func(p *Plan) { shopOp[*TemporalJoin](p, "titled").Wait = -1 }, "the wait is -1 us"},
		{"correct", func(p *Plan) { shopOp[*TemporalJoin](p, "corrected").Correct = -1 }, "the time for corrections is -1 us"},
		{"fields of an aggregate", func(p *Plan) { shopOp[*Aggregate](p, "each").Aggs = nil }, "it gives 1 columns for 3 fields"},
		{"aggregate", func(p *Plan) { shopOp[*Aggregate](p, "each").Aggs[0].Agg.Func = "median" }, `unknown aggregate "median"`},
		{"key of an aggregate", func(p *Plan) {
			n := shopNode(p, "each")
			shopOp[*Aggregate](p, "each").Keys[0].Expr = col(n.Inputs[0].Schema, "tags")
		}, "name is array<string>, which cannot be a key"},
		{"numbers of a rank", func(p *Plan) { shopOp[*Rank](p, "best").From = 0 }, "it keeps the rows from 0 to 10"},
		{"numbers of a rank turned around", func(p *Plan) { shopOp[*Rank](p, "best").To = 0 }, "it keeps the rows from 1 to 0"},
		{"partition twice", func(p *Plan) { shopOp[*Rank](p, "best").Partition = []int{0, 0} }, "the partition has name twice"},
		{"order twice", func(p *Plan) { shopOp[*Rank](p, "best").Order[1].Column = 1 }, "the order has orders twice"},
		{"order outside", func(p *Plan) { shopOp[*Rank](p, "best").Order[1].Column = 3 }, "the key column 3 is not among the 3"},
		{"normalize of others", func(p *Plan) { shopNode(p, "known").Inputs[0] = shopNode(p, "songs") }, "its fields differ from those of shop/songs"},
		{"normalize of append", func(p *Plan) { shopNode(p, "users").Mode = Mode{} }, "normalize completes upserts, and shop/users sends append"},
		{"unnest", func(p *Plan) { shopOp[*Unnest](p, "tags").Column = 0 }, "int64 has no elements"},
		{"unnest outside", func(p *Plan) { shopOp[*Unnest](p, "tags").Column = -1 }, "the column -1 is not among"},
		{"names of unnest", func(p *Plan) { shopOp[*Unnest](p, "tags").Names = []string{"tag", "tags"} }, `the output has the column "tags" twice`},
		{"id of state twice", func(p *Plan) { shopNode(p, "best").ID = "shop/each" }, "another node with state has this id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := shopPlan()
			c.spoil(p)
			require.ErrorContains(t, Validate(p), c.want)
			_, err := Marshal(p)
			require.Error(t, err)
		})
	}
}

func TestFingerprintRelational(t *testing.T) {
	want := Fingerprint(shopPlan())
	twoPairs := func(turn bool) string {
		p := shopPlan()
		j := shopOp[*Join](p, "bought")
		j.Left, j.Right = []int{1, 2}, []int{0, 0}
		if turn {
			slices.Reverse(j.Left)
			slices.Reverse(j.Right)
		}
		require.NoError(t, Validate(p))
		return Fingerprint(p)
	}
	require.Equal(t, twoPairs(false), twoPairs(true), "the order of the pairs has no bearing")

	seen := map[string]string{want: "the plan", twoPairs(false): "two pairs"}
	for name, change := range map[string]func(*Plan){
		"join kind":            func(p *Plan) { shopOp[*Join](p, "bought").Kind = Inner },
		"left key":             func(p *Plan) { shopOp[*Join](p, "bought").Left[0] = 0 },
		"right key":            func(p *Plan) { shopOp[*IntervalJoin](p, "clicked").Right[0] = 1 },
		"condition":            func(p *Plan) { shopOp[*Join](p, "bought").Where = nil },
		"ttl":                  func(p *Plan) { shopOp[*Join](p, "bought").TTL++ },
		"left time":            func(p *Plan) { shopOp[*Join](p, "bought").LeftTime = 0 },
		"right time":           func(p *Plan) { shopOp[*Join](p, "bought").RightTime = 0 },
		"left unique":          func(p *Plan) { shopOp[*Join](p, "bought").LeftUnique = true },
		"right unique":         func(p *Plan) { shopOp[*Join](p, "bought").RightUnique = false },
		"lower":                func(p *Plan) { shopOp[*IntervalJoin](p, "clicked").Lower++ },
		"upper":                func(p *Plan) { shopOp[*IntervalJoin](p, "clicked").Upper++ },
		"interval kind":        func(p *Plan) { shopOp[*IntervalJoin](p, "clicked").Kind = LeftOuter },
		"interval left unique": func(p *Plan) { shopOp[*IntervalJoin](p, "clicked").LeftUnique = false },
		"interval unique":      func(p *Plan) { shopOp[*IntervalJoin](p, "clicked").RightUnique = false },
		"wait":                 func(p *Plan) { shopOp[*TemporalJoin](p, "titled").Wait++ },
		"correct":              func(p *Plan) { shopOp[*TemporalJoin](p, "corrected").Correct++ },
		"aggregate":            func(p *Plan) { shopOp[*Aggregate](p, "each").Aggs[1].Agg.Distinct = false },
		"group":                func(p *Plan) { shopOp[*Aggregate](p, "each").Keys[0].Name = "x" },
		"partition":            func(p *Plan) { shopOp[*Rank](p, "best").Partition = nil },
		"order":                func(p *Plan) { shopOp[*Rank](p, "best").Order[0].Column = 0 },
		"desc":                 func(p *Plan) { shopOp[*Rank](p, "best").Order[0].Desc = false },
		"nulls":                func(p *Plan) { shopOp[*Rank](p, "best").Order[0].NullsFirst = true },
		"from":                 func(p *Plan) { shopOp[*Rank](p, "best").From++ },
		"to":                   func(p *Plan) { shopOp[*Rank](p, "best").To++ },
		"number":               func(p *Plan) { shopOp[*Rank](p, "best").Number = "" },
		"unnest's column":      func(p *Plan) { shopOp[*Unnest](p, "tags").Column = 0 },
		"outer":                func(p *Plan) { shopOp[*Unnest](p, "tags").Outer = false },
		"ordinality":           func(p *Plan) { shopOp[*Unnest](p, "tags").Ordinality = false },
		"names":                func(p *Plan) { shopOp[*Unnest](p, "tags").Names[0] = "x" },
		"sides":                func(p *Plan) { slices.Reverse(shopNode(p, "clicked").Inputs) },
	} {
		p := shopPlan()
		change(p)
		got := Fingerprint(p)
		require.Empty(t, seen[got], name)
		seen[got] = name
	}
}

// TestExplainRelational: what the big plan does not show.
func TestExplainRelational(t *testing.T) {
	in := &Node{Schema: &schema.Schema{Fields: []schema.Field{field("id", int64Type, false), field("ts", timeType, false)}}}
	upsert := &Node{Schema: in.Schema, Mode: Mode{Change: Upsert, Key: []string{"id"}}}
	for want, op := range map[string]Op{
		"inner of every pair":                           &Join{},
		"anti on id and ts, one to many":                &Join{Kind: Anti, Left: []int{0, 1}, Right: []int{0, 1}, LeftUnique: true},
		"full on id, 0s <= right.ts - left.ts <= 1h30m": &IntervalJoin{Kind: FullOuter, Left: []int{0}, Right: []int{0}, LeftTime: 1, RightTime: 1, Upper: 90 * minute},
		"all: n = COUNT(*)":                             &Aggregate{Aggs: []AggColumn{{"n", expr.Agg{Func: "count"}}}},
		"by id":                                         &Aggregate{Keys: []Column{{"id", col(in.Schema, "id")}}},
		"1..1":                                          &Rank{From: 1, To: 1},
		"2..3 by id desc nulls first, ts nulls last": &Rank{From: 2, To: 3, Order: []SortKey{{0, true, true}, {1, false, false}}},
		"1..1 by id desc, ts":                        &Rank{From: 1, To: 1, Order: []SortKey{{0, true, false}, {1, false, true}}},
		"id as x":                                    &Unnest{Names: []string{"x"}},
	} {
		require.Equal(t, want, details(&Node{Op: op, Inputs: []*Node{in, in}}))
	}
	require.Equal(t, "by id", details(&Node{Op: &Normalize{}, Inputs: []*Node{upsert}}))
	require.Equal(t, []string{"0s", "2d", "36h", "-10m"}, []string{micros(0), micros(2 * 1440 * minute), micros(36 * 60 * minute), micros(-10 * minute)})
}
