package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"

	"millrace/models/expr"
	"millrace/models/schema"
)

// Fingerprint names what a valid plan computes: "sha256:" and 64 digits. It covers operators, expressions in canonical form, names, types,
// keys and event times of schemas, modes, the time zone, and the parameters of scans and sinks. It leaves out what has no bearing on
// the result: the model's name, node ids, spans, descriptions, the order of sinks, of a union's inputs and of the pairs of columns a
// join compares, the order of the keys of a JSON parameter, and whether equal parts are one shared node or two.
func Fingerprint(p *Plan) string {
	f := fingerprinter{done: map[*Node][]byte{}}
	var sinks [][]byte
	for _, s := range p.Sinks {
		sinks = append(sinks, f.node(s))
	}
	slices.SortFunc(sinks, bytes.Compare)
	var d digest
	d.text("millrace plan 1")
	d.text(p.TimeZone)
	d.list(sinks)
	return "sha256:" + hex.EncodeToString(d.sum())
}

// digest collects what goes into one hash. Every part is written with its length, so that no two lists of parts read alike.
type digest struct{ b []byte }

func (d *digest) bytes(p []byte) {
	d.b = strconv.AppendInt(d.b, int64(len(p)), 10)
	d.b = append(d.b, ':')
	d.b = append(d.b, p...)
}

func (d *digest) text(s string) { d.bytes([]byte(s)) }
func (d *digest) int(n int64)   { d.text(strconv.FormatInt(n, 10)) }
func (d *digest) bool(v bool)   { d.text(strconv.FormatBool(v)) }

func (d *digest) ints(all []int) {
	d.int(int64(len(all)))
	for _, n := range all {
		d.int(int64(n))
	}
}

func (d *digest) list(parts [][]byte) {
	d.int(int64(len(parts)))
	for _, p := range parts {
		d.bytes(p)
	}
}

func (d *digest) texts(parts []string) {
	d.int(int64(len(parts)))
	for _, p := range parts {
		d.text(p)
	}
}

func (d *digest) sum() []byte {
	s := sha256.Sum256(d.b)
	return s[:]
}

func (d *digest) columns(cols []Column) {
	d.int(int64(len(cols)))
	for _, c := range cols {
		d.text(c.Name)
		d.text(expr.Canonical(c.Expr))
	}
}

func (d *digest) aggs(aggs []AggColumn) {
	d.int(int64(len(aggs)))
	for _, a := range aggs {
		d.text(a.Name)
		d.text(expr.CanonicalAgg(a.Agg))
	}
}

// matching writes what all joins have. The order of the pairs of key columns has no bearing on the rows.
func (d *digest) matching(kind JoinKind, left, right []int, where *expr.Expr) {
	d.text(kind.String())
	pairs := make([][2]int, len(left))
	for i := range left {
		pairs[i] = [2]int{left[i], right[i]}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	d.int(int64(len(pairs)))
	for _, p := range pairs {
		d.ints(p[:])
	}
	d.bool(where != nil)
	if where != nil {
		d.text(expr.Canonical(where))
	}
}

func (d *digest) schema(s *schema.Schema) {
	d.int(int64(len(s.Fields)))
	for _, f := range s.Fields {
		d.text(f.Name)
		d.text(f.Type.String()) // the text of a type has no descriptions in it
		d.bool(f.Nullable)
	}
	d.texts(s.Key)
	if e := s.EventTime; e != nil {
		d.text(e.Column)
		d.int(int64(e.OutOfOrder))
		d.int(int64(e.MaxFuture))
		d.int(int64(e.Idle))
	}
}

func (d *digest) component(name string, version int, params json.RawMessage, table string) {
	d.text(name)
	d.int(int64(version))
	d.bytes(canonicalJSON(params))
	d.text(table)
}

// canonicalJSON sorts keys and drops blanks; numbers keep their text.
func canonicalJSON(raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return raw // not JSON: a valid plan has none such, and the bytes still tell two apart
	}
	out, err := marshalJSON(v)
	if err != nil {
		return raw
	}
	return out
}

type fingerprinter struct{ done map[*Node][]byte }

// node returns the hash of a node with everything below it.
func (f *fingerprinter) node(n *Node) []byte {
	if sum, ok := f.done[n]; ok {
		return sum
	}
	var inputs [][]byte
	for _, in := range n.Inputs {
		inputs = append(inputs, f.node(in))
	}
	if _, unordered := n.Op.(*Union); unordered {
		slices.SortFunc(inputs, bytes.Compare)
	}
	var d digest
	d.operator(n)
	d.list(inputs)
	sum := d.sum()
	f.done[n] = sum
	return sum
}

// SameOperator reports whether two nodes compute the same of the same kind of rows, wherever these come from. What one has in its state the
// other can go on with.
func SameOperator(a, b *Node) bool {
	if len(a.Inputs) != len(b.Inputs) {
		return false
	}
	sum := func(n *Node) []byte {
		var d digest
		d.operator(n)
		for _, in := range n.Inputs {
			d.schema(in.Schema)
			d.mode(in.Mode)
		}
		return d.sum()
	}
	return bytes.Equal(sum(a), sum(b))
}

func (d *digest) mode(m Mode) {
	d.text(m.Change.String())
	d.texts(m.Key)
}

// operator writes what a node does and puts out, without its inputs.
func (d *digest) operator(n *Node) {
	d.text(n.Op.Name())
	switch op := n.Op.(type) {
	case *Scan:
		d.component(op.Component, op.Version, op.Params, op.Table)
		d.schema(op.Source)
		checked := slices.Clone(op.Checked)
		slices.Sort(checked)
		d.texts(checked)
	case *Filter:
		d.text(expr.Canonical(op.Where))
	case *Project:
		d.columns(op.Columns)
	case *Union:
	case *Window:
		d.text(op.Kind.String())
		d.int(int64(op.Time))
		d.int(op.Size)
		d.int(op.Slide)
		d.columns(op.Keys)
		d.aggs(op.Aggs)
	case *Dedupe:
		d.ints(op.Keys)
		d.int(int64(op.Time))
		d.int(op.Within)
	case *Join:
		d.matching(op.Kind, op.Left, op.Right, op.Where)
		d.int(op.TTL)
		d.ints([]int{op.LeftTime, op.RightTime})
		d.bool(op.LeftUnique)
		d.bool(op.RightUnique)
	case *IntervalJoin:
		d.matching(op.Kind, op.Left, op.Right, op.Where)
		d.ints([]int{op.LeftTime, op.RightTime})
		d.int(op.Lower)
		d.int(op.Upper)
		d.bool(op.LeftUnique)
		d.bool(op.RightUnique)
	case *TemporalJoin:
		d.matching(op.Kind, op.Left, op.Right, op.Where)
		d.ints([]int{op.LeftTime, op.RightTime})
		d.int(op.Wait)
		d.int(op.Correct)
		d.bool(op.RightUnique)
	case *Aggregate:
		d.columns(op.Keys)
		d.aggs(op.Aggs)
	case *Rank:
		d.ints(op.Partition)
		d.int(int64(len(op.Order)))
		for _, k := range op.Order {
			d.int(int64(k.Column))
			d.bool(k.Desc)
			d.bool(k.NullsFirst)
		}
		d.int(op.From)
		d.int(op.To)
		d.text(op.Number)
	case *Normalize:
	case *Unnest:
		d.int(int64(op.Column))
		d.bool(op.Outer)
		d.bool(op.Ordinality)
		d.texts(op.Names)
	case *Sink:
		d.component(op.Component, op.Version, op.Params, op.Table)
	}
	d.schema(n.Schema)
	d.mode(n.Mode)
}
