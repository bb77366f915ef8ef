package file

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/schema"
)

// parquetReader reads the wanted columns of a Parquet file, row group by row group.
type parquetReader struct {
	path   string
	schema *schema.Schema
	zone   *time.Location
	file   *file.Reader
	in     *pqarrow.FileReader
	leaves []int
	arrow  *arrow.Schema
	// changes is nil when every row is one of its own.
	changes *changes

	group int
	rows  pqarrow.RecordReader
	// next is the number of the next row; skip is how many rows of the current group lie before it.
	next, skip, total int64
}

var _ component.Reader = (*parquetReader)(nil)

func (at place) openParquet(path string, batchRows int) (*file.Reader, *pqarrow.FileReader, error) {
	on, err := at.open(path)
	if err != nil {
		return nil, nil, component.Permanent(CodeUnreadable, err, "", "the Parquet file %q cannot be read", path)
	}
	f, err := file.NewParquetReader(on) // which closes it
	if err != nil {
		_ = on.Close() // the file was only read
		return nil, nil, component.Permanent(CodeUnreadable, err, "", "the Parquet file %q cannot be read", path)
	}
	in, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: int64(batchRows)}, memory.NewGoAllocator())
	if err != nil {
		_ = f.Close() // the file was only read
		return nil, nil, component.Permanent(CodeUnreadable, err, "", "the Parquet file %q cannot be read", path)
	}
	return f, in, nil
}

// parquetSchema returns the schema of a file in the language.
func (at place) parquetSchema(path string) (*schema.Schema, error) {
	f, in, err := at.openParquet(path, 1)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a, err := in.Schema()
	if err != nil {
		return nil, component.Permanent(CodeParquet, err, "", "the schema of %q cannot be read", path)
	}
	s, err := batch.SchemaOfArrow(a)
	if err != nil {
		return nil, component.Permanent(CodeParquet, err, "Declare the columns to read in schema.", "a column of %q has a type without counterpart", path)
	}
	return s, nil
}

func (s *source) openParquet(path string, at int64) (component.Reader, error) {
	f, in, err := s.at.openParquet(path, s.oc.BatchRows)
	if err != nil {
		return nil, err
	}
	r := &parquetReader{path: path, schema: s.target.Schema, zone: s.target.TimeZone, changes: s.changes, file: f, in: in, total: f.NumRows(), next: at, skip: at}
	if err := r.prepare(at); err != nil {
		_ = f.Close() // the file was only read
		return nil, err
	}
	return r, nil
}

// prepare finds the wanted columns and the row group to begin with.
func (r *parquetReader) prepare(at int64) error {
	if at > r.total {
		return component.Permanent(CodeReplaced, nil, "Files must not change: write new data to new names, or start the pipeline anew.",
			"the file %q has %d rows, fewer than the %d that were read of it", r.path, r.total, at)
	}
	var err error
	if r.arrow, err = r.in.Schema(); err != nil {
		return component.Permanent(CodeParquet, err, "", "the schema of %q cannot be read", r.path)
	}
	wanted := map[string]bool{}
	for _, f := range r.schema.Fields {
		if len(r.arrow.FieldIndices(f.Name)) != 1 {
			return component.Permanent(CodeParquet, nil, "Correct the declared columns.", "the file %q has no column %q", r.path, f.Name)
		}
		wanted[f.Name] = true
	}
	leaves := r.file.MetaData().Schema
	for i := range leaves.NumColumns() {
		if wanted[leaves.Column(i).ColumnPath()[0]] {
			r.leaves = append(r.leaves, i)
		}
	}
	for r.group < r.file.NumRowGroups() && r.skip >= r.file.RowGroup(r.group).NumRows() {
		r.skip -= r.file.RowGroup(r.group).NumRows()
		r.group++
	}
	return nil
}

// Read returns the rows of the next batch.
func (r *parquetReader) Read(ctx context.Context) (*component.Chunk, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if r.group >= r.file.NumRowGroups() {
			return nil, io.EOF
		}
		if len(r.leaves) == 0 {
			return r.countOnly(), nil
		}
		if r.rows == nil {
			rows, err := r.in.GetRecordReader(ctx, r.leaves, []int{r.group})
			if err != nil {
				return nil, component.Permanent(CodeParquet, err, "", "row group %d of %q cannot be read", r.group, r.path)
			}
			r.rows = rows
		}
		rec, err := r.rows.Read()
		if errors.Is(err, io.EOF) {
			r.rows.Release()
			r.rows = nil
			r.group++
			continue
		}
		if err != nil {
			return nil, component.Permanent(CodeParquet, err, "", "row group %d of %q cannot be read", r.group, r.path)
		}
		if skip := min(r.skip, rec.NumRows()); skip > 0 {
			r.skip -= skip
			if rec = rec.NewSlice(skip, rec.NumRows()); rec.NumRows() == 0 {
				continue
			}
		}
		rec.Retain() // the next Read releases it, but the batch shares its memory
		return r.chunk(rec)
	}
}

// countOnly returns the rest of a row group when no column is wanted: only how many rows there are.
func (r *parquetReader) countOnly() *component.Chunk {
	n := r.file.RowGroup(r.group).NumRows() - r.skip
	r.skip = 0
	r.group++
	return r.finish(&batch.Batch{Schema: r.schema, N: int(n), Part: batch.NoPart, Cols: []*batch.Vector{}})
}

func (r *parquetReader) chunk(rec arrow.RecordBatch) (*component.Chunk, error) {
	b, err := batch.FromArrow(rec, r.schema)
	if err != nil {
		return nil, component.Permanent(CodeParquet, err, "Declare the types the file has.", "the rows from %d on of %q do not fit the declared columns", r.next, r.path)
	}
	for i, c := range b.Cols {
		at := r.arrow.FieldIndices(r.schema.Fields[i].Name)[0]
		if t, ok := r.arrow.Field(at).Type.(*arrow.TimestampType); ok && t.TimeZone == "" && r.zone != nil && r.zone != time.UTC {
			b.Cols[i] = inZone(c, r.zone)
		}
	}
	return r.finish(b), nil
}

// inZone reads timestamps that carry no zone as times of zone.
func inZone(v *batch.Vector, zone *time.Location) *batch.Vector {
	out := *v
	out.I64 = make([]int64, v.N)
	for i, micros := range v.I64 {
		if v.IsNull(i) {
			continue
		}
		t := time.UnixMicro(micros).UTC()
		out.I64[i] = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone).UnixMicro()
	}
	return &out
}

func (r *parquetReader) finish(b *batch.Batch) *component.Chunk {
	b.Offs = make([]int64, b.N)
	for i := range b.Offs {
		b.Offs[i] = r.next + int64(i)
	}
	r.next += int64(b.N)
	c := &component.Chunk{Batch: b, Next: position("rows:", r.next), Records: b.N, Bytes: int64(b.Size())}
	if r.changes != nil {
		// What a row was made of is columns: of a rejected one its place in the file is told.
		c.Batch, c.Rejects = r.changes.apply(b, func(int) []byte { return nil })
	}
	return c
}

// Lag returns the rows that are left.
func (r *parquetReader) Lag() int64 { return r.total - r.next }

// Close closes the file.
func (r *parquetReader) Close() error {
	if r.rows != nil {
		r.rows.Release()
	}
	return r.file.Close()
}
