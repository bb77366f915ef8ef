package query

import (
	"slices"
	"strings"

	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// beginning is the time of versions that have none, in microseconds: nothing in the data is older.
const beginning int64 = -62135596800000000 // 0001-01-01T00:00:00Z

// temporal makes the join with the version of the right side that is valid at the left side's event time.
func (m *meet) temporal(t *sqltext.TableName) *relation {
	b := m.b
	name := t.Name.Text()
	if m.kind != plan.Inner && m.kind != plan.LeftOuter {
		b.errorf(CodeTemporal, m.at, "Write JOIN or LEFT JOIN.", "a join FOR SYSTEM_TIME AS OF is inner or left, not %s", m.kind)
		return nil
	}
	if !m.asOf(t) {
		return nil
	}
	if m.left.node.Mode.Change != plan.Append {
		b.errorf(CodeTemporal, m.at, "Put this join in front of what makes updates of the rows.",
			"the left side sends updates (%s): which version a row got could not be taken back", words(m.left.node.Op))
		return nil
	}
	key, ok := m.versions(t)
	if !ok || !m.classify(m.scope()) {
		return nil
	}
	m.rest = append(m.rest, m.bounds...)
	left, right, lk, rk := m.lookedUp(name, key)
	if left == nil {
		return nil
	}
	if !m.cardinality(right) {
		return nil
	}
	op := &plan.TemporalJoin{Kind: m.kind, Left: lk, Right: rk, LeftTime: left.Schema.TimeIndex(), RightTime: right.Schema.TimeIndex(), Where: m.where(left, right),
		Wait: m.says.wait, Correct: m.says.correct, RightUnique: m.says.rightUnique}
	if m.says.time != "" {
		op.RightTime = right.Schema.Index(m.says.time)
	}
	if op.RightTime < 0 {
		op.RightTime = right.Schema.Index(versionTime)
	}
	return m.output(b.node(m.name, m.at, op, left, right), left)
}

// cardinality checks what is declared of the versions.
func (m *meet) cardinality(right *plan.Node) bool {
	switch {
	case m.says.leftUnique:
		m.b.errorf(CodeHint, m.at, "Leave 'left' out.", "a version belongs to any number of rows on the left, so they cannot be declared to be one")
	case m.says.rightUnique && right.Mode.Change != plan.Append:
		m.b.errorf(CodeHint, m.at, "Leave 'right' out.", "the right side sends updates: a row of a key takes the place of the one before by itself")
	default:
		return true
	}
	return false
}

// asOf checks that the time of FOR SYSTEM_TIME AS OF is the left side's event time.
func (m *meet) asOf(t *sqltext.TableName) bool {
	b := m.b
	if c, is := call(t.SystemTime); is && c.Name == "PROCTIME" {
		b.errorf(CodeTemporal, t.SystemTime.Span(), "Name the event time of the left side.",
			"a lookup at processing time is not planned: a replay would find another version")
		return false
	}
	e, ok := b.check(m.left.scope(), t.SystemTime)
	if !ok {
		return false
	}
	s := m.left.node.Schema
	if s.EventTime == nil {
		b.errorf(CodeNoEventTime, t.SystemTime.Span(), "Declare WATERMARK FOR on the table, and keep that column on the way here.", "the left side has no event time")
		return false
	}
	distance, known := int64(0), false
	if e.Op == expr.OpColumn {
		distance, known = fromEventTime(m.left.node, e.Column, b.zone)
	}
	if !known || distance != 0 {
		b.errorf(CodeTemporal, t.SystemTime.Span(), "Write FOR SYSTEM_TIME AS OF "+sqltext.QuoteName(s.EventTime.Column)+".",
			"this is not the event time of the left side, which is %s", s.EventTime.Column)
		return false
	}
	return true
}

// versionTime is the column that stands for the time of versions which have none.
const versionTime = "version_time"

// versions settles what the versions of the right side are, and the columns that tell its rows apart.
func (m *meet) versions(t *sqltext.TableName) (key []int, ok bool) {
	b, r := m.b, m.right
	if len(m.says.key) > 0 || m.says.time != "" {
		return m.hintedVersions(t)
	}
	if latest, partition := latestOf(r.node); latest != nil && !m.says.rows {
		// The last row of each key is what a version is: the stream it was taken from holds them all.
		m.right = r.over(b.withoutRank(r.node, latest))
		return partition, m.right != nil
	}
	names := r.node.Schema.Key
	if r.node.Mode.Change == plan.Upsert {
		names = r.node.Mode.Key
	}
	if len(names) == 0 {
		b.errorf(CodeTemporal, t.At, "Declare PRIMARY KEY (...) NOT ENFORCED on it, or take the last row of each key: ROW_NUMBER() OVER (PARTITION BY key ORDER BY ts DESC) = 1.",
			"%s has no key that would tell its versions apart", t.Name.Text())
		return nil, false
	}
	for _, k := range names {
		key = append(key, r.node.Schema.Index(k))
	}
	if r.node.Schema.EventTime != nil {
		return key, true
	}
	if r.node.Mode.Change == plan.Retract {
		b.errorf(CodeTemporal, t.At, "Join the table it is computed from.", "the rows of %s have no event time that would say from when they hold", t.Name.Text())
		return nil, false
	}
	// Versions without a time: each holds from the beginning of time on, and a later one replaces it.
	cols := make([]plan.Column, 0, len(r.node.Schema.Fields)+1)
	for i, f := range r.node.Schema.Fields {
		cols = append(cols, plan.Column{Name: f.Name, Expr: lowering.Column(r.node.Schema, i, diag.Span{})})
	}
	cols = append(cols, plan.Column{Name: versionTime, Expr: &expr.Expr{Op: expr.OpLiteral, Type: schema.Of(schema.Timestamp), Value: beginning}})
	m.right = r.over(b.project("versions_"+label(t), t.At, r.node, cols))
	return key, m.right != nil
}

// latestOf finds a rank that keeps the last row of each key by event time, right under the node or under columns taken from it. It
// returns the partition's columns as the node has them.
func latestOf(n *plan.Node) (rank *plan.Node, partition []int) {
	rank = n
	var columns []plan.Column
	if p, ok := n.Op.(*plan.Project); ok {
		rank, columns = n.Inputs[0], p.Columns
	}
	op, ok := rank.Op.(*plan.Rank)
	if !ok || op.From != 1 || op.To != 1 || op.Number != "" || len(op.Order) != 1 || len(op.Partition) == 0 {
		return nil, nil
	}
	in := rank.Inputs[0]
	if in.Mode.Change != plan.Append || !op.Order[0].Desc || op.Order[0].Column != in.Schema.TimeIndex() {
		return nil, nil
	}
	if columns == nil {
		return rank, op.Partition
	}
	kept := func(column int) int {
		return slices.IndexFunc(columns, func(c plan.Column) bool { return c.Expr.Op == expr.OpColumn && c.Expr.Column == column })
	}
	if kept(op.Order[0].Column) < 0 {
		return nil, nil
	}
	for _, p := range op.Partition {
		at := kept(p)
		if at < 0 {
			return nil, nil
		}
		partition = append(partition, at)
	}
	return rank, partition
}

// withoutRank is the node with the rank under it left out.
func (b *binder) withoutRank(n, rank *plan.Node) *plan.Node {
	if n == rank {
		return rank.Inputs[0]
	}
	return b.node("versions", diag.Span{}, n.Op, rank.Inputs[0])
}

// lookedUp settles the columns that are compared: those of the key, each once. Other comparisons restrict the match.
func (m *meet) lookedUp(name string, key []int) (left, right *plan.Node, lk, rk []int) {
	b := m.b
	pairs := m.pairs
	m.pairs = nil
	var missing []string
	for _, k := range key {
		i := slices.IndexFunc(pairs, func(p pair) bool { return p.right.Op == expr.OpColumn && p.right.Column == k })
		if i < 0 {
			missing = append(missing, m.right.node.Schema.Fields[k].Name)
			continue
		}
		m.pairs = append(m.pairs, pairs[i])
		pairs = slices.Delete(slices.Clone(pairs), i, i+1)
	}
	if len(missing) > 0 {
		b.errorf(CodeTemporal, m.at, "Add it to ON, of the same type as the key.", "the join does not compare %s, by which %s tells its rows apart", strings.Join(missing, " and "), name)
		return nil, nil, nil, nil
	}
	for _, p := range pairs {
		m.rest = append(m.rest, p.written)
	}
	return m.computed()
}
