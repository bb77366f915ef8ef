package infer

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"strings"

	"millrace/components/component"
	"millrace/components/csv"
	"millrace/components/internal/convert"
	"millrace/components/json"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// MinSamples is how many samples must all have a column before it is taken to be never NULL.
const MinSamples = 100

// Infer proposes the schema of records of a format: "json", "csv" (the first sample is the header) or "raw". The notes are
// sentences for a person. It fails when no sample can be read.
func Infer(samples [][]byte, format string) (*schema.Schema, []string, error) {
	switch format {
	case "json":
		return inferJSON(samples)
	case "csv":
		return inferCSV(samples)
	case "raw":
		return &schema.Schema{Fields: []schema.Field{{Name: "value", Type: schema.Of(schema.String)}}}, nil, nil
	default:
		return nil, nil, fmt.Errorf("inferring a schema: samples of format %q say nothing about columns", format)
	}
}

func inferJSON(samples [][]byte) (*schema.Schema, []string, error) {
	root := newShape()
	broken, first := 0, diag.RowOK
	for _, s := range samples {
		code := json.Check(s)
		if code == diag.RowOK && bytes.TrimLeft(s, " \t\r\n")[0] != '{' {
			code = diag.RowWrongType
		}
		if code != diag.RowOK {
			if broken++; first == diag.RowOK {
				first = code
			}
			continue
		}
		root.add(stdjson.NewDecoder(bytes.NewReader(s)))
	}
	if root.objects == 0 {
		return nil, nil, fmt.Errorf("inferring a schema: none of %d samples is a JSON object: %s", len(samples), first.Message())
	}
	var notes []string
	if broken > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d samples are broken and were left out; the first: %s.", broken, len(samples), first.Message()))
	}
	fields := root.members("", &notes)
	return finish(fields, root.objects, notes)
}

func inferCSV(samples [][]byte) (*schema.Schema, []string, error) {
	if len(samples) == 0 {
		return nil, nil, fmt.Errorf("inferring a schema: there is no sample")
	}
	lines := make([][]byte, len(samples))
	for i, s := range samples {
		lines[i] = bytes.TrimRight(s, "\r\n")
	}
	samples = lines
	names, err := csvHeader(samples[0])
	if err != nil {
		return nil, nil, fmt.Errorf("inferring a schema: %w", err)
	}
	text := &schema.Schema{}
	for _, n := range names {
		text.Fields = append(text.Fields, schema.Field{Name: n, Type: schema.Of(schema.String), Nullable: true})
	}
	d, err := csv.NewDecoder(component.NewParams(map[string]any{"header": true}), component.DecodeTarget{Schema: text, BatchRows: len(samples)})
	if err != nil {
		return nil, nil, fmt.Errorf("inferring a schema: %w", err)
	}
	if _, err := d.Header(samples[0]); err != nil {
		return nil, nil, fmt.Errorf("inferring a schema: %w", err)
	}
	broken, first := 0, diag.RowOK
	for _, s := range samples[1:] {
		if _, reject := d.Decode(s); reject != nil {
			if broken++; first == diag.RowOK {
				first = reject.Code
			}
		}
	}
	var notes []string
	if broken > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d samples are broken and were left out; the first: %s.", broken, len(samples)-1, first.Message()))
	}
	rows := d.Finish()
	if rows == nil {
		return text, append(notes, "There are no lines behind the header: every column is taken for a string."), nil
	}
	fields := make([]schema.Field, len(names))
	for i, n := range names {
		sh := newShape()
		for r := range rows.N {
			sh.cell(rows.Cols[i], r)
		}
		t := sh.scalar(n)
		fields[i] = schema.Field{Name: n, Type: t, Nullable: sh.nulls > 0 || rows.N < MinSamples}
	}
	return finish(fields, rows.N, notes)
}

// csvHeader returns the cells of a header line.
func csvHeader(line []byte) ([]string, error) {
	line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	names, err := csv.Cells(line)
	if err != nil {
		return nil, err
	}
	for i, n := range names {
		if n == "" {
			return nil, fmt.Errorf("cell %d of the CSV header is empty", i+1)
		}
	}
	return names, nil
}

// finish guesses the event time.
func finish(fields []schema.Field, samples int, notes []string) (*schema.Schema, []string, error) {
	s := &schema.Schema{Fields: fields}
	best, rank := -1, 0
	for i, f := range fields {
		if f.Type.Kind != schema.Timestamp {
			continue
		}
		if r := 1 + timeRank(f.Name); r > rank {
			best, rank = i, r
		}
	}
	if best >= 0 {
		s.EventTime = schema.EventTimeOn(fields[best].Name)
		why := "its name says so"
		if rank == 1 {
			why = "it is the first column that is a time"
		}
		notes = append(notes, fmt.Sprintf("%q is taken for the event time: %s.", fields[best].Name, why))
	} else {
		notes = append(notes, "No column is a time, so the rows have no event time and windows cannot use them.")
	}
	if samples < MinSamples {
		notes = append(notes, fmt.Sprintf("From %d samples only: every column may be NULL. %d samples would tell.", samples, MinSamples))
	}
	return s, notes, nil
}

// timeRank says how much a name sounds like the event time; 0 is not like a time at all.
func timeRank(name string) int {
	n := strings.ToLower(name)
	switch n {
	case "event_time", "eventtime", "event_ts":
		return 4
	case "ts", "timestamp", "time":
		return 3
	}
	for _, suffix := range []string{"_ts", "_time", "_at", "timestamp", "time"} {
		if strings.HasSuffix(n, suffix) {
			return 2
		}
	}
	if strings.HasSuffix(n, "date") {
		return 1
	}
	return 0
}

// shape gathers what the samples show of one place.
type shape struct {
	seen, nulls, objects, arrays, strings, numbers, bools int

	fields map[string]*shape
	order  []string
	elem   *shape

	// Of the numbers: whether all were whole and fit, the largest numbers of digits, the range of whole ones.
	notWhole, notInt, notUint, notDecimal, notEpoch bool
	fracDigits                                      int
	// Of the strings.
	notTime, notDate, notNumber, notBool bool
}

func newShape() *shape { return &shape{fields: map[string]*shape{}} }

// add takes in the next value of a decoder over well-formed JSON.
func (s *shape) add(d *stdjson.Decoder) {
	d.UseNumber()
	tok, err := d.Token()
	if err != nil {
		return
	}
	s.seen++
	switch v := tok.(type) {
	case nil:
		s.nulls++
	case bool:
		s.bools++
	case string:
		s.text([]byte(v))
	case stdjson.Number:
		s.numbers++
		s.number([]byte(v))
	case stdjson.Delim:
		s.nested(d, v)
	}
}

func (s *shape) nested(d *stdjson.Decoder, open stdjson.Delim) {
	if open == '[' {
		s.arrays++
		if s.elem == nil {
			s.elem = newShape()
		}
		for d.More() {
			s.elem.add(d)
		}
	} else {
		s.objects++
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return
			}
			name, _ := key.(string)
			f := s.fields[name]
			if f == nil {
				f = newShape()
				s.fields[name] = f
				s.order = append(s.order, name)
			}
			f.add(d)
		}
	}
	_, _ = d.Token() // the closing bracket: the value is well-formed
}

func (s *shape) text(v []byte) {
	s.strings++
	if _, code := convert.Timestamp(v, nil, 6); code != diag.RowOK {
		s.notTime = true
	}
	if _, ok := convert.Date(v); !ok {
		s.notDate = true
	}
}

// The range of milliseconds that whole numbers of a time column lie in: the years 2001 to 2100.
const epochLow, epochHigh = 978307200000, 4102444800000

func (s *shape) number(v []byte) {
	n, code := convert.Int(v, schema.Of(schema.Int64))
	s.notInt = s.notInt || code != diag.RowOK
	s.notWhole = s.notWhole || code == diag.RowWrongType
	if _, code := convert.Uint(v, schema.Of(schema.Uint64)); code != diag.RowOK {
		s.notUint = true
	}
	if code != diag.RowOK || n < epochLow || n > epochHigh {
		s.notEpoch = true
	}
	digits := bytes.TrimPrefix(v, []byte("-"))
	whole, frac, _ := bytes.Cut(digits, []byte("."))
	if bytes.ContainsAny(v, "eE") || len(frac) > 6 || len(whole) > 12 {
		s.notDecimal = true
		return
	}
	s.fracDigits = max(s.fracDigits, len(frac))
}

// cell takes in a cell of a CSV file, whose text is all there is.
func (s *shape) cell(v *batch.Vector, i int) {
	s.seen++
	if v.IsNull(i) {
		s.nulls++
		return
	}
	text := v.Bytes(i)
	s.text(text)
	if convert.IsNumber(text) {
		s.number(text)
	} else {
		s.notNumber = true
	}
	switch string(text) {
	case "true", "false", "TRUE", "FALSE", "True", "False":
	default:
		s.notBool = true
	}
}

// scalar returns the type of a CSV column.
func (s *shape) scalar(name string) schema.Type {
	switch {
	case s.strings == 0:
		return schema.Of(schema.String)
	case !s.notNumber:
		return s.numeric(name)
	case !s.notBool:
		return schema.Of(schema.Boolean)
	default:
		return s.stringly()
	}
}

func (s *shape) stringly() schema.Type {
	switch {
	case !s.notTime:
		return schema.TimestampOf(6)
	case !s.notDate:
		return schema.Of(schema.Date)
	default:
		return schema.Of(schema.String)
	}
}

func (s *shape) numeric(name string) schema.Type {
	switch {
	case !s.notInt && !s.notEpoch && timeRank(name) > 0:
		return schema.TimestampOf(3)
	case !s.notInt:
		return schema.Of(schema.Int64)
	case !s.notUint:
		return schema.Of(schema.Uint64)
	case s.notWhole && !s.notDecimal:
		return schema.DecimalOf(18, s.fracDigits)
	default:
		return schema.Of(schema.Float64)
	}
}

// typ returns the type of a place in JSON and adds notes about what was not clear.
func (s *shape) typ(name, path string, notes *[]string) schema.Type {
	kinds := 0
	for _, n := range []int{s.objects, s.arrays, s.strings, s.numbers, s.bools} {
		if n > 0 {
			kinds++
		}
	}
	switch {
	case kinds == 0:
		*notes = append(*notes, fmt.Sprintf("%q was null in every sample: it is taken for json.", path))
		return schema.Of(schema.JSON)
	case kinds > 1:
		*notes = append(*notes, fmt.Sprintf("%q holds values of several kinds: it is taken for json.", path))
		return schema.Of(schema.JSON)
	case s.objects > 0 && len(s.fields) == 0:
		return schema.Of(schema.JSON)
	case s.objects > 0:
		return schema.RowOf(s.members(path, notes)...)
	case s.arrays > 0 && s.elem.seen == 0:
		*notes = append(*notes, fmt.Sprintf("%q was empty in every sample: it is taken for json.", path))
		return schema.Of(schema.JSON)
	case s.arrays > 0:
		elem := s.elem.typ("", path+"[]", notes)
		return schema.Type{Kind: schema.Array, Elem: &elem, ElemNullable: true}
	case s.bools > 0:
		return schema.Of(schema.Boolean)
	case s.numbers > 0:
		return s.numeric(name)
	default:
		return s.stringly()
	}
}

// members returns the members of an object in the order in which the samples showed them.
func (s *shape) members(path string, notes *[]string) []schema.Field {
	out := make([]schema.Field, 0, len(s.order))
	for _, name := range s.order {
		f := s.fields[name]
		at := name
		if path != "" {
			at = path + "." + name
		}
		always := f.seen == s.objects && f.nulls == 0 && s.objects >= MinSamples
		out = append(out, schema.Field{Name: name, Type: f.typ(name, at, notes), Nullable: !always})
	}
	return out
}
