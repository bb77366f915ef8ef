package raw

import (
	"fmt"
	"unicode/utf8"

	"millrace/components/component"
	"millrace/components/internal/convert"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Column is the name of the one column.
const Column = "value"

// Spec declares the format.
func Spec() component.Spec {
	text := func(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }
	return component.Spec{
		Name: "raw", Version: 1, Kind: component.KindFormat,
		Title:   text("Raw", "原始"),
		Summary: text("The whole record is one column.", "整条记录为一列。"),
		Help: text("The record becomes the column `value`, of type string or bytes, as it is. Written, it is the column's bytes.",
			"记录原样成为 `value` 列，类型为 string 或 bytes。写出时即该列的字节。"),
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h7"/></svg>`,
		Format: &component.FormatDef{
			NewDecoder: func(_ component.Params, t component.DecodeTarget) (component.Decoder, error) { return NewDecoder(t) },
			NewEncoder: func(_ component.Params, s *schema.Schema) (component.Encoder, error) { return NewEncoder(s) },
		},
	}
}

// check finds the column in a schema that may hold nothing else.
func check(s *schema.Schema) error {
	for _, f := range s.Fields {
		if f.Name != Column {
			return fmt.Errorf("the raw format has the one column %q, not %q", Column, f.Name)
		}
		if f.Type.Kind != schema.String && f.Type.Kind != schema.Bytes {
			return fmt.Errorf("the raw format's column is string or bytes, not %s", f.Type)
		}
	}
	return nil
}

// Decoder makes each record a row. It belongs to one goroutine.
type Decoder struct {
	schema   *schema.Schema
	checked  bool
	text     bool
	b        *batch.Builder
	rows     int
	maxBytes int
}

var (
	_ component.Decoder       = (*Decoder)(nil)
	_ component.StreamDecoder = (*Decoder)(nil)
)

// NewDecoder returns a decoder for a target with the column, or without any.
func NewDecoder(target component.DecodeTarget) (*Decoder, error) {
	if err := check(target.Schema); err != nil {
		return nil, fmt.Errorf("making a raw decoder: %w", err)
	}
	d := &Decoder{schema: target.Schema, maxBytes: target.MaxRecordBytes}
	if len(d.schema.Fields) > 0 {
		t := d.schema.Fields[0].Type
		d.b, d.text = batch.NewBuilder(t, target.BatchRows), t.Kind == schema.String
		d.checked = len(target.Checked) > 0 && target.Checked[0]
	}
	return d, nil
}

// Split finds lines.
func (d *Decoder) Split(data []byte, atEOF bool) (record []byte, advance int) {
	return convert.SplitLine(data, atEOF)
}

// Header reports that there is none.
func (d *Decoder) Header([]byte) (bool, error) { return false, nil }

// Decode appends the record.
func (d *Decoder) Decode(record []byte) (rows int, reject *component.Reject) {
	if d.maxBytes > 0 && len(record) > d.maxBytes {
		return 0, convert.TooLarge(record, len(record))
	}
	if d.b != nil {
		switch {
		case !d.text || utf8.Valid(record):
			d.b.AppendBytes(record)
		case d.checked:
			return 0, convert.Reject(diag.RowInvalidUTF8, Column, record)
		default:
			d.b.AppendNull()
		}
	}
	d.rows++
	return 1, nil
}

// Finish hands over the rows since the last Finish, or nil when there are none.
func (d *Decoder) Finish() *batch.Batch {
	if d.rows == 0 {
		return nil
	}
	b := &batch.Batch{Schema: d.schema, N: d.rows, Part: batch.NoPart, Cols: []*batch.Vector{}}
	if d.b != nil {
		b.Cols = append(b.Cols, d.b.Finish())
	}
	d.rows = 0
	return b
}

// Encoder writes the column's bytes.
type Encoder struct{}

var (
	_ component.Encoder       = Encoder{}
	_ component.EncodeChecker = Encoder{}
)

// NewEncoder returns an encoder for rows that have the one column.
func NewEncoder(s *schema.Schema) (Encoder, error) {
	err := check(s)
	if err == nil && len(s.Fields) != 1 {
		err = fmt.Errorf("the raw format needs the column %q", Column)
	}
	if err != nil {
		return Encoder{}, fmt.Errorf("making a raw encoder: %w", err)
	}
	return Encoder{}, nil
}

// Check lists the selected rows whose value is NULL, which no record can say (row.missing_field).
func (Encoder) Check(b *batch.Batch) []component.RowReject {
	var out []component.RowReject
	for i := range b.Rows() {
		if row := b.Row(i); b.Cols[0].IsNull(row) {
			out = append(out, component.RowReject{Row: int32(row), Code: diag.RowMissingField, Path: Column})
		}
	}
	return out
}

// Encode calls emit with the value of each selected row. It fails on the first row that Check would list.
func (Encoder) Encode(b *batch.Batch, emit func(row int, record []byte) error) error {
	for i := range b.Rows() {
		row := b.Row(i)
		if b.Cols[0].IsNull(row) {
			return fmt.Errorf("encoding row %d as raw: %s", row, diag.RowMissingField.Message())
		}
		if err := emit(row, b.Cols[0].Bytes(row)); err != nil {
			return err
		}
	}
	return nil
}
