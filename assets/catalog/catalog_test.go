package catalog_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

func words(s string) component.Text { return component.Text{En: s, Zh: s} }

func spec(name string, kind component.Kind, fields ...component.Field) component.Spec {
	return component.Spec{
		Name: name, Version: 1, Kind: kind, Title: words(name), Summary: words(name), Help: words(name),
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"/>`, Fields: fields,
	}
}

// registry has a connection with a secret, a source that takes its columns from the table, and a sink.
func registry(t *testing.T) *component.Registry {
	t.Helper()
	connection := spec("queue", component.KindConnection,
		component.NewField("address", component.FieldString, "Address", "地址"),
		component.NewField("password", component.FieldString, "Password", "密码").Optional().AsSecret())
	connection.Connection = &component.ConnectionDef{Check: func(context.Context, *component.Connection) error { return nil }}

	topic := component.NewField("topic", component.FieldString, "Topic", "主题")
	over := component.NewField("connection", component.FieldConnection, "Connection", "连接")
	source := spec("queue", component.KindSource, over, topic,
		component.NewField("schema", component.FieldSchema, "Columns", "列").Optional())
	source.Source = &component.SourceDef{Plan: func(*component.Planning, component.Params) (*plan.Scan, bool) { return nil, false }}

	sink := spec("queue", component.KindSink, over, topic)
	sink.MinInputs, sink.MaxInputs = 1, 1
	sink.Sink = &component.SinkDef{
		Accepts: []plan.ChangeMode{plan.Append},
		Plan:    func(*component.Planning, component.Params, *plan.Node) (*plan.Sink, bool) { return nil, false },
		Open: func(context.Context, component.SinkContext) (component.Sink, error) {
			return nil, errors.New("opening a sink of the catalog's tests")
		},
	}
	r, err := component.NewRegistry(connection, source, sink)
	require.NoError(t, err)
	return r
}

const good = `format: 1
connections:
  broker: {component: queue, params: {address: "127.0.0.1:1", password: {env: QUEUE_PASSWORD}}}
tables:
  ods.music.play_events:
    kind: stream
    layer: ODS
    description: What was played.
    columns:
      - {name: user_id, type: int64, nullable: false}
      - {name: device, type: "row<os string, ver string>"}
      - {name: ts, type: timestamp(3), nullable: false}
    key: [user_id]
    event_time: {column: ts, out_of_order: 2s}
    source: {component: queue, params: {connection: broker, topic: play_events}}
    sink: {component: queue, params: {connection: broker, topic: play_events}}
`

func TestParse(t *testing.T) {
	f, diags := catalog.Parse("catalog.yaml", []byte(good), registry(t))
	require.Empty(t, diags)
	require.Equal(t, []string{"ods.music.play_events"}, f.Tables())
	require.Equal(t, []string{"broker"}, f.Connections())

	table, ok := f.Table("ods.music.play_events")
	require.True(t, ok)
	require.Equal(t, component.TableStream, table.Kind)
	require.Equal(t, "ODS", table.Layer)
	require.Equal(t, "What was played.", table.Description)
	require.Equal(t, []string{"user_id", "device", "ts"}, table.Schema.Names())
	require.Equal(t, []string{"user_id"}, table.Schema.Key)
	require.Equal(t, schema.Duration(2*time.Second), table.Schema.EventTime.OutOfOrder)
	require.Equal(t, schema.DefaultIdle, table.Schema.EventTime.Idle)
	require.Equal(t, "queue", table.Source.Component)
	require.True(t, table.Source.Params.Schema("schema").Equal(table.Schema), "the source is told the table's columns")
	require.Equal(t, "play_events", table.Sink.Params.String("topic"))

	_, ok = f.Table("ods.music.nothing")
	require.False(t, ok)
}

func environment(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
}

func TestOpen(t *testing.T) {
	f, diags := catalog.Parse("catalog.yaml", []byte(good), registry(t))
	require.Empty(t, diags)

	c, err := f.WithEnv(environment(map[string]string{"QUEUE_PASSWORD": "tell no one"})).Open("broker")
	require.NoError(t, err)
	require.Equal(t, "tell no one", c.Params.String("password"))
	unopened, _ := f.Connection("broker")
	require.Empty(t, unopened.Params.String("password"), "opening leaves the catalog as it was")

	_, err = f.WithEnv(environment(nil)).Open("broker")
	require.ErrorContains(t, err, `opening connection "broker"`)
	require.ErrorContains(t, err, "QUEUE_PASSWORD is not set")

	_, err = f.Open("borker")
	require.ErrorContains(t, err, "did you mean broker?")
}

func TestBehind(t *testing.T) {
	f, diags := catalog.Parse("catalog.yaml", []byte(good), registry(t))
	require.Empty(t, diags)
	part := func(name, address string) component.Connection {
		return component.Connection{Name: name, Component: "queue", Params: component.NewParams(map[string]any{"address": address, "password": "resolved"})}
	}
	both := f.WithBehind(part("broker", "embedded:1"), part("olap", "embedded:2"))
	require.Equal(t, []string{"broker", "olap"}, both.Connections())
	c, _ := both.Connection("broker")
	require.Equal(t, "127.0.0.1:1", c.Params.String("address"), "the file goes first")
	c, err := both.Open("olap")
	require.NoError(t, err)
	require.Equal(t, "resolved", c.Params.String("password"))
	require.Equal(t, []string{"broker"}, f.Connections(), "the catalog itself stays")

	merged := catalog.New(registry(t)).WithTablesBehind(f)
	require.Equal(t, f.Tables(), merged.Tables())
	require.Equal(t, f.Connections(), merged.Connections())
}

func TestFormatTable(t *testing.T) {
	r := registry(t)
	f, _ := catalog.Parse("catalog.yaml", []byte(good), r)
	table, _ := f.Table("ods.music.play_events")
	text, err := catalog.FormatTable(r, table)
	require.NoError(t, err)

	again, diags := catalog.Parse("written.yaml", text, r)
	require.Empty(t, diags, string(text))
	back, ok := again.Table(table.Name)
	require.True(t, ok)
	require.True(t, table.Schema.Equal(back.Schema))
	require.Equal(t, table.Kind, back.Kind)
	require.Equal(t, table.Layer, back.Layer)
	require.Equal(t, table.Description, back.Description)
	second, err := catalog.FormatTable(r, back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(second))
	require.NotContains(t, string(text), "schema:")
}

func TestLoadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.yaml")
	_, diags := catalog.LoadFile(path, registry(t))
	require.Len(t, diags, 1)
	require.Equal(t, catalog.CodeUnreadable, diags[0].Code)

	require.NoError(t, os.WriteFile(path, []byte(good), 0o600))
	f, diags := catalog.LoadFile(path, registry(t))
	require.Empty(t, diags)
	require.NotNil(t, f)
}

// TestBroken keeps what is said about files with mistakes; each stands in testdata beside its golden.
func TestBroken(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			f, diags := catalog.Parse(name, src, registry(t))
			require.Equal(t, diags.HasErrors(), f == nil)
			require.NotEmpty(t, diags)
			var b bytes.Buffer
			require.NoError(t, diag.Render(&b, map[string]string{name: string(src)}, diags, diag.Options{}))
			golden := strings.TrimSuffix(file, ".yaml") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, b.Bytes(), 0o600))
				return
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "run the test with -update")
			require.Equal(t, string(want), b.String())
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, src []byte) {
		r := registry(t)
		c, diags := catalog.Parse("fuzz.yaml", src, r)
		if c == nil {
			require.True(t, diags.HasErrors())
			return
		}
		for _, name := range c.Tables() {
			table, _ := c.Table(name)
			text, err := catalog.FormatTable(r, table)
			require.NoError(t, err)
			_, diags := catalog.Parse("again.yaml", text, r)
			require.False(t, diags.HasErrors(), "%s\n%v", text, diags)
		}
	})
}
