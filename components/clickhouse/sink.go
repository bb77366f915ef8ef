package clickhouse

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"millrace/components/clickhouse/chsql"
	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
)

// Bounds of a chunk, which is one block.
const (
	maxRows       = 500_000
	maxBytes      = 64 << 20
	maxPartitions = 50
)

// sink writes one table. Check and ChunkKey may be called from several goroutines, Apply from one at a time.
type sink struct {
	conn    driver.Conn
	log     *slog.Logger
	table   tableName
	insert  string
	columns []column
	promise component.Promise
	// keeps is nil for a table that keeps every row it is given.
	keeps *replacing
	// repeat allows inserting again without a token that the table remembers.
	repeat bool
	// partition is nil when chunks need not, or cannot, be kept within partitions; partitionColumn is its column in the rows.
	partition       *partitionBy
	partitionColumn int
	zone            *time.Location
}

var (
	_ component.StagedSink    = (*sink)(nil)
	_ component.ChangeReducer = (*sink)(nil)
)

// openSink reaches the server, creates the table where that is wanted, compares it with the rows and decides what to promise.
func openSink(ctx context.Context, oc component.SinkContext) (component.Sink, error) {
	p, err := component.DecodeJSON(sinkSpec().Fields, oc.Params)
	if err != nil {
		return nil, &component.PermanentError{Err: err}
	}
	c, err := oc.Connections.Open(p.String("connection"))
	if err != nil {
		return nil, err
	}
	conn, err := dial(ctx, c)
	if err != nil {
		return nil, err
	}
	s := &sink{conn: conn, log: oc.Log, table: physicalName(p), repeat: p.String("on_unknown_outcome") == outcomeRetry}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.prepare(ctx, oc, p); err != nil {
		_ = conn.Close()
		return nil, classify(err, fmt.Sprintf("preparing table %s through connection %q", s.table.sql(), c.Name))
	}
	return s, nil
}

func (s *sink) prepare(ctx context.Context, oc component.SinkContext, p component.Params) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	srv := server{s.conn}
	var err error
	if s.table, err = srv.complete(ctx, s.table); err != nil {
		return err
	}
	columns, err := srv.columns(ctx, s.table)
	if err != nil {
		return err
	}
	if len(columns) == 0 {
		if p.String("create") != createIfMissing {
			return component.Permanent(CodeTableMissing, nil, "Create it, or set create: if_missing.", "the table %s does not exist", s.table.sql())
		}
		if err := s.create(ctx, oc, p); err != nil {
			return err
		}
		if columns, err = srv.columns(ctx, s.table); err != nil {
			return err
		}
	}
	tables, err := srv.tables(ctx, s.table)
	if err != nil {
		return err
	}
	if s.keeps, err = s.replacing(oc, tables[0], columns); err != nil {
		return err
	}
	if err := s.match(oc, columns); err != nil {
		return err
	}
	if s.keeps != nil && s.keeps.deleted != "" && p.String("create") == createIfMissing {
		s.ensureView(ctx, oc.Schema)
	}
	s.promise = promise(tables)
	return s.partitions(ctx, srv, oc, tables[0].partitionKey)
}

// match compares the rows' columns with the table's and writes the INSERT.
func (s *sink) match(oc component.SinkContext, columns []tableColumn) error {
	filled := s.keeps.names()
	matched, clashes := compare(s.table.sql(), oc.Schema, columns, filled...)
	if err := clashes.Err(); err != nil {
		return &component.PermanentError{Err: err}
	}
	s.columns = matched
	var names []string
	for i := range matched {
		c := &matched[i]
		c.key = s.keeps != nil && s.keeps.reducer != nil && slices.Contains(s.keeps.reducer.Key, c.source)
		names = append(names, chsql.Quote(c.name))
	}
	for _, name := range filled {
		names = append(names, chsql.Quote(name))
	}
	s.insert = fmt.Sprintf("INSERT INTO %s (%s)", s.table.sql(), strings.Join(names, ", "))
	return nil
}

func (s *sink) create(ctx context.Context, oc component.SinkContext, p component.Params) error {
	t, err := tableOf(s.table, oc.Schema, layoutOf(p, oc.Schema, oc.Mode, oc.Identity))
	if err != nil {
		return component.Permanent(CodeUnsupported, err, "CAST the column in a compute node.", "creating table %s", s.table.sql())
	}
	if err := s.conn.Exec(ctx, chsql.CreateDatabase(s.table.database, "")); err != nil {
		// Who may not create databases may still create the table where the database is there.
		s.log.Debug("clickhouse: creating the database", "database", s.table.database, "err", err)
	}
	return s.conn.Exec(ctx, t.Create())
}

// partitions finds out how rows are told apart by partition, so that a chunk stays within the bound.
func (s *sink) partitions(ctx context.Context, srv server, oc component.SinkContext, key string) error {
	by, known := parsePartition(key)
	if by == nil {
		if !known {
			s.log.Warn("clickhouse: rows cannot be grouped by this partition key; a chunk with more than 100 partitions will be refused", "table", s.table.sql(), "partition_key", key)
		}
		return nil
	}
	i := oc.Schema.Index(by.column)
	if i < 0 || !by.applies(oc.Schema.Fields[i].Type) {
		s.log.Warn("clickhouse: the rows do not hold the column of the partition key", "table", s.table.sql(), "partition_key", key)
		return nil
	}
	zone, err := srv.zone(ctx)
	if err != nil {
		return err
	}
	for _, c := range s.columns {
		if c.source == i && c.typ.Zone != "" {
			if z, err := time.LoadLocation(c.typ.Zone); err == nil {
				zone = z
			}
		}
	}
	s.partition, s.partitionColumn, s.zone = by, i, zone
	return nil
}

// Promise says what the sink guarantees for the table as it was found.
func (s *sink) Promise() component.Promise { return s.promise }

// Limits bound a chunk to what one block may hold.
func (s *sink) Limits() component.ChunkLimits {
	l := component.ChunkLimits{Rows: maxRows, Bytes: maxBytes}
	if s.partition != nil {
		l.Keys = maxPartitions
	}
	return l
}

// ChunkKey returns the partition of each row.
func (s *sink) ChunkKey(b *batch.Batch) []uint64 {
	if s.partition == nil {
		return nil
	}
	return s.partition.keys(b, s.partitionColumn, s.zone)
}

// Check lists the rows the table cannot hold as they are (I6: no silent coercion). Of a row that is gone the key is all that counts.
func (s *sink) Check(b *batch.Batch) []component.RowReject {
	var out []component.RowReject
	var bad map[int32]bool
	for _, c := range s.columns {
		if c.check == nil {
			continue
		}
		v := b.Cols[c.source]
		for i := range b.Rows() {
			row := b.Row(i)
			if !c.key && gone(b, row) {
				continue
			}
			code := c.check(v, row)
			if code == diag.RowOK || bad[int32(row)] {
				continue
			}
			if bad == nil {
				bad = map[int32]bool{}
			}
			bad[int32(row)] = true
			out = append(out, component.RowReject{Row: int32(row), Code: code, Path: c.name})
		}
	}
	return out
}

// Close closes the connection.
func (s *sink) Close() error { return s.conn.Close() }

// settings pin everything that decides how an insert is cut into blocks and whether a repeated one is recognized, so that the server's or
// the user's profile cannot change it.
func settings(token string) ch.Settings {
	return ch.Settings{
		"async_insert":                                       0,
		"insert_deduplicate":                                 1,
		"insert_deduplication_token":                         token,
		"max_insert_block_size":                              1_048_576,
		"max_partitions_per_insert_block":                    100,
		"throw_on_max_partitions_per_insert_block":           1,
		"deduplicate_blocks_in_dependent_materialized_views": 1,
		"materialized_views_ignore_errors":                   0,
	}
}

// Pauses between attempts.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = time.Second
)

// Apply inserts a chunk under its token. While the server is away it keeps trying, under the same token, until ctx ends.
func (s *sink) Apply(ctx context.Context, c component.ChunkRef, rows []*batch.Batch) error {
	n := 0
	for _, b := range rows {
		n += b.Rows()
	}
	if n == 0 {
		return nil
	}
	if c.Retry && !s.mayRepeat() {
		return s.unknown(c, nil)
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		sent, err := s.insertOnce(ctx, c, rows, n)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("inserting chunk %d of epoch %d into %s: %w", c.Ordinal, c.Epoch, s.table.sql(), ctx.Err())
		}
		if !mendable(err) {
			return classify(err, fmt.Sprintf("inserting into %s", s.table.sql()))
		}
		if sent && !s.mayRepeat() {
			return s.unknown(c, err)
		}
		s.log.Warn("clickhouse: an insert failed, trying again", "table", s.table.sql(), "epoch", c.Epoch, "chunk", c.Ordinal, "pause", pause, "err", err)
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			wait.Stop()
			return fmt.Errorf("inserting chunk %d of epoch %d into %s: %w", c.Ordinal, c.Epoch, s.table.sql(), ctx.Err())
		case <-wait.C:
		}
	}
}

// mayRepeat reports whether an insert that may have been carried out may be sent again: the table recognizes it, or doubles are accepted.
// The half-window rule of a table that remembers holds by itself, for one writer applies chunks in order and uses no other token between.
func (s *sink) mayRepeat() bool { return s.promise.ExactlyOnce || s.repeat }

func (s *sink) unknown(c component.ChunkRef, cause error) error {
	return component.Permanent(CodeUnknownOutcome, cause,
		"Look whether the rows are there, then skip or repeat the chunk; on_unknown_outcome: retry accepts doubles. "+s.promise.Why,
		"whether chunk %d of epoch %d is in %s is not known, and the table would not recognize it", c.Ordinal, c.Epoch, s.table.sql())
}

// insertOnce sends one INSERT of one block. sent says that the block may have reached the server.
func (s *sink) insertOnce(ctx context.Context, c component.ChunkRef, rows []*batch.Batch, n int) (sent bool, err error) {
	b, err := s.conn.PrepareBatch(ch.Context(ctx, ch.WithSettings(settings(c.Token))), s.insert)
	if err != nil {
		return false, err
	}
	defer b.Close()
	for i, have := range b.Columns()[:len(s.columns)] {
		if c := s.columns[i]; have.Name() != c.name || string(have.Type()) != c.typ.Text {
			return false, component.Permanent(CodeColumnType, nil, "Deploy the pipeline again so that it is compared with the table as it is now.",
				"table %s was altered: column %q is %s and was %s", s.table.sql(), have.Name(), have.Type(), c.typ.Text)
		}
	}
	for i, c := range s.columns {
		if err := appendColumn(b.Column(i), c.typ, c.source, rows); err != nil {
			return false, component.Permanent(CodeRefused, err, "", "encoding column %q for %s", c.name, s.table.sql())
		}
	}
	if s.keeps != nil {
		if err := s.keeps.fillColumns(func(i int) appender { return b.Column(i) }, len(s.columns), c, rows, n); err != nil {
			return false, component.Permanent(CodeRefused, err, "", "encoding the versions for %s", s.table.sql())
		}
	}
	return true, b.Send()
}
