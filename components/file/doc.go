// Package file is the source that reads files: records of any format, one after the other, or Parquet.
//
// Each file that the glob matches is a partition, named by its path, in the order of the paths. The position in a file of records is
// "bytes:N", N bytes of decompressed content up to the end of the last whole record; in a Parquet file "rows:N". A row's offset is the
// byte its record starts at, or its number.
//
// Bounded, the source ends at the size each file had when it was opened; a last line without a line end counts. Following, new files become
// new partitions and growing ones are read on, by polling; a line without an end is waited for. Compressed and Parquet files
// are complete when they appear. A file that shrank or was replaced by another of the same name is an error (file.replaced): its
// position means nothing any more.
//
// With changelog: upsert a record is a change: of the kind that its op column names, or the row its key has now (changelog.go).
//
// Memory is bounded by max_record_bytes and the size of a chunk: a record larger than that becomes a reject with its first bytes, and reading
// goes on behind the next line end.
package file
