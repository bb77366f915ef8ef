// Package json is the JSON format: one object a record, after RFC 8259.
//
// # Decoding
//
// The decoder goes over a record once. Only the columns asked for are built, but the whole record is checked:
//
//   - it is one JSON object with nothing but white space behind it (row.trailing_data);
//   - it is valid UTF-8, in skipped strings and keys too; a \u escape that is half of a surrogate pair names no character and is
//     row.invalid_utf8. \u0000 is a character like any other;
//   - it is nested at most 128 levels deep (row.too_deep);
//   - no key stands twice in the record's object (row.duplicate_key), whatever the columns asked for. Within a column of type row or map the
//     same holds as a question of the column's value. Objects that are skipped, or kept as json, are not searched for duplicates.
//
// A value that does not fit its column rejects the record where the column is checked (DecodeTarget.Checked) and makes the column
// NULL where it is not. A record that is both broken and has a misfit is reported as broken. No value is ever converted in
// silence; package convert says what fits. Beyond that:
//
//   - null is NULL, but in a json column it is the JSON value null. A missing field is NULL. Either is row.missing_field in a checked
//     column that is not nullable;
//   - a string column takes strings only, a boolean column true and false only; a decimal column also takes a string that holds a
//     number, as that is how exact decimals often travel;
//   - a timestamp column takes a string, or a number that counts what timestamp_numbers says; a bytes column takes base64 (RFC 4648,
//     padded);
//   - a json column keeps the value's text as it stands in the record;
//   - a row column takes an object: unknown keys are ignored and missing ones NULL. A map column takes an object, its keys read
//     as text of the key's type.
//
// # Encoding
//
// A row becomes one object with every column, NULL written as null. Floats that are NaN or infinite and times outside the years 0001
// to 9999 have no JSON form: the encoder names such rows (component.EncodeChecker) and refuses to write them.
package json
