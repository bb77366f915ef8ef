// Package table is the source that reads a table of the catalog by its name. It only resolves: the scan it plans names the component
// the table is bound to, so the engine never opens a source called "table".
package table
