package file

import (
	"millrace/models/diag"
)

// The diagnostics of the file source.
const (
	// CodePattern is a glob that cannot be read.
	CodePattern diag.Code = "file.bad_pattern"
	// CodeNotFound is a glob that matches no file where one is needed.
	CodeNotFound diag.Code = "file.not_found"
	// CodeUnreadable is a file that cannot be opened or read.
	CodeUnreadable diag.Code = "file.unreadable"
	// CodeConnection is a connection that is not there or not one to files, or that is missing where files are read only through one.
	CodeConnection diag.Code = "file.connection"
	// CodeOutside is a path that leads out of the folder of its connection.
	CodeOutside diag.Code = "file.outside"
	// CodeUpload is an upload that does not fit what is there.
	CodeUpload diag.Code = "file.upload"
	// CodeReplaced is a file that shrank or gave way to another.
	CodeReplaced diag.Code = "file.replaced"
	// CodeHeader is a header that does not fit the columns.
	CodeHeader diag.Code = "file.header"
	// CodePosition is a position that no file of this kind has.
	CodePosition diag.Code = "file.bad_position"
	// CodeParquet is a Parquet file whose columns do not fit.
	CodeParquet diag.Code = "file.parquet"
	// CodeSchemaMissing is a source without declared columns.
	CodeSchemaMissing diag.Code = "file.schema_missing"
	// CodeFormat is a format that cannot read files.
	CodeFormat diag.Code = "file.format"
	// CodeChanges is a changelog without a key, or changes where there are none.
	CodeChanges diag.Code = "file.changes"
)
