package clickhouse

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

// catalog has the connection "olap" and a table whose entry names its place.
type catalog struct{}

func (catalog) Table(name string) (*component.Table, bool) {
	return &component.Table{Sink: &component.Binding{Component: Name, Params: component.NewParams(map[string]any{"physical": "real.place"})}}, name == "ads.music.mapped"
}
func (catalog) Tables() []string { return nil }
func (catalog) Connection(name string) (*component.Connection, bool) {
	return &component.Connection{Component: map[string]string{"olap": Name, "events": "kafka"}[name]}, name == "olap" || name == "events"
}
func (catalog) Connections() []string { return []string{"olap", "events"} }

func TestPlan(t *testing.T) {
	in := &plan.Node{Schema: &schema.Schema{Fields: []schema.Field{
		{Name: "id", Type: schema.Of(schema.Int64)}, {Name: "ts", Type: schema.TimestampOf(3)}, {Name: "doc", Type: schema.Of(schema.JSON)}}}}
	tests := []struct{ params, want string }{
		{`{"connection":"olap","table":"ads.music.plays"}`, `"physical":"music.plays"`},
		{`{"connection":"olap","table":"ads.music.mapped"}`, `"physical":"real.place"`},
		{`{"connection":"olap","table":"ads.music.mapped","physical":"here"}`, `"physical":"here"`},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","order_by":["id"],"partition_by":"toYYYYMM(ts)","ttl":{"column":"ts","after":"24h"}}`, `"partition_by":"toYYYYMM(ts)"`},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","order_by":[],"columns":[{"column":"doc","type":"Nullable( String )","codec":"ZSTD(3)"},{"column":"ts","codec":"Delta,LZ4"}]}`, `"columns":[{"codec":"ZSTD(3)","column":"doc","type":"Nullable( String )"},{"codec":"Delta,LZ4","column":"ts"}]`},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","columns":[{"column":"docs","codec":"LZ4"}]}`, "plan.unknown_column"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","columns":[{"column":"doc","type":"Int64"}]}`, "clickhouse.bad_params"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","columns":[{"column":"doc","type":"String) ENGINE = Null --"}]}`, "clickhouse.bad_params"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","columns":[{"column":"id","codec":"LZ4) TTL now("}]}`, "clickhouse.bad_params"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","order_by":["id"],"columns":[{"column":"id","type":"Nullable(Int64)"}]}`, "clickhouse.bad_params"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","engine":"summing_merge_tree","order_by":["ts"]}`, "clickhouse.bad_params"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","engine":"summing_merge_tree"}`, "clickhouse.bad_params"},
		{`{"connection":"olp","table":"a.b.c"}`, "clickhouse.bad_connection"},
		{`{"connection":"events","table":"a.b.c"}`, "clickhouse.bad_connection"},
		{`{"connection":"olap","table":"a.b.c","physical":"d.t; DROP TABLE x"}`, "clickhouse.bad_params"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","order_by":["idd"]}`, "plan.unknown_column"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","order_by":["doc"]}`, "clickhouse.bad_params"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","partition_by":"sleep(3)"}`, "clickhouse.bad_params"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","partition_by":"toDate(id)"}`, "clickhouse.bad_params"},
		{`{"connection":"olap","table":"a.b.c","create":"if_missing","ttl":{"column":"id","after":"24h"}}`, "clickhouse.bad_params"},
	}
	for _, tt := range tests {
		v, err := model.ParseJSON([]byte(tt.params))
		require.NoError(t, err)
		var diags diag.List
		p, ok := component.Decode(sinkSpec().Fields, v, "params", &diags)
		require.True(t, ok, "%v", diags)
		s, ok := planSink(&component.Planning{Catalog: catalog{}, Diags: &diags}, p, in)
		if strings.HasPrefix(tt.want, `"`) {
			require.True(t, ok, "%s: %v", tt.params, diags)
			require.Contains(t, string(s.Params), tt.want)
			_, err := component.DecodeJSON(sinkSpec().Fields, s.Params)
			require.NoError(t, err)
			continue
		}
		require.False(t, ok, tt.params)
		require.Len(t, diags, 1, tt.params)
		require.EqualValues(t, tt.want, diags[0].Code, tt.params)
	}
}
