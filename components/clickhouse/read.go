package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"millrace/components/clickhouse/chsql"
	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Server is a connection that tables are read through. Its methods may be called from several goroutines.
type Server struct{ srv server }

// Connect reaches the server of a connection.
func Connect(ctx context.Context, c *component.Connection) (*Server, error) {
	conn, err := dial(ctx, c)
	if err != nil {
		return nil, err
	}
	return &Server{server{conn}}, nil
}

// Close lets go of the server.
func (s *Server) Close() error { return s.srv.conn.Close() }

// Select is a SELECT whose rows are read. Every part of it is written by this program, never by a person.
type Select struct {
	// From is a table expression with the columns of Schema, of the types that chsql.Type gives for theirs.
	From   string
	Schema *schema.Schema
	// Raw says that dates are Int32 day numbers and timestamps Int64 microseconds, and that arrays, maps and rows that may be NULL are arrays of
	// one value, or of none for NULL.
	Raw bool
	// Tail is what follows FROM: WHERE, ORDER BY, LIMIT. It names columns as t.`name`.
	Tail string
	// Settings hold for the query; ID is its id at the server, empty for one that the server chooses.
	Settings map[string]string
	ID       string
	// BatchRows is the most rows of a batch, Pause the longest that a row waits for others; 0 is 4096 rows, and no bound.
	BatchRows int
	Pause     time.Duration
}

// sql writes the query. Nested values come as JSON texts of their cells (see readable), which are exact; dates and times as numbers.
func (q *Select) sql() (string, error) {
	items := make([]string, len(q.Schema.Fields))
	for i, f := range q.Schema.Fields {
		v := "t." + chsql.Quote(f.Name)
		switch {
		case f.Type.Nested():
			text, err := q.cells(v, f)
			if err != nil {
				return "", err
			}
			v = "toJSONString(" + text + ")"
		case q.Raw:
		case f.Type.Kind == schema.Date:
			v = "toInt32(" + v + ")"
		case f.Type.Kind == schema.Timestamp:
			v = "toUnixTimestamp64Micro(" + v + ")"
		}
		items[i] = fmt.Sprintf("%s AS c%d", v, i)
	}
	if len(items) == 0 {
		items = []string{"1 AS c0"} // the rows alone are wanted
	}
	sql := "SELECT " + strings.Join(items, ", ") + " FROM " + q.From + " AS t"
	if q.Tail != "" {
		sql += " " + q.Tail
	}
	return sql, nil
}

func (q *Select) settings() ch.Settings {
	out := ch.Settings{
		"output_format_json_named_tuples_as_objects": "0", "enable_named_columns_in_function_tuple": "0",
		// Rows of one key may lie in several partitions, and the order of a subquery is kept.
		"do_not_merge_across_partitions_select_final": "0", "query_plan_remove_redundant_sorting": "0",
		// A second name of a column must not stand for the first.
		"prefer_column_name_to_alias": "0",
	}
	for k, v := range maps.All(q.Settings) {
		out[k] = v
	}
	return out
}

// Rows are the rows of a Select while they come. They belong to one goroutine, but for Stats.
type Rows struct {
	rows    driver.Rows
	schema  *schema.Schema
	columns []readColumn
	dest    []any
	size    int
	pause   time.Duration
	n       int64
	read    *Stats
	ended   bool
}

// Stats are what the server says of a query while it runs.
type Stats struct{ rows, bytes atomic.Int64 }

// Rows is how many rows the server has read of tables.
func (s *Stats) Rows() int64 { return s.rows.Load() }

// Bytes is how large they were.
func (s *Stats) Bytes() int64 { return s.bytes.Load() }

// Read begins a query. The query ends with ctx, also at the server.
func (s *Server) Read(ctx context.Context, q Select) (*Rows, error) {
	sql, err := q.sql()
	if err != nil {
		return nil, component.Permanent(CodeUnsupported, err, "", "reading rows of ClickHouse")
	}
	r := &Rows{schema: q.Schema, size: q.BatchRows, pause: q.Pause, read: &Stats{}}
	if r.size <= 0 {
		r.size = 4096
	}
	for _, f := range q.Schema.Fields {
		c := readColumnOf(f, q.Raw, r.size)
		r.columns, r.dest = append(r.columns, c), append(r.dest, c.dest)
	}
	if len(r.dest) == 0 {
		r.dest = []any{new(uint8)}
	}
	options := []ch.QueryOption{ch.WithSettings(q.settings()), ch.WithProgress(func(p *ch.Progress) {
		r.read.rows.Add(int64(p.Rows))
		r.read.bytes.Add(int64(p.Bytes))
	})}
	if q.ID != "" {
		options = append(options, ch.WithQueryID(q.ID))
	}
	rows, err := s.srv.conn.Query(ch.Context(ctx, options...), sql)
	if err != nil {
		return nil, readError(ctx, err)
	}
	r.rows = rows
	return r, nil
}

// Next returns the next rows, and nil when there are no more. Their offsets are their numbers.
func (r *Rows) Next(ctx context.Context) (*batch.Batch, error) {
	first := time.Time{}
	n := 0
	for n < r.size && !r.ended {
		if !r.rows.Next() {
			r.ended = true
			break
		}
		if err := r.rows.Scan(r.dest...); err != nil {
			return nil, readError(ctx, err)
		}
		for i := range r.columns {
			if err := r.columns[i].take(); err != nil {
				return nil, component.Permanent(CodeUnsupported, err, "", "reading the column %q", r.schema.Fields[i].Name)
			}
		}
		n++
		if r.pause == 0 {
			continue
		}
		if now := time.Now(); n == 1 {
			first = now
		} else if now.Sub(first) >= r.pause {
			break
		}
	}
	if r.ended {
		if err := r.rows.Err(); err != nil {
			return nil, readError(ctx, err)
		}
		if err := ctx.Err(); err != nil {
			return nil, err // the driver may take a query that was cancelled for one that has ended
		}
	}
	if n == 0 {
		return nil, nil
	}
	b := &batch.Batch{Schema: r.schema, N: n, Cols: make([]*batch.Vector, len(r.columns)), Part: batch.NoPart, Offs: make([]int64, n)}
	for i := range r.columns {
		b.Cols[i] = r.columns[i].builder.Finish()
	}
	for i := range b.Offs {
		b.Offs[i] = r.n + int64(i)
	}
	r.n += int64(n)
	return b, nil
}

// Stats returns what the server has said so far.
func (r *Rows) Stats() *Stats { return r.read }

// Close ends the query.
func (r *Rows) Close() error { return r.rows.Close() }

// Kill ends a query at the server by its id, and does nothing when it has ended. A user may end the user's own.
func (s *Server) Kill(ctx context.Context, id string) error {
	return classify(s.srv.conn.Exec(ctx, "KILL QUERY WHERE query_id = "+chsql.Text(id)+" ASYNC"), "ending a query")
}

// readError says why rows cannot be read.
func readError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.Join(ctx.Err(), context.Cause(ctx))
	}
	const what = "reading rows of ClickHouse"
	var e *ch.Exception
	if !errors.As(err, &e) {
		return classify(err, what)
	}
	limit := func(code diag.Code, fix, format string, args ...any) error {
		return &component.PermanentError{Err: diag.Refuse(diag.ErrLimit, code, fix, format, args...)}
	}
	switch e.Code {
	case codeTimeout, codeTooSlow:
		return limit(CodeReadTime, "Ask for less, such as a shorter time.", "the query took longer than it may")
	case codeMemory:
		return limit(CodeReadMemory, "Group by less, or join less.", "the query needs more memory than it may use")
	case codeTooManyRows, codeTooManyBytes, codeTooManyRowsOrBytes:
		return limit(CodeReadRows, "Ask for less, such as a shorter time.", "the query reads more of its tables than it may")
	case codeUnknownTable, codeUnknownDatabase, codeAccessDenied, codeUnknownUser, codeWrongPassword, codePasswordRequired, codeAuthFailed:
		return classify(err, what)
	}
	if transient(e.Code) {
		return classify(err, what)
	}
	return component.Permanent(CodeReadRefused, nil, "", "ClickHouse does not answer: %s (%s)", brief(e.Message), e.Name)
}

// brief is the first part of a server's message: behind it the query stands once more.
func brief(message string) string {
	for _, mark := range []string{": In scope ", ": While ", ": while ", "In query:", "Stack trace"} {
		if i := strings.Index(message, mark); i > 0 {
			message = message[:i]
		}
	}
	message = strings.TrimPrefix(message, "DB::Exception: ")
	const most = 300
	if r := []rune(message); len(r) > most {
		message = string(r[:most]) + "..."
	}
	return strings.TrimRight(message, ".: ")
}
