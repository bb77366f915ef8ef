package plan

import "millrace/models/expr"

// The operators of relational algebra: joins, aggregates and ranks over changelogs.
type (
	// Join meets the rows of two changelogs by equal keys, whatever their times. Output: the left fields, then the right ones (semi and anti:
	// the left fields only); the side that may be missing is nullable. Right names that are taken already get _1, _2, ... added.
	Join struct {
		Kind JoinKind
		// Left and Right are the key columns of each input, pairwise equal in type. A NULL never matches. Both may be empty: every pair meets.
		Left, Right []int
		// Where is a further condition over the left fields followed by the right ones, or nil. It is part of the join: a row whose pairs all
		// fail it is unmatched. A pair on which it raises an error is rejected.
		Where *expr.Expr
		// TTL, in microseconds, is how far the event times of two rows may lie apart to meet; rows are forgotten when nothing can meet them
		// any more. 0 keeps them for ever. With it LeftTime and RightTime are the event-time columns, else -1.
		TTL                 int64
		LeftTime, RightTime int
		// LeftUnique and RightUnique are declared cardinality: a key has at most one row at a time on that side. A row that breaks it is
		// rejected (RowCardinality), so that no row is multiplied unnoticed.
		LeftUnique, RightUnique bool
	}

	// IntervalJoin meets the rows of two streams whose event times lie within bounds: left + Lower <= right <= left + Upper, in microseconds.
	// Output as Join's; a pair leaves once the watermarks of both inputs have passed both its times, a row without a match once none can
	// come. The event time of the output is the left row's, for a right row without a left one NULL, so a right or full join has none.
	IntervalJoin struct {
		Kind                    JoinKind
		Left, Right             []int
		LeftTime, RightTime     int
		Lower, Upper            int64
		Where                   *expr.Expr
		LeftUnique, RightUnique bool
	}

	// TemporalJoin gives each row of the left stream the version of the right changelog's row that is valid at the left row's event time:
	// the last one with a time at or before it. A key's first version, when it was there as the pipeline began, holds for all earlier
	// time too. Left rows leave when the watermarks of both inputs have passed their time plus Wait.
	// Output as Join's; Kind is Inner or LeftOuter.
	TemporalJoin struct {
		Kind JoinKind
		// Left are the columns compared with Right, the right changelog's key.
		Left, Right         []int
		LeftTime, RightTime int
		// Where restricts the match, as in Join.
		Where *expr.Expr
		// Wait, in microseconds of event time, is how long left rows are held back for versions that come late.
		Wait int64
		// Correct, in microseconds of event time, is how long left rows are remembered so that a version which comes later still corrects what
		// was given out; the output is then a retract stream. 0 leaves it as it was.
		Correct int64
		// RightUnique is declared cardinality: the right rows are inserts, one a key and time. Another one that differs is rejected
		// (RowCardinality) instead of taking the first one's place.
		RightUnique bool
	}

	// Aggregate groups a changelog by keys, without a window. Output: the keys, the aggregates; each barrier's changes come as -U +U pairs.
	// Without keys there is one group, which has a row from the beginning.
	Aggregate struct {
		Keys []Column
		Aggs []AggColumn
	}

	// Rank numbers the rows of each partition in an order and keeps those numbered From to To, 1 being the first. Rows that compare
	// equal are ordered by their other columns, ascending in the schema's order with NULLs last, so that the answer is one. Output: the input's fields and, with Number, the number as a last
	// field, int64.
	Rank struct {
		Partition []int
		Order     []SortKey
		From, To  int64
		// Number names the column of the rank; empty leaves it out.
		Number string
	}

	// Normalize turns an upsert stream into a retract stream: it remembers the last row of each key (the input's Mode.Key), completes
	// deletes and drops what changes nothing.
	Normalize struct{}

	// Unnest puts out one row an element of an array or map column: the input's fields, then the element's (of a row element its fields, of a
	// map key and value), then with Ordinality the position from 1, int64. Empty and NULL give no row, with Outer one with NULLs.
	Unnest struct {
		Column     int
		Outer      bool
		Ordinality bool
		// Names are those of the added columns, in order.
		Names []string
	}
)

// SortKey is one column of an order.
type SortKey struct {
	Column     int  `json:"column"`
	Desc       bool `json:"desc,omitempty"`
	NullsFirst bool `json:"nulls_first,omitempty"`
}

// JoinKind says which rows without a match a join gives out.
type JoinKind uint8

// The join kinds.
const (
	Inner JoinKind = iota
	LeftOuter
	RightOuter
	FullOuter
	// Semi gives each left row that has a match once, Anti those that have none; neither has right fields.
	Semi
	Anti
)

// String returns the kind's name in parameters and Explain.
func (k JoinKind) String() string {
	return [...]string{"inner", "left", "right", "full", "semi", "anti"}[k]
}

// KeepsLeft reports whether left rows without a match come out, KeepsRight the same of right ones.
func (k JoinKind) KeepsLeft() bool { return k == LeftOuter || k == FullOuter || k == Anti }

// KeepsRight reports whether right rows without a match come out.
func (k JoinKind) KeepsRight() bool { return k == RightOuter || k == FullOuter }

// OnlyLeft reports whether the output has no right fields.
func (k JoinKind) OnlyLeft() bool { return k == Semi || k == Anti }

// Name returns "join".
func (*Join) Name() string { return "join" }

// Name returns "interval_join".
func (*IntervalJoin) Name() string { return "interval_join" }

// Name returns "temporal_join".
func (*TemporalJoin) Name() string { return "temporal_join" }

// Name returns "aggregate".
func (*Aggregate) Name() string { return "aggregate" }

// Name returns "rank".
func (*Rank) Name() string { return "rank" }

// Name returns "normalize".
func (*Normalize) Name() string { return "normalize" }

// Name returns "unnest".
func (*Unnest) Name() string { return "unnest" }

func (*Join) op()         {}
func (*IntervalJoin) op() {}
func (*TemporalJoin) op() {}
func (*Aggregate) op()    {}
func (*Rank) op()         {}
func (*Normalize) op()    {}
func (*Unnest) op()       {}
