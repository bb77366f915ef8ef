package csv

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"millrace/components/component"
	"millrace/components/internal/convert"
	"millrace/components/json"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Decoder decodes lines into the columns of its target. It belongs to one goroutine.
type Decoder struct {
	schema  *schema.Schema
	checked []bool
	cols    []*batch.Builder
	reading convert.Reading

	header           bool
	delimiter, quote byte
	null             []byte
	lenient          bool
	required         bool
	maxBytes         int

	// cells is the number of columns of the file, at maps the position of a cell to a wanted column or -1.
	cells int
	at    []int
	// absent are the wanted columns the file does not have.
	absent []int

	rows    int
	buf     []byte
	scratch []byte
}

var (
	_ component.Decoder       = (*Decoder)(nil)
	_ component.StreamDecoder = (*Decoder)(nil)
)

// NewDecoder returns a decoder with the parameters of Spec. Where there is no header, the columns parameter names the cells; without
// it they are the source's columns (DecodeTarget.Columns).
func NewDecoder(p component.Params, target component.DecodeTarget) (*Decoder, error) {
	d := &Decoder{
		schema: target.Schema, checked: target.Checked, maxBytes: target.MaxRecordBytes,
		reading: convert.Reading{Zone: target.TimeZone, Numbers: convert.Millis},
		header:  p.Bool("header"), null: []byte(p.String("null_text")),
		lenient: p.String("column_count") == "lenient", required: p.String("missing") != "null",
	}
	if u := p.String("timestamp_numbers"); u != "" {
		d.reading.Numbers = convert.Unit(u)
	}
	if d.checked == nil {
		d.checked = make([]bool, len(d.schema.Fields))
	}
	var err error
	if d.delimiter, err = char(p, "delimiter", ','); err != nil {
		return nil, err
	}
	if d.quote, err = char(p, "quote", '"'); err != nil {
		return nil, err
	}
	if d.delimiter == d.quote {
		return nil, fmt.Errorf("making a CSV decoder: the delimiter and the quote are both %q", d.quote)
	}
	for _, f := range d.schema.Fields {
		if f.Type.Nested() {
			return nil, fmt.Errorf("making a CSV decoder: column %s is %s, which has no form in CSV", f.Name, f.Type)
		}
		d.cols = append(d.cols, batch.NewBuilder(f.Type, target.BatchRows))
	}
	if !d.header {
		names := p.Strings("columns")
		if len(names) == 0 {
			names = target.Columns
		}
		if len(names) == 0 {
			names = d.schema.Names()
		}
		if err := d.name(names); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func char(p component.Params, field string, otherwise byte) (byte, error) {
	s := p.String(field)
	if s == "" {
		return otherwise, nil
	}
	if len(s) != 1 || s[0] < ' ' && s[0] != '\t' || s[0] >= utf8.RuneSelf {
		return 0, fmt.Errorf("making a CSV decoder: %s must be one ASCII character", field)
	}
	return s[0], nil
}

// name says which cells the file has.
func (d *Decoder) name(names []string) error {
	d.cells, d.at, d.absent = len(names), make([]int, len(names)), nil
	seen := map[string]bool{}
	for i, n := range names {
		if seen[n] {
			return fmt.Errorf("reading the CSV header: column %q stands there twice", n)
		}
		seen[n] = true
		d.at[i] = d.schema.Index(n)
	}
	for i, f := range d.schema.Fields {
		if seen[f.Name] {
			continue
		}
		if d.required {
			msg := fmt.Sprintf("reading the CSV header: there is no column %q", f.Name)
			if near := diag.Nearest(f.Name, names); near != "" {
				msg += fmt.Sprintf(" (there is %q)", near)
			}
			return fmt.Errorf("%s", msg)
		}
		d.absent = append(d.absent, i)
	}
	return nil
}

// Header takes the first line for the header unless there is none.
func (d *Decoder) Header(record []byte) (bool, error) {
	if !d.header {
		return false, nil
	}
	record = bytes.TrimPrefix(record, []byte("\xef\xbb\xbf"))
	var names []string
	code := d.split(record, func(_ int, cell []byte, _ bool) { names = append(names, string(cell)) })
	if code != diag.RowOK {
		return true, fmt.Errorf("reading the CSV header: %s", code.Message())
	}
	return true, d.name(names)
}

// Cells takes a line apart that has the usual delimiter and quote.
func Cells(line []byte) ([]string, error) {
	d := &Decoder{delimiter: ',', quote: '"'}
	var out []string
	if code := d.split(line, func(_ int, cell []byte, _ bool) { out = append(out, string(cell)) }); code != diag.RowOK {
		return nil, fmt.Errorf("reading a CSV line: %s", code.Message())
	}
	return out, nil
}

// Split finds the next line end outside of quotes. Blank lines hold no record.
func (d *Decoder) Split(data []byte, atEOF bool) (record []byte, advance int) {
	line, advance := convert.SplitLine(data, atEOF)
	if bytes.IndexByte(line, d.quote) >= 0 {
		line, advance = d.splitQuoted(data, atEOF)
	}
	if len(line) == 0 {
		return nil, advance
	}
	return line, advance
}

func (d *Decoder) splitQuoted(data []byte, atEOF bool) (record []byte, advance int) {
	start, open := true, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case open:
			j := bytes.IndexByte(data[i:], d.quote)
			if j < 0 {
				i = len(data)
				break
			}
			i += j
			if i+1 < len(data) && data[i+1] == d.quote {
				i++
			} else {
				open = false
			}
		case c == d.quote && start:
			open, start = true, false
		case c == d.delimiter:
			start = true
		case c == '\n':
			end := i
			if end > 0 && data[end-1] == '\r' {
				end--
			}
			return data[:end:end], i + 1
		default:
			start = false
		}
	}
	if atEOF {
		return bytes.TrimSuffix(data, []byte{'\r'}), len(data)
	}
	return nil, 0
}

// split calls cell for each cell of a line, with its text and whether it stood in quotes.
func (d *Decoder) split(line []byte, cell func(i int, text []byte, quoted bool)) diag.RowCode {
	for i := 0; ; i++ {
		if len(line) == 0 || line[0] != d.quote {
			end := bytes.IndexByte(line, d.delimiter)
			text := line
			if end >= 0 {
				text = line[:end]
			}
			if bytes.IndexByte(text, d.quote) >= 0 {
				return diag.RowMalformed
			}
			cell(i, text, false)
			if end < 0 {
				return diag.RowOK
			}
			line = line[end+1:]
			continue
		}
		text, rest, code := d.quoted(line[1:])
		if code != diag.RowOK {
			return code
		}
		cell(i, text, true)
		if len(rest) == 0 {
			return diag.RowOK
		}
		line = rest[1:]
	}
}

// quoted reads a cell from behind its opening quote; rest is empty or starts with a delimiter.
func (d *Decoder) quoted(line []byte) (text, rest []byte, code diag.RowCode) {
	copied := false
	d.buf = d.buf[:0]
	for {
		end := bytes.IndexByte(line, d.quote)
		if end < 0 {
			return nil, nil, diag.RowTruncated
		}
		part := line[:end]
		line = line[end+1:]
		if len(line) > 0 && line[0] == d.quote {
			d.buf, copied = append(append(d.buf, part...), d.quote), true
			line = line[1:]
			continue
		}
		if len(line) > 0 && line[0] != d.delimiter {
			return nil, nil, diag.RowMalformed
		}
		if !copied {
			return part, line, diag.RowOK
		}
		d.buf = append(d.buf, part...)
		return d.buf, line, diag.RowOK
	}
}

// Decode appends the row of one line, or rejects it. The reject's Raw is a copy.
func (d *Decoder) Decode(record []byte) (rows int, reject *component.Reject) {
	if d.maxBytes > 0 && len(record) > d.maxBytes {
		return 0, convert.TooLarge(record, len(record))
	}
	code, path := d.decode(record)
	if code != diag.RowOK {
		for _, b := range d.cols {
			b.Truncate(d.rows)
		}
		return 0, convert.Reject(code, path, record)
	}
	d.rows++
	return 1, nil
}

func (d *Decoder) decode(record []byte) (code diag.RowCode, path string) {
	if !utf8.Valid(record) {
		return diag.RowInvalidUTF8, ""
	}
	var first diag.RowCode
	count := 0
	code = d.split(record, func(i int, text []byte, quoted bool) {
		count++
		if i >= d.cells || d.at[i] < 0 {
			return
		}
		if c := d.cell(d.at[i], text, quoted); c != diag.RowOK && first == diag.RowOK {
			first, path = c, d.schema.Fields[d.at[i]].Name
		}
	})
	switch {
	case code != diag.RowOK:
		return code, ""
	case count != d.cells && !d.lenient:
		return diag.RowColumnCount, ""
	}
	for i := count; i < d.cells; i++ {
		if c := d.at[i]; c >= 0 {
			first, path = d.missing(c, first, path)
		}
	}
	for _, c := range d.absent {
		first, path = d.missing(c, first, path)
	}
	return first, path
}

// missing gives a column the line has no cell for its NULL.
func (d *Decoder) missing(c int, first diag.RowCode, path string) (diag.RowCode, string) {
	d.cols[c].AppendNull()
	if f := &d.schema.Fields[c]; d.checked[c] && !f.Nullable && first == diag.RowOK {
		return diag.RowMissingField, f.Name
	}
	return first, path
}

// cell appends a cell's value to a column. A value that does not fit is NULL, and a code where the column is checked.
func (d *Decoder) cell(c int, text []byte, quoted bool) diag.RowCode {
	b, f, code := d.cols[c], &d.schema.Fields[c], diag.RowOK
	switch {
	case !quoted && bytes.Equal(text, d.null):
		b.AppendNull()
		if !f.Nullable {
			code = diag.RowMissingField
		}
	case f.Type.Kind == schema.JSON:
		if code = json.Check(text); code == diag.RowOK {
			b.AppendBytes(text)
		} else {
			b.AppendNull()
		}
	default:
		if d.scratch, code = d.reading.AppendText(b, text, d.scratch); code != diag.RowOK {
			b.AppendNull()
		}
	}
	if !d.checked[c] {
		return diag.RowOK
	}
	return code
}

// Finish hands over the rows since the last Finish, or nil when there are none.
func (d *Decoder) Finish() *batch.Batch {
	if d.rows == 0 {
		return nil
	}
	b := &batch.Batch{Schema: d.schema, N: d.rows, Part: batch.NoPart, Cols: make([]*batch.Vector, len(d.cols))}
	for i, c := range d.cols {
		b.Cols[i] = c.Finish()
	}
	d.rows = 0
	return b
}
