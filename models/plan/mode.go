package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"millrace/models/expr"
)

// InferMode returns the changelog mode of an operator's output, or an error that says why it cannot take the changes its inputs send.
// The mode of a Scan is its source's to say; here it is Append.
//
//	filter   keeps append and retract; an upsert only when the condition looks at nothing but the key, for a row that no longer
//	         passes would otherwise have to become a delete
//	project  keeps append and retract; an upsert when every key column is passed on as it is, under its new name
//	union    of appends is append; with retracts it is retract; an upsert is refused, as keys of two inputs may collide
//	window, dedupe   take append and give append
//	join     takes append and retract; inner and semi of two appends give append, for a match that was found stays, else retract
//	interval_join    takes append and gives append
//	temporal_join    takes append on the left and anything on the right, an upsert by its key; gives append, with Correct retract
//	aggregate, rank  take append and retract, and give retract
//	normalize        takes an upsert and gives retract
//	unnest   keeps append and retract
//	sink     as its input; what the component accepts is the compiler's to check
func InferMode(op Op, inputs []*Node) (Mode, error) {
	for _, in := range inputs {
		if in.Mode.Change == Upsert && len(in.Mode.Key) == 0 {
			return Mode{}, fmt.Errorf("the input %s is an upsert without a key", in.ID)
		}
	}
	switch op := op.(type) {
	case *Scan:
		return Mode{}, nil
	case *Filter:
		return op.mode(inputs[0])
	case *Project:
		return op.mode(inputs[0])
	case *Union:
		mode := Mode{}
		for _, in := range inputs {
			switch in.Mode.Change {
			case Upsert:
				return Mode{}, fmt.Errorf("union cannot take the upsert of %s: keys of two inputs may collide", in.ID)
			case Retract:
				mode.Change = Retract
			}
		}
		return mode, nil
	case *Window, *Dedupe:
		return Mode{}, onlyInserts(op, inputs[0])
	case *Join:
		return op.mode(inputs)
	case *IntervalJoin:
		return Mode{}, onlyInserts(op, inputs...)
	case *TemporalJoin:
		return op.mode(inputs)
	case *Aggregate, *Rank:
		return Mode{Change: Retract}, noUpsert(op, inputs[0])
	case *Normalize:
		if in := inputs[0]; in.Mode.Change != Upsert {
			return Mode{}, fmt.Errorf("normalize completes upserts, and %s sends %s", in.ID, in.Mode.Change)
		}
		return Mode{Change: Retract}, nil
	case *Unnest:
		return inputs[0].Mode, noUpsert(op, inputs[0])
	case *Sink:
		return inputs[0].Mode, nil
	default:
		return Mode{}, fmt.Errorf("unknown operator %T", op)
	}
}

func (f *Filter) mode(in *Node) (Mode, error) {
	if in.Mode.Change != Upsert {
		return in.Mode, nil
	}
	outside := ""
	columnsIn(f.Where, func(i int) {
		if name := in.Schema.Fields[i].Name; !slices.Contains(in.Mode.Key, name) {
			outside = name
		}
	})
	if outside != "" {
		return Mode{}, fmt.Errorf("filter on %s cannot take an upsert on other columns: a row that no longer passes would stay", outside)
	}
	return in.Mode, nil
}

func (p *Project) mode(in *Node) (Mode, error) {
	if in.Mode.Change != Upsert {
		return in.Mode, nil
	}
	out := Mode{Change: Upsert}
	for _, k := range in.Mode.Key {
		i := slices.IndexFunc(p.Columns, func(c Column) bool {
			return c.Expr.Op == expr.OpColumn && in.Schema.Fields[c.Expr.Column].Name == k
		})
		if i < 0 {
			return Mode{}, fmt.Errorf("project drops %s, a key column of the upsert it takes", k)
		}
		out.Key = append(out.Key, p.Columns[i].Name)
	}
	return out, nil
}

func (j *Join) mode(inputs []*Node) (Mode, error) {
	if err := noUpsert(j, inputs...); err != nil {
		return Mode{}, err
	}
	for _, in := range inputs {
		if in.Mode.Change != Append || j.Kind != Inner && j.Kind != Semi {
			return Mode{Change: Retract}, nil
		}
	}
	return Mode{}, nil
}

func (j *TemporalJoin) mode(inputs []*Node) (Mode, error) {
	left, right := inputs[0], inputs[1]
	if err := onlyInserts(j, left); err != nil {
		return Mode{}, err
	}
	if right.Mode.Change == Upsert {
		// A delete of an upsert stream has its key and nothing else: only by all of it, and by nothing else, are versions told apart.
		key := make([]string, 0, len(j.Right))
		for _, i := range j.Right {
			if i >= 0 && i < len(right.Schema.Fields) {
				key = append(key, right.Schema.Fields[i].Name)
			}
		}
		want := slices.Clone(right.Mode.Key)
		slices.Sort(key)
		slices.Sort(want)
		if !slices.Equal(key, want) {
			return Mode{}, fmt.Errorf("temporal_join looks %s up by %s, and the key of its upsert is %s",
				right.ID, strings.Join(key, ", "), strings.Join(want, ", "))
		}
	}
	if j.Correct > 0 {
		return Mode{Change: Retract}, nil
	}
	return Mode{}, nil
}

// onlyInserts refuses inputs that send anything else.
func onlyInserts(op Op, inputs ...*Node) error {
	for _, in := range inputs {
		if in.Mode.Change != Append {
			return fmt.Errorf("%s takes only inserts, and %s sends %s", op.Name(), in.ID, in.Mode.Change)
		}
	}
	return nil
}

// noUpsert refuses inputs whose changes do not say which row they replace.
func noUpsert(op Op, inputs ...*Node) error {
	for _, in := range inputs {
		if in.Mode.Change == Upsert {
			return fmt.Errorf("%s cannot take the upsert of %s, which does not say what it replaces: normalize it first", op.Name(), in.ID)
		}
	}
	return nil
}

// columnsIn visits the positions of the columns an expression reads, each once; e may be nil.
func columnsIn(e *expr.Expr, visit func(int)) {
	if e == nil {
		return
	}
	for _, i := range expr.Columns(e) {
		visit(i)
	}
}

// errNoNode marks holes in a plan that was put together wrongly.
var errNoNode = errors.New("a node, its operator or its schema is missing")
