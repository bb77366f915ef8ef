package clickhouse

import (
	"fmt"
	"strings"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/models/diag"
	"millrace/models/schema"
)

// tableColumn is a column as the server describes it. defaultKind is "", DEFAULT, MATERIALIZED, ALIAS or EPHEMERAL.
type tableColumn struct{ name, typ, defaultKind string }

// column is one column of an INSERT: where its values come from, and what they become.
type column struct {
	name   string
	source int
	typ    chtype.Type
	check  chtype.Check
	// key says that the column is in the key that a table keeps one row of: that of a deleted row counts too.
	key bool
}

// compare matches the rows' columns with the table's, in the rows' order. Every clash is a diagnostic that names the column, both sides
// and what to do.
// filled are columns of the table that the sink fills itself.
func compare(table string, s *schema.Schema, columns []tableColumn, filled ...string) ([]column, diag.List) {
	var (
		out    []column
		found  diag.List
		byName = map[string]tableColumn{}
		names  []string
	)
	report := func(code diag.Code, column, fix, format string, args ...any) {
		found.Add(diag.Diagnostic{Code: code, Severity: diag.Error, Path: column, Fix: fix,
			Message: fmt.Sprintf("table %s: ", table) + fmt.Sprintf(format, args...)})
	}
	for _, c := range columns {
		byName[c.name] = c
		names = append(names, c.name)
	}
	for i, f := range s.Fields {
		c, ok := byName[f.Name]
		if !ok {
			fix := "Add the column to the table, or leave it out of the rows with a compute node."
			if near := diag.Nearest(f.Name, names); near != "" {
				fix = "Did you mean " + near + "?"
			}
			report(CodeColumnMissing, f.Name, fix, "the rows have a column %q (%s) and the table does not", f.Name, f.Type)
			continue
		}
		delete(byName, f.Name)
		switch c.defaultKind {
		case "MATERIALIZED", "ALIAS":
			report(CodeColumnComputed, f.Name, "Leave it out of the rows with a compute node.", "the table computes the column %q itself (%s)", f.Name, c.defaultKind)
			continue
		}
		if !chsql.InsertableColumn(f.Name) {
			report(CodeUnsupported, f.Name, "Rename it: use AS in a compute node and RENAME COLUMN in the table.", "the name of the column %q cannot be written in an INSERT", f.Name)
			continue
		}
		t, err := chtype.Parse(c.typ)
		if err != nil {
			report(CodeUnsupported, f.Name, "", "the column %q: %v", f.Name, err)
			continue
		}
		if !t.Insertable() {
			report(CodeUnsupported, f.Name, "Give its members names without blanks, commas and parentheses, or none.", "the column %q (%s) has members of names that cannot be written to", f.Name, c.typ)
			continue
		}
		check, err := chtype.Fit(f.Type, f.Nullable, t)
		if err != nil {
			fix := "CAST it in a compute node to a type that fits."
			if want, err := chsql.Type(f.Type, f.Nullable); err == nil {
				fix = "Make the column " + want + ", or CAST it in a compute node to a type that fits."
			}
			report(CodeColumnType, f.Name, fix, "the column %q is %s in the rows and %s in the table: %v", f.Name, f.Type, c.typ, err)
			continue
		}
		out = append(out, column{name: f.Name, source: i, typ: t, check: check})
	}
	for _, name := range filled {
		delete(byName, name)
	}
	for _, c := range columns {
		if _, left := byName[c.name]; !left || c.defaultKind != "" || strings.HasPrefix(c.typ, "Nullable(") || strings.HasPrefix(c.typ, "LowCardinality(Nullable(") {
			continue
		}
		report(CodeColumnUnfilled, c.name, "Add it to the rows, give it a DEFAULT, or make it Nullable.",
			"the rows have no column %q (%s): the table would fill in zeroes that mean nothing", c.name, c.typ)
	}
	return out, found
}
