// Package schema describes rows: the types of the language, fields, and the schema of a table or of a plan node with its
// keys and its event time. It is pure data: no row values live here.
package schema
