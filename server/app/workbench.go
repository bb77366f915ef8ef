package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"millrace/assets/catalog"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/configs"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/optimize"
	"millrace/pipelines/query"
)

// Codes of this package's diagnostics.
const (
	// CodeNoFile is a model file that cannot be read.
	CodeNoFile diag.Code = "model.unreadable"
	// CodeNoSink is a model that is run but has no sink.
	CodeNoSink diag.Code = "run.no_sink"
	// CodeSameName is a model whose name another model of the same run has.
	CodeSameName diag.Code = "run.same_name"
)

// Workbench is what models are compiled with. It is not changed once it is in use, and safe for concurrent use.
type Workbench struct {
	Registry *component.Registry
	// Params are values for the models' parameters, by name; they go before the defaults.
	Params map[string]string
	// Catalog holds the catalog file's tables and connections, with those of the embedded parts behind.
	Catalog *catalog.File
	// declared holds the names of the connections the catalog file itself declares.
	declared map[string]bool
	warnings diag.List
}

// CatalogText is a catalog that does not lie in a file of its own, with the name that stands for it in diagnostics.
type CatalogText struct {
	Name string
	Text []byte
}

// NewWorkbench reads the catalog file at path, none when path is empty. Tables and connections of behind, which may be nil, are known where
// the file has none of the name. The error is a diag.List when the text is wrong.
func NewWorkbench(config configs.Config, path string, behind *CatalogText) (*Workbench, error) {
	registry, err := all.Registry()
	if err != nil {
		return nil, fmt.Errorf("building the registry: %w", err)
	}
	w := &Workbench{Registry: registry, Catalog: catalog.New(registry), declared: map[string]bool{}}
	if path != "" {
		file, diags := catalog.LoadFile(path, registry)
		if err := diags.Err(); err != nil {
			return nil, diags
		}
		w.Catalog, w.warnings = file, diags
	}
	if behind != nil {
		file, diags := catalog.Parse(behind.Name, behind.Text, registry)
		if err := diags.Err(); err != nil {
			return nil, diags
		}
		w.Catalog = w.Catalog.WithTablesBehind(file)
	}
	for _, name := range w.Catalog.Connections() {
		w.declared[name] = true
	}
	embedded, err := embeddedConnections(registry, config)
	if err != nil {
		return nil, err
	}
	w.Catalog = w.Catalog.WithBehind(embedded...)
	return w, nil
}

// Warnings returns what the catalog file gave rise to without being wrong.
func (w *Workbench) Warnings() diag.List { return w.warnings }

// Model is a model file that was compiled and optimized.
type Model struct {
	// File is its path as it was given, Source its text.
	File   string
	Source string
	// Name is the model's, which is also the id of its pipeline.
	Name        string
	Plan        *plan.Plan
	Fingerprint string
	// Applied lists the optimizer rules that changed something.
	Applied []optimize.Applied
}

// Compile compiles the text of a model and optimizes its plan but for the rules in off. The Model is nil when the list has an error; the list
// may hold warnings otherwise.
func (w *Workbench) Compile(file string, src []byte, off map[string]bool) (*Model, diag.List) {
	p, diags := compile.Text(file, src, w.env())
	if p == nil {
		return nil, diags
	}
	return NewModel(file, string(src), p, off), diags
}

// CompileFile compiles a file: a model document, or an SQL script with its pipelines. There are no Models when the list has an error.
func (w *Workbench) CompileFile(file string, src []byte, off map[string]bool) ([]*Model, diag.List) {
	if IsScript(file) {
		return w.CompileScript(file, src, off)
	}
	m, diags := w.Compile(file, src, off)
	if m == nil {
		return nil, diags
	}
	return []*Model{m}, diags
}

// IsScript reports whether a file is an SQL script by its name.
func IsScript(file string) bool { return strings.EqualFold(filepath.Ext(file), ".sql") }

func (w *Workbench) env() compile.Env {
	return compile.Env{Registry: w.Registry, Catalog: w.Catalog, Params: w.Params, SQL: query.Models{}}
}

// Sources holds the texts of the files diagnostics may name.
type Sources map[string]string

// ReadModel reads a model file into sources. A file that cannot be read is a diagnostic like any other.
func ReadModel(path string, sources Sources) ([]byte, diag.List) {
	src, err := os.ReadFile(path)
	if err != nil {
		var diags diag.List
		d := diags.Errorf(CodeNoFile, diag.Span{}, "the file cannot be read: %s", reason(err))
		d.File = path
		if errors.Is(err, fs.ErrNotExist) {
			if near := nearestFile(path); near != "" {
				d.Fix = "Did you mean " + near + "?"
			}
		}
		return nil, diags
	}
	sources[path] = string(src)
	return src, nil
}

// reason is what the file system says, without the operation and path that the diagnostic names already.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// nearestFile is the file of the same folder whose name is closest.
func nearestFile(path string) string {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); ext == ".yaml" || ext == ".yml" || ext == ".json" || ext == ".sql" {
			names = append(names, e.Name())
		}
	}
	near := diag.Nearest(filepath.Base(path), names)
	if near == "" {
		return ""
	}
	return filepath.Join(dir, near)
}
