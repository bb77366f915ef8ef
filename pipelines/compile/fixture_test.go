package compile_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/aggregate"
	"millrace/components/component"
	"millrace/components/compute"
	"millrace/components/dedupe"
	"millrace/components/filter"
	"millrace/components/join"
	"millrace/components/json"
	"millrace/components/lowering"
	"millrace/components/normalize"
	"millrace/components/rank"
	"millrace/components/table"
	"millrace/components/union"
	"millrace/components/unnest"
	"millrace/components/values"
	"millrace/components/window"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/compile"
)

// The components that models of the tests read from and write to. They are planned and never opened.

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"/>`

func words(s string) component.Text { return component.Text{En: s, Zh: s} }

func testSpec(name string, kind component.Kind, fields ...component.Field) component.Spec {
	s := component.Spec{
		Name: name, Version: 1, Kind: kind, Title: words(name), Summary: words(name), Help: words(name), Icon: icon, Fields: fields,
	}
	if kind == component.KindSink {
		s.MinInputs, s.MaxInputs = 1, 1
	}
	return s
}

func topicField() component.Field {
	return component.NewField("topic", component.FieldString, "Topic", "主题")
}

// recordsSource reads a topic whose columns the catalog declares.
func recordsSource() component.Spec {
	s := testSpec("records", component.KindSource, topicField(),
		component.NewField("schema", component.FieldSchema, "Columns", "列").Optional())
	s.Source = &component.SourceDef{Plan: func(pc *component.Planning, p component.Params) (*plan.Scan, bool) {
		if p.String("topic") == "refused" {
			lowering.Report(pc, "test.refused", p.Span("topic"), p.Path("topic"), "the topic is refused").Fix = "Choose another."
			return nil, false
		}
		return &plan.Scan{Component: "records", Version: 1, Params: []byte(`{"topic":"` + p.String("topic") + `"}`), Source: p.Schema("schema")}, true
	}}
	return s
}

// eventsSource knows its columns.
func eventsSource() component.Spec {
	s := testSpec("events", component.KindSource)
	s.Source = &component.SourceDef{Plan: func(*component.Planning, component.Params) (*plan.Scan, bool) {
		return &plan.Scan{Component: "events", Version: 1, Params: []byte(`{}`), Source: playEvents()}, true
	}}
	return s
}

func testSink(name string, accepts plan.ChangeMode, check func(*component.Planning, component.Params, *plan.Node) bool, fields ...component.Field) component.Spec {
	s := testSpec(name, component.KindSink, fields...)
	s.Sink = &component.SinkDef{
		Accepts: []plan.ChangeMode{accepts},
		Plan: func(pc *component.Planning, p component.Params, in *plan.Node) (*plan.Sink, bool) {
			if check != nil && !check(pc, p, in) {
				return nil, false
			}
			params, err := component.Encode(fields, p)
			return &plan.Sink{Component: name, Version: 1, Params: params}, err == nil
		},
		Open: func(context.Context, component.SinkContext) (component.Sink, error) {
			return nil, errors.New("opening a sink of the compiler's tests")
		},
	}
	return s
}

// typedSink insists on the type of one column.
func typedSink() component.Spec {
	check := func(pc *component.Planning, p component.Params, in *plan.Node) bool {
		i, ok := lowering.Find(pc, p.String("column"), in.Schema, p.Span("column"), p.Path("column"))
		if !ok {
			return false
		}
		if got, want := in.Schema.Fields[i].Type, p.DataType("type"); !got.Equal(want) {
			lowering.Report(pc, "test.type", p.Span("type"), p.Path("type"), "the column %q is %s, not %s", p.String("column"), got, want)
			return false
		}
		return true
	}
	return testSink("typed", plan.Append, check,
		component.NewField("column", component.FieldColumn, "Column", "列"), component.NewField("type", component.FieldDataType, "Type", "类型"))
}

func storeConnection() component.Spec {
	s := testSpec("store", component.KindConnection)
	s.Connection = &component.ConnectionDef{Check: func(context.Context, *component.Connection) error { return nil }}
	return s
}

func registry(t *testing.T) *component.Registry {
	t.Helper()
	r, err := component.NewRegistry(
		table.Spec(), filter.Spec(), compute.Spec(), union.Spec(), dedupe.Spec(), window.Spec(),
		join.Spec(), aggregate.Spec(), rank.Spec(), normalize.Spec(), unnest.Spec(), values.Spec(), json.Spec(),
		recordsSource(), eventsSource(), storeConnection(), typedSink(),
		testSink("collect", plan.Append, nil), testSink("records", plan.Append, nil, topicField()), testSink("upserts", plan.Upsert, nil),
		testSink("changes", plan.Retract, nil),
	)
	require.NoError(t, err)
	return r
}

func field(name, typ string, nullable bool) schema.Field {
	t, err := schema.Parse(typ)
	if err != nil {
		panic(err) // a slip in the fixture
	}
	return schema.Field{Name: name, Type: t, Nullable: nullable}
}

func playEvents() *schema.Schema {
	return &schema.Schema{
		Fields: []schema.Field{
			field("user_id", "int64", false), field("song_id", "int64", false), field("event", "string", true), field("ms_played", "int32", true),
			field("platform", "string", false), field("ts", "timestamp(3)", false), field("device", "row<os string, ver string>", true),
			field("extra", "json", true),
		},
		EventTime: schema.EventTimeOn("ts"),
	}
}

type mapCatalog map[string]*component.Table

func (c mapCatalog) Table(name string) (*component.Table, bool) { t, ok := c[name]; return t, ok }
func (c mapCatalog) Tables() []string                           { return slices.Sorted(maps.Keys(c)) }
func (c mapCatalog) Connection(string) (*component.Connection, bool) {
	return nil, false
}
func (c mapCatalog) Connections() []string { return nil }

func catalog() mapCatalog {
	likes := &schema.Schema{
		Fields:    []schema.Field{field("user_id", "int64", false), field("song_id", "string", true), field("ts", "timestamp(3)", false)},
		EventTime: &schema.EventTime{Column: "ts", OutOfOrder: 2 * schema.DefaultOutOfOrder, MaxFuture: schema.DefaultMaxFuture, Idle: schema.DefaultIdle},
	}
	untimed := &schema.Schema{Fields: []schema.Field{field("id", "int64", false), field("odd name", "string", true)}}
	c := mapCatalog{}
	add := func(name string, kind component.TableKind, s *schema.Schema, source, topic string) {
		t := &component.Table{Name: name, Kind: kind, Schema: s}
		if source != "" {
			t.Source = &component.Binding{Component: source, Params: component.NewParams(map[string]any{"topic": topic, "schema": s})}
		}
		c[name] = t
	}
	add("ods.music.play_events", component.TableStream, playEvents(), "records", "play_events")
	add("ods.music.likes", component.TableStream, likes, "records", "likes")
	add("ods.music.untimed", component.TableStream, untimed, "records", "untimed")
	add("ods.music.refused", component.TableStream, untimed, "records", "refused")
	add("ods.music.secret", component.TableStream, untimed, "records", "secret")
	add("ods.music.filtered", component.TableStream, playEvents(), "records", "filtered")
	add("ods.music.odd", component.TableStream, untimed, "recrods", "odd")
	add("ods.music.lost", component.TableStream, untimed, "", "")
	users := &schema.Schema{
		Fields:    []schema.Field{field("user_id", "int64", false), field("country", "string", true), field("changed", "timestamp(3)", false)},
		EventTime: schema.EventTimeOn("changed"), Key: []string{"user_id"},
	}
	countries := &schema.Schema{Fields: []schema.Field{field("code", "string", false), field("region", "string", false)}}
	add("dim.music.users", component.TableStream, users, "records", "users")
	add("dim.music.countries", component.TableStream, countries, "records", "countries")
	add("dim.music.songs", component.TableDimension, untimed, "records", "songs")
	return c
}

type testPolicy struct{}

func (testPolicy) Read(table string) compile.Access {
	switch table {
	case "ods.music.secret":
		return compile.Access{Denied: "it holds secrets"}
	case "ods.music.filtered":
		return compile.Access{RowFilter: "platform = 'ios'"}
	}
	return compile.Access{}
}

func (testPolicy) Discover(string) bool { return true }

func (testPolicy) Write(string) compile.Access { return compile.Access{} }

func (testPolicy) Connect(compile.Use) compile.Access { return compile.Access{} }

func env(t *testing.T) compile.Env {
	t.Helper()
	return compile.Env{Registry: registry(t), Catalog: catalog(), Policy: testPolicy{}}
}

func codes(l diag.List) []diag.Code {
	var out []diag.Code
	for _, d := range l {
		out = append(out, d.Code)
	}
	return out
}

func emptyParams() model.Value { return model.Value{Kind: model.Map} }
