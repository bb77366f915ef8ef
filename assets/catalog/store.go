package catalog

import (
	"context"

	"millrace/assets/audit"
	"millrace/assets/grants"
)

// Store keeps the hub's entries. All changes of connections and tables are counted: the count after a change is the version of what it
// changed, and versions are in the order in which changes became visible.
type Store interface {
	// Version is the count of changes.
	Version(ctx context.Context) (int64, error)
	// Since returns what has changed after a version, 0 being everything that is there, and the version it leads up to.
	Since(ctx context.Context, version int64) (Changes, error)
	// Apply carries edits out, all in one transaction with their audit lines, or none of them. It fills in revisions, times and, in the
	// lines, what it learns. Errors are of the kinds of diag: conflict (a name is taken), stale (a revision is not the newest), not found.
	Apply(ctx context.Context, edits ...*Edit) error
	// Checked keeps the outcome of a check.
	Checked(ctx context.Context, connection string, c Check) error
	// Drifted keeps the result of a comparison and reports whether it says something else than the one before.
	Drifted(ctx context.Context, d DriftEntry) (changed bool, err error)
	// Drifts returns the results for tables, by id; without ids all of those with changes.
	Drifts(ctx context.Context, tables ...string) (map[string]DriftEntry, error)
}

// Changes are entries that have changed. Of what is gone there is the id alone.
type Changes struct {
	Version         int64
	Connections     []*ConnectionEntry
	Tables          []*TableEntry
	GoneConnections []string
	GoneTables      []string
}

// Op is what an Edit does.
type Op string

// The operations.
const (
	Create Op = "create"
	Update Op = "update"
	Delete Op = "delete"
)

// Edit is one change; one of Connection and Table is set.
type Edit struct {
	Op         Op
	Connection *ConnectionEntry
	Table      *TableEntry
	// Revision is the revision that an update or a delete is made to; 0 is any.
	Revision int64
	// By is who changes grants along with a table: its owning team may manage it from its first moment, and nobody when it is gone.
	By   grants.Subject
	Line audit.Entry
	// FromTeam is the team that a table is taken from; "" where it stays with its own.
	FromTeam string
}

// Sealer seals secrets for the object and the field they belong to, and opens them there alone.
type Sealer interface {
	Seal(object, field, plain string) string
	Open(object, field, sealed string) (string, error)
}

// Users knows what uses a table: models that read or write it, pipelines that run.
type Users interface {
	// Users lists the direct users of a table, or with deep also those of what is made from it.
	Users(ctx context.Context, table string, deep bool) ([]User, error)
}

// User is a thing that uses a table.
type User struct {
	// Kind is "model", "pipeline" or "table".
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name"`
	Team string `json:"team,omitempty"`
}

// Decider decides what a principal may do with tables; grants.Service is one.
type Decider interface {
	May(p grants.Principal, a grants.Action, o grants.Object) bool
	Allowed(p grants.Principal, a grants.Action, objects []grants.Object) []bool
}

var _ Decider = (*grants.Service)(nil)
