package chsql

import (
	"fmt"
	"regexp"
	"strings"
)

// Table is what a CREATE TABLE says. Texts that are SQL already (types, engines, expressions) come from this package and its neighbours,
// never from a person; names are quoted here.
type Table struct {
	// Database may be empty: the table then lies in the connection's.
	Database, Name string
	// Cluster is the cluster on which the statement runs; empty for this server alone.
	Cluster string
	Columns []Column
	// Engine is the engine with its arguments.
	Engine string
	// PartitionBy is an expression; empty for one partition.
	PartitionBy string
	// OrderBy names the columns of the sorting key; none for rows as they come. Without says that the engine has no sorting key.
	OrderBy []string
	Without bool
	// TTL is an expression; empty when rows stay.
	TTL      string
	Settings []Setting
}

// Column is a column of a Table: its type, and its codec ("Delta, ZSTD(1)"), empty for the server's own.
type Column struct{ Name, Type, Codec string }

// Setting is a setting of a table.
type Setting struct {
	Name  string
	Value int64
}

// Name writes the name of a table, with its database unless that is empty.
func Name(database, table string) string {
	if database == "" {
		return Quote(table)
	}
	return Quote(database) + "." + Quote(table)
}

// Create writes the statement, which does nothing where the table exists.
func (t Table) Create() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s%s\n(\n", Name(t.Database, t.Name), on(t.Cluster))
	for i, c := range t.Columns {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "    %s %s", Quote(c.Name), c.Type)
		if c.Codec != "" {
			fmt.Fprintf(&b, " CODEC(%s)", c.Codec)
		}
	}
	fmt.Fprintf(&b, "\n)\nENGINE = %s", t.Engine)
	if t.PartitionBy != "" {
		fmt.Fprintf(&b, "\nPARTITION BY %s", t.PartitionBy)
	}
	switch {
	case t.Without:
	case len(t.OrderBy) == 0:
		b.WriteString("\nORDER BY tuple()")
	default:
		fmt.Fprintf(&b, "\nORDER BY (%s)", list(t.OrderBy))
	}
	if t.TTL != "" {
		fmt.Fprintf(&b, "\nTTL %s", t.TTL)
	}
	for i, s := range t.Settings {
		before := ", "
		if i == 0 {
			before = "\nSETTINGS "
		}
		fmt.Fprintf(&b, "%s%s = %d", before, s.Name, s.Value)
	}
	return b.String()
}

// CreateDatabase writes the statement that makes a database where it is missing.
func CreateDatabase(name, cluster string) string {
	return "CREATE DATABASE IF NOT EXISTS " + Quote(name) + on(cluster)
}

// CreateCurrent writes the statement for the view over a table that keeps one row of each key: the last version of each, without those that
// are gone. Rows of a key may lie in several partitions, hence the setting.
func CreateCurrent(database, view, table, cluster string, columns []string) string {
	return fmt.Sprintf("CREATE VIEW IF NOT EXISTS %s%s AS SELECT %s FROM %s FINAL SETTINGS do_not_merge_across_partitions_select_final = 0",
		Name(database, view), on(cluster), list(columns), Name(database, table))
}

// Expires writes the expression by which rows expire that many seconds after the time in a column.
func Expires(column string, seconds int64) string {
	return fmt.Sprintf("toDateTime(%s) + INTERVAL %d SECOND", Quote(column), seconds)
}

// list writes quoted names.
func list(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = Quote(n)
	}
	return strings.Join(out, ", ")
}

func on(cluster string) string {
	if cluster == "" {
		return ""
	}
	return " ON CLUSTER " + Quote(cluster)
}

// The names that the driver can find again in the text of an INSERT, which it takes apart itself.
var (
	insertableColumn = regexp.MustCompile("^[^()`\"'\\\\,\r\n]+$")
	insertablePart   = regexp.MustCompile("^[^\\s().`\"'\\\\]+$")
	insertableMember = regexp.MustCompile(`^[^\s(),]+$`)
)

// InsertableColumn reports whether rows can be written to a column of the name. The driver undoes no escapes.
func InsertableColumn(name string) bool {
	return insertableColumn.MatchString(name) && Quote(name) == "`"+name+"`"
}

// InsertableName reports whether rows can be written to a table or a database of the name.
func InsertableName(name string) bool { return insertablePart.MatchString(name) }

// InsertableMember reports whether rows can be written to a tuple that has a member of the name.
func InsertableMember(name string) bool { return insertableMember.MatchString(name) }

// codec is one step of a column's compression.
var codec = regexp.MustCompile(`^(?:(?:Delta|DoubleDelta|Gorilla|T64)(?:\([1248]\))?|LZ4|NONE|LZ4HC(?:\([0-9]{1,2}\))?|ZSTD(?:\([0-9]{1,2}\))?)$`)

// Codec writes a codec anew from a text such as "Delta, ZSTD(1)"; ok is false when it is none that is known here.
func Codec(text string) (sql string, ok bool) {
	var steps []string
	for step := range strings.SplitSeq(text, ",") {
		step = strings.TrimSpace(step)
		if !codec.MatchString(step) {
			return "", false
		}
		steps = append(steps, step)
	}
	return strings.Join(steps, ", "), len(steps) > 0
}
