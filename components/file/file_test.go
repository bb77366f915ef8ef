package file

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/components/csv"
	"millrace/components/json"
	"millrace/components/raw"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

func registry(t *testing.T) *component.Registry {
	r, err := component.NewRegistry(Spec(), FormatSpec(), json.Spec(), csv.Spec(), raw.Spec())
	require.NoError(t, err)
	return r
}

func schemaOf(t *testing.T, columns ...string) *schema.Schema {
	s := &schema.Schema{}
	for _, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		parsed, err := schema.Parse(typ)
		require.NoError(t, err)
		s.Fields = append(s.Fields, schema.Field{Name: name, Type: parsed, Nullable: true})
	}
	return s
}

type opening struct {
	params string // JSON of a model's params
	schema *schema.Schema
	zone   *time.Location
	batch  int
	max    int
	follow bool
	latest bool
}

// start plans and opens a source as the compiler and the engine would.
func start(t *testing.T, o opening) (component.Source, error) {
	t.Helper()
	v, err := model.ParseJSON([]byte(o.params))
	require.NoError(t, err)
	var diags diag.List
	p, ok := component.Decode(fields(), v, "params", &diags)
	require.True(t, ok, diags)
	values := map[string]any{}
	for _, f := range fields() {
		values[f.Name] = p.Value(f.Name)
	}
	values["schema"] = o.schema
	reg := registry(t)
	scan, ok := Spec().Source.Plan(&component.Planning{Registry: reg, Diags: &diags}, component.NewParams(values))
	require.True(t, ok, diags)
	checked := make([]bool, len(o.schema.Fields))
	for i := range checked {
		checked[i] = true
	}
	return Spec().Source.Open(t.Context(), component.SourceContext{
		Params: scan.Params, Registry: reg, BatchRows: o.batch, MaxRecordBytes: o.max, Bounded: !o.follow,
		Target: component.DecodeTarget{Schema: o.schema, Checked: checked, BatchRows: o.batch, TimeZone: o.zone},
		Start:  component.StartAt{Latest: o.latest}, Log: slog.New(slog.DiscardHandler),
	})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func reader(t *testing.T, s component.Source, path string, from component.Position) component.Reader {
	t.Helper()
	r, err := s.Open(t.Context(), component.Partition{ID: path, Ordinal: -1}, from, from == "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

type result struct {
	rows    [][]any
	offs    []int64
	rejects []component.Reject
	ends    []component.Position
}

// drain reads to the end and returns everything, with the position behind each chunk.
func drain(t *testing.T, r component.Reader) (out result) {
	t.Helper()
	for {
		c, err := r.Read(t.Context())
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		out.take(t, c)
	}
}

func (r *result) take(t *testing.T, c *component.Chunk) {
	if c.Batch != nil {
		require.NoError(t, c.Batch.Check())
		for i := range c.Batch.N {
			row := []any{}
			for _, col := range c.Batch.Cols {
				row = append(row, col.Value(i))
			}
			r.rows = append(r.rows, row)
		}
		r.offs = append(r.offs, c.Batch.Offs...)
	}
	r.rejects = append(r.rejects, c.Rejects...)
	r.ends = append(r.ends, c.Next)
}

func TestReadsAndResumesAnywhere(t *testing.T) {
	dir := t.TempDir()
	var plain strings.Builder
	for i := range 100 {
		fmt.Fprintf(&plain, `{"n":%d,"s":"%s"}`+"\n", i, strings.Repeat("x", i%17))
	}
	plain.WriteString("broken\n\n" + `{"n":100,"s":"no line end"}`)
	var zipped bytes.Buffer
	gz := gzip.NewWriter(&zipped)
	_, err := io.WriteString(gz, plain.String())
	require.NoError(t, err)
	require.NoError(t, gz.Close())
	enc, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	write(t, filepath.Join(dir, "a.ndjson"), plain.String())
	write(t, filepath.Join(dir, "b.ndjson.gz"), zipped.String())
	write(t, filepath.Join(dir, "c.ndjson.zst"), string(enc.EncodeAll([]byte(plain.String()), nil)))
	o := opening{params: fmt.Sprintf(`{"path":%q}`, filepath.Join(dir, "*")), schema: schemaOf(t, "n int64"), batch: 7}
	s, err := start(t, o)
	require.NoError(t, err)
	parts, err := s.Partitions(t.Context())
	require.NoError(t, err)
	require.Len(t, parts, 3)
	for _, p := range parts {
		whole := drain(t, reader(t, s, p.ID, ""))
		require.Len(t, whole.rows, 101, p.ID)
		require.Len(t, whole.rejects, 1)
		require.Equal(t, "broken\n", plain.String()[whole.rejects[0].Offset:][:7])
		for i, row := range whole.rows {
			require.Equal(t, int64(i), row[0])
			require.Equal(t, byte('{'), plain.String()[whole.offs[i]])
		}
		for i, end := range whole.ends {
			rest := drain(t, reader(t, s, p.ID, end))
			require.True(t, slices.Equal(whole.ends[i+1:], rest.ends), "the chunks do not depend on where reading began")
			require.Equal(t, whole.rows[101-len(rest.rows):], append([][]any{}, rest.rows...))
		}
	}
}

func TestCSVHeaderIsReadOnResume(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	write(t, path, "\ufeffa,b\n1,2\n3,4\n5,6\n")
	s, err := start(t, opening{params: fmt.Sprintf(`{"path":%q,"format":"csv"}`, path), schema: schemaOf(t, "b int64"), batch: 1})
	require.NoError(t, err)
	whole := drain(t, reader(t, s, path, ""))
	require.Equal(t, [][]any{{int64(2)}, {int64(4)}, {int64(6)}}, whole.rows)
	require.Equal(t, component.Position("bytes:11"), whole.ends[0])
	require.Equal(t, whole.rows[1:], drain(t, reader(t, s, path, whole.ends[0])).rows)
	write(t, path, "a,c\n1,2\n")
	_, err = reader(t, s, path, "").Read(t.Context())
	requireCode(t, CodeHeader, err)
}

func requireCode(t *testing.T, code diag.Code, err error) {
	t.Helper()
	var p *component.PermanentError
	require.ErrorAs(t, err, &p)
	var f *diag.Failure
	require.ErrorAs(t, err, &f)
	require.Equal(t, code, f.Code, err)
}

func TestTooLargeRecordIsSkipped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.ndjson")
	large := `{"n":2,"s":"` + strings.Repeat("y", 1<<20) + `"}`
	write(t, path, `{"n":1}`+"\n"+large+"\n"+`{"n":3}`+"\n"+large)
	s, err := start(t, opening{params: fmt.Sprintf(`{"path":%q}`, path), schema: schemaOf(t, "n int64"), batch: 10, max: 10_000})
	require.NoError(t, err)
	r := reader(t, s, path, "")
	got := drain(t, r)
	require.Equal(t, [][]any{{int64(1)}, {int64(3)}}, got.rows)
	require.Len(t, got.rejects, 2)
	for _, reject := range got.rejects {
		require.Equal(t, diag.RowTooLarge, reject.Code)
		require.True(t, reject.Truncated)
		require.Equal(t, len(large), reject.Size)
		require.Equal(t, large[:4096], string(reject.Raw))
	}
	require.Equal(t, int64(8), got.rejects[0].Offset)
	require.Less(t, len(r.(*records).buf), 600<<10, "memory is bounded by max_record_bytes")
}

func TestFollow(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.ndjson")
	write(t, path, `{"n":1}`+"\n"+`{"n":`)
	s, err := start(t, opening{params: fmt.Sprintf(`{"path":%q,"mode":"follow","poll_interval":"10ms"}`, filepath.Join(dir, "*.ndjson")),
		schema: schemaOf(t, "n int64"), batch: 10, follow: true})
	require.NoError(t, err)
	r := reader(t, s, path, "")
	c, err := r.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, component.Position("bytes:8"), c.Next, "half a line is waited for")

	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString("2}\n")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	var got result
	for len(got.rows) == 0 {
		c, err := r.Read(t.Context())
		require.NoError(t, err)
		got.take(t, c)
	}
	require.Equal(t, [][]any{{int64(2)}}, got.rows)
	require.Equal(t, []int64{8}, got.offs)

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err = r.Read(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	write(t, filepath.Join(dir, "b.ndjson"), `{"n":9}`+"\n")
	parts, err := s.Partitions(t.Context())
	require.NoError(t, err)
	require.Len(t, parts, 2, "a new file is a new partition")

	latest, err := start(t, opening{params: fmt.Sprintf(`{"path":%q,"mode":"follow","poll_interval":"10ms"}`, path),
		schema: schemaOf(t, "n int64"), batch: 10, follow: true, latest: true})
	require.NoError(t, err)
	ctx, cancel = context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err = reader(t, latest, path, "").Read(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded, "what was there is not read")

	require.NoError(t, os.Truncate(path, 3))
	_, err = r.Read(t.Context())
	requireCode(t, CodeReplaced, err)
	_, err = s.Open(t.Context(), component.Partition{ID: path}, "bytes:16", false)
	requireCode(t, CodeReplaced, err)
	require.NoError(t, os.Remove(path))
	_, err = r.Read(t.Context())
	requireCode(t, CodeReplaced, err)
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	_, err := start(t, opening{params: fmt.Sprintf(`{"path":%q}`, dir+"/none*"), schema: schemaOf(t, "n int64")})
	requireCode(t, CodeNotFound, err)
	write(t, dir+"/x.gz", "not gzip")
	s, err := start(t, opening{params: fmt.Sprintf(`{"path":%q}`, dir+"/x.gz"), schema: schemaOf(t, "n int64")})
	require.NoError(t, err)
	_, err = s.Open(t.Context(), component.Partition{ID: dir + "/x.gz"}, "", true)
	requireCode(t, CodeUnreadable, err)
	_, err = s.Open(t.Context(), component.Partition{ID: dir + "/x.gz"}, "rows:3", true)
	requireCode(t, CodePosition, err)
}

// writeParquet writes n rows in groups of 30.
func writeParquet(t *testing.T, path string, n int) {
	t.Helper()
	s := schemaOf(t, "id int64", "name string", "price decimal(9,2)", "tags array<string>", "device row<os string>", "ts timestamp(3)")
	d, err := json.NewDecoder(component.NewParams(nil), component.DecodeTarget{Schema: s, BatchRows: n})
	require.NoError(t, err)
	for i := range n {
		_, reject := d.Decode(fmt.Appendf(nil, `{"id":%d,"name":"n%d","price":%d.5,"tags":["a","b%d"],"device":{"os":"o%d"},"ts":"2024-01-01T00:00:00Z"}`, i, i%3, i, i, i%2))
		require.Nil(t, reject)
	}
	rec, err := batch.ToArrow(d.Finish())
	require.NoError(t, err)
	f, err := os.Create(path)
	require.NoError(t, err)
	w, err := pqarrow.NewFileWriter(rec.Schema(), f, parquet.NewWriterProperties(parquet.WithMaxRowGroupLength(30)), pqarrow.DefaultWriterProps())
	require.NoError(t, err)
	for at := int64(0); at < int64(n); at += 30 {
		require.NoError(t, w.Write(rec.NewSlice(at, min(at+30, int64(n)))))
	}
	require.NoError(t, w.Close())
}

func TestParquet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.parquet")
	writeParquet(t, path, 100)
	params := fmt.Sprintf(`{"path":%q,"format":"parquet"}`, path)
	for _, rows := range []int{1, 7, 4096} {
		s, err := start(t, opening{params: params, batch: rows, schema: schemaOf(t, "device row<os string>", "id int64", "tags array<string>")})
		require.NoError(t, err)
		whole := drain(t, reader(t, s, path, ""))
		require.Len(t, whole.rows, 100)
		for i, row := range whole.rows {
			require.Equal(t, []any{[]any{fmt.Sprintf("o%d", i%2)}, int64(i), []any{"a", fmt.Sprintf("b%d", i)}}, row)
			require.Equal(t, int64(i), whole.offs[i])
		}
		rest := drain(t, reader(t, s, path, "rows:41"))
		require.Equal(t, whole.rows[41:], rest.rows)
		require.Equal(t, component.Position("rows:100"), rest.ends[len(rest.ends)-1])
		require.Empty(t, drain(t, reader(t, s, path, "rows:100")).rows)
		_, err = s.Open(t.Context(), component.Partition{ID: path}, "rows:101", false)
		requireCode(t, CodeReplaced, err)
	}
	s, err := start(t, opening{params: params, schema: &schema.Schema{}})
	require.NoError(t, err)
	require.Len(t, drain(t, reader(t, s, path, "rows:10")).rows, 90, "rows are counted without a column")
	s, err = start(t, opening{params: params, schema: schemaOf(t, "nope int64")})
	require.NoError(t, err)
	_, err = s.Open(t.Context(), component.Partition{ID: path}, "", true)
	requireCode(t, CodeParquet, err)
}

func TestPlanTakesParquetColumnsFromTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.parquet")
	writeParquet(t, path, 3)
	plan := func(values map[string]any) (string, diag.List) {
		var diags diag.List
		scan, ok := Spec().Source.Plan(&component.Planning{Registry: registry(t), Diags: &diags}, component.NewParams(values))
		if !ok {
			return "", diags
		}
		require.NotNil(t, scan.Source.EventTime)
		return schema.RowOf(scan.Source.Fields...).String(), diags
	}
	got, _ := plan(map[string]any{"path": path, "format": "parquet", "event_time": "ts"})
	require.Equal(t, "row<id int64, name string, price decimal(9, 2), tags array<string>, device row<os string>, ts timestamp>", got)
	_, diags := plan(map[string]any{"path": path, "format": "parquet", "event_time": "tz"})
	require.Equal(t, CodeParquet, diags[0].Code)
	require.Equal(t, "Did you mean ts?", diags[0].Fix)
	_, diags = plan(map[string]any{"path": path, "format": "json"})
	require.Equal(t, CodeSchemaMissing, diags[0].Code)
	_, diags = plan(map[string]any{"path": path + "x", "format": "parquet"})
	require.Equal(t, CodeNotFound, diags[0].Code)
}
