// Package raw is the format of records that are one value: the whole record is the string or bytes column "value". A string must
// be valid UTF-8 (row.invalid_utf8). In files a record is a line; blank lines are records too.
package raw
