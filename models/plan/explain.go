package plan

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"millrace/models/expr"
	"millrace/models/schema"
)

// Explain draws a valid plan as one tree a sink, inputs below their consumers:
//
//	sink clickhouse ads.music.long_plays  (append)  #cdm.music.long_plays/out
//	  project user_id, seconds = ms_played / 1000.0  (append)  #cdm.music.long_plays/shape
//	    scan kafka ods.music.play_events, 3 of 5 columns, pruned: page, net  (append)  #cdm.music.long_plays/plays
//
// A node that is used again is drawn once and then named. The text is stable, but meant for people; ExplainJSON is for programs.
func (p *Plan) Explain() string {
	w := explainer{seen: map[*Node]bool{}}
	fmt.Fprintf(&w.b, "plan of %s, time zone %s\n", p.Model, p.TimeZone)
	for _, s := range p.Sinks {
		w.node(s, 0)
	}
	return w.b.String()
}

type explainer struct {
	b    strings.Builder
	seen map[*Node]bool
}

func (w *explainer) node(n *Node, depth int) {
	indent := strings.Repeat("  ", depth)
	if w.seen[n] {
		fmt.Fprintf(&w.b, "%s%s as above  #%s\n", indent, strings.ReplaceAll(n.Op.Name(), "_", " "), n.ID)
		return
	}
	w.seen[n] = true
	line := strings.ReplaceAll(n.Op.Name(), "_", " ")
	if d := details(n); d != "" {
		line += " " + d
	}
	fmt.Fprintf(&w.b, "%s%s  (%s)  #%s\n", indent, line, n.Mode.describe(), n.ID)
	for _, in := range n.Inputs {
		w.node(in, depth+1)
	}
}

// describe writes the mode with its key: "upsert on user_id".
func (m Mode) describe() string {
	if len(m.Key) == 0 {
		return m.Change.String()
	}
	return m.Change.String() + " on " + strings.Join(m.Key, ", ")
}

// Details says what the node does, on one line, as Explain does behind its name.
func (n *Node) Details() string { return details(n) }

// details says what a node does, on one line.
func details(n *Node) string {
	switch op := n.Op.(type) {
	case *Scan:
		return op.details(n.Schema)
	case *Filter:
		return expr.SQL(op.Where)
	case *Project:
		return strings.Join(columnTexts(op.Columns), ", ")
	case *Window:
		return op.details(n.Inputs[0].Schema)
	case *Dedupe:
		in := n.Inputs[0].Schema
		return fmt.Sprintf("by %s within %s of %s", names(op.Keys, in), micros(op.Within), in.Fields[op.Time].Name)
	case *Join, *IntervalJoin, *TemporalJoin:
		return joinDetails(op, n.Inputs[0].Schema, n.Inputs[1].Schema)
	case *Aggregate:
		return op.details()
	case *Rank:
		return op.details(n.Inputs[0].Schema)
	case *Normalize:
		return "by " + strings.Join(n.Inputs[0].Mode.Key, ", ")
	case *Unnest:
		return op.details(n.Inputs[0].Schema)
	case *Sink:
		return strings.TrimRight(op.Component+" "+op.Table, " ")
	default:
		return ""
	}
}

func (s *Scan) details(decoded *schema.Schema) string {
	var b strings.Builder
	b.WriteString(s.Component)
	if s.Table != "" {
		b.WriteString(" " + s.Table)
	}
	fmt.Fprintf(&b, ", %d of %d columns", len(decoded.Fields), len(s.Source.Fields))
	if pruned := s.pruned(decoded); len(pruned) > 0 {
		b.WriteString(", pruned: " + strings.Join(pruned, ", "))
	}
	return b.String()
}

// pruned returns the source's columns that are not decoded.
func (s *Scan) pruned(decoded *schema.Schema) []string {
	var out []string
	for _, f := range s.Source.Fields {
		if decoded.Index(f.Name) < 0 {
			out = append(out, f.Name)
		}
	}
	return out
}

func (w *Window) details(in *schema.Schema) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", w.Kind, micros(w.Size))
	if w.Kind == Hop {
		fmt.Fprintf(&b, " every %s", micros(w.Slide))
	}
	fmt.Fprintf(&b, " on %s", in.Fields[w.Time].Name)
	if len(w.Keys) > 0 {
		b.WriteString(" by " + strings.Join(columnTexts(w.Keys), ", "))
	}
	return b.String() + aggTexts(w.Aggs)
}

// aggTexts writes what is aggregated behind what it is grouped by.
func aggTexts(aggs []AggColumn) string {
	out := make([]string, len(aggs))
	for i, a := range aggs {
		out[i] = a.Name + " = " + expr.AggSQL(a.Agg)
	}
	if len(out) == 0 {
		return ""
	}
	return ": " + strings.Join(out, ", ")
}

// names writes the names of the columns at some positions.
func names(at []int, in *schema.Schema) string {
	out := make([]string, len(at))
	for i, k := range at {
		out[i] = in.Fields[k].Name
	}
	return strings.Join(out, ", ")
}

// columnTexts writes columns as "name" where they are passed on, else as "name = expression".
func columnTexts(cols []Column) []string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = c.Name
		if c.Expr.Op != expr.OpColumn || c.Expr.Name != c.Name {
			out[i] += " = " + expr.SQL(c.Expr)
		}
	}
	return out
}

// micros writes a duration in microseconds in days where it is a whole number of them, else as time.Duration does, without the zero parts
// that leaves at its end: "1d", "1m", not "24h0m0s", "1m0s".
func micros(n int64) string {
	const day = 24 * int64(time.Hour/time.Microsecond)
	if n != 0 && n%day == 0 {
		return strconv.FormatInt(n/day, 10) + "d"
	}
	s := (time.Duration(n) * time.Microsecond).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// explainedNode is one node in ExplainJSON.
type explainedNode struct {
	ID      string         `json:"id"`
	Op      string         `json:"op"`
	Details string         `json:"details,omitempty"`
	Mode    Mode           `json:"mode"`
	Columns []schema.Field `json:"columns"`
	Pruned  []string       `json:"pruned,omitempty"`
	Inputs  []int          `json:"inputs,omitempty"`
}

// ExplainJSON gives what Explain shows as data: {"model", "time_zone", "fingerprint", "nodes": [{"id", "op", "details", "mode",
// "columns", "pruned", "inputs"}], "sinks"}; inputs and sinks are indices of nodes, and inputs stand in front of their consumers.
func (p *Plan) ExplainJSON() (json.RawMessage, error) {
	out := struct {
		Model       string          `json:"model"`
		TimeZone    string          `json:"time_zone"`
		Fingerprint string          `json:"fingerprint"`
		Nodes       []explainedNode `json:"nodes"`
		Sinks       []int           `json:"sinks"`
	}{Model: p.Model, TimeZone: p.TimeZone, Fingerprint: Fingerprint(p)}
	index := map[*Node]int{}
	p.Walk(func(n *Node) {
		index[n] = len(out.Nodes)
		e := explainedNode{ID: n.ID, Op: n.Op.Name(), Details: details(n), Mode: n.Mode, Columns: n.Schema.Fields}
		if s, ok := n.Op.(*Scan); ok {
			e.Pruned = s.pruned(n.Schema)
		}
		for _, in := range n.Inputs {
			e.Inputs = append(e.Inputs, index[in])
		}
		out.Nodes = append(out.Nodes, e)
	})
	for _, s := range p.Sinks {
		out.Sinks = append(out.Sinks, index[s])
	}
	b, err := marshalJSON(out)
	if err != nil {
		return nil, fmt.Errorf("explaining plan: %w", err)
	}
	return b, nil
}
