package plan

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"millrace/models/expr"
	"millrace/models/schema"
)

// SchemaOf returns the schema of an operator's output: a pure function of the operator and the schemas of its inputs, so that every way to
// a plan gives the same one. Scan and Sink have none that follows: the source declares it, and the sink takes what comes. An error
// says what does not fit: the number of inputs, a column position outside of them, a name that stands in the output twice.
//
//	filter, dedupe, normalize   the input's
//	project         the columns; event time and key stay where their columns are kept, under the new names
//	union           the first input's fields, nullable where one of an input is; the event time when all have it on one column
//	window          window_start (the event time), window_end, keys, aggregates; the key is window_start and the keys
//	join            left fields, then right ones under JoinNames; a side that may be missing is nullable; semi and anti: left fields.
//	                No event time. Key: see joinKey
//	interval_join   as join; the left event time, but none when a right row may come without a left one
//	temporal_join   as join; the left event time unless rows are corrected; the left key, as a row has one version at a time
//	aggregate       keys, aggregates; the keys are the key
//	rank            the input's fields, the number; the partition is the key when one row of each is kept, else the input's
//	unnest          the input's fields, the element's, the ordinality; the input's event time and no key
//
// A key with a column that may be NULL is none.
func SchemaOf(op Op, inputs []*schema.Schema) (*schema.Schema, error) {
	if err := arity(op, len(inputs)); err != nil {
		return nil, err
	}
	if slices.Contains(inputs, nil) {
		return nil, errors.New("the schema of an input is missing")
	}
	var out *schema.Schema
	var err error
	switch op := op.(type) {
	case *Filter, *Dedupe, *Normalize:
		return inputs[0], nil
	case *Project:
		for _, c := range op.Columns {
			if c.Expr == nil {
				return nil, fmt.Errorf("the column %q has no expression", c.Name)
			}
			if c.Expr.Op == expr.OpColumn {
				if err := inside("column", c.Expr.Column, inputs[0]); err != nil {
					return nil, err
				}
			}
		}
		out = ProjectSchema(inputs[0], op.Columns)
	case *Union:
		out, err = unionSchema(inputs)
	case *Window:
		out, err = windowSchema(op)
	case *Join:
		out = joinSchema(op.Kind, op.LeftUnique || covers(op.Left, inputs[0]), op.RightUnique || covers(op.Right, inputs[1]), inputs)
	case *IntervalJoin:
		out = joinSchema(op.Kind, op.LeftUnique || covers(op.Left, inputs[0]), op.RightUnique || covers(op.Right, inputs[1]), inputs)
		if !op.Kind.KeepsRight() {
			out.EventTime = inputs[0].EventTime
		}
	case *TemporalJoin:
		out = joinSchema(op.Kind, false, true, inputs)
		out.Key = inputs[0].Key
		if op.Correct == 0 {
			out.EventTime = inputs[0].EventTime
		}
	case *Aggregate:
		out, err = aggregateSchema(op)
	case *Rank:
		out, err = rankSchema(op, inputs[0])
	case *Unnest:
		out, err = unnestSchema(op, inputs[0])
	default:
		return nil, fmt.Errorf("the schema of a %s does not follow from its inputs", op.Name())
	}
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(out.Fields))
	for _, f := range out.Fields {
		if seen[f.Name] {
			return nil, fmt.Errorf("the output has the column %q twice", f.Name)
		}
		seen[f.Name] = true
	}
	return out, nil
}

// arity checks how many inputs an operator has.
func arity(op Op, inputs int) error {
	least, most := 1, 1
	switch op.(type) {
	case *Scan:
		least, most = 0, 0
	case *Union:
		most = max(1, inputs)
	case *Join, *IntervalJoin, *TemporalJoin:
		least, most = 2, 2
	}
	if inputs < least || inputs > most {
		return fmt.Errorf("it has %d inputs", inputs)
	}
	return nil
}

// ProjectSchema is the schema of columns that are sound over in. The event time stays when its column is kept unchanged, under its new
// name when it was renamed; kept twice, the copy that has the old name counts, else the first. The key stays when all of its columns do.
func ProjectSchema(in *schema.Schema, cols []Column) *schema.Schema {
	out := &schema.Schema{Fields: make([]schema.Field, len(cols))}
	for i, c := range cols {
		out.Fields[i] = schema.Field{Name: c.Name, Type: c.Expr.Type, Nullable: c.Expr.Nullable}
		if c.Expr.Op == expr.OpColumn {
			out.Fields[i].Description = in.Fields[c.Expr.Column].Description
		}
	}
	kept := keptNames(in, cols)
	if in.EventTime != nil {
		if name, ok := kept[in.EventTime.Column]; ok {
			et := *in.EventTime
			et.Column = name
			out.EventTime = &et
		}
	}
	out.Key = renamed(in.Key, kept)
	return out
}

// keptNames says under which name each field is kept that is: its own where it has it, else the first.
func keptNames(in *schema.Schema, cols []Column) map[string]string {
	kept := map[string]string{}
	for _, c := range cols {
		if c.Expr.Op != expr.OpColumn {
			continue
		}
		from := in.Fields[c.Expr.Column].Name
		if _, twice := kept[from]; !twice || c.Name == from {
			kept[from] = c.Name
		}
	}
	return kept
}

// renamed returns the names under which all of key were kept, or nil when one was not.
func renamed(key []string, kept map[string]string) []string {
	var out []string
	for _, k := range key {
		name, ok := kept[k]
		if !ok {
			return nil
		}
		out = append(out, name)
	}
	return out
}

// unionSchema gives the event time the largest of the inputs' settings. Rows of an input without one have no place in time, and then the
// output has none.
func unionSchema(inputs []*schema.Schema) (*schema.Schema, error) {
	out := &schema.Schema{Fields: slices.Clone(inputs[0].Fields)}
	for k, in := range inputs[1:] {
		if len(in.Fields) != len(out.Fields) {
			return nil, fmt.Errorf("input %d has %d fields, the first %d", k+1, len(in.Fields), len(out.Fields))
		}
		for i, f := range in.Fields {
			if f.Name != out.Fields[i].Name || !f.Type.Equal(out.Fields[i].Type) {
				return nil, fmt.Errorf("field %d is %s %s in input %d and %s %s in the first", i, f.Name, f.Type, k+1, out.Fields[i].Name, out.Fields[i].Type)
			}
			out.Fields[i].Nullable = out.Fields[i].Nullable || f.Nullable
		}
	}
	for i, in := range inputs {
		switch {
		case in.EventTime == nil || i > 0 && in.EventTime.Column != out.EventTime.Column:
			out.EventTime = nil
			return out, nil
		case i == 0:
			et := *in.EventTime
			out.EventTime = &et
		default:
			out.EventTime.OutOfOrder = max(out.EventTime.OutOfOrder, in.EventTime.OutOfOrder)
			out.EventTime.MaxFuture = max(out.EventTime.MaxFuture, in.EventTime.MaxFuture)
			out.EventTime.Idle = max(out.EventTime.Idle, in.EventTime.Idle)
		}
	}
	return out, nil
}

func windowSchema(op *Window) (*schema.Schema, error) {
	ts := schema.Of(schema.Timestamp)
	groups, err := groupFields(op.Keys, op.Aggs)
	if err != nil {
		return nil, err
	}
	s := &schema.Schema{
		Fields: append([]schema.Field{{Name: WindowStart, Type: ts}, {Name: WindowEnd, Type: ts}}, groups...),
		// With the start as event time, a window of minutes falls into the hour it lies in. It never is out of order: windows leave in the
		// order of their ends, and the operator's watermark is the start of the first that has not left.
		EventTime: &schema.EventTime{Column: WindowStart, MaxFuture: schema.DefaultMaxFuture, Idle: schema.DefaultIdle},
		Key:       []string{WindowStart},
	}
	s.Key = keyOf(s.Key, groups[:len(op.Keys)])
	return s, nil
}

func aggregateSchema(op *Aggregate) (*schema.Schema, error) {
	fields, err := groupFields(op.Keys, op.Aggs)
	if err != nil {
		return nil, err
	}
	return &schema.Schema{Fields: fields, Key: keyOf(nil, fields[:len(op.Keys)])}, nil
}

func groupFields(keys []Column, aggs []AggColumn) ([]schema.Field, error) {
	out := make([]schema.Field, 0, len(keys)+len(aggs))
	for _, k := range keys {
		if k.Expr == nil {
			return nil, fmt.Errorf("the key %q has no expression", k.Name)
		}
		out = append(out, schema.Field{Name: k.Name, Type: k.Expr.Type, Nullable: k.Expr.Nullable})
	}
	for _, a := range aggs {
		out = append(out, schema.Field{Name: a.Name, Type: a.Agg.Type, Nullable: a.Agg.Nullable})
	}
	return out, nil
}

// keyOf adds the names of fields to a key. A primary key has no NULL in it: with a field that may be NULL there is none.
func keyOf(key []string, fields []schema.Field) []string {
	for _, f := range fields {
		if f.Nullable {
			return nil
		}
		key = append(key, f.Name)
	}
	return key
}

// rankSchema leaves descriptions and the key of the input as they are: a rank only chooses rows.
func rankSchema(op *Rank, in *schema.Schema) (*schema.Schema, error) {
	out := &schema.Schema{Fields: slices.Clone(in.Fields), Key: in.Key}
	if op.From == 1 && op.To == 1 && len(op.Partition) > 0 {
		partition := make([]schema.Field, len(op.Partition))
		for k, i := range op.Partition {
			if err := inside("partition column", i, in); err != nil {
				return nil, err
			}
			partition[k] = in.Fields[i]
		}
		if key := keyOf(nil, partition); key != nil {
			out.Key = key
		}
	}
	if op.Number != "" {
		out.Fields = append(out.Fields, schema.Field{Name: op.Number, Type: schema.Of(schema.Int64)})
	}
	return out, nil
}

func unnestSchema(op *Unnest, in *schema.Schema) (*schema.Schema, error) {
	if err := inside("column", op.Column, in); err != nil {
		return nil, err
	}
	added, err := ElementFields(in.Fields[op.Column].Type)
	if err != nil {
		return nil, err
	}
	if op.Ordinality {
		added = append(added, schema.Field{Type: schema.Of(schema.Int64)})
	}
	if len(added) != len(op.Names) {
		return nil, fmt.Errorf("it names %d of %d columns", len(op.Names), len(added))
	}
	for i := range added {
		added[i].Name = op.Names[i]
		added[i].Nullable = added[i].Nullable || op.Outer
	}
	return &schema.Schema{Fields: append(slices.Clone(in.Fields), added...), EventTime: in.EventTime}, nil
}

// ElementFields returns the fields of one element of an array or map, as Unnest adds them: of a row element its fields, else one without a
// name; of a map key and value, without names.
func ElementFields(t schema.Type) ([]schema.Field, error) {
	switch {
	case t.Kind == schema.Map:
		return []schema.Field{{Type: *t.Key}, {Type: *t.Elem, Nullable: t.ElemNullable}}, nil
	case t.Kind != schema.Array:
		return nil, fmt.Errorf("%s has no elements: only an array or a map has", t)
	case t.Elem.Kind != schema.Row:
		return []schema.Field{{Type: *t.Elem, Nullable: t.ElemNullable}}, nil
	}
	fields := slices.Clone(t.Elem.Fields)
	for i := range fields {
		fields[i].Nullable = fields[i].Nullable || t.ElemNullable
	}
	return fields, nil
}

// JoinNames returns the names the right fields have in the output of a join: their own, or where that is taken by a left field or by a
// right one before it, with the first of _1, _2, ... that is free.
func JoinNames(left, right *schema.Schema) []string {
	taken := make(map[string]bool, len(left.Fields)+len(right.Fields))
	for _, f := range left.Fields {
		taken[f.Name] = true
	}
	out := make([]string, len(right.Fields))
	for i, f := range right.Fields {
		name := f.Name
		for k := 1; taken[name]; k++ {
			name = f.Name + "_" + strconv.Itoa(k)
		}
		taken[name] = true
		out[i] = name
	}
	return out
}

// PairSchema is what the condition of a join reads: the left fields, then the right ones under JoinNames, each as nullable as its input says,
// for a pair has both rows.
func PairSchema(left, right *schema.Schema) *schema.Schema {
	out := &schema.Schema{Fields: slices.Clone(left.Fields)}
	names := JoinNames(left, right)
	for i, f := range right.Fields {
		f.Name = names[i]
		out.Fields = append(out.Fields, f)
	}
	return out
}

// covers reports whether columns hold the whole key of a schema: then they have one row at a time.
func covers(columns []int, s *schema.Schema) bool {
	for _, k := range s.Key {
		if !slices.ContainsFunc(columns, func(c int) bool { return c >= 0 && c < len(s.Fields) && s.Fields[c].Name == k }) {
			return false
		}
	}
	return len(s.Key) > 0
}

// joinSchema is what all joins have in common: fields and key.
func joinSchema(kind JoinKind, leftUnique, rightUnique bool, inputs []*schema.Schema) *schema.Schema {
	left, right := inputs[0], inputs[1]
	out := PairSchema(left, right)
	if kind.OnlyLeft() {
		out.Fields = out.Fields[:len(left.Fields)]
	}
	for i := range out.Fields {
		f := &out.Fields[i]
		f.Nullable = f.Nullable || i < len(left.Fields) && kind.KeepsRight() || i >= len(left.Fields) && kind.KeepsLeft()
	}
	out.Key = joinKey(kind, leftUnique, rightUnique, left, right)
	return out
}

// joinKey: each left row comes out once where it has one match at most, and so does each right row; a pair of an inner join is known by
// both its keys. A side that may be missing has no key that is never NULL.
func joinKey(kind JoinKind, leftUnique, rightUnique bool, left, right *schema.Schema) []string {
	kept := map[string]string{}
	for i, name := range JoinNames(left, right) {
		kept[right.Fields[i].Name] = name
	}
	rightKey := renamed(right.Key, kept)
	switch {
	case kind.OnlyLeft(), kind == LeftOuter && rightUnique:
		return left.Key
	case kind == RightOuter && leftUnique:
		return rightKey
	case kind == Inner && rightUnique && len(left.Key) > 0:
		return left.Key
	case kind == Inner && leftUnique && len(rightKey) > 0:
		return rightKey
	case kind == Inner && len(left.Key) > 0 && len(rightKey) > 0:
		return append(slices.Clone(left.Key), rightKey...)
	}
	return nil
}

// inside checks that a column position lies within a schema.
func inside(what string, i int, in *schema.Schema) error {
	if i < 0 || i >= len(in.Fields) {
		return fmt.Errorf("the %s %d is not among the %d of the input", what, i, len(in.Fields))
	}
	return nil
}
