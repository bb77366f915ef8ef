package query_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/components/console"
	"millrace/components/csv"
	"millrace/components/file"
	"millrace/components/generator"
	"millrace/components/json"
	"millrace/components/kafka"
	"millrace/components/table"
	"millrace/components/values"
	"millrace/models/schema"
	"millrace/pipelines/compile"
)

func registry(t testing.TB) *component.Registry {
	t.Helper()
	specs := append(kafka.Specs(), console.Spec(), csv.Spec(), file.Spec(), file.FormatSpec(), generator.Spec(), json.Spec(), table.Spec(), values.Spec())
	r, err := component.NewRegistry(specs...)
	require.NoError(t, err)
	return r
}

type mapCatalog map[string]*component.Table

func (c mapCatalog) Table(name string) (*component.Table, bool) { t, ok := c[name]; return t, ok }
func (c mapCatalog) Tables() []string                           { return slices.Sorted(maps.Keys(c)) }
func (c mapCatalog) Connections() []string                      { return []string{"events"} }
func (c mapCatalog) Connection(name string) (*component.Connection, bool) {
	return &component.Connection{Name: name, Component: "kafka"}, name == "events"
}

func field(name, typ string, nullable bool) schema.Field {
	t, err := schema.Parse(typ)
	if err != nil {
		panic(err) // a slip in the fixture
	}
	return schema.Field{Name: name, Type: t, Nullable: nullable}
}

// catalog has a stream, a dimension, a table behind a policy and one that can be written.
func catalog() mapCatalog {
	c := mapCatalog{}
	add := func(name string, kind component.TableKind, s *schema.Schema, extra ...string) {
		values := map[string]any{"connection": "events", "topic": name, "format": "json", "schema": s, "start_from": "earliest"}
		for i := 0; i < len(extra); i += 2 {
			values[extra[i]] = extra[i+1]
		}
		c[name] = &component.Table{Name: name, Kind: kind, Schema: s, Source: &component.Binding{Component: "kafka", Params: component.NewParams(values)}}
	}
	plays := &schema.Schema{Fields: []schema.Field{field("user_id", "int64", false), field("song_id", "int64", false), field("event", "string", true),
		field("ms_played", "int32", true), field("ts", "timestamp(3)", false)}, EventTime: schema.EventTimeOn("ts")}
	songs := &schema.Schema{Fields: []schema.Field{field("song_id", "int64", false), field("title", "string", true), field("changed", "timestamp(3)", false)},
		Key: []string{"song_id"}, EventTime: schema.EventTimeOn("changed")}
	add("ods.music.plays", component.TableStream, plays)
	add("ods.music.hidden", component.TableStream, plays)
	add("ods.music.filtered", component.TableStream, plays)
	add("dim.music.songs", component.TableDimension, songs, "changelog", "upsert")
	c["ads.music.counts"] = &component.Table{Name: "ads.music.counts", Kind: component.TableStore,
		Schema: &schema.Schema{Fields: []schema.Field{field("song_id", "int64", false), field("plays", "int64", false)}},
		Sink:   &component.Binding{Component: "console", Params: component.NewParams(map[string]any{"format": "table", "limit": int64(0)})}}
	return c
}

type testPolicy struct{}

func (testPolicy) Read(table string) compile.Access {
	switch table {
	case "ods.music.hidden":
		return compile.Access{Denied: "it holds secrets"}
	case "ods.music.filtered":
		return compile.Access{RowFilter: "event = 'play'"}
	}
	return compile.Access{}
}

func env(t testing.TB) compile.Env {
	t.Helper()
	return compile.Env{Registry: registry(t), Catalog: catalog(), Policy: testPolicy{}}
}

func (testPolicy) Discover(string) bool { return true }

func (testPolicy) Write(string) compile.Access { return compile.Access{} }

func (testPolicy) Connect(compile.Use) compile.Access { return compile.Access{} }
