package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"millrace/components/clickhouse/chsql"
	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
)

const (
	// uploadMark is in the name of every table that uploaded rows wait in.
	uploadMark = "__upload_"
	// uploadKept is after how long such a table has been left behind by a server that died.
	uploadKept = 24 * time.Hour
)

// uploader puts rows into a table beside the target and then, in one statement, in its place or among its parts.
type uploader struct {
	conn   driver.Conn
	sink   component.StagedSink
	target component.UploadTarget
	// table is the target, staging what lies beside it.
	table, staging tableName
	connection     string

	pending []*batch.Batch
	rows    int
	bytes   int
	chunks  int
	done    bool
}

var _ component.Uploader = (*uploader)(nil)

// alone is a connection as what opens it by name.
type alone struct{ c *component.Connection }

func (o alone) Open(string) (*component.Connection, error) { return o.c, nil }

// upload makes the table that rows wait in.
func upload(ctx context.Context, c *component.Connection, t component.UploadTarget) (component.Uploader, error) {
	conn, err := dial(ctx, c)
	if err != nil {
		return nil, err
	}
	u := &uploader{conn: conn, target: t, connection: c.Name}
	if err := u.begin(ctx, c); err != nil {
		_ = u.Abort(ctx) // the first error says more
		return nil, classify(err, "preparing to take rows for "+t.Table)
	}
	return u, nil
}

func (u *uploader) begin(ctx context.Context, c *component.Connection) error {
	parts := strings.Split(u.target.Table, ".")
	p, err := component.ParamsOf(sinkSpec().Fields, map[string]any{"connection": c.Name, "table": u.target.Table, "physical": u.target.Physical})
	if err != nil {
		return err
	}
	if u.target.Physical == "" && len(parts) == 3 {
		// A database of the table's name need not exist; the connection's does.
		u.table = tableName{table: parts[2]}
	} else {
		u.table = physicalName(p)
	}
	srv := server{u.conn}
	if u.table, err = srv.complete(ctx, u.table); err != nil {
		return err
	}
	u.staging = tableName{u.table.database, u.table.table + uploadMark + u.target.Token}
	u.sweep(ctx)
	columns, err := srv.columns(ctx, u.table)
	if err != nil {
		return err
	}
	create := createNever
	switch {
	case u.target.Mode == component.UploadCreate && len(columns) > 0:
		return component.Permanent(CodeUpload, nil, "Choose another name, or add to the table that is there.", "the table %s exists already", u.table.sql())
	case u.target.Mode == component.UploadCreate:
		create = createIfMissing
	case len(columns) == 0:
		return component.Permanent(CodeTableMissing, nil, "Create it with the upload.", "the table %s does not exist", u.table.sql())
	default:
		if err := u.beside(ctx, srv); err != nil {
			return err
		}
	}
	values := map[string]any{"connection": c.Name, "table": u.target.Table, "physical": u.staging.database + "." + u.staging.table, "create": create}
	if create == createIfMissing && len(u.target.Schema.Key) > 0 {
		values["order_by"] = u.target.Schema.Key
	}
	if p, err = component.ParamsOf(sinkSpec().Fields, values); err != nil {
		return err
	}
	text, err := component.Encode(sinkSpec().Fields, p)
	if err != nil {
		return err
	}
	opened, err := openSink(ctx, component.SinkContext{Params: text, Connections: alone{c}, Registry: u.target.Registry, Schema: u.target.Schema,
		Mode: plan.Mode{Change: plan.Append}, Sink: "upload", Pipeline: "upload-" + u.target.Token})
	if err != nil {
		return err
	}
	u.sink, _ = opened.(component.StagedSink)
	return nil
}

// beside makes an empty table like the target, whose parts the target can take over.
func (u *uploader) beside(ctx context.Context, srv server) error {
	info, views, err := srv.table(ctx, u.table)
	if err != nil {
		return err
	}
	switch {
	case info.engine != "MergeTree":
		return component.Permanent(CodeUpload, nil, "Upload to a table of its own, and write from there with a model.",
			"rows are added to tables of the engine MergeTree, and %s has %s", u.table.sql(), info.engine)
	case len(views) > 0:
		return component.Permanent(CodeUpload, nil, "Upload to a table of its own, and write from there with a model.",
			"materialized views read what is inserted into %s, and would not see uploaded rows", u.table.sql())
	}
	return u.conn.Exec(ctx, fmt.Sprintf("CREATE TABLE %s AS %s", u.staging.sql(), u.table.sql()))
}

// sweep removes what servers that died have left behind.
func (u *uploader) sweep(ctx context.Context) {
	rows, err := u.conn.Query(ctx, "SELECT name FROM system.tables WHERE database = ? AND position(name, ?) > 0 AND metadata_modification_time < now() - toIntervalSecond(?)",
		u.table.database, uploadMark, int64(uploadKept/time.Second))
	if err != nil {
		return // it is tried again with the next upload
	}
	var old []string
	for rows.Next() {
		var name string
		if rows.Scan(&name) == nil {
			old = append(old, name)
		}
	}
	if rows.Err() != nil || rows.Close() != nil {
		return
	}
	for _, name := range old {
		_ = u.conn.Exec(ctx, "DROP TABLE IF EXISTS "+tableName{u.table.database, name}.sql())
	}
}

// Write stages the rows that the table can take.
func (u *uploader) Write(ctx context.Context, b *batch.Batch) ([]component.RowReject, error) {
	rejects := u.sink.Check(b)
	if len(rejects) > 0 {
		bad := make(map[int32]bool, len(rejects))
		for _, r := range rejects {
			bad[r.Row] = true
		}
		keep := make([]int32, 0, b.Rows())
		for i := range b.Rows() {
			if r := int32(b.Row(i)); !bad[r] {
				keep = append(keep, r)
			}
		}
		b = b.Gather(keep)
	}
	if b.Rows() == 0 {
		return rejects, nil
	}
	limits := u.sink.Limits()
	if keys := u.sink.ChunkKey(b); keys != nil {
		return rejects, u.byKey(ctx, b, keys, limits)
	}
	if u.rows > 0 && (over(u.rows+b.Rows(), limits.Rows) || over(u.bytes+b.Size(), limits.Bytes)) {
		if err := u.flush(ctx); err != nil {
			return rejects, err
		}
	}
	u.pending, u.rows, u.bytes = append(u.pending, b), u.rows+b.Rows(), u.bytes+b.Size()
	return rejects, nil
}

func over(n, limit int) bool { return limit > 0 && n > limit }

// byKey applies the rows such that no chunk has more values of the key than the target takes.
func (u *uploader) byKey(ctx context.Context, b *batch.Batch, keys []uint64, limits component.ChunkLimits) error {
	for start := 0; start < b.Rows(); {
		seen, rows := map[uint64]bool{}, make([]int32, 0, b.Rows()-start)
		for ; start < b.Rows(); start++ {
			row := b.Row(start)
			if !seen[keys[row]] && over(len(seen)+1, limits.Keys) {
				break
			}
			seen[keys[row]] = true
			rows = append(rows, int32(row))
		}
		part := b.Gather(rows)
		u.pending, u.rows = []*batch.Batch{part}, part.Rows()
		if err := u.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (u *uploader) flush(ctx context.Context) error {
	if len(u.pending) == 0 {
		return nil
	}
	ref := component.ChunkRef{Token: fmt.Sprintf("%s-%d", u.target.Token, u.chunks), Manifest: u.target.Token, Generation: 1, Epoch: int64(u.chunks + 1), Ordinal: u.chunks}
	if err := u.sink.Apply(ctx, ref, u.pending); err != nil {
		return classify(err, "writing uploaded rows")
	}
	u.chunks++
	u.pending, u.rows, u.bytes = nil, 0, 0
	return nil
}

// Commit puts the rows into the table.
func (u *uploader) Commit(ctx context.Context) (source, sink *component.Binding, err error) {
	if err := u.flush(ctx); err != nil {
		return nil, nil, err
	}
	if err := u.take(ctx); err != nil {
		return nil, nil, classify(err, "putting uploaded rows into "+u.table.sql())
	}
	u.done = true
	p, err := component.ParamsOf(sinkSpec().Fields, map[string]any{"connection": u.connection, "table": u.target.Table, "physical": u.table.database + "." + u.table.table})
	if err != nil {
		return nil, nil, err
	}
	return nil, &component.Binding{Component: Name, Params: p}, nil
}

func (u *uploader) take(ctx context.Context) error {
	switch u.target.Mode {
	case component.UploadCreate:
		return u.conn.Exec(ctx, fmt.Sprintf("RENAME TABLE %s TO %s", u.staging.sql(), u.table.sql()))
	case component.UploadReplace:
		return u.conn.Exec(ctx, fmt.Sprintf("EXCHANGE TABLES %s AND %s", u.staging.sql(), u.table.sql()))
	}
	rows, err := u.conn.Query(ctx, "SELECT DISTINCT partition_id FROM system.parts WHERE database = ? AND table = ? AND active ORDER BY 1", u.staging.database, u.staging.table)
	if err != nil {
		return err
	}
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, "ATTACH PARTITION ID "+chsql.Text(id)+" FROM "+u.staging.sql())
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		return err
	}
	if err := rows.Close(); err != nil {
		return err
	}
	return u.conn.Exec(ctx, "ALTER TABLE "+u.table.sql()+" "+strings.Join(ids, ", "))
}

// Abort removes what waits beside the table, after a Commit what that has left, and lets go of the server.
func (u *uploader) Abort(ctx context.Context) error {
	if u.conn == nil {
		return nil
	}
	var err error
	if u.staging.table != "" && (!u.done || u.target.Mode != component.UploadCreate) {
		err = u.conn.Exec(ctx, "DROP TABLE IF EXISTS "+u.staging.sql())
	}
	if u.sink != nil {
		_ = u.sink.Close() // it only reads the server
	}
	_ = u.conn.Close()
	u.conn = nil
	return err
}
