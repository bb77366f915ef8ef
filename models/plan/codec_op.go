package plan

import (
	"encoding/json"
	"errors"
	"fmt"

	"millrace/models/expr"
	"millrace/models/schema"
)

// The stored forms of the operators.
type (
	scanJSON struct {
		Component string          `json:"component"`
		Version   int             `json:"version"`
		Params    json.RawMessage `json:"params,omitempty"`
		Table     string          `json:"table,omitempty"`
		Source    *schema.Schema  `json:"source"`
		Checked   []string        `json:"checked,omitempty"`
	}
	filterJSON struct {
		Where *expr.Expr `json:"where"`
	}
	projectJSON struct {
		Columns []columnJSON `json:"columns"`
	}
	unionJSON  struct{}
	windowJSON struct {
		Kind  WindowKind   `json:"kind"`
		Time  int          `json:"time"`
		Size  int64        `json:"size_us"`
		Slide int64        `json:"slide_us"`
		Keys  []columnJSON `json:"keys,omitempty"`
		Aggs  []aggJSON    `json:"aggs,omitempty"`
	}
	dedupeJSON struct {
		Keys   []int `json:"keys"`
		Time   int   `json:"time"`
		Within int64 `json:"within_us"`
	}
	joinJSON struct {
		Kind        JoinKind   `json:"kind"`
		Left        []int      `json:"left,omitempty"`
		Right       []int      `json:"right,omitempty"`
		Where       *expr.Expr `json:"where,omitempty"`
		TTL         int64      `json:"ttl_us,omitempty"`
		LeftTime    int        `json:"left_time"`
		RightTime   int        `json:"right_time"`
		LeftUnique  bool       `json:"left_unique,omitempty"`
		RightUnique bool       `json:"right_unique,omitempty"`
	}
	intervalJoinJSON struct {
		Kind        JoinKind   `json:"kind"`
		Left        []int      `json:"left,omitempty"`
		Right       []int      `json:"right,omitempty"`
		LeftTime    int        `json:"left_time"`
		RightTime   int        `json:"right_time"`
		Lower       int64      `json:"lower_us"`
		Upper       int64      `json:"upper_us"`
		Where       *expr.Expr `json:"where,omitempty"`
		LeftUnique  bool       `json:"left_unique,omitempty"`
		RightUnique bool       `json:"right_unique,omitempty"`
	}
	temporalJoinJSON struct {
		Kind        JoinKind   `json:"kind"`
		Left        []int      `json:"left"`
		Right       []int      `json:"right"`
		LeftTime    int        `json:"left_time"`
		RightTime   int        `json:"right_time"`
		Where       *expr.Expr `json:"where,omitempty"`
		Wait        int64      `json:"wait_us,omitempty"`
		Correct     int64      `json:"correct_us,omitempty"`
		RightUnique bool       `json:"right_unique,omitempty"`
	}
	aggregateJSON struct {
		Keys []columnJSON `json:"keys,omitempty"`
		Aggs []aggJSON    `json:"aggs,omitempty"`
	}
	rankJSON struct {
		Partition []int     `json:"partition,omitempty"`
		Order     []SortKey `json:"order,omitempty"`
		From      int64     `json:"from"`
		To        int64     `json:"to"`
		Number    string    `json:"number,omitempty"`
	}
	normalizeJSON struct{}
	unnestJSON    struct {
		Column     int      `json:"column"`
		Outer      bool     `json:"outer,omitempty"`
		Ordinality bool     `json:"ordinality,omitempty"`
		Names      []string `json:"names"`
	}
	sinkJSON struct {
		Component string          `json:"component"`
		Version   int             `json:"version"`
		Params    json.RawMessage `json:"params,omitempty"`
		Table     string          `json:"table,omitempty"`
	}
	columnJSON struct {
		Name string     `json:"name"`
		Expr *expr.Expr `json:"expr"`
	}
	aggJSON struct {
		Name string   `json:"name"`
		Agg  expr.Agg `json:"agg"`
	}
)

func marshalOp(op Op) (json.RawMessage, error) {
	switch op := op.(type) {
	case *Scan:
		return marshalJSON(scanJSON(*op))
	case *Filter:
		return marshalJSON(filterJSON(*op))
	case *Project:
		return marshalJSON(projectJSON{Columns: columnsJSON(op.Columns)})
	case *Union:
		return marshalJSON(unionJSON{})
	case *Window:
		return marshalJSON(windowJSON{
			Kind: op.Kind, Time: op.Time, Size: op.Size, Slide: op.Slide, Keys: columnsJSON(op.Keys), Aggs: aggsJSON(op.Aggs),
		})
	case *Dedupe:
		return marshalJSON(dedupeJSON(*op))
	case *Join:
		return marshalJSON(joinJSON(*op))
	case *IntervalJoin:
		return marshalJSON(intervalJoinJSON(*op))
	case *TemporalJoin:
		return marshalJSON(temporalJoinJSON(*op))
	case *Aggregate:
		return marshalJSON(aggregateJSON{Keys: columnsJSON(op.Keys), Aggs: aggsJSON(op.Aggs)})
	case *Rank:
		return marshalJSON(rankJSON(*op))
	case *Normalize:
		return marshalJSON(normalizeJSON{})
	case *Unnest:
		return marshalJSON(unnestJSON(*op))
	case *Sink:
		return marshalJSON(sinkJSON(*op))
	default:
		return nil, fmt.Errorf("unknown operator %T", op)
	}
}

func columnsJSON(cols []Column) []columnJSON {
	var out []columnJSON
	for _, c := range cols {
		out = append(out, columnJSON(c))
	}
	return out
}

func aggsJSON(aggs []AggColumn) []aggJSON {
	var out []aggJSON
	for _, a := range aggs {
		out = append(out, aggJSON(a))
	}
	return out
}

func columnsOf(cols []columnJSON) []Column {
	var out []Column
	for _, c := range cols {
		out = append(out, Column(c))
	}
	return out
}

func aggsOf(aggs []aggJSON) []AggColumn {
	var out []AggColumn
	for _, a := range aggs {
		out = append(out, AggColumn(a))
	}
	return out
}

func unmarshalOp(name string, body json.RawMessage) (Op, error) {
	if len(body) == 0 {
		return nil, errors.New("the operator has no body")
	}
	switch name {
	case "scan":
		var j scanJSON
		err := strict(body, &j)
		op := Scan(j)
		return &op, err
	case "filter":
		var j filterJSON
		err := strict(body, &j)
		op := Filter(j)
		return &op, err
	case "project":
		var j projectJSON
		err := strict(body, &j)
		return &Project{Columns: columnsOf(j.Columns)}, err
	case "union":
		return &Union{}, strict(body, &unionJSON{})
	case "window":
		var j windowJSON
		err := strict(body, &j)
		return &Window{Kind: j.Kind, Time: j.Time, Size: j.Size, Slide: j.Slide, Keys: columnsOf(j.Keys), Aggs: aggsOf(j.Aggs)}, err
	case "dedupe":
		var j dedupeJSON
		err := strict(body, &j)
		op := Dedupe(j)
		return &op, err
	case "join":
		var j joinJSON
		err := strict(body, &j)
		op := Join(j)
		return &op, err
	case "interval_join":
		var j intervalJoinJSON
		err := strict(body, &j)
		op := IntervalJoin(j)
		return &op, err
	case "temporal_join":
		var j temporalJoinJSON
		err := strict(body, &j)
		op := TemporalJoin(j)
		return &op, err
	case "aggregate":
		var j aggregateJSON
		err := strict(body, &j)
		return &Aggregate{Keys: columnsOf(j.Keys), Aggs: aggsOf(j.Aggs)}, err
	case "rank":
		var j rankJSON
		err := strict(body, &j)
		op := Rank(j)
		return &op, err
	case "normalize":
		return &Normalize{}, strict(body, &normalizeJSON{})
	case "unnest":
		var j unnestJSON
		err := strict(body, &j)
		op := Unnest(j)
		return &op, err
	case "sink":
		var j sinkJSON
		err := strict(body, &j)
		op := Sink(j)
		return &op, err
	default:
		return nil, fmt.Errorf("unknown operator %q", name)
	}
}
