package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"text/tabwriter"
	"time"
)

// column is one of a listing: its heading, and what an item has under it.
type column[T any] struct {
	heading string
	cell    func(*T) string
}

// printList prints what a server has of a kind: a line an item under headings, or all of it as one JSON list.
func printList[T any](c *command, asJSON bool, items iter.Seq2[T, error], columns ...column[T]) error {
	if asJSON {
		all := []T{}
		for item, err := range items {
			if err != nil {
				return err
			}
			all = append(all, item)
		}
		return writeJSON(c.streams.Out, all)
	}
	w := newTable(c.streams.Out)
	headings := make([]string, len(columns))
	for i, col := range columns {
		headings[i] = col.heading
	}
	w.line(headings)
	for item, err := range items {
		if err != nil {
			return errors.Join(w.Flush(), err)
		}
		cells := make([]string, len(columns))
		for i, col := range columns {
			cells[i] = col.cell(&item)
		}
		w.line(cells)
	}
	return w.Flush()
}

// table is text in columns, which is written when it is flushed: only then are the columns' widths known.
type table struct {
	columns *tabwriter.Writer
	laid    *bytes.Buffer
	out     io.Writer
}

func newTable(out io.Writer) *table {
	laid := &bytes.Buffer{}
	return &table{columns: tabwriter.NewWriter(laid, 0, 0, 2, ' ', 0), laid: laid, out: out}
}

// line writes the cells of a line. A cell is one line, whatever a description holds.
func (t *table) line(cells []string) {
	for _, cell := range cells {
		fmt.Fprintf(t.columns, "%s\t", plainText(firstLine(cell)))
	}
	fmt.Fprintln(t.columns)
}

// Flush writes the lines, without the blanks behind their last words.
func (t *table) Flush() error {
	if err := t.columns.Flush(); err != nil {
		return fmt.Errorf("laying out a table: %w", err)
	}
	w := bufio.NewWriter(t.out)
	for line := range strings.Lines(t.laid.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	t.laid.Reset()
	return w.Flush()
}

// field writes a named value on a line of its own, unless it is empty.
func (t *table) field(name, value string) {
	if value != "" {
		fmt.Fprintf(t.columns, "%s\t%s\t\n", name, plainText(strings.TrimSpace(value)))
	}
}

// stamp writes a time in the zone of this machine; none is a hyphen.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format(time.DateTime)
}

// yes writes what a column says where something holds.
func yes(holds bool, word string) string {
	if holds {
		return word
	}
	return ""
}

// firstOf yields the first n of a sequence; what is not wanted is not asked for.
func firstOf[T any](items iter.Seq2[T, error], n int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		left := n
		if left <= 0 {
			return
		}
		for item, err := range items {
			if left--; !yield(item, err) || left == 0 {
				return
			}
		}
	}
}
