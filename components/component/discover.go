package component

import (
	"context"
	"path"
	"slices"

	"millrace/models/batch"
	"millrace/models/schema"
)

// Discovery says what Discover looks for.
type Discovery struct {
	Registry *Registry
	// Names, when there are any, are the physical names to look at; one that does not exist is not yielded.
	Names []string
	// Pattern is a pattern of physical names with *, ? and [a-z], as path.Match reads it; empty is all.
	Pattern string
	// Samples is how many records are looked at where only they tell the columns; 0 lists names alone.
	Samples int
	// KeepSamples hands the records over as well.
	KeepSamples bool
	// Progress, which may be nil, hears how many things of how many were looked at.
	Progress func(done, total int)
}

// Wants reports whether a physical name is looked for.
func (o *Discovery) Wants(name string) bool {
	if len(o.Names) > 0 {
		return slices.Contains(o.Names, name)
	}
	if o.Pattern == "" {
		return true
	}
	ok, err := path.Match(o.Pattern, name)
	return err == nil && ok
}

// Report tells of progress.
func (o *Discovery) Report(done, total int) {
	if o.Progress != nil {
		o.Progress(done, total)
	}
}

// Found is something of a system that could be a table.
type Found struct {
	// Physical is the system's own name for it: a topic, database.table, a pattern of paths.
	Physical string `json:"physical"`
	// DB and Table are the parts of the physical name that suggest a name in the catalog.
	DB    string    `json:"db,omitempty"`
	Table string    `json:"table"`
	Kind  TableKind `json:"kind"`
	// Schema is nil when nothing tells the columns; Notes say why.
	Schema *schema.Schema `json:"-"`
	// Columns are the columns as the system describes them, where it does.
	Columns []FoundColumn `json:"columns,omitempty"`
	Facts   Facts         `json:"facts"`
	Comment string        `json:"comment,omitempty"`
	// Notes are sentences for a person: what was guessed and why, what could not be told.
	Notes []string `json:"notes,omitempty"`
	// Source and Sink are how it would be read and written; nil where it cannot be.
	Source *Binding `json:"-"`
	Sink   *Binding `json:"-"`
	// Samples are records, in the format that Source names.
	Samples [][]byte `json:"-"`
}

// FoundColumn is a column in the system's own words.
type FoundColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// Lost says why the column has no counterpart in the language; the schema does not have it then.
	Lost    string `json:"lost,omitempty"`
	Default string `json:"default,omitempty"`
	Comment string `json:"comment,omitempty"`
}

// Facts are what a system knows of one of its tables. Numbers are -1 where it does not know.
type Facts struct {
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
	// Partitions is how many a topic has, or how many files match.
	Partitions int `json:"partitions,omitempty"`
	// Engine, SortKey, PrimaryKey and PartitionKey are those of a ClickHouse table, as it writes them.
	Engine       string `json:"engine,omitempty"`
	SortKey      string `json:"sort_key,omitempty"`
	PrimaryKey   string `json:"primary_key,omitempty"`
	PartitionKey string `json:"partition_key,omitempty"`
	// Cleanup is a topic's policy: delete, compact or both.
	Cleanup string `json:"cleanup,omitempty"`
}

// UploadTarget is where uploaded rows are to go.
type UploadTarget struct {
	Registry *Registry
	// Table is the full name in the catalog, Physical the system's; empty lets the component derive it.
	Table    string
	Physical string
	Schema   *schema.Schema
	// Mode is UploadCreate, UploadAppend or UploadReplace.
	Mode UploadMode
	// Token names this upload: no two have the same.
	Token string
}

// UploadMode says what becomes of rows that are there.
type UploadMode string

// The upload modes.
const (
	// UploadCreate makes the table, which must not exist.
	UploadCreate UploadMode = "create"
	// UploadAppend adds to a table that exists.
	UploadAppend UploadMode = "append"
	// UploadReplace puts the new rows in the place of the old.
	UploadReplace UploadMode = "replace"
)

// Uploader brings rows to a table such that none is visible before Commit. It belongs to one goroutine.
type Uploader interface {
	// Write stages rows and returns those the table cannot take, which are left out.
	Write(ctx context.Context, b *batch.Batch) ([]RowReject, error)
	// Commit makes the rows visible, all at once, and returns how the table is read and written from now on; either may be nil.
	Commit(ctx context.Context) (source, sink *Binding, err error)
	// Abort takes everything back. It may be called after Commit, and does nothing then.
	Abort(ctx context.Context) error
}
