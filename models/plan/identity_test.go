package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/expr"
	"millrace/models/schema"
)

func TestIdentity(t *testing.T) {
	in := &schema.Schema{Fields: []schema.Field{field("id", int64Type, false), field("user", stringType, true), field("song", stringType, true)}}
	rows := &Node{ID: "rows", Op: &Scan{Source: in}, Schema: in}
	keyed := *in
	keyed.Key = []string{"id"}
	table := &Node{ID: "table", Op: &Scan{Source: &keyed}, Schema: &keyed}
	count := []AggColumn{{"n", expr.Agg{Func: "count", Type: int64Type}}}
	groups := derived("groups", &Aggregate{Keys: []Column{{"user", col(in, "user")}, {"song", col(in, "song")}}, Aggs: count}, rows)
	rank := func(from, to int64, number string, input *Node) *Node {
		return derived("rank", &Rank{Partition: []int{1}, Order: []SortKey{{Column: 0}}, From: from, To: to, Number: number}, input)
	}
	project := func(input *Node, names ...string) *Node {
		var cols []Column
		for i := 0; i < len(names); i += 2 {
			cols = append(cols, Column{names[i], col(input.Schema, names[i+1])})
		}
		return derived("project", &Project{Columns: cols}, input)
	}
	for _, c := range []struct {
		name string
		node *Node
		want []string
	}{
		{"nothing is known of rows", rows, nil},
		{"a key", table, []string{"id"}},
		{"groups, with NULLs", groups, []string{"user", "song"}},
		{"one group of all", derived("all", &Aggregate{Aggs: count}, rows), nil},
		{"renamed", project(groups, "n", "n", "who", "user", "song", "song"), []string{"who", "song"}},
		{"half of it kept", project(groups, "user", "user", "n", "n"), nil},
		{"filtered", derived("filter", &Filter{Where: call(boolType, "gt", col(groups.Schema, "n"), col(groups.Schema, "n"))}, groups), []string{"user", "song"}},
		{"the first of each", rank(1, 1, "", rows), []string{"user"}},
		{"the second of each", rank(2, 2, "", rows), []string{"user"}},
		{"numbered", rank(1, 10, "place", rows), []string{"user", "place"}},
		{"not numbered", rank(1, 10, "", rows), nil},
		{"not numbered, of groups", rank(1, 10, "", groups), []string{"user", "song"}},
		{"a union", derived("union", &Union{}, rows, rows), nil},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, Identity(c.node)) })
	}
}
