package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Relation writes the table expression that gives the rows a table has now, with the columns of s in the types that chsql.Type gives for
// theirs. Of a table that keeps one row of each sorting key the last versions are read, without those that are gone, whatever was merged so
// far. physical is the table's name as parameters have it. The error says which column cannot be read as it is declared.
func (s *Server) Relation(ctx context.Context, physical string, want *schema.Schema) (string, error) {
	name, ok := parseName(physical)
	if !ok {
		return "", component.Permanent(CodeBadParams, nil, "", "%q cannot be the name of a table in ClickHouse", physical)
	}
	name, err := s.srv.complete(ctx, name)
	if err != nil {
		return "", classify(err, "asking for the connection's database")
	}
	what := "describing " + name.sql()
	columns, err := s.srv.columns(ctx, name)
	if err != nil {
		return "", classify(err, what)
	}
	if len(columns) == 0 {
		return "", component.Permanent(CodeTableMissing, nil, "Create it, or correct what the catalog says of it.", "the table %s does not exist", name.sql())
	}
	var engine, full string
	if err := s.srv.conn.QueryRow(ctx, "SELECT engine, engine_full FROM system.tables WHERE database = ? AND name = ?", name.database, name.table).Scan(&engine, &full); err != nil {
		return "", classify(err, what)
	}
	items := make([]string, 0, len(want.Fields))
	for _, f := range want.Fields {
		i := slices.IndexFunc(columns, func(c tableColumn) bool { return c.name == f.Name })
		if i < 0 {
			fix := "Compare the table with what the catalog says of it."
			if near := diag.Nearest(f.Name, namesOf(columns)); near != "" {
				fix = "Did you mean " + near + "?"
			}
			return "", component.Permanent(CodeColumnMissing, nil, fix, "the table %s has no column %q", name.sql(), f.Name)
		}
		item, err := readAs(f, columns[i].typ)
		if err != nil {
			return "", component.Permanent(CodeColumnType, nil, "Compare the table with what the catalog says of it.",
				"the column %q of %s is %s, which is not read as %s: %v", f.Name, name.sql(), columns[i].typ, f.Type, err)
		}
		items = append(items, item+" AS "+chsql.Quote(f.Name))
	}
	if len(items) == 0 {
		items = []string{"1 AS mr_none"} // the rows alone are wanted
	}
	final := ""
	if merges(engine) {
		final = " FINAL"
	} else if engine == "Distributed" {
		// What lies behind it is known to who made it: the view, where there is one.
		if current, err := s.srv.columns(ctx, tableName{name.database, name.table + currentView}); err == nil && len(current) > 0 {
			name.table += currentView
		}
	}
	return fmt.Sprintf("(SELECT %s FROM %s AS t%s)", strings.Join(items, ", "), name.sql(), final), nil
}

// merges reports whether merging changes which rows a table of the engine has: only FINAL then says what they are.
func merges(engine string) bool {
	return strings.HasSuffix(engine, "MergeTree") && !strings.HasSuffix(engine, "ReplicatedMergeTree") && !strings.HasSuffix(engine, "SharedMergeTree") && engine != "MergeTree"
}

func namesOf(columns []tableColumn) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.name
	}
	return out
}

// readAs writes the value of a column in the type that chsql.Type gives for the field's. Nothing is lost on the way: a type that does not
// hold every value of the column is refused. NULL where the field has none is an error when the row is read.
func readAs(f schema.Field, typ string) (string, error) {
	have, err := chtype.Parse(typ)
	if err != nil {
		return "", err
	}
	want, err := chsql.Type(f.Type, f.Nullable)
	if err != nil {
		return "", err
	}
	v := "t." + chsql.Quote(f.Name)
	if have.Text == want {
		return v, nil
	}
	held, _, err := language(have)
	if err != nil {
		return "", err
	}
	if !holds(f.Type, held) {
		return "", fmt.Errorf("it holds %s", held)
	}
	switch {
	case have.Name == "JSON":
		v = "toJSONString(" + v + ")"
	case have.Name == "FixedString" || have.Name == "UUID" || strings.HasPrefix(have.Name, "Enum"):
		v = "toString(" + v + ")"
	case f.Type.Kind == schema.Timestamp:
		v = fmt.Sprintf("toDateTime64(%s, %d, 'UTC')", v, f.Type.Precision)
	}
	return fmt.Sprintf("CAST(%s AS %s)", v, want), nil
}

// holds reports whether every value of type t is one of type wide.
func holds(wide, t schema.Type) bool {
	switch {
	case wide.Equal(t):
		return true
	case wide.Integer() && t.Integer():
		return wide.Unsigned() == t.Unsigned() && wide.Bits() >= t.Bits() || !wide.Unsigned() && t.Unsigned() && wide.Bits() > t.Bits()
	case wide.Float() && t.Float():
		return wide.Bits() >= t.Bits()
	case wide.Kind == schema.Decimal && t.Kind == schema.Decimal:
		return wide.Scale >= t.Scale && wide.Precision-wide.Scale >= t.Precision-t.Scale
	case wide.Kind == schema.Timestamp && t.Kind == schema.Timestamp:
		return wide.Precision >= t.Precision
	case wide.Kind == schema.Bytes || wide.Kind == schema.JSON || wide.Kind == schema.String:
		// Bytes and JSON are kept as texts.
		return t.Kind == schema.String || wide.Kind == schema.JSON && t.Kind == schema.JSON
	case wide.Kind != t.Kind:
		return false
	case wide.Kind == schema.Array:
		return (wide.ElemNullable || !t.ElemNullable) && holds(*wide.Elem, *t.Elem)
	case wide.Kind == schema.Map:
		return (wide.ElemNullable || !t.ElemNullable) && holds(*wide.Key, *t.Key) && holds(*wide.Elem, *t.Elem)
	case wide.Kind == schema.Row && len(wide.Fields) == len(t.Fields):
		for i, f := range wide.Fields {
			if f.Name != t.Fields[i].Name || !f.Nullable && t.Fields[i].Nullable || !holds(f.Type, t.Fields[i].Type) {
				return false
			}
		}
		return true
	}
	return false
}
