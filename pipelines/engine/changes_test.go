package engine

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// Tests of operators that take changelogs write a change as its kind and its values: "+I 1 NULL a".

// fieldsOf returns fields from "name type" pairs, all nullable.
func fieldsOf(t testing.TB, decls ...string) []schema.Field {
	var out []schema.Field
	for _, d := range decls {
		name, typ, ok := strings.Cut(d, " ")
		require.True(t, ok, d)
		parsed, err := schema.Parse(typ)
		require.NoError(t, err)
		out = append(out, schema.Field{Name: name, Type: parsed, Nullable: true})
	}
	return out
}

// changesOf makes a batch of changes as an operator would give it out.
func changesOf(t testing.TB, s *schema.Schema, changes ...string) *batch.Batch {
	cols := make([]*batch.Builder, len(s.Fields))
	for i, f := range s.Fields {
		cols[i] = batch.NewBuilder(f.Type, len(changes))
	}
	b := &batch.Batch{Schema: s, N: len(changes), Part: batch.NoPart}
	for _, c := range changes {
		parts := strings.Fields(c)
		require.Len(t, parts, 1+len(cols), c)
		b.Kinds = append(b.Kinds, kindOf(t, parts[0]))
		for i, col := range cols {
			appendText(t, col, parts[1+i])
		}
	}
	for _, c := range cols {
		b.Cols = append(b.Cols, c.Finish())
	}
	return b
}

func kindOf(t testing.TB, text string) batch.RowKind {
	for _, k := range []batch.RowKind{batch.Insert, batch.UpdateBefore, batch.UpdateAfter, batch.Delete} {
		if k.String() == text {
			return k
		}
	}
	require.Fail(t, "no such kind", text)
	return 0
}

func appendText(t testing.TB, b *batch.Builder, text string) {
	if text == "NULL" {
		b.AppendNull()
		return
	}
	switch batch.ClassOf(b.Type()) {
	case batch.ClassI64:
		v, err := strconv.ParseInt(text, 10, 64)
		require.NoError(t, err)
		b.AppendInt(v)
	case batch.ClassF64:
		v, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		b.AppendFloat(v)
	default:
		b.AppendString(text)
	}
}

// textOf writes the changes of a batch back.
func textOf(t testing.TB, b *batch.Batch) []string {
	require.NoError(t, b.Check())
	var out []string
	for i := range b.Rows() {
		r := b.Row(i)
		line := b.Kind(r).String()
		for _, c := range b.Cols {
			if c.IsNull(r) {
				line += " NULL"
			} else {
				line += fmt.Sprintf(" %v", c.Value(r))
			}
		}
		out = append(out, line)
	}
	return out
}

// conditionOf parses and checks a condition over some columns.
func conditionOf(t testing.TB, s *schema.Schema, text string) *expr.Expr {
	if text == "" {
		return nil
	}
	ast, diags := sqltext.ParseExpr(text)
	require.Empty(t, diags)
	e, diags := expr.CheckBool(ast, expr.Env{Schema: s})
	require.Empty(t, diags)
	return e
}

// barrierRun is a run of which only the barrier is there: what an operator needs that works at barriers.
func barrierRun(rows int) *run {
	r := &run{opt: &Options{BatchRows: rows, OnError: DeadLetter, StagedBytes: 1 << 40}, zone: time.UTC}
	r.barrier = newLane(r, nil, "", 0)
	return r
}

// nodeOf makes a node over inputs that only have schemas.
func nodeOf(t testing.TB, op plan.Op, inputs ...*schema.Schema) *plan.Node {
	n := &plan.Node{ID: "m/" + op.Name(), Op: op}
	for i, s := range inputs {
		n.Inputs = append(n.Inputs, &plan.Node{ID: fmt.Sprintf("m/in%d", i), Schema: s})
	}
	var err error
	n.Schema, err = plan.SchemaOf(op, inputs)
	require.NoError(t, err)
	return n
}

// gatheredOf is what an input brings to a barrier; the watermark does not matter where there is no event time.
func gatheredOf(batches ...*batch.Batch) gathered {
	g := gathered{mark: minTime, active: true}
	for _, b := range batches {
		if b.N > 0 {
			g.batches = append(g.batches, b)
		}
	}
	return g
}

// advanceText gives an operator what its inputs bring and returns the changes it gives out.
func advanceText(t testing.TB, g gatherer, in ...gathered) []string {
	var out []string
	require.NoError(t, g.advance(in, func(b *batch.Batch) error {
		out = append(out, textOf(t, b)...)
		return nil
	}))
	return out
}

// multiset is the content of a changelog: how often each row is in it.
type multiset map[string]int

// apply takes changes; a row that is taken back must be there.
func (m multiset) apply(t testing.TB, changes ...string) {
	for _, c := range changes {
		kind, row, _ := strings.Cut(c, " ")
		if k := kindOf(t, kind); k == batch.Insert || k == batch.UpdateAfter {
			m[row]++
			continue
		}
		require.Positive(t, m[row], "%s takes back what is not there", c)
		if m[row]--; m[row] == 0 {
			delete(m, row)
		}
	}
}

// passOn restores what the operator saves into another one.
func passOn(t testing.TB, from, to gatherer) {
	require.NoError(t, from.snapshot(func(shard string, payload []byte, full bool) { require.NoError(t, to.restore(shard, payload, full)) }))
}
