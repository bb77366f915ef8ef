package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine"
	"millrace/pipelines/optimize"
	"millrace/pipelines/query"
)

const (
	// CodeNoPipeline is a script that is run but writes to no table.
	CodeNoPipeline diag.Code = "run.no_insert"
	// CodeNoQuery is a script that is looked at but has no query.
	CodeNoQuery diag.Code = "preview.no_query"
)

// Session starts an SQL session over the workbench's tables.
func (w *Workbench) Session() *query.Session { return query.NewSession(w.env()) }

// CompileScript compiles the pipelines of an SQL script, in their order, and optimizes them but for the rules in off. Queries that give rows to
// whoever asks are none. There are no Models when the list has an error.
func (w *Workbench) CompileScript(file string, src []byte, off map[string]bool) ([]*Model, diag.List) {
	outcomes, diags := w.Session().Exec(file, string(src))
	if diags.HasErrors() {
		return nil, diags
	}
	var out []*Model
	for _, o := range outcomes {
		if o.Kind == query.Pipeline {
			out = append(out, NewModel(file, string(src), o.Plan, off))
		}
	}
	if len(out) == 0 {
		d := diags.Errorf(CodeNoPipeline, diag.Span{}, "the script writes to no table")
		d.File, d.Fix = file, "Add INSERT INTO, or look at its queries with millrace sql."
	}
	return out, diags
}

// NewModel optimizes a compiled plan.
func NewModel(file, source string, p *plan.Plan, off map[string]bool) *Model {
	// Of the plan as it was compiled: what a model computes does not change with the optimizer, and neither does its checkpoint belong to
	// another model because a rule was added.
	fingerprint := plan.Fingerprint(p)
	optimized, applied := optimize.Optimize(p, off)
	return &Model{File: file, Source: source, Name: p.Model, Plan: optimized, Fingerprint: fingerprint, Applied: applied}
}

// Change is a row of a query's answer.
type Change struct {
	Kind batch.RowKind
	// Node is the node whose row it is, where several are looked at.
	Node string
	// Row is a JSON object with the query's columns.
	Row json.RawMessage
}

// QueryOptions say how a query is run.
type QueryOptions struct {
	// Live reads on without an end and hands changes over as they come; otherwise everything that is there is read, and the answer is what all
	// changes come to.
	Live  bool
	Start component.StartAt
	// Rows bounds the answer; more are not kept.
	Rows int
	Log  *slog.Logger
}

// Answer is what a query gave.
type Answer struct {
	Schema *schema.Schema
	// Rows is the answer of a query that is not live, in its order.
	Rows []json.RawMessage
	// More says that there were more rows than QueryOptions.Rows.
	More             bool
	RowsIn, Rejected int64
}

// ErrNoOrder refuses a live query with an order: what comes later may belong first.
var ErrNoOrder = errors.New("a live query has no order: remove ORDER BY and OFFSET, or ask without --live")

// rankColumn carries a row's place through the engine.
const rankColumn = "\x00rank"

// Query runs a query in memory. It commits nothing and writes nothing but temporary files. each is called with every change of a live
// query, and ends it by an error, which is returned.
func (w *Workbench) Query(ctx context.Context, q query.Outcome, conns component.Connections, o QueryOptions, each func(Change) error) (*Answer, error) {
	fragment := *q.Query
	ordered := len(q.OrderBy) > 0 || q.Offset > 0
	if ordered && o.Live {
		return nil, ErrNoOrder
	}
	if fragment.Root.Mode.Change == plan.Upsert {
		fragment.Root = below(fragment.Root, "normalize", &plan.Normalize{})
	}
	shown := fragment.Root.Schema
	if q.Shown > 0 && q.Shown < len(shown.Fields) {
		shown = &schema.Schema{Fields: shown.Fields[:q.Shown]}
	}
	most := int64(o.Rows)
	if q.Limit >= 0 {
		most = min(most, q.Limit)
	}
	if most == 0 {
		return &Answer{Schema: shown}, nil
	}
	if ordered {
		// The engine ranks, so that an order means the same here as everywhere.
		fragment.Root = below(fragment.Root, "order", &plan.Rank{Order: q.OrderBy, From: q.Offset + 1, To: q.Offset + most + 1, Number: rankColumn})
	}
	p, _ := optimize.Optimize(fragment.WithSink("query", &plan.Sink{Component: previewSink, Version: 1}), nil)

	ctx, enough := context.WithCancel(ctx)
	defer enough()
	sink := &answerSink{shown: shown, ordered: ordered, live: o.Live, most: most, each: each, enough: enough, append: fragment.Root.Mode.Change == plan.Append, at: map[string][]int{}}
	totals, err := w.inMemory(ctx, p, conns, sink, memoryRun{bounded: !o.Live, batchRows: 1024, start: o.Start, log: o.Log})
	answer := &Answer{Schema: shown, RowsIn: totals.RowsIn, Rejected: totals.Rejected}
	switch {
	case sink.failed != nil:
		return answer, sink.failed
	case err != nil && ctx.Err() == nil:
		return nil, fmt.Errorf("running the query: %w", err)
	}
	answer.Rows, answer.More = sink.answer()
	if answer.More && q.Limit >= 0 && q.Limit <= int64(o.Rows) {
		answer.More = false // as many as were asked for
	}
	return answer, nil
}

// below puts an operator on top of a node.
func below(n *plan.Node, slot string, op plan.Op) *plan.Node {
	s, err := plan.SchemaOf(op, []*schema.Schema{n.Schema})
	if err != nil {
		s = n.Schema // the engine's validation says what is wrong
	}
	out := &plan.Node{ID: n.ID + "+" + slot, Op: op, Inputs: []*plan.Node{n}, Schema: s}
	out.Mode, err = plan.InferMode(op, out.Inputs)
	if err != nil {
		out.Mode = plan.Mode{}
	}
	return out
}

// answerSink adds up the changes of a query, or hands them over.
type answerSink struct {
	memorySink
	shown                 *schema.Schema
	ordered, live, append bool
	most                  int64
	each                  func(Change) error
	enough                context.CancelFunc

	lock   sync.Mutex
	failed error
	given  int64
	// rows has the answer's rows in the order in which they came, taken those that were taken back.
	rows  []json.RawMessage
	ranks []int64
	// at finds the rows of one text, to take one back.
	at map[string][]int
}

// Apply takes the changes of an epoch.
func (s *answerSink) Apply(_ context.Context, _ component.ChunkRef, batches []*batch.Batch) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, b := range batches {
		view := b
		if len(s.shown.Fields) < len(b.Cols) {
			view = b.With(s.shown, b.Cols[:len(s.shown.Fields)])
		}
		for i := range b.Rows() {
			r := b.Row(i)
			row := engine.RowJSON(view, r)
			if s.live {
				s.hand(Change{Kind: b.Kind(r), Row: row})
				continue
			}
			rank := int64(0)
			if s.ordered {
				rank = b.Cols[len(b.Cols)-1].I64[r]
			}
			s.change(b.Kind(r), row, rank)
		}
	}
	if s.append && !s.ordered && !s.live && int64(len(s.rows)) > s.most {
		s.enough()
	}
	return nil
}

func (s *answerSink) hand(c Change) {
	if s.failed != nil || s.given >= s.most {
		return
	}
	if s.failed = s.each(c); s.failed != nil {
		s.enough()
		return
	}
	if s.given++; s.given == s.most {
		s.enough()
	}
}

// change adds a row or takes an equal one back.
func (s *answerSink) change(kind batch.RowKind, row json.RawMessage, rank int64) {
	key := ""
	if !s.append {
		key = fmt.Sprintf("%d %s", rank, row)
	}
	if kind == batch.Insert || kind == batch.UpdateAfter {
		if !s.append {
			s.at[key] = append(s.at[key], len(s.rows))
		}
		s.rows, s.ranks = append(s.rows, row), append(s.ranks, rank)
		return
	}
	places := s.at[key]
	if len(places) == 0 {
		return
	}
	last := len(places) - 1
	s.rows[places[last]] = nil
	if s.at[key] = places[:last]; last == 0 {
		delete(s.at, key)
	}
}

func (s *answerSink) answer() (rows []json.RawMessage, more bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	type ranked struct {
		row  json.RawMessage
		rank int64
	}
	var all []ranked
	for i, row := range s.rows {
		if row != nil {
			all = append(all, ranked{row, s.ranks[i]})
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return int(a.rank - b.rank) })
	if more = int64(len(all)) > s.most; more {
		all = all[:s.most]
	}
	for _, r := range all {
		rows = append(rows, r.row)
	}
	return rows, more
}
