package file

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/components/json"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// changesIn reads a file to its end: "kind values" with the offset's order, and "reject code path raw".
func changesIn(t *testing.T, r component.Reader) (rows, rejects []string) {
	t.Helper()
	for {
		c, err := r.Read(t.Context())
		if errors.Is(err, io.EOF) {
			return rows, rejects
		}
		require.NoError(t, err)
		for _, x := range c.Rejects {
			rejects = append(rejects, fmt.Sprintf("%s %s %s", x.Code, x.Path, x.Raw))
		}
		if c.Batch == nil {
			continue
		}
		require.NoError(t, c.Batch.Check())
		require.Len(t, c.Batch.Offs, c.Batch.N)
		for i := range c.Batch.N {
			line := c.Batch.Kind(i).String()
			for _, col := range c.Batch.Cols {
				v := col.Value(i)
				if v == nil {
					v = "~"
				}
				line += fmt.Sprint(" ", v)
			}
			rows = append(rows, line)
		}
	}
}

const versions = `{"op":"+I","id":1,"v":"a"}
{"op":"c","id":2,"v":"b"}
{"op":"-U","id":1,"v":"a"}
{"op":"+U","id":1,"v":"A"}
{"op":"truncate","id":1}
{"id":2,"v":"no op"}
{"op":"u","v":"no key"}
{"op":"UPDATE","id":2,"v":"B"}
broken
{"op":"d","id":1,"v":"A"}
{"op":"delete","id":2}
{"op":"r","id":3,"v":"c"}
`

func TestChangesByOp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.ndjson")
	write(t, path, versions)
	want := []string{"+I 1 a", "+I 2 b", "+U 1 A", "+U 2 B", "-D 1 A", "-D 2 ~", "+I 3 c"}
	wantRejects := []string{
		"row.malformed  broken", `row.malformed op {"op":"truncate","id":1}`, `row.missing_field op {"id":2,"v":"no op"}`, `row.missing_field id {"op":"u","v":"no key"}`,
	}
	for _, rows := range []int{1, 3, 1000} {
		s := schemaOf(t, "id int64", "v string")
		s.Key = []string{"id"}
		src, err := start(t, opening{params: fmt.Sprintf(`{"path":%q,"changelog":"upsert","op_column":"op"}`, path), schema: s, batch: rows})
		require.NoError(t, err)
		got, rejects := changesIn(t, reader(t, src, path, ""))
		require.Equal(t, want, got, "%d rows a chunk", rows)
		require.ElementsMatch(t, wantRejects, rejects)

		// A position within the file gives the rows behind it with the same kinds.
		at := strings.Index(versions, `{"op":"d"`)
		got, _ = changesIn(t, reader(t, src, path, position("bytes:", int64(at))))
		require.Equal(t, want[4:], got)
	}

	// The op may be a column of the rows as well.
	s := schemaOf(t, "op string", "id int64")
	s.Key = []string{"id"}
	src, err := start(t, opening{params: fmt.Sprintf(`{"path":%q,"changelog":"upsert","op_column":"op"}`, path), schema: s, batch: 100})
	require.NoError(t, err)
	got, _ := changesIn(t, reader(t, src, path, ""))
	require.Equal(t, []string{"+I +I 1", "+I c 2", "+U +U 1", "+U UPDATE 2", "-D d 1", "-D delete 2", "+I r 3"}, got)
}

func TestChangesWithoutOp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	write(t, path, "id,v\n1,a\n1,b\n,c\n")
	s := schemaOf(t, "v string", "id int64")
	s.Key = []string{"id"}
	src, err := start(t, opening{params: fmt.Sprintf(`{"path":%q,"format":"csv","format_params":{"header":true},"changelog":"upsert"}`, path), schema: s, batch: 100})
	require.NoError(t, err)
	got, rejects := changesIn(t, reader(t, src, path, ""))
	require.Equal(t, []string{"+U a 1", "+U b 1"}, got)
	require.Equal(t, []string{"row.missing_field id ,c"}, rejects)
}

func TestChangesInParquet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.parquet")
	all := schemaOf(t, "op string", "id int64", "v string")
	d, err := json.NewDecoder(component.NewParams(nil), component.DecodeTarget{Schema: all, BatchRows: 8})
	require.NoError(t, err)
	for line := range strings.Lines(versions) {
		_, _ = d.Decode([]byte(line)) // what is no record has no place in a Parquet file
	}
	rec, err := batch.ToArrow(d.Finish())
	require.NoError(t, err)
	f, err := os.Create(path)
	require.NoError(t, err)
	w, err := pqarrow.NewFileWriter(rec.Schema(), f, nil, pqarrow.DefaultWriterProps())
	require.NoError(t, err)
	require.NoError(t, w.Write(rec))
	require.NoError(t, w.Close())

	s := schemaOf(t, "id int64", "v string")
	s.Key = []string{"id"}
	src, err := start(t, opening{params: fmt.Sprintf(`{"path":%q,"format":"parquet","changelog":"upsert","op_column":"op"}`, path), schema: s, batch: 100})
	require.NoError(t, err)
	got, rejects := changesIn(t, reader(t, src, path, ""))
	require.Equal(t, []string{"+I 1 a", "+I 2 b", "+U 1 A", "+U 2 B", "-D 1 A", "-D 2 ~", "+I 3 c"}, got)
	require.Equal(t, []string{"row.malformed op ", "row.missing_field op ", "row.missing_field id "}, rejects)
}

func TestPlanOfChanges(t *testing.T) {
	keyed := schemaOf(t, "id int64", "n int64")
	keyed.Key = []string{"id"}
	for _, c := range []struct {
		schema       *schema.Schema
		params, want string
	}{
		{keyed, `{"path":"x"}`, "append"},
		{keyed, `{"path":"x","changelog":"upsert"}`, "upsert id"},
		{keyed, `{"path":"x","changelog":"upsert","op_column":"op"}`, "upsert id"},
		{schemaOf(t, "id int64"), `{"path":"x","changelog":"upsert"}`, "file.changes: records replace each other by their key, and no key is declared"},
		{keyed, `{"path":"x","changelog":"upsert","op_column":"n"}`, `file.changes: "n" is int64, and changes are named by texts`},
	} {
		v, err := model.ParseJSON([]byte(c.params))
		require.NoError(t, err)
		var diags diag.List
		p, ok := component.Decode(fields(), v, "params", &diags)
		require.True(t, ok, diags)
		values := map[string]any{"schema": c.schema}
		for _, f := range sourceFields() {
			values[f.Name] = p.Value(f.Name)
		}
		reg := registry(t)
		scan, ok := planSource(&component.Planning{Registry: reg, Diags: &diags}, component.NewParams(values))
		if !ok {
			require.Len(t, diags, 1)
			require.Equal(t, c.want, fmt.Sprintf("%s: %s", diags[0].Code, diags[0].Message))
			continue
		}
		mode := changelog.ScanMode(scan)
		require.Equal(t, mode, reg.ScanMode(scan))
		require.Equal(t, c.want, strings.TrimSpace(mode.Change.String()+" "+strings.Join(mode.Key, " ")))
	}
}
