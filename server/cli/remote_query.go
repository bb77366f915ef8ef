package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/server/app"
	"millrace/server/cli/client"
	"millrace/server/query"
)

// maxLine bounds a line of a stream of rows.
const maxLine = 64 << 20

// streamed is a line of a stream of rows.
type streamed[E any] struct {
	Columns []query.Column  `json:"columns"`
	Row     json.RawMessage `json:"row"`
	End     *E              `json:"end"`
	Problem *client.Error   `json:"problem"`
}

// stream posts a request and reads its answer line by line. It returns what the last line says.
func stream[E any](ctx context.Context, api *client.Client, path string, in any, columns func([]query.Column) error, row func(json.RawMessage) error) (*E, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("writing the request: %w", err)
	}
	answer, err := api.Do(ctx, "POST", path, bytes.NewReader(body), client.Header("Content-Type", "application/json"), client.Header("Accept", "application/x-ndjson, application/problem+json"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var l streamed[E]
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("reading the answer: %w", err)
		}
		switch {
		case l.Problem != nil:
			return nil, l.Problem
		case l.End != nil:
			return l.End, nil
		case l.Row != nil:
			err = row(bytes.Clone(l.Row))
		case l.Columns != nil:
			err = columns(l.Columns)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	return nil, fmt.Errorf("reading the answer: %w", io.ErrUnexpectedEOF)
}

func (c *command) queryCommand() *cobra.Command {
	var asJSON bool
	var limit int64
	cmd := &cobra.Command{
		Use:   "query SQL",
		Short: "Ask the tables of a server, in SQL",
		Long: `Asks tables that lie in ClickHouse, as one may read them: one SELECT, SHOW, DESCRIBE or EXPLAIN, with SET and USE before it. The server bounds
rows, time and memory. What is asked is compiled to a plan and written anew for ClickHouse; nothing is written there. A SQL of - is read from
standard input. With --json a row is a line, printed as it comes.`,
		Example: `  millrace query "SELECT song, COUNT(*) AS plays FROM ads.music.long_plays GROUP BY song ORDER BY plays DESC LIMIT 10"`,
		Args:    usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			text := args[0]
			if text == "-" {
				all, err := io.ReadAll(cmd.InOrStdin())
				if err != nil {
					return fmt.Errorf("reading the query: %w", err)
				}
				text = string(all)
			}
			api, err := c.api()
			if err != nil {
				return err
			}
			err = c.ask(cmd.Context(), api, text, limit, asJSON)
			var list diag.List
			if errors.As(err, &list) {
				// The text is shown where something is wrong with it.
				for i := range list {
					list[i].File = "$query"
				}
				c.render(c.streams.Err, c.streams.ErrColor, list, app.Sources{"$query": text})
				return failWith(exitDiagnostics, nil)
			}
			return err
		},
	}
	cmd.Flags().Int64Var(&limit, "rows", 0, "`rows` at most (default: as many as the server allows)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a row")
	return cmd
}

func (c *command) ask(ctx context.Context, api *client.Client, text string, limit int64, asJSON bool) error {
	began := time.Now()
	s := &schema.Schema{}
	var rows [][]string
	var plans []string
	sum, err := stream[query.Summary](ctx, api, "/queries", map[string]any{"text": text, "limit": limit},
		func(columns []query.Column) error {
			for _, col := range columns {
				t, err := schema.Parse(col.Type)
				if err != nil {
					return fmt.Errorf("reading the type of %s: %w", col.Name, err)
				}
				s.Fields = append(s.Fields, schema.Field{Name: col.Name, Type: t, Nullable: col.Nullable})
			}
			return nil
		},
		func(row json.RawMessage) error {
			if asJSON {
				_, err := c.streams.Out.Write(append(row, '\n'))
				return err
			}
			var explained struct {
				Plan string `json:"plan"`
			}
			if len(s.Fields) == 1 && json.Unmarshal(row, &explained) == nil {
				plans = append(plans, explained.Plan)
			}
			line, err := cells(s, row)
			rows = append(rows, line)
			return err
		})
	if err != nil {
		return err
	}
	if !asJSON {
		var b bytes.Buffer
		if len(s.Fields) == 1 && s.Fields[0].Name == "plan" {
			b.WriteString(strings.Join(plans, "\n") + "\n") // EXPLAIN, whose lines are read whole
		} else {
			writeGrid(&b, s, rows)
		}
		if _, err := c.streams.Out.Write(b.Bytes()); err != nil {
			return err
		}
	}
	fmt.Fprintln(c.streams.Err, summaryText(sum, time.Since(began)))
	return nil
}

// summaryText says how an answer came about.
func summaryText(sum *query.Summary, took time.Duration) string {
	text := fmt.Sprintf("%s of %s read, in %.1f s", plural(int(sum.Rows), "row"), count(sum.RowsRead), took.Seconds())
	if sum.More {
		text += "; there are more"
	}
	var rejected []string
	for _, r := range sum.Rejected {
		rejected = append(rejected, fmt.Sprintf("%s %s", count(r.Rows), r.Code))
	}
	switch {
	case len(rejected) > 0:
		text += "; rejected on the way: " + strings.Join(rejected, ", ")
	case sum.RejectedUnknown:
		text += "; how many rows failed on the way is not known"
	}
	return text
}
