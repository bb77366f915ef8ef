package table

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
)

// tables is a catalog of nothing else.
type tables map[string]*component.Table

func (c tables) Table(name string) (*component.Table, bool)      { t, ok := c[name]; return t, ok }
func (c tables) Tables() []string                                { return nil }
func (c tables) Connection(string) (*component.Connection, bool) { return nil, false }
func (c tables) Connections() []string                           { return nil }

// source makes a source that reads inserts, or where its parameter says so an upsert on the key.
func source(name string, changes bool) component.Spec {
	text := component.Text{En: name, Zh: name}
	s := component.Spec{Name: name, Version: 1, Kind: component.KindSource, Title: text, Summary: text, Help: text, Icon: Spec().Icon,
		Fields: []component.Field{component.NewField("changelog", component.FieldBool, "Changes", "变更").Optional()},
		Source: &component.SourceDef{Plan: func(_ *component.Planning, p component.Params) (*plan.Scan, bool) {
			params := `{}`
			if p.Bool("changelog") {
				params = `{"changelog":true}`
			}
			return &plan.Scan{Component: name, Version: 1, Params: []byte(params)}, true
		}}}
	if changes {
		s.Source.Mode = func(scan *plan.Scan) plan.Mode {
			if string(scan.Params) == `{}` {
				return plan.Mode{}
			}
			return plan.Mode{Change: plan.Upsert, Key: scan.Source.Key}
		}
	}
	return s
}

func TestKinds(t *testing.T) {
	reg, err := component.NewRegistry(Spec(), source("topic", true), source("generator", false))
	require.NoError(t, err)
	fields := []schema.Field{{Name: "id", Type: schema.Of(schema.Int64)}, {Name: "at", Type: schema.TimestampOf(3)}}
	bare := &schema.Schema{Fields: fields}
	keyed := &schema.Schema{Fields: fields, Key: []string{"id"}}
	timed := &schema.Schema{Fields: fields, Key: []string{"id"}, EventTime: schema.EventTimeOn("at")}
	for _, c := range []struct {
		kind      component.TableKind
		schema    *schema.Schema
		component string
		changelog bool
		want      string
	}{
		{component.TableStream, bare, "topic", false, "append"},
		{component.TableStream, keyed, "generator", false, "append"},
		{component.TableChangelog, keyed, "topic", true, "upsert id"},
		{component.TableDimension, timed, "topic", true, "upsert id"},
		{component.TableStream, keyed, "topic", true, `plan.table_changes: "a.b.c" is a stream, and its source gives changes [Write kind: changelog in its catalog entry, or kind: dimension for a table that others look up.]`},
		{component.TableChangelog, keyed, "topic", false, `plan.table_changes: "a.b.c" is a changelog, and its source gives only inserts [Write changelog: upsert among the parameters of its source.]`},
		{component.TableDimension, timed, "generator", false, `plan.table_changes: "a.b.c" is a dimension, and its source gives only inserts [Write kind: stream in its catalog entry.]`},
		{component.TableChangelog, bare, "topic", true, `plan.table_without_key: "a.b.c" is a changelog, whose rows are told apart by a key, and it declares none [Write key: [column, ...] in its catalog entry.]`},
		{component.TableDimension, keyed, "topic", true, `plan.dimension_without_time: "a.b.c" is a dimension, whose versions hold from a time on, and it declares none [Write event_time: column in its catalog entry, of the column that says since when a version holds.]`},
		{component.TableStore, timed, "topic", true, `plan.table_not_a_stream: "a.b.c" is a store table, which is not read as a stream [Read the stream the table is made from.]`},
	} {
		var diags diag.List
		v, err := model.ParseJSON([]byte(`{"table":"a.b.c"}`))
		require.NoError(t, err)
		p, ok := component.Decode(Spec().Fields, v, "params", &diags)
		require.True(t, ok)
		params := map[string]any{}
		if c.changelog {
			params["changelog"] = true
		}
		cat := tables{"a.b.c": {Name: "a.b.c", Kind: c.kind, Schema: c.schema, Source: &component.Binding{Component: c.component, Params: component.NewParams(params)}}}
		scan, ok := scan(&component.Planning{Registry: reg, Catalog: cat, Diags: &diags}, p)
		if !ok {
			require.Len(t, diags, 1, c.want)
			require.Equal(t, c.want, string(diags[0].Code)+": "+diags[0].Message+" ["+diags[0].Fix+"]")
			continue
		}
		require.Equal(t, "a.b.c", scan.Table)
		mode := reg.ScanMode(scan)
		require.Equal(t, c.want, strings.TrimSpace(mode.Change.String()+" "+strings.Join(mode.Key, " ")))
	}
}
