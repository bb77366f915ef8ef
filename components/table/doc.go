// Package table is the source that reads a table of the catalog by its name. It only resolves: the scan it plans names the component
// the table is bound to, so the engine never opens a source called "table".
// A stream's source has to give inserts, that of a changelog or a dimension changes by the table's key.
package table
