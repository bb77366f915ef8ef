package clickhouse

import (
	"context"
	"io"
	"sync"
	"time"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

// The positions within a table. Its rows have no order to go on in, so a read that was begun is never taken up: what it gave would come
// twice.
const (
	positionBegun component.Position = "begun"
	positionDone  component.Position = "done"
)

// sourceFields are the parameters that a plan keeps.
func sourceFields() []component.Field {
	return []component.Field{
		component.NewField("connection", component.FieldConnection, "Connection", "连接").WithOptions(option(Name, "ClickHouse", "ClickHouse")),
		component.NewField("physical", component.FieldString, "Name in ClickHouse", "ClickHouse 中的表名").
			WithHelp("database.table, or table in the connection's database.", "database.table，或连接默认库中的 table。"),
	}
}

func sourceSpec() component.Spec {
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindSource,
		Title:   text("ClickHouse table", "ClickHouse 表"),
		Summary: text("Reads the rows that a ClickHouse table has now.", "读取 ClickHouse 表当前的数据。"),
		Help: text("The table is read once, from its beginning to its end, as one consistent answer of the server; what is written to it afterwards is not seen. "+
			"Of a table that keeps one row of each key (ReplacingMergeTree) the last versions are read. Rows have no order to go on in: a pipeline that was "+
			"interrupted while it read the table refuses to go on, and is started anew.",
			"整张表从头到尾读取一次，是服务端的一个一致结果，之后写入的数据不会被读到。对每个键只保留一行的表（ReplacingMergeTree）读取最新版本。数据没有可供续读的顺序：读取中断的管道会拒绝继续，需要重新启动。"),
		Icon: icon,
		Fields: append(sourceFields(), component.NewField("schema", component.FieldSchema, "Columns", "列").Optional().
			WithHelp("The columns to read, with their types. A table of the catalog has its own.", "要读取的列及其类型。目录表自带列定义。")),
		Examples: []component.Example{{Title: text("Read a table as it is", "读取表的当前数据"), YAML: sourceExample}},
		Source:   &component.SourceDef{Plan: planSource, Physical: func(p component.Params) string { return p.String("physical") }, Open: openSource},
	}
}

const sourceExample = `format: 1
kind: view
name: cdm.music.songs_of_before
time_zone: UTC
nodes:
  - id: songs
    component: clickhouse
    params:
      connection: olap
      physical: dim.songs
      schema: {columns: [{name: song_id, type: int64, nullable: false}, {name: title, type: string}]}
  - {id: out, component: console}
edges: [songs -> out]
`

// reads says how the rows that the sink wrote are read.
func reads(p component.Params) *component.Binding {
	name := p.String("physical")
	if name == "" {
		name = physical(p)
	}
	out, err := component.ParamsOf(sourceSpec().Fields, map[string]any{"connection": p.String("connection"), "physical": name})
	if err != nil {
		return nil
	}
	return &component.Binding{Component: Name, Params: out}
}

func planSource(pc *component.Planning, p component.Params) (*plan.Scan, bool) {
	c := checker{pc: pc, p: p, ok: true}
	c.connection()
	if _, ok := parseName(p.String("physical")); !ok {
		c.report(CodeBadParams, "physical", "Write database.table, or table, without spaces, quotes or parentheses.", "%q cannot be the name of a table in ClickHouse", p.String("physical"))
	}
	params, err := component.Encode(sourceFields(), p)
	if err != nil {
		lowering.Report(pc, CodeBadParams, p.Span(""), p.Path(""), "%v", err)
		return nil, false
	}
	s := p.Schema("schema")
	if s == nil {
		s = &schema.Schema{} // a table of the catalog puts its own in its place
	}
	return &plan.Scan{Component: Name, Version: 1, Params: params, Source: s}, c.ok
}

// source reads one table.
type source struct {
	oc       component.SourceContext
	server   *Server
	physical string
	relation string
}

var _ component.Source = (*source)(nil)

func openSource(ctx context.Context, oc component.SourceContext) (component.Source, error) {
	p, err := component.DecodeJSON(sourceFields(), oc.Params)
	if err != nil {
		return nil, &component.PermanentError{Err: err}
	}
	c, err := oc.Connections.Open(p.String("connection"))
	if err != nil {
		return nil, err
	}
	if c.Component != Name {
		return nil, component.Permanent(CodeBadConnection, nil, "", "%q is a connection to %s, not to ClickHouse", c.Name, c.Component)
	}
	s := &source{oc: oc, physical: p.String("physical")}
	if s.server, err = Connect(ctx, c); err != nil {
		return nil, err
	}
	if s.relation, err = s.server.Relation(ctx, s.physical, oc.Target.Schema); err != nil {
		_ = s.server.Close() // the first error says more
		return nil, err
	}
	return s, nil
}

// Partitions returns the table as one.
func (s *source) Partitions(context.Context) ([]component.Partition, error) {
	return []component.Partition{{ID: s.physical, Ordinal: 0}}, nil
}

// Open begins to read the table, unless it was begun before.
func (s *source) Open(_ context.Context, _ component.Partition, from component.Position, fresh bool) (component.Reader, error) {
	r := &sourceReader{}
	switch {
	case from == positionDone, from == "" && fresh && s.oc.Start.Latest:
		r.over = true
		return r, nil
	case from != "":
		return nil, component.Permanent(CodeInterrupted, nil, "Start the pipeline afresh, into an empty table where its rows must not come twice.",
			"reading the table %s was interrupted, and its rows have no order to go on in", s.physical)
	}
	// The query lives as long as the reader, over any number of epochs.
	ctx, cancel := context.WithCancelCause(context.Background())
	r.cancel, r.chunks = cancel, make(chan readChunk, 1)
	q := Select{From: s.relation, Schema: s.oc.Target.Schema, BatchRows: s.oc.BatchRows, Settings: map[string]string{"readonly": "2"}}
	r.running.Go(func() { r.run(ctx, s.server, q) })
	return r, nil
}

// Close lets go of the server.
func (s *source) Close() error { return s.server.Close() }

// readChunk is what the query gave.
type readChunk struct {
	rows  *batch.Batch
	bytes int64
	err   error
}

// sourceReader hands over what a query gives, which a goroutine of its own waits for.
type sourceReader struct {
	chunks  chan readChunk
	cancel  context.CancelCauseFunc
	running sync.WaitGroup
	over    bool
	bytes   int64
}

var _ component.Reader = (*sourceReader)(nil)

func (r *sourceReader) run(ctx context.Context, s *Server, q Select) {
	defer close(r.chunks)
	give := func(c readChunk) bool {
		select {
		case r.chunks <- c:
			return c.err == nil
		case <-ctx.Done():
			return false
		}
	}
	rows, err := s.Read(ctx, q)
	if err != nil {
		give(readChunk{err: err})
		return
	}
	defer func() { _ = rows.Close() }() // everything was read, or nobody wants it
	for {
		b, err := rows.Next(ctx)
		if b == nil && err == nil || !give(readChunk{b, rows.Stats().Bytes(), err}) {
			return
		}
	}
}

// Read returns the next rows.
func (r *sourceReader) Read(ctx context.Context) (*component.Chunk, error) {
	if r.over {
		return nil, io.EOF
	}
	began := time.Now()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case c, more := <-r.chunks:
		switch {
		case !more:
			r.over = true
			return &component.Chunk{Next: positionDone}, nil
		case c.err != nil:
			return nil, c.err
		}
		out := &component.Chunk{Batch: c.rows, Next: positionBegun, Records: c.rows.N, Bytes: max(0, c.bytes-r.bytes),
			Waited: time.Since(began)}
		r.bytes = max(r.bytes, c.bytes)
		return out, nil
	}
}

// Lag is not known.
func (r *sourceReader) Lag() int64 { return -1 }

// Close ends the query.
func (r *sourceReader) Close() error {
	if r.cancel != nil {
		r.cancel(context.Canceled)
		r.running.Wait()
	}
	return nil
}
