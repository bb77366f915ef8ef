package changelog

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

func TestCheckKey(t *testing.T) {
	keyed := &schema.Schema{Fields: []schema.Field{{Name: "a", Type: schema.Of(schema.Int64)}, {Name: "b", Type: schema.Of(schema.Int64)}}, Key: []string{"a", "b"}}
	bare := &schema.Schema{Fields: keyed.Fields}
	upsert, retract := plan.Mode{Change: plan.Upsert, Key: []string{"a", "b"}}, plan.Mode{Change: plan.Retract}
	for _, c := range []struct {
		mode plan.Mode
		s    *schema.Schema
		key  string
		want string
	}{
		{plan.Mode{}, bare, "", ""},
		{upsert, keyed, "a b", ""},
		{upsert, bare, "b a", ""},
		{upsert, keyed, "", "changelog.key: the rows are told apart by a, b, and no key is given to keep them under [Write key: [a, b].]"},
		{upsert, keyed, "a", "changelog.key: the rows are told apart by a, b: under a, without b, several would share one place [Write key: [a, b].]"},
		{upsert, keyed, "a b c", "changelog.key: the rows are replaced by a, b: a change of c, which the key a, b, c has too, would leave the old row behind [Write key: [a, b].]"},
		{retract, keyed, "a b", ""},
		{retract, keyed, "c b a", ""},
		{retract, keyed, "b c", "changelog.key: the rows are told apart by a, b: under b, c, without a, several would share one place [Write key: [a, b].]"},
		{retract, bare, "a", "changelog.no_key: the rows change, but no columns tell them apart: several may share one key " +
			"[Lead them through an aggregate, or through a rank that keeps the first row of each key, and pass its key columns on.]"},
	} {
		got := ""
		if p := CheckKey(c.mode, c.s.Key, strings.Fields(c.key), "key"); p != nil {
			got = fmt.Sprintf("%s: %s [%s]", p.Code, p.Message, p.Fix)
		}
		require.Equal(t, c.want, got, "%+v", c)
	}
}

// changesOf makes a batch of rows written "+I 1 10": kind, key, value; ~ is NULL.
func changesOf(t *testing.T, lines ...string) *batch.Batch {
	t.Helper()
	kinds := map[string]batch.RowKind{"+I": batch.Insert, "-U": batch.UpdateBefore, "+U": batch.UpdateAfter, "-D": batch.Delete}
	s := &schema.Schema{Fields: []schema.Field{{Name: "k", Type: schema.Of(schema.String), Nullable: true}, {Name: "v", Type: schema.Of(schema.String), Nullable: true}}}
	cols := []*batch.Builder{batch.NewBuilder(s.Fields[0].Type, 1), batch.NewBuilder(s.Fields[1].Type, 1)}
	b := &batch.Batch{Schema: s, N: len(lines), Part: batch.NoPart}
	for _, l := range lines {
		f := strings.Fields(l)
		kind, known := kinds[f[0]]
		require.True(t, known, l)
		b.Kinds = append(b.Kinds, kind)
		for i, c := range cols {
			if f[1+i] == "~" {
				c.AppendNull()
			} else {
				c.AppendString(f[1+i])
			}
		}
	}
	for _, c := range cols {
		b.Cols = append(b.Cols, c.Finish())
	}
	return b
}

func show(rows []*batch.Batch) []string {
	var out []string
	for _, b := range rows {
		for i := range b.Rows() {
			row := b.Row(i)
			line := b.Kind(row).String()
			for _, c := range b.Cols {
				v := c.Value(row)
				if v == nil {
					v = "~"
				}
				line += fmt.Sprint(" ", v)
			}
			out = append(out, line)
		}
	}
	return out
}

func TestReduce(t *testing.T) {
	for _, c := range []struct {
		name string
		mode plan.ChangeMode
		in   [][]string
		want []string
		err  string
	}{
		{"the last change of an upsert", plan.Upsert, [][]string{{"+I a 1", "+I b 1", "-U a 1", "+U a 2"}, {"-D b ~", "-D c ~", "+I c 3", "-U c 3"}},
			[]string{"+U a 2", "-D b ~", "+I c 3"}, ""},
		{"an update", plan.Retract, [][]string{{"-U a 1", "+U a 2", "-D b 1", "+I c 1"}}, []string{"+U a 2", "-D b 1", "+U c 1"}, ""},
		{"the new row before the old one", plan.Retract, [][]string{{"+I a 2", "-D a 1"}}, []string{"+U a 2"}, ""},
		{"the new row a batch before", plan.Retract, [][]string{{"+I a 2"}, {"-D a 1"}}, []string{"+U a 2"}, ""},
		{"there and gone", plan.Retract, [][]string{{"+I a 1", "-D a 1", "+I b 1", "-U b 1", "+U b 2", "-D b 2"}}, nil, ""},
		{"gone and there", plan.Retract, [][]string{{"-D a 1"}, {"+I a 1"}}, nil, ""},
		{"a chain of updates", plan.Retract, [][]string{{"-U a 1", "+U a 2", "-U a 2", "+U a 3"}}, []string{"+U a 3"}, ""},
		{"gone after updates", plan.Retract, [][]string{{"-U a 1", "+U a 2", "-D a 2"}}, []string{"-D a 1"}, ""},
		{"NULL is a value", plan.Retract, [][]string{{"-U ~ ~", "+U ~ 1"}}, []string{"+U ~ 1"}, ""},
		{"two rows of a key", plan.Retract, [][]string{{"+I a 1", "+I a 2"}}, nil, "changelog.key_not_unique: several rows have the same k at the end of an epoch"},
		{"one row twice", plan.Retract, [][]string{{"+I a 1", "+I a 1"}}, nil, "changelog.key_not_unique"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var in []*batch.Batch
			for _, lines := range c.in {
				in = append(in, changesOf(t, lines...))
			}
			before := show(in)
			out, err := (&Reducer{Change: c.mode, Key: []int{0}, Names: []string{"k"}}).Reduce(in)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, show(out))
			require.Equal(t, before, show(in), "what was given stays as it was")
		})
	}
}

func TestReduceTakesSelectedRowsAndInsertsWithoutKinds(t *testing.T) {
	b := changesOf(t, "+I a 1", "+I b 2", "+I c 3")
	b.Kinds = nil
	out, err := (&Reducer{Change: plan.Upsert, Key: []int{0}}).Reduce([]*batch.Batch{b.Select([]int32{0, 2})})
	require.NoError(t, err)
	require.Equal(t, []string{"+I a 1", "+I c 3"}, show(out))
}

// TestReduceKeepsTheTable: a table that is told what is left of each epoch is the multiset of all changes, however they are mixed.
func TestReduceKeepsTheTable(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	truth, kept := map[string]string{}, map[string]string{}
	for range 200 {
		// One epoch: removals and additions of each key, each in order, mixed with those of the others and with each other.
		var out, in []string
		for range r.IntN(20) {
			k := string(rune('a' + r.IntN(8)))
			if v, there := truth[k]; there {
				out = append(out, "-U "+k+" "+v)
				delete(truth, k)
			}
			if r.IntN(3) > 0 {
				truth[k] = fmt.Sprint(r.IntN(4))
				in = append(in, "+U "+k+" "+truth[k])
			}
		}
		all := append(append([]string{}, in...), out...)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		cut := r.IntN(len(all) + 1)
		left, err := (&Reducer{Change: plan.Retract, Key: []int{0}}).Reduce([]*batch.Batch{changesOf(t, all[:cut]...), changesOf(t, all[cut:]...)})
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, line := range show(left) {
			f := strings.Fields(line)
			require.False(t, seen[f[1]], "one change a key")
			seen[f[1]] = true
			if f[0] == "-D" {
				delete(kept, f[1])
			} else {
				kept[f[1]] = f[2]
			}
		}
		require.Equal(t, truth, kept)
	}
}
