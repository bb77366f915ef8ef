package query

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"millrace/components/clickhouse"
	"millrace/components/clickhouse/chsql"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/dialect"
	chdialect "millrace/pipelines/dialect/clickhouse"
	"millrace/pipelines/engine"
	"millrace/pipelines/query"
)

// Column is a column of an answer.
type Column struct {
	Name string `json:"name"`
	// Type is the language's.
	Type     string `json:"type"`
	Nullable bool   `json:"nullable"`
}

// Output takes an answer as it comes. An error ends the query.
type Output interface {
	// Begin is called once, before the rows. id is what Cancel takes; it is empty for what is answered at once.
	Begin(id string, columns []Column) error
	// Rows takes the next rows, as JSON objects.
	Rows(rows []json.RawMessage) error
}

// Summary says what a query came to.
type Summary struct {
	Rows int64 `json:"rows"`
	// More says that there were more rows than a limit lets through: Limit is rows or bytes.
	More  bool   `json:"more"`
	Limit string `json:"limit,omitempty" enum:"rows,bytes"`
	// RowsRead and BytesRead are what ClickHouse read of tables.
	RowsRead  int64         `json:"rows_read"`
	BytesRead int64         `json:"bytes_read"`
	Elapsed   time.Duration `json:"elapsed_ns"`
	// Rejected counts rows that failed on the way and are in no answer, by code; RejectedUnknown says that counting them took too long.
	Rejected        []Rejected `json:"rejected" nullable:"false"`
	RejectedUnknown bool       `json:"rejected_unknown,omitempty"`
}

// Rejected is how many rows failed at an operator.
type Rejected struct {
	Node string `json:"node"`
	Code string `json:"code"`
	Rows int64  `json:"rows"`
}

// pause is how long a row waits for others before it is handed over.
const pause = 100 * time.Millisecond

// Run answers. most bounds the rows within the service's limit; 0 is that limit. The Summary is what was given until an error.
func (p *Prepared) Run(ctx context.Context, most int64, out Output) (Summary, error) {
	began := time.Now()
	sum := Summary{Rejected: []Rejected{}}
	if most <= 0 || most > p.service.Limits.Rows {
		most = p.service.Limits.Rows
	}
	var err error
	if p.outcome.Kind == query.Query {
		err = p.tablesQuery(ctx, most, out, &sum)
	} else {
		err = p.known(most, out, &sum)
	}
	sum.Elapsed = time.Since(began)
	return sum, err
}

// ColumnsOf describes the columns of rows.
func ColumnsOf(s *schema.Schema) []Column {
	out := make([]Column, len(s.Fields))
	for i, f := range s.Fields {
		out[i] = Column{Name: f.Name, Type: f.Type.String(), Nullable: f.Nullable}
	}
	return out
}

// known answers from the catalog.
func (p *Prepared) known(most int64, out Output, sum *Summary) error {
	rows := p.outcome.Rows
	if p.outcome.Kind == query.Explained {
		for line := range strings.Lines(p.outcome.Text) {
			rows = append(rows, []string{strings.TrimSuffix(line, "\n")})
		}
	}
	if err := out.Begin("", ColumnsOf(p.columns)); err != nil {
		return err
	}
	if sum.More = int64(len(rows)) > most; sum.More {
		rows, sum.Limit = rows[:most], "rows"
	}
	builders := make([]*batch.Builder, len(p.columns.Fields))
	for i, f := range p.columns.Fields {
		builders[i] = batch.NewBuilder(f.Type, len(rows))
		for _, row := range rows {
			builders[i].AppendString(row[i])
		}
	}
	b := &batch.Batch{Schema: p.columns, N: len(rows)}
	for _, c := range builders {
		b.Cols = append(b.Cols, c.Finish())
	}
	sum.Rows = int64(len(rows))
	return out.Rows(rowsOf(b, len(rows)))
}

func rowsOf(b *batch.Batch, n int) []json.RawMessage {
	out := make([]json.RawMessage, n)
	for i := range out {
		out[i] = engine.RowJSON(b, b.Row(i))
	}
	return out
}

var errTime = errors.New("the time is over")

// tablesQuery runs a query over tables.
func (p *Prepared) tablesQuery(ctx context.Context, most int64, out Output, sum *Summary) error {
	limits := p.service.Limits
	ctx, stop := context.WithTimeoutCause(ctx, limits.Time, errTime)
	defer stop()
	ctx, r, err := p.service.begin(ctx, p.principal, p.text)
	if err != nil {
		return err
	}
	defer p.service.end(r)
	if p.service.Queried != nil {
		p.service.Queried(p.tables)
	}
	server, err := clickhouse.Connect(ctx, p.connection)
	if err != nil {
		return ended(ctx, err)
	}
	defer func() { _ = server.Close() }() // it was only read
	q, err := p.written(ctx, server)
	if err != nil {
		return ended(ctx, err)
	}
	if err := out.Begin(r.ID, ColumnsOf(p.columns)); err != nil {
		return err
	}
	if err := p.rows(ctx, server, q, r.ID, most, out, sum); err != nil {
		return ended(ctx, err)
	}
	return ended(ctx, p.rejected(ctx, server, q, r.ID, sum))
}

// ended says why a query ended before its end.
func ended(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errCancelled):
		return diag.Refuse(diag.ErrConflict, CodeCancelled, "", "the query was cancelled")
	case errors.Is(cause, errTime):
		return diag.Refuse(diag.ErrLimit, CodeTime, "Ask for less, such as a shorter time.", "the query took longer than it may")
	}
	return err
}

// written is the query in ClickHouse's SQL, over the tables as they are.
func (p *Prepared) written(ctx context.Context, server *clickhouse.Server) (*dialect.Query, error) {
	var failed error
	q, diags := p.write(func(n *plan.Node) (chdialect.Table, error) {
		from, err := server.Relation(ctx, p.sources[n], n.Schema)
		failed = errors.Join(failed, err)
		return chdialect.Table{From: from}, err
	})
	switch {
	case failed != nil:
		return nil, failed
	case diags.HasErrors():
		return nil, diags
	}
	return q, nil
}

// settings are those of the dialect with the limits.
func (p *Prepared) settings(q *dialect.Query, rows int64) map[string]string {
	l := p.service.Limits
	out := map[string]string{
		// Nothing is written, and nothing but settings is changed.
		"readonly":        "2",
		"max_result_rows": strconv.FormatInt(rows, 10), "result_overflow_mode": "break",
		"max_execution_time": strconv.FormatInt(int64(math.Ceil(l.Time.Seconds())), 10), "timeout_overflow_mode": "throw",
		"max_memory_usage": strconv.FormatInt(l.Memory, 10),
		"max_rows_to_read": strconv.FormatInt(l.RowsToRead, 10), "read_overflow_mode": "throw",
	}
	for k, v := range q.Settings {
		out[k] = v
	}
	return out
}

// tail orders the rows and takes the part of them that was asked for, at most one more than may be shown.
func (p *Prepared) tail(most int64) (text string, rows int64) {
	in := p.plan.Sinks[0].Schema
	var order []string
	for _, k := range p.outcome.OrderBy {
		f := in.Fields[k.Column]
		order = append(order, chdialect.OrderBy("t."+chsql.Quote(f.Name), f, k))
	}
	if len(order) > 0 {
		text = "ORDER BY " + strings.Join(order, ", ") + " "
	}
	rows = most + 1
	if limit := p.outcome.Limit; limit >= 0 && limit <= most {
		rows = limit
	}
	text += fmt.Sprintf("LIMIT %d", rows)
	if p.outcome.Offset > 0 {
		text += fmt.Sprintf(" OFFSET %d", p.outcome.Offset)
	}
	return text, rows
}

// rows hands the answer over.
func (p *Prepared) rows(ctx context.Context, server *clickhouse.Server, q *dialect.Query, id string, most int64, out Output, sum *Summary) (err error) {
	tail, asked := p.tail(most)
	finished := false
	defer func() {
		if !finished {
			p.kill(ctx, server, id)
		}
	}()
	rows, err := server.Read(ctx, clickhouse.Select{From: "(\n" + q.SQL + "\n)", Schema: p.columns, Raw: true, Tail: tail, Settings: p.settings(q, max(asked, 1)),
		ID: id, BatchRows: 1024, Pause: pause})
	if err != nil {
		return err
	}
	defer func() {
		sum.RowsRead, sum.BytesRead = rows.Stats().Rows(), rows.Stats().Bytes()
		_ = rows.Close() // what is left is not wanted
	}()
	size := int64(0)
	for {
		b, err := rows.Next(ctx)
		if err != nil {
			return err
		}
		if b == nil {
			finished = true
			return nil
		}
		n := int(min(int64(b.Rows()), most-sum.Rows))
		if sum.More = n < b.Rows(); sum.More {
			sum.Limit = "rows"
		}
		answer := rowsOf(b, n)
		for i, row := range answer {
			if size += int64(len(row)); size > p.service.Limits.Bytes {
				answer, sum.More, sum.Limit = answer[:i], true, "bytes"
				break
			}
		}
		if err := out.Rows(answer); err != nil {
			return err
		}
		if sum.Rows += int64(len(answer)); sum.More {
			return nil
		}
	}
}

// kill ends a query at the server, also when whoever asked is gone.
func (p *Prepared) kill(ctx context.Context, server *clickhouse.Server, id string) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	if err := server.Kill(ctx, id); err != nil {
		// The connection is closed, which ends it at the next block it wants to send.
		p.service.Log.Warn("a query could not be killed at its server", "query", id, "err", err)
	}
}

// rejected counts the rows that failed, after the answer.
func (p *Prepared) rejected(ctx context.Context, server *clickhouse.Server, q *dialect.Query, id string, sum *Summary) error {
	if q.Errors == "" {
		return nil
	}
	within, stop := context.WithTimeout(ctx, p.service.Limits.ErrorsTime)
	defer stop()
	counted := &schema.Schema{Fields: []schema.Field{{Name: "node", Type: schema.Of(schema.String)}, {Name: "code", Type: schema.Of(schema.Uint16)}, {Name: "rows", Type: schema.Of(schema.Uint64)}}}
	id += "-rejected"
	rows, err := server.Read(within, clickhouse.Select{From: "(\n" + q.Errors + "\n)", Schema: counted, Raw: true, Settings: p.settings(q, 100_000), ID: id})
	if err == nil {
		defer func() { _ = rows.Close() }() // what is left is not wanted
		for {
			var b *batch.Batch
			if b, err = rows.Next(within); b == nil {
				break
			}
			for i := range b.N {
				sum.Rejected = append(sum.Rejected, Rejected{Node: string(b.Cols[0].Bytes(i)), Code: diag.RowCode(b.Cols[1].U64[i]).String(), Rows: int64(b.Cols[2].U64[i])})
			}
		}
	}
	var refused *diag.Failure
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		p.kill(ctx, server, id)
		return err
	case within.Err() != nil, errors.As(err, &refused) && errors.Is(err, diag.ErrLimit):
		// The answer stands without the count.
		p.kill(ctx, server, id)
		sum.Rejected, sum.RejectedUnknown = []Rejected{}, true
		return nil
	}
	return err
}
