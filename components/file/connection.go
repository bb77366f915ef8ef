package file

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/components/infer"
	"millrace/models/schema"
)

const (
	// maxDepth and maxFiles bound what of a folder is looked at.
	maxDepth = 8
	maxFiles = 100_000
	// sampledFiles is from how many files of a pattern samples are taken, maxSampleBytes bounds one.
	sampledFiles   = 3
	maxSampleBytes = 4 << 20
)

// ConnectionSpec declares a folder as a connection.
func ConnectionSpec() component.Spec {
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindConnection,
		Title:   text("Files", "文件"),
		Summary: text("A folder of files that this machine can read.", "本机可读取的文件夹。"),
		Help: text("Paths are relative to the folder, and none leads out of it: neither .. nor a link. On a server the folder must lie within one of "+
			"those that its configuration allows; every machine that runs pipelines needs to see the same files there.",
			"路径相对于该文件夹，且无法越出（包括 .. 和链接）。在服务器上，文件夹必须位于配置允许的目录之内；运行管道的每台机器都应能看到相同的文件。"),
		Icon: icon,
		Fields: []component.Field{
			component.NewField("root", component.FieldString, "Folder", "文件夹").
				WithHelp("An absolute path.", "绝对路径。"),
		},
		Connection: &component.ConnectionDef{Check: check, Discover: discover, Upload: upload, Addresses: addresses, Folders: folders, Absolute: absolute},
	}
}

// check opens the folder and lists it.
func check(_ context.Context, c *component.Connection) error {
	at, err := placeAt(c)
	if err != nil {
		return err
	}
	defer at.Close()
	if _, err := fs.ReadDir(at.root.FS(), "."); err != nil {
		return folderError(err, c.Params.String("root"))
	}
	return nil
}

// group is the files of a folder that are alike.
type group struct {
	dir, suffix, format string
	names               []string
	bytes               int64
}

func (g *group) pattern() string {
	if len(g.names) == 1 {
		return g.names[0]
	}
	return path.Join(g.dir, "*"+g.suffix)
}

// discover lists the files that have a format, those of one folder and suffix together.
func discover(ctx context.Context, c *component.Connection, o component.Discovery, yield func(component.Found) bool) error {
	at, err := placeAt(c)
	if err != nil {
		return err
	}
	defer at.Close()
	groups, err := at.groups(ctx)
	if err != nil {
		return folderError(err, c.Params.String("root"))
	}
	groups = slices.DeleteFunc(groups, func(g *group) bool { return !o.Wants(g.pattern()) && !o.Wants(whole(c, g.pattern())) })
	for i, g := range groups {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, err := at.look(c, g, &o)
		if err != nil {
			return err
		}
		o.Report(i+1, len(groups))
		if !yield(f) {
			return nil
		}
	}
	return nil
}

func (at place) groups(ctx context.Context) ([]*group, error) {
	byKey, files := map[[2]string]*group{}, 0
	var out []*group
	err := fs.WalkDir(at.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && name == ".":
			return err
		case err != nil:
			return nil //nolint:nilerr // a folder that may not be read, or a file that is gone: the others count
		case d.IsDir() && (strings.Count(name, "/") >= maxDepth || name != "." && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case !d.Type().IsRegular() || strings.HasPrefix(d.Name(), "."):
			return nil
		}
		if files++; files > maxFiles {
			return fs.SkipAll
		}
		format, suffix := formatOfName(d.Name())
		if format == "" {
			return nil
		}
		key := [2]string{path.Dir(name), suffix}
		g := byKey[key]
		if g == nil {
			g = &group{dir: key[0], suffix: suffix, format: format}
			byKey[key] = g
			out = append(out, g)
		}
		g.names = append(g.names, name)
		if info, err := d.Info(); err == nil {
			g.bytes += info.Size()
		}
		return nil
	})
	return out, err
}

// whole is a path of the folder as a path of the machine, the name by which what is read of it is known.
func whole(c *component.Connection, pattern string) string {
	return absolute(c.Params, pattern)
}

// formatOfName tells the format by a file's name, and the suffix that says so.
func formatOfName(name string) (format, suffix string) {
	base := name
	for _, packed := range []string{".gz", ".zst", ".zstd"} {
		base = strings.TrimSuffix(base, packed)
	}
	ext := path.Ext(base)
	switch ext {
	case ".ndjson", ".jsonl", ".json":
		format = "json"
	case ".csv":
		format = "csv"
	case ".parquet":
		if base == name {
			format = formatParquet
		}
	}
	return format, name[len(base)-len(ext):]
}

func (at place) look(c *component.Connection, g *group, o *component.Discovery) (component.Found, error) {
	pattern := g.pattern()
	table, _, _ := strings.Cut(path.Base(pattern), ".")
	db := path.Base(path.Dir(pattern))
	if len(g.names) > 1 {
		table, db = path.Base(g.dir), path.Base(path.Dir(g.dir))
	}
	f := component.Found{Physical: whole(c, pattern), DB: strings.Trim(db, "./"), Table: strings.Trim(table, "./"), Kind: component.TableStream,
		Facts: component.Facts{Rows: -1, Bytes: g.bytes, Partitions: len(g.names)}}
	if f.Table == "" {
		f.Table = "files"
	}
	at.columns(&f, g, o)
	p, err := component.ParamsOf(fields(), map[string]any{"connection": c.Name, "path": pattern, "format": g.format})
	if err != nil {
		return f, fmt.Errorf("describing %s: %w", pattern, err)
	}
	f.Source = &component.Binding{Component: Name, Params: p}
	return f, nil
}

// columns reads or infers the columns; what goes wrong is a note, for other files may be right.
func (at place) columns(f *component.Found, g *group, o *component.Discovery) {
	var err error
	if g.format == formatParquet {
		if f.Schema, err = at.parquetSchema(g.names[len(g.names)-1]); err != nil {
			f.Notes = append(f.Notes, fmt.Sprintf("The columns cannot be read: %v.", err))
			return
		}
		f.Facts.Rows = at.parquetRows(g.names)
		f.Columns = columnsOf(f.Schema)
		return
	}
	if o.Samples <= 0 {
		return
	}
	var samples [][]byte
	// The newest by name, which says most of what comes next.
	for _, name := range g.names[max(0, len(g.names)-sampledFiles):] {
		some, err := at.sample(o.Registry, name, g.format, (o.Samples+sampledFiles-1)/sampledFiles)
		if err != nil {
			f.Notes = append(f.Notes, fmt.Sprintf("%s cannot be read: %v.", name, err))
			continue
		}
		if g.format == "csv" && len(samples) > 0 && len(some) > 0 {
			some = some[1:] // every file begins with the header; one is enough
		}
		samples = append(samples, some...)
	}
	var notes []string
	if f.Schema, notes, err = infer.Infer(samples, g.format); err != nil {
		f.Notes = append(f.Notes, fmt.Sprintf("The columns cannot be told: %v.", err))
		return
	}
	f.Notes = append(f.Notes, notes...)
	if o.KeepSamples {
		f.Samples = samples
	}
}

func columnsOf(s *schema.Schema) []component.FoundColumn {
	out := make([]component.FoundColumn, len(s.Fields))
	for i, c := range s.Fields {
		out[i] = component.FoundColumn{Name: c.Name, Type: c.Type.String(), Comment: c.Description}
	}
	return out
}

// parquetRows adds up what the files say of themselves, -1 when one cannot be read.
func (at place) parquetRows(names []string) int64 {
	total := int64(0)
	for _, name := range names {
		f, _, err := at.openParquet(name, 1)
		if err != nil {
			return -1
		}
		total += f.NumRows()
		_ = f.Close() // the file was only read
	}
	return total
}

// sample reads the first records of a file.
func (at place) sample(registry *component.Registry, name, format string, n int) (_ [][]byte, err error) {
	c, err := at.openContent(name, compressionAuto, -1)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return Records(registry, c.in, format, n)
}

// Records reads the first n records of a stream, as the format finds them; the first of a CSV is its header.
func Records(registry *component.Registry, in io.Reader, format string, n int) ([][]byte, error) {
	split := bufio.ScanLines
	if spec, ok := registry.Get(component.KindFormat, format); ok && spec.Format.NewDecoder != nil {
		p, err := component.ParamsOf(spec.Fields, map[string]any{})
		if err != nil {
			return nil, err
		}
		d, err := spec.Format.NewDecoder(p, component.DecodeTarget{Schema: &schema.Schema{}})
		if stream, ok := d.(component.StreamDecoder); err == nil && ok {
			split = func(data []byte, atEOF bool) (int, []byte, error) {
				record, advance := stream.Split(data, atEOF)
				return advance, record, nil
			}
		}
	}
	s := bufio.NewScanner(in)
	s.Buffer(make([]byte, 64<<10), maxSampleBytes)
	s.Split(split)
	var out [][]byte
	for len(out) < n && s.Scan() {
		if strings.TrimSpace(s.Text()) != "" {
			out = append(out, []byte(s.Text()))
		}
	}
	return out, s.Err()
}
