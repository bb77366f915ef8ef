package catalog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/pipelines/control"
)

// The diagnostics of uploads.
const (
	// CodeUploadFormat is a file whose format is not told, or is none that is uploaded.
	CodeUploadFormat diag.Code = "upload.format"
	// CodeUploadSize is a file, or a number of files that wait, beyond the limit.
	CodeUploadSize diag.Code = "upload.too_large"
	// CodeUploadEmpty is a file without a row that the table could take.
	CodeUploadEmpty diag.Code = "upload.no_rows"
	// CodeUploadBad is a file with more bad rows than are accepted.
	CodeUploadBad diag.Code = "upload.bad_rows"
)

const (
	// uploadWaits is how long a file waits to be landed.
	uploadWaits = time.Hour
	// uploadsWaiting bounds the files that wait at a time.
	uploadsWaiting = 100
	// uploadBatch is the number of rows of a batch, uploadRecord bounds a record, uploadSampled is from how many records columns are inferred.
	uploadBatch   = 8192
	uploadRecord  = 16 << 20
	uploadSampled = 10_000
	// shownBad is how many bad rows are described; previewRows how many good ones are shown.
	shownBad    = 20
	previewRows = 20
	// uploadConnection is the name under which the folder of waiting files is opened.
	uploadConnection = "upload"
)

// Uploads takes files and lands their rows in tables. A file waits on this server's disk while its columns are decided upon.
type Uploads struct {
	hub   *Hub
	dir   string
	limit int64
	now   func() time.Time

	mu      sync.Mutex
	waiting map[string]*Upload
}

// NewUploads keeps waiting files in a folder of its own, which is emptied. limit bounds a file, in bytes.
func NewUploads(h *Hub, dir string, limit int64) (*Uploads, error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("emptying the folder of uploads: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of uploads: %w", err)
	}
	return &Uploads{hub: h, dir: dir, limit: limit, now: time.Now, waiting: map[string]*Upload{}}, nil
}

// Upload is a file that waits, with what it seems to hold.
type Upload struct {
	ID     string `json:"id"`
	Format string `json:"format" doc:"csv, json or parquet"`
	Bytes  int64  `json:"bytes"`
	// Declared columns take the place of these when the file is landed.
	Columns   []ShownColumn `json:"columns" nullable:"false"`
	EventTime string        `json:"event_time,omitempty"`
	Notes     []string      `json:"notes,omitempty" doc:"what was guessed, and why"`
	Expires   time.Time     `json:"expires"`

	by     string
	file   string
	schema *schema.Schema
}

// Receive takes a file in and says what it seems to hold. name tells the format where format does not. by is who may land it.
func (u *Uploads) Receive(ctx context.Context, name, format, by string, in io.Reader) (*Upload, error) {
	if format == "" {
		format = formatOfName(name)
	}
	suffix := map[string]string{"csv": ".csv", "json": ".ndjson", "parquet": ".parquet"}[format]
	if suffix == "" {
		return nil, diag.Refuse(diag.ErrInvalid, CodeUploadFormat, "Use csv, json (one object a line) or parquet.", "the format of %q is not one that is uploaded", name)
	}
	if format != "parquet" && strings.HasSuffix(name, ".gz") {
		suffix += ".gz"
	}
	up := &Upload{ID: control.NewID(), Format: format, by: by, Columns: []ShownColumn{}}
	// Each lies in a folder of its own: the discovery of files takes those of one folder and kind for one table.
	up.file = up.ID + "/" + up.ID + suffix
	if err := u.enter(up); err != nil {
		return nil, err
	}
	if err := u.receive(ctx, up, in); err != nil {
		u.forget(up.ID)
		return nil, err
	}
	return up, nil
}

func formatOfName(name string) string {
	switch filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")) {
	case ".csv":
		return "csv"
	case ".json", ".ndjson", ".jsonl":
		return "json"
	case ".parquet":
		return "parquet"
	}
	return ""
}

// enter makes room: what has waited too long goes.
func (u *Uploads) enter(up *Upload) error {
	u.mu.Lock()
	var old []string
	for id, w := range u.waiting {
		if u.now().After(w.Expires) {
			delete(u.waiting, id)
			old = append(old, w.file)
		}
	}
	full := len(u.waiting) >= uploadsWaiting
	if !full {
		up.Expires = u.now().Add(uploadWaits).UTC()
		u.waiting[up.ID] = up
	}
	u.mu.Unlock()
	for _, file := range old {
		_ = os.RemoveAll(filepath.Join(u.dir, filepath.Dir(file))) // the folder is emptied when the server starts
	}
	if full {
		return diag.Refuse(diag.ErrLimit, CodeUploadSize, "Wait until others have landed theirs.", "%d files wait to be landed already", uploadsWaiting)
	}
	return nil
}

func (u *Uploads) forget(id string) {
	u.mu.Lock()
	up := u.waiting[id]
	delete(u.waiting, id)
	u.mu.Unlock()
	if up != nil {
		_ = os.RemoveAll(filepath.Join(u.dir, up.ID)) // the folder is emptied when the server starts
	}
}

func (u *Uploads) receive(ctx context.Context, up *Upload, in io.Reader) (err error) {
	if err := os.Mkdir(filepath.Join(u.dir, up.ID), 0o700); err != nil {
		return fmt.Errorf("keeping an upload: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(u.dir, up.file), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keeping an upload: %w", err)
	}
	up.Bytes, err = io.Copy(f, io.LimitReader(&cancelled{ctx, in}, u.limit+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("keeping an upload: %w", err)
	}
	if up.Bytes > u.limit {
		return diag.Refuse(diag.ErrLimit, CodeUploadSize, "Split it, or ask an administrator to raise server.upload_max_bytes.", "the file is larger than %d bytes", u.limit)
	}
	return u.infer(ctx, up)
}

// cancelled is a reader that ends with a context.
type cancelled struct {
	ctx context.Context
	in  io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.in.Read(p)
}

// infer lets the discovery of files look at the one that came.
func (u *Uploads) infer(ctx context.Context, up *Upload) error {
	c, spec, err := u.folder()
	if err != nil {
		return err
	}
	var found *component.Found
	err = spec.Connection.Discover(ctx, c, component.Discovery{Registry: u.hub.Registry, Names: []string{up.file}, Samples: uploadSampled},
		func(f component.Found) bool { found = &f; return false })
	switch {
	case err != nil:
		return fmt.Errorf("looking into an upload: %w", err)
	case found == nil:
		return fmt.Errorf("looking into an upload: it is gone")
	case found.Schema == nil:
		return diag.Refuse(diag.ErrInvalid, CodeUploadEmpty, "", "the file cannot be read as %s: %s", up.Format, strings.ReplaceAll(strings.Join(found.Notes, " "), up.file, "it"))
	}
	up.schema, up.Notes = found.Schema, found.Notes
	for _, f := range found.Schema.Fields {
		up.Columns = append(up.Columns, ShownColumn{Name: f.Name, Type: f.Type.String(), Nullable: f.Nullable})
	}
	if found.Schema.EventTime != nil {
		up.EventTime = found.Schema.EventTime.Column
	}
	return nil
}

// folder is the folder of waiting files as a connection.
func (u *Uploads) folder() (*component.Connection, *component.Spec, error) {
	spec, ok := u.hub.Registry.Get(component.KindConnection, "file")
	if !ok {
		return nil, nil, errors.New("reading uploads: this build has no component for files")
	}
	p, err := component.ParamsOf(spec.Fields, map[string]any{"root": u.dir})
	if err != nil {
		return nil, nil, fmt.Errorf("reading uploads: %w", err)
	}
	return &component.Connection{Name: uploadConnection, Component: spec.Name, Params: p}, spec, nil
}

// Get returns a file that waits for whom it belongs to.
func (u *Uploads) Get(id, by string) (*Upload, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	up := u.waiting[id]
	if up == nil || up.by != by || up.schema == nil || u.now().After(up.Expires) {
		return nil, notFound("upload")
	}
	return up, nil
}

// Discard removes a file that waits.
func (u *Uploads) Discard(id, by string) error {
	if _, err := u.Get(id, by); err != nil {
		return err
	}
	u.forget(id)
	return nil
}
