package design

import (
	"millrace/models/plan"
	"millrace/models/schema"
)

// Input is what a table is designed from.
type Input struct {
	// Connection and Table are the names that the sink is given: a connection's, and catalog.db.table.
	Connection string `json:"connection"`
	Table      string `json:"table"`
	// Database is the connection's own, where a table without one lies.
	Database string `json:"database,omitempty"`

	Schema *schema.Schema `json:"schema"`
	Mode   plan.Mode      `json:"mode"`
	// Identity are the columns that tell the rows apart, nil when none are known to; see plan.Identity.
	Identity []string `json:"identity,omitempty"`
	// Additive are the columns that are counts or sums of a window, so that those of several rows may be added.
	Additive []string `json:"additive,omitempty"`
	// Zone is the model's time zone, an IANA name; empty is UTC.
	Zone string `json:"zone,omitempty"`
	// Epoch is how often rows are written; 0 is a second.
	Epoch schema.Duration `json:"epoch,omitempty"`

	// Stats says what a sample showed; nil when there is none.
	Stats *Stats `json:"stats,omitempty"`
	// Existing describes the table when there is one.
	Existing *Existing `json:"existing,omitempty"`
	// Cluster describes the cluster that the table is made on; nil for one server.
	Cluster *Cluster `json:"cluster,omitempty"`
	// Pins are what has been decided already.
	Pins Choices `json:"pins"`
}

// Choices are decisions; those that are nil are left to Design.
type Choices struct {
	// Database and Name are the table's in ClickHouse.
	Database *string `json:"database,omitempty"`
	Name     *string `json:"name,omitempty"`
	// Engine is one of the sink's: merge_tree, replacing_merge_tree, summing_merge_tree and replicated ones.
	Engine *string `json:"engine,omitempty"`
	// OrderBy names the columns of the sorting key.
	OrderBy *[]string `json:"order_by,omitempty"`
	// PartitionBy without a column is one partition; TTL without a column keeps rows for ever.
	PartitionBy *Partition `json:"partition_by,omitempty"`
	TTL         *TTL       `json:"ttl,omitempty"`
	// Window is how many inserts the table remembers.
	Window  *int64                  `json:"deduplication_window,omitempty"`
	Columns map[string]ColumnChoice `json:"columns,omitempty"`
}

// ColumnChoice are decisions about one column.
type ColumnChoice struct {
	// Type is a ClickHouse type; Codec a codec, empty for the server's own.
	Type  *string `json:"type,omitempty"`
	Codec *string `json:"codec,omitempty"`
}

// With returns the choices with those of o over them.
func (c Choices) With(o Choices) Choices {
	take(&c.Database, o.Database)
	take(&c.Name, o.Name)
	take(&c.Engine, o.Engine)
	take(&c.OrderBy, o.OrderBy)
	take(&c.PartitionBy, o.PartitionBy)
	take(&c.TTL, o.TTL)
	take(&c.Window, o.Window)
	columns := make(map[string]ColumnChoice, len(c.Columns)+len(o.Columns))
	for name, one := range c.Columns {
		columns[name] = one
	}
	for name, over := range o.Columns {
		one := columns[name]
		take(&one.Type, over.Type)
		take(&one.Codec, over.Codec)
		columns[name] = one
	}
	c.Columns = columns
	return c
}

func take[T any](to **T, from *T) {
	if from != nil {
		*to = from
	}
}

// Partition is a partition expression: a column, or a function of a date or time.
type Partition struct {
	// Function is "", toDate, toYYYYMM or toYYYYMMDD.
	Function string `json:"function,omitempty"`
	Column   string `json:"column,omitempty"`
}

// TTL says when rows expire: that long after the time in the column.
type TTL struct {
	Column string          `json:"column,omitempty"`
	After  schema.Duration `json:"after,omitempty"`
}

// Existing describes a table as the server has it.
type Existing struct {
	Database string `json:"database"`
	Table    string `json:"table"`
	Engine   string `json:"engine"`
	// Version and Deleted are the columns that a ReplacingMergeTree is given, empty when it has none.
	Version string           `json:"version,omitempty"`
	Deleted string           `json:"deleted,omitempty"`
	Columns []ExistingColumn `json:"columns"`
	// OrderBy is the sorting key. OrderByText is how the server writes it; where that is made of more than columns, OrderBy is nil.
	OrderBy     []string `json:"order_by,omitempty"`
	OrderByText string   `json:"order_by_text,omitempty"`
	// PartitionBy is nil for one partition, and for an expression that is not understood here.
	PartitionBy     *Partition `json:"partition_by,omitempty"`
	PartitionByText string     `json:"partition_by_text,omitempty"`
	// Window is how many inserts it remembers.
	Window int64 `json:"deduplication_window"`
	// Rows, Bytes and Partitions are what it holds now.
	Rows       int64 `json:"rows"`
	Bytes      int64 `json:"bytes"`
	Partitions int64 `json:"partitions"`
	// Fills are the tables that materialized views fill from it.
	Fills []Target `json:"fills,omitempty"`
}

// ExistingColumn is a column of a table. DefaultKind is "", DEFAULT, MATERIALIZED, ALIAS or EPHEMERAL.
type ExistingColumn struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	DefaultKind string `json:"default_kind,omitempty"`
}

// Target is a table that a materialized view fills.
type Target struct {
	Database string `json:"database"`
	Table    string `json:"table"`
	Engine   string `json:"engine"`
	Window   int64  `json:"deduplication_window"`
}

// Cluster describes a cluster of servers.
type Cluster struct {
	Name     string `json:"name"`
	Shards   int    `json:"shards"`
	Replicas int    `json:"replicas"`
	// Macros are those of the server that was asked: shard and replica stand in the path of a replicated table.
	Macros map[string]string `json:"macros,omitempty"`
}
