package clickhouse

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/components/clickhouse/design"
	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

const (
	// tryMark is in the name of every scratch table, and tryKept is after how long one was left behind by a process that died.
	tryMark = "__try_"
	tryKept = time.Hour
	// rowColumn numbers the rows that only come, so that each is found again.
	rowColumn = "__row"
	// shownRows and shownCells bound what a trial tells.
	shownRows  = 100
	shownCells = 100
	// tryTimeout bounds a trial, and dropTimeout cleaning up after one.
	tryTimeout  = time.Minute
	dropTimeout = 20 * time.Second
)

// Sample is rows to try, with what they are.
type Sample struct {
	Schema   *schema.Schema
	Mode     plan.Mode
	Identity []string
	Batches  []*batch.Batch
}

// Trial is how rows landed in a scratch table.
type Trial struct {
	// Sent is how many rows there were, Landed how many of them the table then showed, Rejected how many the sink refused. Of rows that
	// change others, Expected is how many there are in the end.
	Sent     int `json:"sent"`
	Expected int `json:"expected"`
	Landed   int `json:"landed"`
	Rejected int `json:"rejected"`
	// Bytes is what the landed rows take, compressed; ColumnBytes what each column does.
	Bytes       int64            `json:"bytes"`
	ColumnBytes map[string]int64 `json:"column_bytes"`
	Promise     string           `json:"promise"`
	ExactlyOnce bool             `json:"exactly_once"`
	// Rejects and Lossy tell of the first rows that were refused, and of the first cells that came back otherwise than they were sent;
	// LossyCells counts all. A row that is missing, or there without having been sent, is a lossy cell without a column.
	Rejects    []TrialReject `json:"rejects,omitempty"`
	Lossy      []LossyCell   `json:"lossy,omitempty"`
	LossyCells int           `json:"lossy_cells"`
	// Rows are the first rows as they landed, column by column; nil is NULL.
	Columns []string    `json:"columns"`
	Rows    [][]*string `json:"rows"`
}

// TrialReject is a row that the sink refused.
type TrialReject struct {
	Row    int    `json:"row"`
	Column string `json:"column"`
	Code   string `json:"code"`
}

// LossyCell is a value that was sent and came back as another.
type LossyCell struct {
	Row    int    `json:"row"`
	Column string `json:"column,omitempty"`
	Sent   string `json:"sent"`
	Landed string `json:"landed"`
}

// Try lands rows in a scratch table of the design through the sink itself, reads them back and compares them cell by cell. The scratch table
// lies beside the designed one where its database is there, else in the connection's; it is dropped in any case, and one that a process
// left behind when it died is dropped by the next trial. What a design does beyond one server's table (replicas, shards, expiry, adding
// up) is not tried.
func Try(ctx context.Context, c *component.Connection, p design.Proposal, sample Sample, log *slog.Logger) (_ *Trial, err error) {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	conn, err := dial(ctx, c)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	t := &trial{srv: server{conn}, connection: c, design: p, sample: sample, log: log, out: &Trial{ColumnBytes: map[string]int64{}}}
	if err := t.place(ctx); err != nil {
		return nil, classify(err, "preparing a scratch table")
	}
	defer func() { err = errors.Join(err, t.drop(ctx)) }()
	if err := t.run(ctx); err != nil {
		return nil, classify(err, "trying rows in the scratch table "+t.table.sql())
	}
	return t.out, nil
}

// trial is one Try.
type trial struct {
	srv        server
	connection *component.Connection
	design     design.Proposal
	sample     Sample
	log        *slog.Logger
	table      tableName
	// schema is that of the sent rows: the sample's, with rowColumn where rows only come.
	schema *schema.Schema
	out    *Trial
}

func (t *trial) changes() bool { return t.sample.Mode.Change != plan.Append }

// place finds a name for the scratch table, and sweeps away what earlier ones left.
func (t *trial) place(ctx context.Context) error {
	var there uint64
	if err := t.srv.conn.QueryRow(ctx, "SELECT count() FROM system.databases WHERE name = ?", t.design.Database).Scan(&there); err != nil {
		return err
	}
	if there > 0 {
		t.table.database = t.design.Database
	}
	var err error
	if t.table, err = t.srv.complete(ctx, t.table); err != nil {
		return err
	}
	t.sweep(ctx)
	token := make([]byte, 8)
	if _, err := rand.Read(token); err != nil {
		return err
	}
	t.table.table = tryMark + hex.EncodeToString(token)
	return nil
}

// sweep drops scratch tables that were left behind. A trial does not depend on it.
func (t *trial) sweep(ctx context.Context) {
	rows, err := t.srv.conn.Query(ctx, "SELECT name FROM system.tables WHERE database = ? AND startsWith(name, ?) AND metadata_modification_time < now() - ?",
		t.table.database, tryMark, int64(tryKept/time.Second))
	if err != nil {
		t.log.Warn("clickhouse: looking for scratch tables that were left behind", "err", err)
		return
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err == nil {
			names = append(names, name)
		}
	}
	if err := rows.Err(); err != nil {
		t.log.Warn("clickhouse: looking for scratch tables that were left behind", "err", err)
	}
	for _, name := range names {
		if err := t.dropOne(ctx, tableName{t.table.database, name}); err != nil {
			t.log.Warn("clickhouse: dropping a scratch table that was left behind", "table", name, "err", err)
		}
	}
}

// drop drops the scratch table and its view, also when the trial was cancelled.
func (t *trial) drop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTimeout)
	defer cancel()
	err := t.dropOne(ctx, tableName{t.table.database, t.table.table + currentView})
	return errors.Join(err, t.dropOne(ctx, t.table))
}

func (t *trial) dropOne(ctx context.Context, n tableName) error {
	if err := t.srv.conn.Exec(ctx, "DROP TABLE IF EXISTS "+n.sql()+" SYNC"); err != nil {
		return classify(err, "dropping the scratch table "+n.sql())
	}
	return nil
}

func (t *trial) run(ctx context.Context) error {
	t.schema = t.sample.Schema
	if !t.changes() {
		wider := *t.sample.Schema
		wider.Fields = append(append([]schema.Field{}, wider.Fields...), schema.Field{Name: rowColumn, Type: schema.Of(schema.Uint64)})
		t.schema = &wider
	}
	if !t.design.New {
		if err := t.copyExisting(ctx); err != nil {
			return err
		}
	}
	s, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	promise := s.Promise()
	t.out.Promise, t.out.ExactlyOnce = promise.Why, promise.ExactlyOnce
	// Wide parts tell what each column takes.
	if err := t.srv.conn.Exec(ctx, "ALTER TABLE "+t.table.sql()+" MODIFY SETTING min_bytes_for_wide_part = 0, min_rows_for_wide_part = 0"); err != nil {
		return fmt.Errorf("preparing to measure: %w", err)
	}
	sent, err := t.land(ctx, s)
	if err != nil {
		return err
	}
	if err := t.measure(ctx); err != nil {
		return err
	}
	return t.compare(ctx, sent)
}

// copyExisting makes a scratch table with an existing one's columns. Its engine is what decides how rows are read back, no more.
func (t *trial) copyExisting(ctx context.Context) error {
	from := tableName{t.design.Database, t.design.Table}
	e, err := t.srv.existing(ctx, from)
	if err != nil {
		return err
	}
	if e == nil {
		return component.Permanent(CodeTableMissing, nil, "Design it anew.", "the table %s does not exist", from.sql())
	}
	ddl := fmt.Sprintf("CREATE TABLE %s AS %s ENGINE = MergeTree ORDER BY tuple()", t.table.sql(), from.sql())
	if t.changes() && e.Version != "" && e.Deleted != "" && e.OrderBy != nil {
		quoted := make([]string, len(e.OrderBy))
		for i, c := range e.OrderBy {
			quoted[i] = chsql.Quote(c)
		}
		ddl = fmt.Sprintf("CREATE TABLE %s AS %s ENGINE = ReplacingMergeTree(%s, %s) ORDER BY (%s)", t.table.sql(), from.sql(),
			chsql.Quote(e.Version), chsql.Quote(e.Deleted), strings.Join(quoted, ", "))
	}
	if err := t.srv.conn.Exec(ctx, ddl); err != nil {
		return err
	}
	if t.changes() {
		return nil
	}
	return t.srv.conn.Exec(ctx, "ALTER TABLE "+t.table.sql()+" ADD COLUMN "+chsql.Quote(rowColumn)+" UInt64")
}

// open opens the sink on the scratch table, which it creates as it would create the designed one.
func (t *trial) open(ctx context.Context) (*sink, error) {
	params, err := json.Marshal(t.design.Scratch(t.table.database+"."+t.table.table, t.changes()))
	if err != nil {
		return nil, err
	}
	opened, err := openSink(ctx, component.SinkContext{Params: params, Connections: alone{t.connection}, Schema: t.schema, Mode: t.sample.Mode,
		Identity: t.sample.Identity, Sink: "try", Pipeline: "try", Installation: "try", Log: t.log})
	if err != nil {
		return nil, err
	}
	s, ok := opened.(*sink)
	if !ok {
		return nil, fmt.Errorf("the sink is a %T", opened)
	}
	return s, nil
}

// land checks the rows as the engine does and applies them. It returns the rows that were not rejected.
func (t *trial) land(ctx context.Context, s *sink) ([]*batch.Batch, error) {
	var kept []*batch.Batch
	for _, b := range t.sample.Batches {
		b = t.numbered(b.Compact())
		bad := map[int32]bool{}
		for _, r := range s.Check(b) {
			bad[r.Row] = true
			if t.out.Rejected++; len(t.out.Rejects) < shownCells {
				t.out.Rejects = append(t.out.Rejects, TrialReject{Row: t.out.Sent + int(r.Row), Column: r.Path, Code: string(r.Code.Code())})
			}
		}
		t.out.Sent += b.N
		var sel []int32
		for i := range int32(b.N) {
			if !bad[i] {
				sel = append(sel, i)
			}
		}
		if len(sel) > 0 {
			kept = append(kept, b.Select(sel))
		}
	}
	left, err := s.Reduce(kept)
	if err != nil {
		return nil, err
	}
	for i, chunk := range chunksOf(s, left) {
		ref := component.ChunkRef{Token: fmt.Sprintf("%s-%d", t.table.table, i), Epoch: 1, Ordinal: i}
		if err := s.Apply(ctx, ref, chunk); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// numbered adds the number of each row where rows only come.
func (t *trial) numbered(b *batch.Batch) *batch.Batch {
	if t.changes() {
		return b
	}
	numbers := make([]uint64, b.N)
	for i := range numbers {
		numbers[i] = uint64(t.out.Sent + i)
	}
	cols := append(append([]*batch.Vector{}, b.Cols...), &batch.Vector{Type: schema.Of(schema.Uint64), N: b.N, U64: numbers})
	return b.With(t.schema, cols)
}

// chunksOf parts rows into chunks within the sink's limit of partitions. A sample is far below the others.
func chunksOf(s *sink, rows []*batch.Batch) [][]*batch.Batch {
	most := s.Limits().Keys
	if most == 0 || len(rows) == 0 {
		return [][]*batch.Batch{rows}
	}
	seen := map[uint64]int{}
	var out [][]*batch.Batch
	for _, b := range rows {
		keys := s.ChunkKey(b)
		sel := map[int][]int32{}
		for i := range b.Rows() {
			row := b.Row(i)
			if _, known := seen[keys[row]]; !known {
				seen[keys[row]] = len(seen)
			}
			chunk := seen[keys[row]] / most
			sel[chunk] = append(sel[chunk], int32(row))
		}
		for chunk := 0; len(sel) > 0; chunk++ {
			if chunk == len(out) {
				out = append(out, nil)
			}
			if sel[chunk] != nil {
				out[chunk] = append(out[chunk], b.Select(sel[chunk]))
				delete(sel, chunk)
			}
		}
	}
	return out
}

// measure merges what landed and asks how much it takes.
func (t *trial) measure(ctx context.Context) error {
	if err := t.srv.conn.Exec(ctx, "OPTIMIZE TABLE "+t.table.sql()+" FINAL"); err != nil {
		return fmt.Errorf("merging: %w", err)
	}
	rows, err := t.srv.conn.Query(ctx, "SELECT column, toInt64(sum(column_data_compressed_bytes)) FROM system.parts_columns WHERE active AND database = ? AND table = ? GROUP BY column",
		t.table.database, t.table.table)
	if err != nil {
		return fmt.Errorf("measuring: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var column string
		var bytes int64
		if err := rows.Scan(&column, &bytes); err != nil {
			return fmt.Errorf("measuring: %w", err)
		}
		if column != rowColumn {
			t.out.ColumnBytes[column] = bytes
			t.out.Bytes += bytes
		}
	}
	return rows.Err()
}

// compare reads back what landed and holds it against what was sent.
func (t *trial) compare(ctx context.Context, sent []*batch.Batch) error {
	want, err := t.expected(sent)
	if err != nil {
		return err
	}
	t.out.Expected = len(want)
	query, err := t.query(ctx)
	if err != nil {
		return err
	}
	rows, err := t.srv.conn.Query(ch.Context(ctx, ch.WithSettings(ch.Settings{"output_format_json_named_tuples_as_objects": 0, "enable_named_columns_in_function_tuple": 0})), query)
	if err != nil {
		return fmt.Errorf("reading back: %w", err)
	}
	defer rows.Close()
	fields := t.sample.Schema.Fields
	t.out.Columns = t.sample.Schema.Names()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return fmt.Errorf("reading back: %w", err)
		}
		var got []any
		if err := json.Unmarshal([]byte(text), &got); err != nil || len(got) != len(t.schema.Fields) {
			return fmt.Errorf("reading back: %d cells for %d columns: %w", len(got), len(t.schema.Fields), err)
		}
		t.shown(fields, got)
		key := t.keyOf(got)
		row, ok := want[key]
		if !ok {
			t.lossy(LossyCell{Row: -1, Landed: key})
			continue
		}
		delete(want, key)
		for i, f := range fields {
			if !sameCell(f.Type, row.cells[i], got[i]) {
				t.lossy(LossyCell{Row: row.number, Column: f.Name, Sent: showCell(f.Type, row.cells[i]), Landed: showCell(f.Type, got[i])})
			}
		}
	}
	for key, row := range want {
		t.lossy(LossyCell{Row: row.number, Sent: key})
	}
	return rows.Err()
}

func (t *trial) shown(fields []schema.Field, got []any) {
	if t.out.Landed++; len(t.out.Rows) >= shownRows {
		return
	}
	line := make([]*string, len(fields))
	for i, f := range fields {
		if got[i] != nil {
			text := showCell(f.Type, got[i])
			line[i] = &text
		}
	}
	t.out.Rows = append(t.out.Rows, line)
}

func (t *trial) lossy(c LossyCell) {
	if t.out.LossyCells++; len(t.out.Lossy) < shownCells {
		t.out.Lossy = append(t.out.Lossy, c)
	}
}

// query reads the rows there are now, one JSON text a row.
func (t *trial) query(ctx context.Context) (string, error) {
	columns, err := t.srv.columns(ctx, t.table)
	if err != nil {
		return "", err
	}
	types := map[string]chtype.Type{}
	for _, c := range columns {
		if types[c.name], err = chtype.Parse(c.typ); err != nil {
			return "", err
		}
	}
	parts := make([]string, len(t.schema.Fields))
	for i, f := range t.schema.Fields {
		parts[i] = readable(chsql.Quote(f.Name), f.Type, types[f.Name], 0)
	}
	from := t.table.sql()
	switch {
	case t.changes() && t.design.New:
		from = tableName{t.table.database, t.table.table + currentView}.sql()
	case t.changes():
		info, _, err := t.srv.table(ctx, t.table)
		if err != nil {
			return "", err
		}
		_, deleted := replacingArgs(info.engineFull)
		from += " FINAL WHERE " + chsql.Quote(deleted) + " = 0"
	}
	return "SELECT toJSONString(tuple(" + strings.Join(parts, ", ") + ")) FROM " + from, nil
}
