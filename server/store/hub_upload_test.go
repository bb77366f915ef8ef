package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/components/component"
	"millrace/components/reach"
	"millrace/models/diag"
)

// filesRig is a hub with a connection to a folder, and uploads.
type filesRig struct {
	hub     *catalog.Hub
	uploads *catalog.Uploads
	root    string
	waiting string
	id      string
	ctx     context.Context
}

func newFilesRig(t *testing.T) *filesRig {
	t.Helper()
	r := &filesRig{hub: newHub(t, openNew(t), newRing(t)), root: t.TempDir(), waiting: filepath.Join(t.TempDir(), "uploads"), ctx: asUser(t, "ann")}
	guard, err := reach.New(reach.Rules{Folders: []string{r.root}})
	require.NoError(t, err)
	r.hub.Reach = guard
	c, err := r.hub.CreateConnection(r.ctx, catalog.ConnectionInput{Name: "files", Component: "file", Team: "t1", Params: json.RawMessage(fmt.Sprintf(`{"root":%q}`, r.root))})
	require.NoError(t, err)
	r.id = c.ID
	r.uploads, err = catalog.NewUploads(r.hub, r.waiting, 1<<20)
	require.NoError(t, err)
	return r
}

func (r *filesRig) receive(t *testing.T, name, text string) *catalog.Upload {
	t.Helper()
	up, err := r.uploads.Receive(r.ctx, name, "", "user:ann", strings.NewReader(text))
	require.NoError(t, err)
	return up
}

const plays = "user_id,title,ts\n1,a,2024-01-02 03:04:05\nx,b,2024-01-02 03:04:06\n3,\"c\nc\",2024-01-02 03:04:07\n4,d,never\n5,音乐🎵,2024-01-02 03:04:09\n"

func TestUpload(t *testing.T) {
	r := newFilesRig(t)
	up := r.receive(t, "plays.CSV", plays)
	require.Equal(t, "csv", up.Format)
	text := func(name string) catalog.ShownColumn {
		return catalog.ShownColumn{Name: name, Type: "string", Nullable: true}
	}
	require.Equal(t, []catalog.ShownColumn{text("user_id"), text("title"), text("ts")}, up.Columns)

	// With other types: looked at first, then landed.
	in := catalog.Landing{Table: "ods.music.plays", Mode: component.UploadCreate, Connection: "files", Team: "t1", MaxBad: 1, DryRun: true,
		Columns: json.RawMessage(`[{"name":"user_id","type":"int64","nullable":false},{"name":"title","type":"string"},{"name":"ts","type":"timestamp(3)"}]`), EventTime: json.RawMessage(`"ts"`)}
	got, err := r.uploads.Land(r.ctx, up.ID, "user:ann", in)
	require.NoError(t, err)
	require.Equal(t, int64(3), got.Rows)
	require.Equal(t, int64(2), got.Bad)
	require.Equal(t, int64(3), got.Rejected[0].Line)
	require.Equal(t, "user_id", got.Rejected[0].Column)
	require.Equal(t, int64(6), got.Rejected[1].Line, "the record before has two lines")
	require.JSONEq(t, `{"user_id":1,"title":"a","ts":"2024-01-02T03:04:05.000Z"}`, string(got.Preview[0]))
	require.False(t, has(t, r, "ods.music.plays"), "nothing was written")

	in.DryRun = false
	_, err = r.uploads.Land(r.ctx, up.ID, "user:ann", in)
	requireKind(t, err, diag.ErrInvalid, catalog.CodeUploadBad)
	requireEmpty(t, r.root)
	in.MaxBad = -1
	got, err = r.uploads.Land(r.ctx, up.ID, "user:ann", in)
	require.NoError(t, err)
	require.Equal(t, int64(3), got.Rows)
	e, ok := mustSnapshot(t, r.hub).ByID(got.Table)
	require.True(t, ok)
	require.Equal(t, catalog.Uploaded, e.Origin)
	require.Equal(t, filepath.Join(r.root, "ods/music/plays/*.parquet"), e.Physical)
	_, err = r.uploads.Get(up.ID, "user:ann")
	require.ErrorIs(t, err, diag.ErrNotFound, "it was landed")

	// More of it, packed and in another form.
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = z.Write([]byte(`{"user_id":9,"title":"z","ts":"2024-02-03T00:00:00Z"}` + "\n" + `{"title":"no id"}` + "\n"))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	up = r.receive(t, "more.ndjson.gz", packed.String())
	got, err = r.uploads.Land(r.ctx, up.ID, "user:ann", catalog.Landing{Table: "ods.music.plays", Mode: component.UploadAppend, MaxBad: 5})
	require.NoError(t, err)
	require.Equal(t, int64(1), got.Rows)
	require.Equal(t, int64(1), got.Bad)

	// What was written is found and read like any file, Parquet too.
	files, err := filepath.Glob(filepath.Join(r.root, "ods/music/plays/*.parquet"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	parquet, err := os.ReadFile(files[0])
	require.NoError(t, err)
	up = r.receive(t, "again.parquet", string(parquet))
	got, err = r.uploads.Land(r.ctx, up.ID, "user:ann", catalog.Landing{Table: "ods.music.again", Mode: component.UploadCreate, Connection: "files", Team: "t1"})
	require.NoError(t, err)
	require.Positive(t, got.Rows)
	var found []catalog.Proposal
	_, err = r.hub.Discover(r.ctx, r.id, catalog.Search{}, func(p catalog.Proposal) bool { found = append(found, p); return true })
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, int64(4), found[1].Facts.Rows)
	require.Equal(t, e.ID, found[1].Registered)

	drift, err := r.hub.CheckDrift(r.ctx, e.ID)
	require.NoError(t, err)
	require.Empty(t, drift.Changes)
	require.NoError(t, os.RemoveAll(filepath.Join(r.root, "ods/music/plays")))
	checked, err := r.hub.CheckDrifts(r.ctx, drift.At.Add(-time.Minute))
	require.NoError(t, err)
	require.Equal(t, 1, checked, "only the other table was never compared")
	checked, err = r.hub.CheckDrifts(r.ctx, time.Now().Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, 2, checked)
	kept, err := r.hub.Store.Drifts(r.ctx, e.ID)
	require.NoError(t, err)
	require.Equal(t, catalog.Breaking, kept[e.ID].Severity, "what has gone is found without being asked for")
	drift, err = r.hub.CheckDrift(r.ctx, e.ID)
	require.NoError(t, err)
	require.Equal(t, catalog.Breaking, drift.Severity)
	require.Equal(t, catalog.DriftGone, drift.Changes[0].Kind)
}

func has(t *testing.T, r *filesRig, name string) bool {
	t.Helper()
	_, ok := mustSnapshot(t, r.hub).Entry(name)
	return ok
}

// requireEmpty fails when a folder holds a file, hidden or not.
func requireEmpty(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = fmt.Errorf("%s is left", path)
		}
		return err
	}))
}

func TestUploadRefusals(t *testing.T) {
	r := newFilesRig(t)
	_, err := r.uploads.Receive(r.ctx, "x.exe", "", "user:ann", strings.NewReader("x"))
	requireKind(t, err, diag.ErrInvalid, catalog.CodeUploadFormat)
	_, err = r.uploads.Receive(r.ctx, "x.csv", "", "user:ann", strings.NewReader(strings.Repeat("a,b\n", 1<<19)))
	requireKind(t, err, diag.ErrLimit, catalog.CodeUploadSize)
	_, err = r.uploads.Receive(r.ctx, "x.json", "", "user:ann", strings.NewReader("nothing"))
	requireKind(t, err, diag.ErrInvalid, catalog.CodeUploadEmpty)
	_, err = r.uploads.Receive(r.ctx, "x.parquet", "", "user:ann", strings.NewReader("PAR1 no PAR1"))
	requireKind(t, err, diag.ErrInvalid, catalog.CodeUploadEmpty)
	broken := errors.New("the line broke")
	_, err = r.uploads.Receive(r.ctx, "x.csv", "", "user:ann", &failing{strings.NewReader("a,b\n1,2\n"), broken})
	require.ErrorIs(t, err, broken)
	requireEmpty(t, r.waiting)

	up := r.receive(t, "x.csv", "a,b\n1,2\n")
	_, err = r.uploads.Get(up.ID, "user:bob")
	require.ErrorIs(t, err, diag.ErrNotFound, "another's upload")
	create := catalog.Landing{Table: "ods.a.b", Mode: component.UploadCreate, Connection: "files", Team: "t1"}
	for name, change := range map[string]func(*catalog.Landing){
		"connection catalog.unknown_connection": func(l *catalog.Landing) { l.Connection = "other" },
		"name catalog.name":                     func(l *catalog.Landing) { l.Table = "../../etc" },
		"columns[0].type param.bad_value":       func(l *catalog.Landing) { l.Columns = json.RawMessage(`[{"name":"a","type":"no"}]`) },
	} {
		in := create
		change(&in)
		_, err := r.uploads.Land(r.ctx, up.ID, "user:ann", in)
		require.Equal(t, name, wrong(t, err))
	}
	foreign := create
	foreign.Team = "t2"
	_, err = r.uploads.Land(r.ctx, up.ID, "user:ann", foreign)
	require.Equal(t, "connection catalog.unknown_connection", wrong(t, err))
	_, err = r.uploads.Land(r.ctx, up.ID, "user:ann", create)
	require.NoError(t, err)
	up = r.receive(t, "x.csv", "a,b\n1,2\n")
	_, err = r.uploads.Land(r.ctx, up.ID, "user:ann", create)
	requireKind(t, err, diag.ErrConflict, catalog.CodeTaken)
	require.NoError(t, r.uploads.Discard(up.ID, "user:ann"))
	requireEmpty(t, r.waiting)
}

type failing struct {
	in  *strings.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.in.Len() == 0 {
		return 0, f.err
	}
	return f.in.Read(p)
}

func TestFolderOfAConnection(t *testing.T) {
	r := newFilesRig(t)
	outside := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret.csv"), []byte("a\n1\n"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.csv"), filepath.Join(r.root, "link.csv")))
	require.NoError(t, os.Symlink(outside, filepath.Join(r.root, "dir")))
	for _, root := range []string{outside, "/", r.root + "/../" + filepath.Base(outside), "relative", filepath.Join(r.root, "dir")} {
		c, err := r.hub.TryConnection(r.ctx, "", catalog.ConnectionInput{Name: "x", Component: "file", Team: "t1", Params: json.RawMessage(fmt.Sprintf(`{"root":%q}`, root))})
		require.NoError(t, err)
		require.False(t, c.OK, root)
		require.NotEmpty(t, c.Message)
	}
	check, err := r.hub.CheckConnection(r.ctx, r.id)
	require.NoError(t, err)
	require.True(t, check.OK, check.Message)

	// What is reached by a link is neither found nor read.
	n := 0
	_, err = r.hub.Discover(r.ctx, r.id, catalog.Search{}, func(catalog.Proposal) bool { n++; return true })
	require.NoError(t, err)
	require.Zero(t, n)
	for _, path := range []string{"../x.csv", "/etc/passwd", "a/../../x.csv"} {
		in := tableInput("ods.a.b")
		in.Source = json.RawMessage(fmt.Sprintf(`{"component":"file","params":{"connection":"files","path":%q,"format":"csv"}}`, path))
		_, err := r.hub.CreateTable(r.ctx, in, catalog.Declared)
		require.Equal(t, "source.params.path file.outside", wrong(t, err), path)
	}
	spec, ok := r.hub.Registry.Get(component.KindSource, "file")
	require.True(t, ok)
	for _, path := range []string{"link.csv", "dir/secret.csv", "*.csv", "dir/*"} {
		_, err := spec.Source.Open(r.ctx, component.SourceContext{Params: []byte(fmt.Sprintf(`{"connection":"files","path":%q,"format":"csv"}`, path)),
			Connections: mustSnapshot(t, r.hub), Registry: r.hub.Registry, Bounded: true, Target: component.DecodeTarget{}})
		require.Error(t, err, path)
	}
	_, err = spec.Source.Open(r.ctx, component.SourceContext{Params: []byte(`{"path":"/etc/passwd","format":"raw"}`), Connections: mustSnapshot(t, r.hub), Registry: r.hub.Registry, Bounded: true})
	require.ErrorContains(t, err, "only through a connection")
}
