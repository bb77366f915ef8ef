package changelog

import "millrace/models/batch"

// appendColumns appends the columns named of a row such that equal values, and only they, give equal bytes.
func appendColumns(dst []byte, b *batch.Batch, columns []int, row int) []byte {
	for _, c := range columns {
		dst = batch.AppendKey(dst, b.Cols[c], row)
	}
	return dst
}

// appendRow is appendColumns for all columns.
func appendRow(dst []byte, b *batch.Batch, row int) []byte {
	for _, c := range b.Cols {
		dst = batch.AppendKey(dst, c, row)
	}
	return dst
}
