package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/query"
	"millrace/server/app"
)

// answerPrinter prints what queries give.
type answerPrinter struct {
	shell *sqlShell
	mode  plan.ChangeMode
	begun bool
	rows  int
}

// answer prints the rows of a query that has ended.
func (p *answerPrinter) answer(a *app.Answer) error {
	p.rows = len(a.Rows)
	var b bytes.Buffer
	if p.shell.flags.json {
		for _, r := range a.Rows {
			b.Write(r)
			b.WriteByte('\n')
		}
	} else {
		rows := make([][]string, len(a.Rows))
		for i, r := range a.Rows {
			var err error
			if rows[i], err = cells(a.Schema, r); err != nil {
				return err
			}
		}
		writeGrid(&b, a.Schema, rows)
	}
	_, err := p.shell.streams.Out.Write(b.Bytes())
	return err
}

// change prints one change of a live query: a line of its own, as nobody knows how wide later rows are.
func (p *answerPrinter) change(q query.Outcome, c app.Change) error {
	p.rows++
	out := p.shell.streams.Out
	if p.shell.flags.json {
		line, err := json.Marshal(struct {
			Op  string          `json:"op"`
			Row json.RawMessage `json:"row"`
		}{c.Kind.String(), c.Row})
		if err != nil {
			return fmt.Errorf("writing a row: %w", err)
		}
		_, err = fmt.Fprintf(out, "%s\n", line)
		return err
	}
	s := q.Query.Root.Schema
	if q.Shown > 0 && q.Shown < len(s.Fields) {
		s = &schema.Schema{Fields: s.Fields[:q.Shown]}
	}
	if !p.begun {
		p.begun = true
		head := strings.Join(s.Names(), " | ")
		if p.mode != plan.Append {
			head = "op | " + head
		}
		if _, err := fmt.Fprintln(out, head); err != nil {
			return err
		}
	}
	values, err := cells(s, c.Row)
	if err != nil {
		return err
	}
	line := strings.Join(values, " | ")
	if p.mode != plan.Append {
		line = p.mark(c.Kind) + " | " + line
	}
	_, err = fmt.Fprintln(out, line)
	return err
}

// mark is the notation of a change, in colour where colours show.
func (p *answerPrinter) mark(k batch.RowKind) string {
	if !p.shell.streams.OutColor {
		return k.String()
	}
	color := "\x1b[32m"
	if k == batch.UpdateBefore || k == batch.Delete {
		color = "\x1b[31m"
	}
	return color + k.String() + "\x1b[0m"
}

// note says how the answer came about.
func (p *answerPrinter) note(a *app.Answer, took time.Duration) {
	unit := "row"
	if p.shell.flags.live {
		unit = "change"
	}
	text := fmt.Sprintf("%s of %s read, in %.1f s", plural(p.rows, unit), count(a.RowsIn), took.Seconds())
	if a.More {
		text += "; there are more (--rows)"
	}
	if a.Rejected > 0 {
		text += fmt.Sprintf("; %s rejected on the way", count(a.Rejected))
	}
	fmt.Fprintln(p.shell.streams.Err, text)
}

// listing prints the answer of SHOW and DESCRIBE.
func (s *sqlShell) listing(o query.Outcome) error {
	var b bytes.Buffer
	if s.flags.json {
		for _, r := range o.Rows {
			row := make(map[string]string, len(r))
			for i, v := range r {
				row[o.Columns[i]] = v
			}
			line, err := json.Marshal(row)
			if err != nil {
				return fmt.Errorf("writing a row: %w", err)
			}
			b.Write(line)
			b.WriteByte('\n')
		}
	} else {
		// A single text, as a statement is, needs no grid.
		if len(o.Rows) == 1 && len(o.Rows[0]) == 1 {
			b.WriteString(strings.TrimRight(o.Rows[0][0], "\n") + "\n")
		} else {
			writeColumns(&b, [][]string{o.Columns}, make([]bool, len(o.Columns)), o.Rows)
		}
	}
	_, err := s.streams.Out.Write(b.Bytes())
	return err
}
