package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/text/width"

	"millrace/models/schema"
	"millrace/server/app"
)

func (c *command) previewCommand() *cobra.Command {
	var catalog, data, from string
	var rows int
	var timeout time.Duration
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "preview FILE NODE",
		Short: "Show rows that a node of a model puts out",
		Long: `Runs the part of a model that leads to the node until there are rows enough, the sources end, or time runs out. It runs in memory:
nothing is committed, created or written, and other readers of the same topics notice nothing. Of a sink it shows what would go in.`,
		Example:           `  millrace preview plays.yaml shape --rows 5`,
		Args:              usageArgs(cobra.ExactArgs(2)),
		ValidArgsFunction: completeNodes,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			o := app.PreviewOptions{Rows: rows, Timeout: timeout}
			if o.Start, err = startAt(from); err != nil {
				return usageError(cmd, err)
			}
			if rows < 1 || rows > 100_000 || timeout <= 0 {
				return usageError(cmd, errors.New("--rows goes from 1 to 100000, and --timeout is positive"))
			}
			config, err := c.config(data, "")
			if err != nil {
				return err
			}
			bench, err := c.bench(config, catalog, nil)
			if err != nil {
				return err
			}
			sources := app.Sources{}
			src, diags := app.ReadModel(args[0], sources)
			if diags != nil {
				c.render(c.streams.Err, c.streams.ErrColor, diags, sources)
				return failWith(exitDiagnostics, nil)
			}
			o.Log = logger(c.streams.Err, config.Log, slog.LevelError)
			app.LimitMemory(config.Engine)
			conns := bench.PreviewConnections(config, o.Log)
			defer func() { err = errors.Join(err, conns.Close()) }()
			p, diags, err := bench.Preview(cmd.Context(), args[0], src, args[1], conns, o)
			c.render(c.streams.Err, c.streams.ErrColor, diags, sources)
			switch {
			case err != nil:
				return fmt.Errorf("previewing %s: %w", args[1], err)
			case p == nil:
				return failWith(exitDiagnostics, nil)
			}
			return c.printPreview(p, timeout, asJSON)
		},
	}
	addCatalog(cmd, &catalog)
	addData(cmd, &data)
	cmd.Flags().StringVar(&from, "from", "", "where to begin reading: earliest, latest or a `time` (RFC 3339)")
	cmd.Flags().IntVar(&rows, "rows", 20, "`rows` to show")
	cmd.Flags().DurationVar(&timeout, "timeout", 10*time.Second, "`time` after which what is there is shown")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func (c *command) printPreview(p *app.Preview, timeout time.Duration, asJSON bool) error {
	var b bytes.Buffer
	if asJSON {
		for _, r := range p.Rows {
			b.Write(r)
			b.WriteByte('\n')
		}
	} else {
		rows := make([][]string, len(p.Rows))
		for i, r := range p.Rows {
			cells, err := cells(p.Schema, r)
			if err != nil {
				return err
			}
			rows[i] = cells
		}
		writeGrid(&b, p.Schema, rows)
	}
	if _, err := c.streams.Out.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing the preview: %w", err)
	}
	note := fmt.Sprintf("%s of %s read", plural(len(p.Rows), "row"), count(p.RowsIn))
	switch {
	case p.Ended:
		note += "; there are no more"
	case p.TimedOut:
		note += fmt.Sprintf("; stopped after %s (--timeout)", timeout)
	}
	if p.Rejected > 0 {
		note += fmt.Sprintf("; %s rejected on the way", count(p.Rejected))
	}
	fmt.Fprintln(c.streams.Err, note)
	return nil
}

// cells takes the values of a row apart, in the order of the schema.
func cells(s *schema.Schema, row json.RawMessage) ([]string, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(row, &values); err != nil {
		return nil, fmt.Errorf("reading a row: %w", err)
	}
	out := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		v := values[f.Name]
		var text string
		switch {
		case len(v) == 0 || string(v) == "null":
			out[i] = "NULL"
		case v[0] == '"' && json.Unmarshal(v, &text) == nil:
			out[i] = printable(text)
		default:
			out[i] = printable(string(v))
		}
	}
	return out, nil
}

// printable keeps a value on its line and control characters off the terminal.
func printable(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case !unicode.IsPrint(r):
			return '·'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// writeGrid writes names, types and rows as an aligned table; numbers to the right.
func writeGrid(w io.Writer, s *schema.Schema, rows [][]string) {
	head, types, right := make([]string, len(s.Fields)), make([]string, len(s.Fields)), make([]bool, len(s.Fields))
	for i, f := range s.Fields {
		head[i], types[i], right[i] = f.Name, f.Type.String(), f.Type.Numeric()
	}
	writeColumns(w, [][]string{head, types}, right, rows)
}

// writeColumns writes rows under the lines of a head, with a rule between; right says which columns stand to the right.
func writeColumns(w io.Writer, head [][]string, right []bool, rows [][]string) {
	widths := make([]int, len(right))
	for _, line := range slices.Concat(head, rows) {
		for i, cell := range line {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	rule := make([]string, len(widths))
	for i, n := range widths {
		rule[i] = strings.Repeat("-", n)
	}
	for _, line := range slices.Concat(head, [][]string{rule}, rows) {
		var b strings.Builder
		for i, cell := range line {
			pad := strings.Repeat(" ", widths[i]-columns(cell))
			if i > 0 {
				b.WriteString("  ")
			}
			if right[i] {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// columns is how many columns of a terminal a text takes: Chinese characters take two.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
