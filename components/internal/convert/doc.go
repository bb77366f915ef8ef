// Package convert turns the text of one value into a value of a column's type and back: numbers as JSON writes them, dates,
// timestamps. The formats share it so that the same text means the same whatever the record around it.
//
// Nothing is coerced in silence (invariant I6): a text that does not name a value of the type gives a row code.
//
//   - An integer column takes every number whose value is integral: 12, 1e3 and 1.0, but not 1.5 (row.wrong_type) and not a
//     number outside the type's range (row.out_of_range).
//   - A float is correctly rounded; one that overflows is row.out_of_range.
//   - A decimal is exact: digits behind its scale are row.out_of_range unless they are zeros.
//   - A date is 2006-01-02. A timestamp is RFC 3339, with T or a space; without an offset it is read in the zone given. Digits finer
//     than the column's precision are dropped towards the past. Years run from 0001 to 9999.
package convert
