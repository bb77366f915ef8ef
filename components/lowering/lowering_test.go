package lowering_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

func input() *schema.Schema {
	return &schema.Schema{
		Fields: []schema.Field{
			{Name: "id", Type: schema.Of(schema.Int64), Description: "Who."},
			{Name: "ts", Type: schema.Of(schema.Timestamp)},
			{Name: "doc", Type: schema.Of(schema.JSON), Nullable: true},
		},
		Key: []string{"id"}, EventTime: schema.EventTimeOn("ts"),
	}
}

func TestSchema(t *testing.T) {
	in := input()
	col := func(name string, i int) plan.Column {
		return plan.Column{Name: name, Expr: lowering.Column(in, i, diag.Span{})}
	}
	changed := plan.Column{Name: "ts", Expr: &expr.Expr{Op: expr.OpCall, Func: "add_micros", Type: schema.Of(schema.Timestamp)}}
	for name, c := range map[string]struct {
		cols []plan.Column
		time string
		key  []string
	}{
		"as they were":       {[]plan.Column{col("id", 0), col("ts", 1)}, "ts", []string{"id"}},
		"renamed":            {[]plan.Column{col("who", 0), col("at", 1)}, "at", []string{"who"}},
		"kept twice":         {[]plan.Column{col("at", 1), col("ts", 1)}, "ts", nil},
		"kept twice renamed": {[]plan.Column{col("at", 1), col("then", 1)}, "at", nil},
		"changed":            {[]plan.Column{col("id", 0), changed}, "", []string{"id"}},
		"gone":               {[]plan.Column{col("doc", 2)}, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			out := lowering.Schema(in, c.cols)
			require.Equal(t, c.key, out.Key)
			if c.time == "" {
				require.Nil(t, out.EventTime)
				return
			}
			require.Equal(t, c.time, out.EventTime.Column)
			require.Equal(t, in.EventTime.OutOfOrder, out.EventTime.OutOfOrder)
		})
	}
	require.Equal(t, "Who.", lowering.Schema(in, []plan.Column{col("who", 0)}).Fields[0].Description)
	require.Equal(t, "ts", in.EventTime.Column, "the input's schema stays")
}

func TestChecks(t *testing.T) {
	var diags diag.List
	pc := &component.Planning{Diags: &diags}
	in := input()

	i, ok := lowering.Find(pc, "doc", in, diag.Span{}, "key")
	require.True(t, ok)
	require.Equal(t, 2, i)
	_, ok = lowering.Find(pc, "dco", in, diag.Span{}, "key")
	require.False(t, ok)
	_, ok = lowering.Find(pc, "elsewhere", in, diag.Span{}, "key")
	require.False(t, ok)
	require.True(t, lowering.CheckKey(pc, "id", in.Fields[0].Type, diag.Span{}, "key"))
	require.False(t, lowering.CheckKey(pc, "doc", in.Fields[2].Type, diag.Span{}, "key"))

	n := &plan.Node{ID: "a.b.c/plays/./scan", Schema: &schema.Schema{}}
	require.False(t, lowering.NeedEventTime(pc, component.Params{}, n))
	require.Len(t, diags, 4)
	require.Equal(t, "Did you mean doc?", diags[0].Fix)
	require.Equal(t, "The input has the columns id, ts, doc.", diags[1].Fix)
	require.Contains(t, diags[3].Message, `"plays"`)
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Hour: "1h", 90 * time.Minute: "1h30m", 10 * time.Second: "10s", time.Minute: "1m", 61 * time.Second: "1m1s",
		time.Hour + time.Second: "1h0m1s", 0: "0s", 1500 * time.Millisecond: "1.5s",
	} {
		require.Equal(t, want, lowering.Duration(d))
	}
}
