package design

import (
	"strings"

	"millrace/models/schema"
)

// size estimates what a row takes, where none was measured: its types' widths, the sample's lengths, and how well each kind usually compresses.
func (d *designer) size() {
	z := &d.p.Size
	switch e := d.in.Existing; {
	case e != nil && e.Rows > 0:
		z.BytesPerRow, z.Measured = float64(e.Bytes)/float64(e.Rows), true
		z.Basis = textf("%[1]s bytes for %[2]s rows in the table now.", "现有表 %[2]s 行共 %[1]s 字节。", grouped(e.Bytes), grouped(e.Rows))
	default:
		for _, f := range d.in.Schema.Fields {
			z.BytesPerRow += d.width(f)
		}
		if d.keeps() {
			z.BytesPerRow += 2 // versions and marks repeat
		}
		z.Basis = text("Estimated from the types' widths and the sample's lengths; trying the rows in a scratch table measures it.", "根据类型宽度与样本长度估算；在临时表中试写可实测。")
		if d.in.Stats == nil {
			z.Basis = text("Estimated from the types' widths alone: there is no sample.", "仅根据类型宽度估算：没有样本。")
		}
	}
	z.perDay(d.in)
}

// perDay completes the size with what a day brings.
func (z *Size) perDay(in Input) {
	if e := in.Schema.EventTime; e != nil {
		if rows, known := in.Stats.perDay(e.Column); known {
			z.RowsPerDay, z.BytesPerDay = rows, rows*z.BytesPerRow
		}
	}
}

// Landed returns the size when landing so many rows took so many compressed bytes.
func (z Size) Landed(rows, bytes int64) Size {
	if rows <= 0 {
		return z
	}
	z.BytesPerRow, z.Measured = float64(bytes)/float64(rows), true
	z.BytesPerDay = z.RowsPerDay * z.BytesPerRow
	z.Basis = textf("%[1]s compressed bytes for %[2]s rows in a scratch table.", "临时表中 %[2]s 行压缩后共 %[1]s 字节。", grouped(bytes), grouped(rows))
	return z
}

// width estimates the compressed bytes of a column's value.
func (d *designer) width(f schema.Field) float64 {
	s := d.in.Stats.Column(f.Name)
	var column Column
	for _, c := range d.p.Columns {
		if c.Name == f.Name {
			column = c
		}
	}
	var w float64
	switch {
	case strings.HasPrefix(column.Type.Value, "LowCardinality("):
		w = 0.5 // a code of a byte or two that repeats
	case strings.Contains(column.Codec.Value, "Delta"):
		w = 1
	case f.Type.Kind == schema.Boolean:
		w = 0.2
	case f.Type.Integer():
		w = float64(f.Type.Bits()) / 8 / 2 // high bytes are mostly alike
	case f.Type.Float():
		w = float64(f.Type.Bits()) / 8 * 0.8
	case f.Type.Kind == schema.Decimal:
		w = 4
	case f.Type.Kind == schema.Date:
		w = 0.5
	case f.Type.Kind == schema.Timestamp:
		w = 4
	default:
		w = 10 // of texts and nested values without a sample
		if s != nil {
			w = (s.MeanBytes + 1) / 2.5
		}
	}
	if s != nil && s.Distinct <= 1 && !f.Type.Nested() {
		w = 0.05
	}
	if f.Nullable {
		w += 0.1
	}
	return w
}
