package diag

// Code names a kind of diagnostic: area.snake_case. Codes are API: once published a code keeps its meaning.
// A package declares its own codes as constants; a test over the whole repository proves that no two share a text.
type Code string

// RowCode is the code of one row's error while a pipeline runs, small enough to stand in a column of its own. Zero is "no error".
type RowCode uint16

// The row errors. Expression errors first, then decoding, then what sinks refuse, then what came later. The numbers are stored in dead letters
// and segments: append only, never renumber.
const (
	RowOK RowCode = iota
	RowOverflow
	RowDivisionByZero
	RowCast
	RowArgument
	RowMalformed
	RowTruncated
	RowInvalidUTF8
	RowDuplicateKey
	RowWrongType
	RowOutOfRange
	RowMissingField
	RowTooLarge
	RowNotANumber
	RowTooDeep
	RowColumnCount
	RowEventTimeMissing
	RowSinkRefused
	RowTrailingData
	RowCardinality
	rowCodes
)

var rowNames = [rowCodes]Code{
	RowOK:               "",
	RowOverflow:         "row.overflow",
	RowDivisionByZero:   "row.division_by_zero",
	RowCast:             "row.cast",
	RowArgument:         "row.argument",
	RowMalformed:        "row.malformed",
	RowTruncated:        "row.truncated",
	RowInvalidUTF8:      "row.invalid_utf8",
	RowDuplicateKey:     "row.duplicate_key",
	RowWrongType:        "row.wrong_type",
	RowOutOfRange:       "row.out_of_range",
	RowMissingField:     "row.missing_field",
	RowTooLarge:         "row.too_large",
	RowNotANumber:       "row.not_a_number",
	RowTooDeep:          "row.too_deep",
	RowColumnCount:      "row.column_count",
	RowEventTimeMissing: "row.event_time_missing",
	RowSinkRefused:      "row.sink_refused",
	RowTrailingData:     "row.trailing_data",
	RowCardinality:      "row.cardinality",
}

var rowTexts = [rowCodes]struct{ message, fix string }{
	RowOverflow:         {"the result does not fit its type", "CAST an operand to a wider type, or use TRY_CAST where NULL is acceptable."},
	RowDivisionByZero:   {"division by zero", "Guard the divisor: a / NULLIF(b, 0)."},
	RowCast:             {"the value cannot be cast to the target type", "Use TRY_CAST to get NULL instead."},
	RowArgument:         {"a function's argument is outside what it accepts", "Check the argument's range before the call."},
	RowMalformed:        {"the record is not well-formed", "Correct the producer, or mend and replay the record."},
	RowTruncated:        {"the record ends too early", "Correct the producer, or mend and replay the record."},
	RowInvalidUTF8:      {"the record is not valid UTF-8", "Correct the producer's encoding."},
	RowDuplicateKey:     {"an object has the same key twice", "Correct the producer: which of the two is meant is not known."},
	RowWrongType:        {"the value has another type than the column", "Correct the producer, or change the column's type."},
	RowOutOfRange:       {"the number does not fit the column's type", "Declare a wider type for the column."},
	RowMissingField:     {"a field that may not be NULL is missing or null", "Correct the producer, or declare the column nullable."},
	RowTooLarge:         {"the record is larger than max_record_bytes", "Raise max_record_bytes, or make the producer send smaller records."},
	RowNotANumber:       {"the value is not a JSON number", "NaN and Infinity are no JSON numbers: correct the producer."},
	RowTooDeep:          {"the record is nested too deeply", "Flatten the record; the limit is 128 levels."},
	RowColumnCount:      {"the line has another number of fields than the header", "Correct the producer's quoting, or the declared columns."},
	RowEventTimeMissing: {"the event time is NULL", "Give every event a time, or filter such rows before the window."},
	RowSinkRefused:      {"the target does not accept the row", "Compare the row with the target table's columns."},
	RowTrailingData:     {"data follows the end of the record", "Send one record a message."},
	RowCardinality:      {"a key has a second row on a side of a join that declares one", "Correct the data, or declare the join's cardinality as it is."},
}

// Code returns the code's text.
func (c RowCode) Code() Code {
	if c >= rowCodes {
		return "row.unknown"
	}
	return rowNames[c]
}

// String returns the code's text.
func (c RowCode) String() string { return string(c.Code()) }

// Message says what the code means, in plain words, without any value.
func (c RowCode) Message() string {
	if c >= rowCodes {
		return "unknown row error"
	}
	return rowTexts[c].message
}

// Fix says what to do about it.
func (c RowCode) Fix() string {
	if c >= rowCodes {
		return ""
	}
	return rowTexts[c].fix
}

// RowCodes returns every row code but RowOK, in number order.
func RowCodes() []RowCode {
	out := make([]RowCode, 0, rowCodes-1)
	for c := RowOK + 1; c < rowCodes; c++ {
		out = append(out, c)
	}
	return out
}
