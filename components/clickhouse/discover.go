package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"millrace/components/clickhouse/chtype"
	"millrace/components/component"
	"millrace/models/schema"
)

// describedAtOnce is of how many tables the columns are asked for with one query.
const describedAtOnce = 200

// found is a table before its columns are known.
type found struct {
	name tableName
	component.Found
}

// discover lists the tables and views of all databases that the user may see, but for the server's own.
func discover(ctx context.Context, c *component.Connection, o component.Discovery, yield func(component.Found) bool) error {
	conn, err := dial(ctx, c)
	if err != nil {
		return err
	}
	defer conn.Close()
	srv := server{conn}
	all, err := srv.list(ctx, &o)
	if err != nil {
		return classify(err, "listing the tables")
	}
	for done := 0; done < len(all); done += describedAtOnce {
		part := all[done:min(done+describedAtOnce, len(all))]
		if err := srv.describe(ctx, part); err != nil {
			return classify(err, "reading the columns of the tables")
		}
		for i := range part {
			f := &part[i]
			if err := f.bind(c); err != nil {
				return err
			}
			o.Report(done+i+1, len(all))
			if !yield(f.Found) {
				return nil
			}
		}
	}
	return nil
}

func (s server) list(ctx context.Context, o *component.Discovery) ([]found, error) {
	query := "SELECT database, name, engine, sorting_key, primary_key, partition_key, comment, toInt64(ifNull(total_rows, -1)), toInt64(ifNull(total_bytes, -1))" +
		" FROM system.tables WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema') AND NOT is_temporary" +
		" AND NOT startsWith(name, '.inner') AND NOT startsWith(name, '" + tryMark + "') AND position(name, ?) = 0"
	args := []any{uploadMark}
	if len(o.Names) > 0 {
		query += " AND concat(database, '.', name) IN (?)"
		args = append(args, o.Names)
	}
	rows, err := s.conn.Query(ctx, query+" ORDER BY database, name", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []found
	for rows.Next() {
		var f found
		if err := rows.Scan(&f.name.database, &f.name.table, &f.Facts.Engine, &f.Facts.SortKey, &f.Facts.PrimaryKey, &f.Facts.PartitionKey,
			&f.Comment, &f.Facts.Rows, &f.Facts.Bytes); err != nil {
			return nil, err
		}
		f.DB, f.Table, f.Kind = f.name.database, f.name.table, component.TableStore
		if f.Physical = f.DB + "." + f.Table; o.Wants(f.Physical) {
			out = append(out, f)
		}
	}
	return out, rows.Err()
}

// describe reads the columns of tables and what can be said of them in the language.
func (s server) describe(ctx context.Context, tables []found) error {
	names := make([]string, len(tables))
	byName := make(map[string]*found, len(tables))
	for i := range tables {
		names[i] = tables[i].Physical
		byName[names[i]] = &tables[i]
	}
	rows, err := s.conn.Query(ctx, "SELECT concat(database, '.', table), name, type, default_kind, default_expression, comment FROM system.columns"+
		" WHERE concat(database, '.', table) IN (?) ORDER BY database, table, position", names)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var table, kind, expression string
		var c component.FoundColumn
		if err := rows.Scan(&table, &c.Name, &c.Type, &kind, &expression, &c.Comment); err != nil {
			return err
		}
		if kind != "" {
			c.Default = kind + " " + expression
		}
		if f := byName[table]; f != nil {
			f.column(c, kind)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for i := range tables {
		tables[i].keys()
	}
	return nil
}

// column takes a column in.
func (f *found) column(c component.FoundColumn, kind string) {
	t, err := chtype.Parse(c.Type)
	var held schema.Type
	var note string
	if err == nil {
		held, note, err = language(t)
	}
	if err != nil {
		c.Lost = err.Error()
		f.Notes = append(f.Notes, fmt.Sprintf("The column %q (%s) is left out: %v.", c.Name, c.Type, err))
		f.Columns = append(f.Columns, c)
		return
	}
	if note != "" {
		f.Notes = append(f.Notes, fmt.Sprintf("The column %q (%s): %s.", c.Name, c.Type, note))
	}
	if kind == "ALIAS" || kind == "MATERIALIZED" {
		f.Notes = append(f.Notes, fmt.Sprintf("The table computes the column %q itself: it can be read, not written.", c.Name))
	}
	f.Columns = append(f.Columns, c)
	if f.Schema == nil {
		f.Schema = &schema.Schema{}
	}
	f.Schema.Fields = append(f.Schema.Fields, schema.Field{Name: c.Name, Type: held, Nullable: t.Nullable, Description: c.Comment})
}

// keys reads the key and the event time out of how the table is kept.
func (f *found) keys() {
	if f.Schema == nil {
		return
	}
	sorted := f.plain(f.Facts.SortKey)
	if strings.Contains(f.Facts.Engine, "ReplacingMergeTree") {
		if sorted == nil {
			f.Notes = append(f.Notes, "The table keeps one row of each sorting key, which holds expressions: no key is declared.")
		} else {
			f.Schema.Key = sorted
			f.Notes = append(f.Notes, fmt.Sprintf("The table keeps one row of each sorting key (%s), which is taken for the key; read it with FINAL.", strings.Join(sorted, ", ")))
		}
	}
	for _, at := range []struct{ what, expression string }{{"it is partitioned by it", f.Facts.PartitionKey}, {"it is sorted by it", f.Facts.SortKey}} {
		for _, c := range f.Schema.Fields {
			if c.Type.Kind == schema.Timestamp && mentions(at.expression, c.Name) {
				f.Schema.EventTime = schema.EventTimeOn(c.Name)
				f.Notes = append(f.Notes, fmt.Sprintf("%q is taken for the event time: %s.", c.Name, at.what))
				return
			}
		}
	}
}

// plain returns the columns of a sorting key that has nothing but columns, all of which the schema has; else nil.
func (f *found) plain(key string) []string {
	var out []string
	for _, part := range strings.Split(key, ",") {
		name := strings.Trim(strings.TrimSpace(part), "`")
		if f.Schema.Index(name) < 0 {
			return nil
		}
		out = append(out, name)
	}
	return out
}

// mentions reports whether an expression has the name as one of its words.
func mentions(expression, name string) bool {
	words := strings.FieldsFunc(expression, func(r rune) bool { return strings.ContainsRune(" ,()`", r) })
	return slices.Contains(words, name)
}

// bind says how the table is written, where it can be.
func (f *found) bind(c *component.Connection) error {
	if f.Schema == nil {
		f.Notes = append(f.Notes, "No column has a type of the language.")
		return nil
	}
	read, err := component.ParamsOf(sourceSpec().Fields, map[string]any{"connection": c.Name, "physical": f.Physical})
	if err != nil {
		return fmt.Errorf("describing %s: %w", f.Physical, err)
	}
	f.Source = &component.Binding{Component: Name, Params: read}
	switch f.Facts.Engine {
	case "View", "LiveView", "WindowView", "Dictionary":
		f.Notes = append(f.Notes, fmt.Sprintf("It is a %s: it can be read, not written.", f.Facts.Engine))
		return nil
	}
	p, err := component.ParamsOf(sinkSpec().Fields, map[string]any{"connection": c.Name, "table": c.Name + "." + f.Physical, "physical": f.Physical})
	if err != nil {
		return fmt.Errorf("describing %s: %w", f.Physical, err)
	}
	f.Sink = &component.Binding{Component: Name, Params: p}
	return nil
}
