package query

import (
	"time"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// fromEventTime returns how many microseconds a column of a node's rows always lies behind the row's event time: 0 for the event time
// itself, a window's size for its end. ok is false where no such distance is known.
func fromEventTime(n *plan.Node, column int, zone *time.Location) (micros int64, ok bool) {
	if n.Schema.EventTime == nil {
		return 0, false
	}
	if column == n.Schema.TimeIndex() {
		return 0, true
	}
	switch op := n.Op.(type) {
	case *plan.Window:
		return op.Size, column == 1 && (zone == time.UTC || op.Kind == plan.Tumble && op.Size <= clockStep)
	case *plan.Filter:
		return fromEventTime(n.Inputs[0], column, zone)
	case *plan.Project:
		from, offset, ok := distance(op.Columns[column].Expr)
		if !ok {
			return 0, false
		}
		own, ok := fromEventTime(n.Inputs[0], from, zone)
		return own + offset, ok
	}
	return 0, false
}

const (
	microsPerMilli  = 1000
	microsPerSecond = 1_000_000
	// clockStep is what every change of a zone's clock is a multiple of, in microseconds: windows that divide it are as long as they say
	// also where the clocks are set.
	clockStep = 15 * 60 * microsPerSecond
)

// wholeMillis reports whether the values of a timestamp column are known to be whole milliseconds, so that nothing is lost where they are
// written to a column of milliseconds.
func wholeMillis(n *plan.Node, column int) bool {
	t := n.Schema.Fields[column].Type
	if t.Kind != schema.Timestamp {
		return false
	}
	if t.Precision != 0 && t.Precision <= 3 {
		return true
	}
	switch op := n.Op.(type) {
	case *plan.Window:
		switch {
		case column >= 2:
			return column-2 < len(op.Keys) && wholeExpr(n.Inputs[0], op.Keys[column-2].Expr)
		case op.Size%microsPerMilli == 0 && op.Slide%microsPerMilli == 0:
			return true
		}
		return column == 0 && op.Size == 1 && wholeMillis(n.Inputs[0], op.Time)
	case *plan.Aggregate:
		return column < len(op.Keys) && wholeExpr(n.Inputs[0], op.Keys[column].Expr)
	case *plan.Project:
		return wholeExpr(n.Inputs[0], op.Columns[column].Expr)
	case *plan.Filter, *plan.Normalize, *plan.Dedupe:
		return wholeMillis(n.Inputs[0], column)
	case *plan.Rank, *plan.Unnest:
		return column < len(n.Inputs[0].Schema.Fields) && wholeMillis(n.Inputs[0], column)
	case *plan.Join, *plan.IntervalJoin, *plan.TemporalJoin:
		if left := len(n.Inputs[0].Schema.Fields); column >= left {
			return wholeMillis(n.Inputs[1], column-left)
		}
		return wholeMillis(n.Inputs[0], column)
	case *plan.Union:
		for _, in := range n.Inputs {
			if !wholeMillis(in, column) {
				return false
			}
		}
		return true
	}
	return false
}

func wholeExpr(in *plan.Node, e *expr.Expr) bool {
	column, offset, ok := distance(e)
	return ok && offset%microsPerMilli == 0 && wholeMillis(in, column)
}
