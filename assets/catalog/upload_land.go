package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// Landing says where the rows of a file go.
type Landing struct {
	// Table is the table to make, or the one that rows are added to.
	Table      string               `json:"table" doc:"catalog.db.table"`
	Mode       component.UploadMode `json:"mode" enum:"create,append,replace"`
	Connection string               `json:"connection,omitempty" doc:"create: the name of the connection that the table lies in"`
	Team       string               `json:"team,omitempty" doc:"create: the team that owns it"`
	Layer      string               `json:"layer,omitempty"`
	// Columns and Key, where they are given, take the place of those that were inferred; columns that are left out are not read.
	Columns   json.RawMessage `json:"columns,omitempty" doc:"[{name, type, nullable}]"`
	Key       []string        `json:"key,omitempty"`
	EventTime json.RawMessage `json:"event_time,omitempty"`
	// MaxBad is how many bad rows are accepted; below 0 any number.
	MaxBad int64 `json:"max_bad,omitempty" doc:"how many bad rows may be left out, 0 where nothing is said; -1 is any number"`
	// DryRun reads the whole file and writes nothing.
	DryRun bool `json:"dry_run,omitempty"`
}

// Landed is what came of a landing.
type Landed struct {
	Table string `json:"table,omitempty" doc:"the id of the table"`
	Rows  int64  `json:"rows" doc:"that are in the table now, or would be"`
	Bad   int64  `json:"bad" doc:"that were left out, or would be"`
	// Rejected describes the first of them.
	Rejected []BadRow `json:"rejected,omitempty"`
	// Preview holds the first rows as JSON.
	Preview []json.RawMessage `json:"preview,omitempty"`
}

// BadRow is a row that was left out. Its values are not told, for its reader has the file.
type BadRow struct {
	// Line is where its record begins, from 1, where that is known; Row is its number in a Parquet file, from 0.
	Line   int64  `json:"line,omitempty"`
	Row    int64  `json:"row,omitempty"`
	Column string `json:"column,omitempty"`
	Code   string `json:"code"`
	Why    string `json:"why"`

	offset int64
}

// Land brings the rows of a file to a table. Either all good rows become visible at once, or nothing.
func (u *Uploads) Land(ctx context.Context, id, by string, in Landing) (Landed, error) {
	up, err := u.Get(id, by)
	if err != nil {
		return Landed{}, err
	}
	l, err := u.prepare(ctx, up, in)
	if err != nil {
		return Landed{}, err
	}
	if in.DryRun {
		return l.read(ctx, nil)
	}
	out, err := l.land(ctx)
	if err != nil {
		return out, err
	}
	u.forget(id)
	return out, nil
}

// landing is a landing that was found to be possible.
type landing struct {
	uploads    *Uploads
	upload     *Upload
	in         Landing
	schema     *schema.Schema
	connection *ConnectionEntry
	physical   string
	// table is the one that rows are added to, nil where it is made.
	table *TableEntry
}

func (u *Uploads) prepare(ctx context.Context, up *Upload, in Landing) (*landing, error) {
	s, err := u.hub.fresh(ctx)
	if err != nil {
		return nil, err
	}
	l := &landing{uploads: u, upload: up, in: in}
	if l.schema, err = up.columns(in); err != nil {
		return nil, err
	}
	if in.Mode == component.UploadCreate {
		err = l.create(ctx, s)
	} else {
		err = l.existing(s)
	}
	return l, err
}

// columns are those that were chosen.
func (up *Upload) columns(in Landing) (*schema.Schema, error) {
	if len(in.Columns) == 0 && len(in.Key) == 0 && len(in.EventTime) == 0 {
		return up.schema, nil
	}
	var diags diag.List
	v := model.Value{Kind: model.Map}
	text := in.Columns
	if len(text) == 0 {
		var err error
		if text, err = json.Marshal(up.Columns); err != nil {
			return nil, fmt.Errorf("writing the columns: %w", err)
		}
	}
	for _, one := range []struct {
		key  string
		text json.RawMessage
	}{{"columns", text}, {"event_time", in.EventTime}} {
		if len(one.text) == 0 {
			continue
		}
		value, err := model.ParseJSON(one.text)
		if err != nil {
			diags.Errorf(component.CodeBadValue, diag.Span{}, "%s is not JSON", one.key).Path = one.key
			return nil, refused(diags)
		}
		v.Entries = append(v.Entries, model.Entry{Key: one.key, Value: value})
	}
	if len(in.Key) > 0 {
		key := model.Value{Kind: model.List}
		for _, k := range in.Key {
			key.Items = append(key.Items, model.Value{Kind: model.String, Text: k})
		}
		v.Entries = append(v.Entries, model.Entry{Key: "key", Value: key})
	}
	s, ok := component.DecodeSchema(v, "", &diags)
	if !ok {
		return nil, refused(diags)
	}
	return s, nil
}

// create checks that a table can be made, before a row is read.
func (l *landing) create(ctx context.Context, s *Snapshot) error {
	h := l.uploads.hub
	if s.has(l.in.Table) {
		return taken(l.in.Table)
	}
	var diags diag.List
	if !s.MayUse(l.in.Connection, l.in.Team) {
		diags.Errorf(CodeUnknownConnection, diag.Span{}, "the team has no connection %q", l.in.Connection).Path = "connection"
		return refused(diags)
	}
	l.connection, _ = s.ConnectionEntry(l.in.Connection)
	in, err := l.entry(nil, nil)
	if err != nil {
		return err
	}
	_, err = h.creation(ctx, s, in, Uploaded)
	return err
}

// entry is the table as it is registered.
func (l *landing) entry(source, sink *component.Binding) (TableInput, error) {
	d, err := l.uploads.hub.declarationOf(l.schema, source, sink)
	if err != nil {
		return TableInput{}, fmt.Errorf("declaring %s: %w", l.in.Table, err)
	}
	kind := component.TableStream
	if source == nil {
		kind = component.TableStore
	}
	return TableInput{Name: l.in.Table, Team: l.in.Team, Kind: string(kind), Layer: l.in.Layer, Columns: d.Columns, Key: d.Key, EventTime: d.EventTime,
		Source: d.Source, Sink: d.Sink}, nil
}

// existing finds the table that rows are added to.
func (l *landing) existing(s *Snapshot) error {
	t, ok := s.Entry(l.in.Table)
	switch {
	case !ok:
		return notFound("table")
	case len(t.Connections) == 0 || t.Physical == "":
		return diag.Refuse(diag.ErrInvalid, CodeCannot, "", "the table %s lies in no system that rows could be added to", t.Name)
	}
	if l.connection, ok = s.ConnectionEntry(t.Connections[0]); !ok {
		return notFound("connection")
	}
	declared, err := t.Table(l.uploads.hub.Registry)
	if err != nil {
		return fmt.Errorf("reading the declaration of %s: %w", t.Name, err)
	}
	// The rows are read as the table has them.
	l.table, l.schema, l.physical = t, declared.Schema, t.Physical
	if declared.Source != nil && declared.Sink == nil {
		l.physical = declared.Source.Params.String("path")
	}
	return nil
}

func (l *landing) land(ctx context.Context) (Landed, error) {
	h := l.uploads.hub
	spec, ok := h.Registry.Get(component.KindConnection, l.connection.Component)
	if !ok || spec.Connection.Upload == nil {
		return Landed{}, diag.Refuse(diag.ErrInvalid, CodeCannot, "Choose a connection to ClickHouse or to files.", "rows are not uploaded through a connection to %s", l.connection.Component)
	}
	c, err := h.open(l.connection)
	if err != nil {
		return Landed{}, err
	}
	to, err := spec.Connection.Upload(ctx, c, component.UploadTarget{Registry: h.Registry, Table: l.in.Table, Physical: l.physical, Schema: l.schema,
		Mode: l.in.Mode, Token: l.upload.ID})
	if err != nil {
		return Landed{}, err
	}
	// Also when the one who asked has gone: what was staged must not stay.
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if err := to.Abort(ctx); err != nil {
			h.Log.Warn("what an upload has staged could not be removed", "table", l.in.Table, "err", err)
		}
	}()
	out, err := l.read(ctx, to)
	switch {
	case err != nil:
		return out, err
	case out.Rows == 0:
		return out, diag.Refuse(diag.ErrInvalid, CodeUploadEmpty, l.firstBad(out), "none of the file's %d rows fits the columns", out.Bad)
	case l.in.MaxBad >= 0 && out.Bad > l.in.MaxBad:
		return out, diag.Refuse(diag.ErrInvalid, CodeUploadBad, l.firstBad(out), "%d rows of the file are bad, and %d are accepted", out.Bad, l.in.MaxBad)
	}
	source, sink, err := to.Commit(ctx)
	if err != nil {
		return out, err
	}
	if l.table != nil {
		out.Table = l.table.ID
		return out, nil
	}
	in, err := l.entry(source, sink)
	if err != nil {
		return out, err
	}
	e, err := h.CreateTable(ctx, in, Uploaded)
	if err != nil {
		return out, fmt.Errorf("registering %s, whose rows are there: %w", l.in.Table, err)
	}
	out.Table = e.ID
	return out, nil
}

func (l *landing) firstBad(out Landed) string {
	if len(out.Rejected) == 0 {
		return ""
	}
	b := out.Rejected[0]
	at := fmt.Sprintf("row %d", b.Row)
	if b.Line > 0 {
		at = fmt.Sprintf("line %d", b.Line)
	}
	return fmt.Sprintf("The first is in %s, column %q: %s.", at, b.Column, b.Why)
}

// read reads the file to its end, and hands the rows to to, which may be nil.
func (l *landing) read(ctx context.Context, to component.Uploader) (out Landed, err error) {
	h := l.uploads.hub
	c, _, err := l.uploads.folder()
	if err != nil {
		return out, err
	}
	spec, ok := h.Registry.Get(component.KindSource, "file")
	if !ok {
		return out, errors.New("reading an upload: this build has no source for files")
	}
	params, err := json.Marshal(map[string]any{"connection": c.Name, "path": l.upload.file, "format": l.upload.Format, "mode": "bounded", "compression": "auto"})
	if err != nil {
		return out, fmt.Errorf("reading an upload: %w", err)
	}
	source, err := spec.Source.Open(ctx, component.SourceContext{Params: params, Connections: waitingFiles{c}, Registry: h.Registry, Bounded: true,
		BatchRows: uploadBatch, MaxRecordBytes: uploadRecord, Pipeline: uploadConnection, Log: h.Log,
		Target: component.DecodeTarget{Schema: l.schema, Checked: slices.Repeat([]bool{true}, len(l.schema.Fields)), BatchRows: uploadBatch, TimeZone: time.UTC, MaxRecordBytes: uploadRecord}})
	if err != nil {
		return out, readable(err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	parts, err := source.Partitions(ctx)
	if err != nil {
		return out, readable(err)
	}
	for _, p := range parts {
		if err := l.readPart(ctx, source, p, to, &out); err != nil {
			return out, err
		}
	}
	l.locate(&out)
	return out, nil
}

// waitingFiles opens the folder of waiting files.
type waitingFiles struct{ c *component.Connection }

func (w waitingFiles) Open(string) (*component.Connection, error) { return w.c, nil }

// readable is an error of reading what was sent: it is about that, not about the server.
func readable(err error) error {
	var failure *diag.Failure
	if asFailure(err, &failure) {
		return diag.RefuseFor(diag.ErrInvalid, failure.Cause, failure.Code, failure.Fix, "%s", failure.Message)
	}
	return err
}

func (l *landing) readPart(ctx context.Context, source component.Source, p component.Partition, to component.Uploader, out *Landed) (err error) {
	reader, err := source.Open(ctx, p, "", false)
	if err != nil {
		return readable(err)
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for {
		chunk, err := reader.Read(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return readable(err)
		}
		for _, r := range chunk.Rejects {
			l.bad(out, r.Offset, r.Path, r.Code)
		}
		if chunk.Batch == nil || chunk.Batch.Rows() == 0 {
			continue
		}
		rows := int64(chunk.Batch.Rows())
		if to != nil {
			rejects, err := to.Write(ctx, chunk.Batch)
			if err != nil {
				return err
			}
			for _, r := range rejects {
				l.bad(out, chunk.Batch.Offs[r.Row], r.Path, r.Code)
			}
			rows -= int64(len(rejects))
		}
		if err := l.preview(out, chunk.Batch); err != nil {
			return err
		}
		out.Rows += rows
	}
}

func (l *landing) bad(out *Landed, offset int64, column string, code diag.RowCode) {
	if out.Bad++; len(out.Rejected) < shownBad {
		out.Rejected = append(out.Rejected, BadRow{Column: column, Code: string(code.Code()), Why: code.Message(), offset: offset})
	}
}

// preview keeps the first rows as JSON.
func (l *landing) preview(out *Landed, b *batch.Batch) error {
	if len(out.Preview) >= previewRows {
		return nil
	}
	spec, ok := l.uploads.hub.Registry.Get(component.KindFormat, "json")
	if !ok {
		return nil
	}
	p, err := component.ParamsOf(spec.Fields, map[string]any{})
	if err != nil {
		return fmt.Errorf("showing rows: %w", err)
	}
	encoder, err := spec.Format.NewEncoder(p, l.schema)
	if err != nil {
		return fmt.Errorf("showing rows: %w", err)
	}
	some := make([]int32, 0, previewRows)
	for i := range min(b.Rows(), previewRows-len(out.Preview)) {
		some = append(some, int32(b.Row(i)))
	}
	first := b.Gather(some)
	if checker, ok := encoder.(component.EncodeChecker); ok && len(checker.Check(first)) > 0 {
		return nil // not a number: JSON has no word for it
	}
	return encoder.Encode(first, func(_ int, record []byte) error {
		out.Preview = append(out.Preview, slices.Clone(record))
		return nil
	})
}

// locate finds the lines of bad rows in a file that is text.
func (l *landing) locate(out *Landed) {
	if l.upload.Format == "parquet" || strings.HasSuffix(l.upload.file, ".gz") {
		for i := range out.Rejected {
			out.Rejected[i].Row = out.Rejected[i].offset
		}
		return
	}
	f, err := os.Open(filepath.Join(l.uploads.dir, l.upload.file))
	if err != nil {
		return
	}
	defer f.Close()
	order := make([]*BadRow, len(out.Rejected))
	for i := range out.Rejected {
		order[i] = &out.Rejected[i]
	}
	slices.SortStableFunc(order, func(a, b *BadRow) int { return int(a.offset - b.offset) })
	at, line := int64(0), int64(1)
	buf := make([]byte, 1<<16)
	for len(order) > 0 {
		n, err := f.Read(buf)
		for i := range n {
			for len(order) > 0 && order[0].offset <= at {
				order[0].Line, order = line, order[1:]
			}
			if buf[i] == '\n' {
				line++
			}
			at++
		}
		if err != nil {
			return
		}
	}
}
