package app

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"millrace/assets/catalog"
	"millrace/components/component"
	"millrace/components/file"
	"millrace/components/infer"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// maxSamples bounds what Infer reads of each file; maxSampleBytes one record of it.
const (
	maxSamples     = 10_000
	maxSampleBytes = 16 << 20
)

// Infer proposes a catalog entry for the records of sample files, as the text of a catalog file. format is "json", "csv", "raw" or "parquet";
// when empty it follows from the first file's name. The notes are sentences for a person.
func (w *Workbench) Infer(paths []string, format, table string) (text []byte, notes []string, err error) {
	if format == "" {
		if format = formatOfName(paths[0]); format == "" {
			return nil, nil, fmt.Errorf("inferring from %s: its name does not tell the format; give --format", paths[0])
		}
	}
	pattern := patternOf(paths)
	if pattern == "" {
		pattern = paths[0]
		notes = append(notes, fmt.Sprintf("The files lie in several folders; the entry reads %s only.", pattern))
	}
	var s *schema.Schema
	if format == "parquet" {
		s, err = w.parquetSchema(paths[0])
	} else {
		var samples [][]byte
		if samples, err = w.samples(paths, format); err == nil {
			var found []string
			s, found, err = infer.Infer(samples, format)
			notes = append(notes, found...)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	params, err := w.params(component.KindSource, file.Name, fmt.Sprintf(`{"path":%q,"format":%q}`, pattern, format))
	if err != nil {
		return nil, nil, err
	}
	if table == "" {
		table = "ods.samples." + identifierOf(paths[0])
	}
	text, err = catalog.FormatTable(w.Registry, &component.Table{
		Name: table, Kind: component.TableStream, Layer: "ODS", Schema: s, Source: &component.Binding{Component: file.Name, Params: params},
	})
	return text, notes, err
}

// params decodes parameters of a component from JSON, with defaults.
func (w *Workbench) params(kind component.Kind, name, text string) (component.Params, error) {
	spec, ok := w.Registry.Get(kind, name)
	if !ok {
		return component.Params{}, fmt.Errorf("this build has no %s component %q", kind, name)
	}
	v, err := model.ParseJSON([]byte(text))
	if err != nil {
		return component.Params{}, err
	}
	var diags diag.List
	p, ok := component.Decode(spec.Fields, v, "", &diags)
	if !ok {
		return component.Params{}, diags
	}
	return p, nil
}

// parquetSchema takes the columns from the file itself, as the file source does.
func (w *Workbench) parquetSchema(path string) (*schema.Schema, error) {
	p, err := w.params(component.KindSource, file.Name, fmt.Sprintf(`{"path":%q,"format":"parquet"}`, path))
	if err != nil {
		return nil, err
	}
	spec, _ := w.Registry.Get(component.KindSource, file.Name)
	var diags diag.List
	scan, ok := spec.Source.Plan(&component.Planning{Registry: w.Registry, Catalog: w.Catalog, Diags: &diags}, p)
	if !ok {
		return nil, fmt.Errorf("inferring from %s: %w", path, diags)
	}
	return scan.Source, nil
}

// samples reads the records of files as the format finds them in a stream.
func (w *Workbench) samples(paths []string, format string) ([][]byte, error) {
	split := bufio.ScanLines
	if spec, ok := w.Registry.Get(component.KindFormat, format); ok && spec.Format.NewDecoder != nil {
		p, err := component.DecodeJSON(spec.Fields, []byte("{}"))
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
	var out [][]byte
	for i, path := range paths {
		records, err := readSamples(path, split)
		if err != nil {
			return nil, fmt.Errorf("reading samples of %s: %w", path, err)
		}
		// Every CSV file begins with the header; one is enough.
		if format == "csv" && i > 0 && len(records) > 0 {
			records = records[1:]
		}
		out = append(out, records...)
	}
	return out, nil
}

func readSamples(path string, split bufio.SplitFunc) (_ [][]byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxSampleBytes)
	s.Split(split)
	var out [][]byte
	for len(out) < maxSamples && s.Scan() {
		if strings.TrimSpace(s.Text()) != "" {
			out = append(out, []byte(s.Text()))
		}
	}
	return out, s.Err()
}

func formatOfName(path string) string {
	switch filepath.Ext(strings.TrimSuffix(path, ".gz")) {
	case ".json", ".ndjson", ".jsonl":
		return "json"
	case ".csv":
		return "csv"
	case ".parquet":
		return "parquet"
	case ".txt", ".log":
		return "raw"
	}
	return ""
}

// patternOf is a pattern that matches the files, or "" where they have no folder and suffix in common.
func patternOf(paths []string) string {
	if len(paths) == 1 {
		return paths[0]
	}
	dir, ext := filepath.Dir(paths[0]), filepath.Ext(paths[0])
	for _, p := range paths[1:] {
		if filepath.Dir(p) != dir || filepath.Ext(p) != ext {
			return ""
		}
	}
	return filepath.Join(dir, "*"+ext)
}

// identifierOf makes a table's name of a file's.
func identifierOf(path string) string {
	base, _, _ := strings.Cut(filepath.Base(path), ".")
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '_'
	}, base)
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "t_" + name
	}
	return name
}
