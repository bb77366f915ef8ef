package convert

import (
	"bytes"

	"millrace/components/component"
	"millrace/models/diag"
)

// PrefixBytes is how much of a record that is too large goes with its reject.
const PrefixBytes = 4096

// Reject makes the reject of a record. The bytes are copied, as the record's memory belongs to whoever read it.
func Reject(code diag.RowCode, path string, record []byte) *component.Reject {
	return &component.Reject{Code: code, Path: path, Raw: bytes.Clone(record), Size: len(record)}
}

// TooLarge makes the reject of a record of size bytes that is larger than max_record_bytes; begin is how it begins.
func TooLarge(begin []byte, size int) *component.Reject {
	raw := bytes.Clone(begin[:min(len(begin), PrefixBytes)])
	return &component.Reject{Code: diag.RowTooLarge, Raw: raw, Size: size, Truncated: len(raw) < size}
}
