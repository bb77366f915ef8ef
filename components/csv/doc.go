// Package csv is the CSV format after RFC 4180: cells between delimiters, quotes around cells that hold a delimiter, a quote (doubled)
// or a line end.
//
// Cells are found by the header's names, or by position in the declared columns. A cell without quotes that equals null_text (the
// empty text by default) is NULL; one in quotes never is. What a cell's text means to a column is said in package convert; a json column
// takes the text of any JSON value. Rows, arrays and maps have no form in CSV.
//
// A line whose cells are not as many as the columns is row.column_count, unless column_count is "lenient": then missing cells are
// NULL and extra ones are ignored. A quote within a cell that does not start with one is row.malformed, a quote that is never closed
// row.truncated, and the whole line must be valid UTF-8.
package csv
