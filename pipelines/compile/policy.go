package compile

// Policy decides what the principal a model runs as may read. It is asked for every table a model reads, in the planner and nowhere
// else, so that previews, pipelines and queries all obey.
type Policy interface {
	// Read decides about one table.
	Read(table string) Access
}

// Access is a decision about one table.
type Access struct {
	// Denied is the reason in one sentence; empty means that the table may be read.
	Denied string
	// RowFilter is a condition over the table's columns that keeps the rows the principal may see; empty keeps all. It stands directly
	// above the scan.
	RowFilter string
}

// AllowAll is the policy of an installation without grants.
type AllowAll struct{}

var _ Policy = AllowAll{}

// Read allows every row of every table.
func (AllowAll) Read(string) Access { return Access{} }
