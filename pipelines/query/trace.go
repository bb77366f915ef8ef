package query

import (
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// StatementKind says what a traced statement does.
type StatementKind string

// The kinds of statements that are traced: those whose rows somebody could look at.
const (
	TableStatement  StatementKind = "table"
	ViewStatement   StatementKind = "view"
	InsertStatement StatementKind = "insert"
	QueryStatement  StatementKind = "query"
)

// Statement is what was found out about a statement, whether it came to an outcome or not. Each INSERT of a statement set is one.
type Statement struct {
	Kind StatementKind
	At   diag.Span
	// Name is what is defined or written, in full; a query has none.
	Name string
	// Reads are the tables and views that the statement names, each once, in the order in which they were bound.
	Reads []TableRead
	// Schema and Mode are those of the rows of a table, a view or a query, and of those that an INSERT writes. A nil Schema is not known.
	Schema *schema.Schema
	Mode   plan.Mode
	Failed bool
}

// TableRead is a table or a view that a statement reads.
type TableRead struct {
	// Name is in full. Temporary says that a statement of the session made it.
	Name      string
	Temporary bool
	// Schema is nil where the table cannot be read.
	Schema *schema.Schema
	Mode   plan.Mode
}

// Label is a full name as scripts would write it.
func Label(full string) string { return labelOf(full) }

// trace gathers statements while they are compiled.
type trace struct {
	statements []Statement
	// open is set while the last statement is being compiled, inside counts the views that are bound for it.
	open   bool
	inside int
}

// begin opens a statement; end closes it.
func (t *trace) begin(kind StatementKind, name string, at diag.Span) {
	t.statements = append(t.statements, Statement{Kind: kind, Name: name, At: at})
	t.open = true
}

func (t *trace) end(ok bool) {
	if t.open {
		t.statements[len(t.statements)-1].Failed = !ok
		t.open = false
	}
}

// rows notes the rows of the statement.
func (t *trace) rows(s *schema.Schema, mode plan.Mode) {
	if t.open {
		last := &t.statements[len(t.statements)-1]
		last.Schema, last.Mode = s, mode
	}
}

// read notes a table that the statement itself names.
func (t *trace) read(name string, temporary bool, r *relation) {
	if !t.open || t.inside > 0 {
		return
	}
	last := &t.statements[len(t.statements)-1]
	for _, known := range last.Reads {
		if known.Name == name {
			return
		}
	}
	found := TableRead{Name: name, Temporary: temporary}
	if r != nil && r.node != nil {
		found.Schema, found.Mode = r.node.Schema, r.node.Mode
	}
	last.Reads = append(last.Reads, found)
}

// tableSchema is the columns of a table of CREATE TABLE, in the order of the definition.
func (t *table) schema() *schema.Schema {
	out := &schema.Schema{Key: t.physical.Key, EventTime: t.physical.EventTime}
	for _, c := range t.columns {
		if c.computed != nil {
			out.Fields = append(out.Fields, schema.Field{Name: c.name, Type: c.computed.Type, Nullable: c.computed.Nullable})
		} else if i := t.physical.Index(c.name); i >= 0 {
			out.Fields = append(out.Fields, t.physical.Fields[i])
		}
	}
	return out
}

// traced opens the trace of a statement that defines or asks; INSERTs open theirs themselves, for there may be several in one.
func (x *execution) traced(st sqltext.Statement) {
	switch st := st.(type) {
	case *sqltext.CreateTable:
		x.trace.begin(TableStatement, x.qualified(st.Name), st.At)
	case *sqltext.CreateView:
		x.trace.begin(ViewStatement, x.qualified(st.Name), st.At)
	case *sqltext.QueryStatement:
		x.trace.begin(QueryStatement, "", st.Span())
	}
}
