package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
)

// uploader writes rows to a Parquet file under a hidden name, which Commit gives its own.
type uploader struct {
	at     place
	conn   *component.Connection
	target component.UploadTarget
	dir    string
	hidden string
	final  string
	file   *os.File
	out    *pqarrow.FileWriter
}

var _ component.Uploader = (*uploader)(nil)

// upload begins a file. Each table has a folder, each upload a file in it.
func upload(_ context.Context, c *component.Connection, t component.UploadTarget) (component.Uploader, error) {
	dir := t.Physical
	if dir == "" {
		dir = strings.ReplaceAll(t.Table, ".", "/")
	}
	if dir = strings.TrimSuffix(dir, "/*.parquet"); !fs.ValidPath(dir) {
		return nil, component.Permanent(CodeOutside, nil, outsideFix, "the path %q leads out of the connection's folder", dir)
	}
	if t.Mode == component.UploadReplace {
		return nil, component.Permanent(CodeUpload, nil, "Upload to a table of another name, or to ClickHouse.", "files that a table is made of are only added to, for somebody may be reading them")
	}
	at, err := placeAt(c)
	if err != nil {
		return nil, err
	}
	u := &uploader{at: at, conn: c, target: t, dir: dir, hidden: path.Join(dir, "."+t.Token+".part"), final: path.Join(dir, t.Token+".parquet")}
	if err := u.begin(); err != nil {
		return nil, errors.Join(err, u.Abort(context.Background()))
	}
	return u, nil
}

func (u *uploader) begin() error {
	have, err := u.at.glob(path.Join(u.dir, "*.parquet"))
	if err != nil {
		return fmt.Errorf("looking into %s: %w", u.dir, err)
	}
	if u.target.Mode == component.UploadCreate && len(have) > 0 {
		return component.Permanent(CodeUpload, nil, "Choose another name, or add to the table that is there.", "the folder %q holds a table already", u.dir)
	}
	if err := u.at.root.MkdirAll(u.dir, 0o750); err != nil {
		return fmt.Errorf("making the folder %s: %w", u.dir, err)
	}
	if u.file, err = u.at.root.OpenFile(u.hidden, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640); err != nil {
		return fmt.Errorf("beginning a file: %w", err)
	}
	return nil
}

// ready makes the writer when the first rows tell its schema.
func (u *uploader) ready(s *arrow.Schema) error {
	if u.out != nil {
		return nil
	}
	var err error
	u.out, err = pqarrow.NewFileWriter(s, keepOpen{u.file}, parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd)),
		pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return fmt.Errorf("beginning a file: %w", err)
	}
	return nil
}

// keepOpen hides a file's Close from the writer, for the file is synced once the writer has ended.
type keepOpen struct{ io.Writer }

// Write writes rows; one with NULL where the table has none is rejected.
func (u *uploader) Write(ctx context.Context, b *batch.Batch) ([]component.RowReject, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var rejects []component.RowReject
	keep := make([]int32, 0, b.Rows())
rows:
	for i := range b.Rows() {
		row := b.Row(i)
		for j, f := range u.target.Schema.Fields {
			if !f.Nullable && b.Cols[j].IsNull(row) {
				rejects = append(rejects, component.RowReject{Row: int32(row), Code: diag.RowMissingField, Path: f.Name})
				continue rows
			}
		}
		keep = append(keep, int32(row))
	}
	if len(keep) == 0 {
		return rejects, nil
	}
	rec, err := batch.ToArrow(b.Gather(keep))
	if err != nil {
		return rejects, fmt.Errorf("writing uploaded rows: %w", err)
	}
	if err := u.ready(rec.Schema()); err != nil {
		return rejects, err
	}
	if err := u.out.WriteBuffered(rec); err != nil {
		return rejects, fmt.Errorf("writing uploaded rows: %w", err)
	}
	return rejects, nil
}

// Commit makes the file whole and visible.
func (u *uploader) Commit(context.Context) (source, sink *component.Binding, err error) {
	if u.out == nil {
		return nil, nil, component.Permanent(CodeUpload, nil, "", "there are no rows that a table could be made of")
	}
	if err := u.out.Close(); err != nil {
		return nil, nil, fmt.Errorf("ending the file: %w", err)
	}
	u.out = nil
	if err := u.file.Sync(); err != nil {
		return nil, nil, fmt.Errorf("ending the file: %w", err)
	}
	if err := u.at.root.Rename(u.hidden, u.final); err != nil {
		return nil, nil, fmt.Errorf("showing the file: %w", err)
	}
	u.hidden = ""
	p, err := component.ParamsOf(fields(), map[string]any{"connection": u.conn.Name, "path": u.dir + "/*.parquet", "format": formatParquet})
	if err != nil {
		return nil, nil, err
	}
	return &component.Binding{Component: Name, Params: p}, nil, nil
}

// Abort removes what was not committed.
func (u *uploader) Abort(context.Context) error {
	if u.at.root == nil {
		return nil
	}
	var errs []error
	if u.out != nil {
		_ = u.out.Close() // what it writes is removed
	}
	if u.file != nil {
		errs = append(errs, u.file.Close())
		if u.hidden != "" {
			errs = append(errs, u.at.root.Remove(u.hidden))
		}
	}
	errs = append(errs, u.at.Close())
	u.at, u.file, u.out = place{}, nil, nil
	return errors.Join(errs...)
}
