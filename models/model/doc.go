// Package model is the document an analyst edits: nodes (a component and its parameters), edges, a kind, a name, a time zone and
// typed parameters. The text (YAML, or JSON, which is read as YAML) is the truth; every value remembers its line and column.
package model
