// Package diag holds the one shape in which Millrace says that something is wrong: a Diagnostic with a registered code,
// a place, a sentence and a mend. Everything that reads what a person wrote (documents, SQL, catalog files) collects
// diagnostics and goes on; nothing stops at the first.
//
// Row errors, the errors of single rows while a pipeline runs, are RowCode values: small enough to stand beside a column.
// They name a code and never carry the value that failed.
package diag
