package clickhouse

import (
	"fmt"
	"slices"
	"strings"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// parseName reads "database.table" or "table".
func parseName(s string) (tableName, bool) {
	database, table, two := strings.Cut(s, ".")
	if !two {
		database, table = "", s
	}
	return tableName{database, table}, chsql.InsertableName(table) && (!two || chsql.InsertableName(database))
}

// physicalName returns the name of the table in ClickHouse: the parameter physical, else the last two parts of the catalog name.
func physicalName(p component.Params) tableName {
	if s := p.String("physical"); s != "" {
		n, _ := parseName(s)
		return n
	}
	parts := strings.Split(p.String("table"), ".")
	if len(parts) == 1 {
		return tableName{table: parts[0]}
	}
	return tableName{parts[len(parts)-2], parts[len(parts)-1]}
}

func planSink(pc *component.Planning, p component.Params, input *plan.Node) (*plan.Sink, bool) {
	c := checker{pc: pc, p: p, in: input.Schema, mode: input.Mode, identity: plan.Identity(input), ok: true}
	c.connection()
	physical := c.physical()
	c.columns()
	c.changes()
	if !c.ok {
		return nil, false
	}
	fields := sinkSpec().Fields
	values := map[string]any{}
	for _, f := range fields {
		values[f.Name] = p.Value(f.Name)
	}
	values["physical"] = physical
	params, err := component.Encode(fields, component.NewParams(values))
	if err != nil {
		lowering.Report(pc, CodeBadParams, p.Span(""), p.Path(""), "%v", err)
		return nil, false
	}
	return &plan.Sink{Component: Name, Version: 1, Params: params, Table: p.String("table")}, true
}

type checker struct {
	pc   *component.Planning
	p    component.Params
	in   *schema.Schema
	mode plan.Mode
	// identity are the columns that tell the rows apart.
	identity []string
	ok       bool
}

func (c *checker) report(code diag.Code, field, fix, format string, args ...any) {
	c.ok = false
	lowering.Report(c.pc, code, c.p.Span(field), c.p.Path(field), format, args...).Fix = fix
}

func (c *checker) connection() {
	name := c.p.String("connection")
	found, ok := c.pc.Catalog.Connection(name)
	switch {
	case !ok:
		fix := ""
		if near := diag.Nearest(name, c.pc.Catalog.Connections()); near != "" {
			fix = "Did you mean " + near + "?"
		}
		c.report(CodeBadConnection, "connection", fix, "there is no connection %q", name)
	case found.Component != Name:
		c.report(CodeBadConnection, "connection", "", "%q is a connection to %s, not to ClickHouse", name, found.Component)
	}
}

// physical resolves the table's name in ClickHouse: given here, else by the catalog's entry, else from the full name.
func (c *checker) physical() string {
	name := c.p.String("physical")
	if t, ok := c.pc.Catalog.Table(c.p.String("table")); name == "" && ok && t.Sink != nil && t.Sink.Component == Name {
		name = t.Sink.Params.String("physical")
	}
	if name == "" {
		n := physicalName(c.p)
		name = n.table
		if n.database != "" {
			name = n.database + "." + n.table
		}
	}
	if _, ok := parseName(name); !ok {
		field := "table"
		if c.p.Has("physical") {
			field = "physical"
		}
		c.report(CodeBadParams, field, "Give physical: database.table, without spaces, quotes or parentheses.", "%q cannot be the name of a table in ClickHouse", name)
	}
	return name
}

// columns checks what needs no server: names the driver can write, types the table can have, and the columns the layout names.
func (c *checker) columns() {
	for _, f := range c.in.Fields {
		if !chsql.InsertableColumn(f.Name) {
			c.report(CodeUnsupported, "", "Rename it with AS in a compute node.", "the name of the column %q cannot be written in an INSERT", f.Name)
		}
		if _, err := chsql.Type(f.Type, f.Nullable); err != nil {
			c.report(CodeUnsupported, "", "CAST it in a compute node.", "column %q: %v", f.Name, err)
		}
	}
	for i, name := range c.p.Strings("order_by") {
		at, ok := lowering.Find(c.pc, name, c.in, c.p.Span("order_by"), fmt.Sprintf("%s[%d]", c.p.Path("order_by"), i))
		if !ok {
			c.ok = false
		} else if t := c.in.Fields[at].Type; t.Nested() || t.Kind == schema.JSON {
			c.report(CodeBadParams, "order_by", "", "%q is %s, by which a table is not sorted", name, t)
		}
	}
	if text := c.p.String("partition_by"); text != "" {
		c.partition(text)
	}
	c.made()
	if c.p.Has("ttl") {
		ttl := c.p.Object("ttl")
		at, ok := lowering.Find(c.pc, ttl.String("column"), c.in, ttl.Span("column"), ttl.Path("column"))
		if !ok {
			c.ok = false
		} else if k := c.in.Fields[at].Type.Kind; k != schema.Date && k != schema.Timestamp {
			c.report(CodeBadParams, "ttl", "Use a date or a timestamp.", "rows do not expire by %q, which is %s", ttl.String("column"), c.in.Fields[at].Type)
		}
	}
}

// made checks the columns whose types or codecs are given.
func (c *checker) made() {
	keys := layoutOf(c.p, c.in, c.mode, c.identity).keyColumns()
	for _, one := range c.p.Objects("columns") {
		at, ok := lowering.Find(c.pc, one.String("column"), c.in, one.Span("column"), one.Path("column"))
		if !ok {
			c.ok = false
			continue
		}
		f := c.in.Fields[at]
		bad := func(field, fix, format string, args ...any) {
			c.ok = false
			lowering.Report(c.pc, CodeBadParams, one.Span(field), one.Path(field), format, args...).Fix = fix
		}
		if text := one.String("type"); text != "" {
			if _, err := columnType(f, text, keys[f.Name]); err != nil {
				bad("type", "Leave it out: the type then follows from the rows.", "the column %q: %v", f.Name, err)
			}
		}
		if text := one.String("codec"); text != "" {
			if _, ok := chsql.Codec(text); !ok {
				bad("codec", "Use Delta, DoubleDelta, Gorilla, T64, LZ4 or ZSTD(level).", "%q is no codec that is known here", text)
			}
		}
	}
}

// columnType reads the type that a column is given and writes it anew. The column has to hold what the rows have.
func columnType(f schema.Field, text string, key bool) (string, error) {
	t, err := chtype.Parse(text)
	if err != nil {
		return "", err
	}
	if _, err := chtype.Fit(f.Type, f.Nullable, t); err != nil {
		return "", err
	}
	sql, ok := t.SQL()
	switch {
	case !ok:
		return "", fmt.Errorf("no column is made of type %s here", text)
	case key && t.Nullable:
		return "", fmt.Errorf("the table is sorted, partitioned or expired by it, so it cannot be %s", text)
	}
	return sql, nil
}

// changes checks that the table, where it is made here, can keep the rows as they change.
func (c *checker) changes() {
	if c.p.String("create") != createIfMissing {
		// The table itself is looked at when the sink opens.
		if problem := changelog.CheckKey(c.mode, c.identity, changelog.KeyOf(c.mode, c.identity), ""); problem != nil {
			c.report(problem.Code, "table", problem.Fix, "%s", problem.Message)
		}
		return
	}
	if c.p.String("engine") == engineSumming {
		c.summing()
		return
	}
	if !onePerKey(c.p.String("engine")) {
		if c.mode.Change != plan.Append {
			c.report(CodeNotReplacing, "engine", "Write engine: "+engineReplacing+".",
				"the rows change (%s), and a table of the engine %s keeps every row", c.mode.Change, c.p.String("engine"))
		}
		return
	}
	l := layoutOf(c.p, c.in, c.mode, c.identity)
	if problem := changelog.CheckKey(c.mode, c.identity, l.orderBy, "order_by"); problem != nil {
		c.report(problem.Code, "order_by", problem.Fix, "%s", problem.Message)
		return
	}
	for _, name := range []string{versionColumn, deletedColumn} {
		if c.in.Index(name) >= 0 {
			c.report(CodeBadParams, "engine", "Rename it with AS in a compute node.", "the rows have a column %q, which the table has for the sink to fill", name)
		}
	}
	if len(l.orderBy) == 0 {
		c.report(changelog.CodeNoKey, "order_by", "Write order_by: [column, ...], the key that the table keeps one row of.", "the rows have no key, and none is given to keep one row of")
	}
	if l.partition != nil && !slices.Contains(l.orderBy, l.partition.column) {
		c.report(CodeBadParams, "partition_by", "Leave it out, or partition by a column of the key.",
			"rows of one key are replaced within a partition, and %q is not in the key %s", l.partition.column, strings.Join(l.orderBy, ", "))
	}
	if l.ttlColumn != "" && c.mode.Change != plan.Append && !slices.Contains(l.orderBy, l.ttlColumn) {
		c.report(CodeBadParams, "ttl", "Leave it out, or let rows expire by a column of the key.",
			"a key's rows expire together only by what they have in common, and %q is not in the key %s", l.ttlColumn, strings.Join(l.orderBy, ", "))
	}
}

// summing checks that adding up the rows of a key gives what they say together.
func (c *checker) summing() {
	if c.mode.Change != plan.Append {
		c.report(CodeNotReplacing, "engine", "Write engine: "+engineReplacing+".",
			"the rows change (%s), and a table of the engine %s would add the new row to the old one", c.mode.Change, engineSumming)
		return
	}
	if len(c.p.Strings("order_by")) == 0 {
		c.report(CodeBadParams, "order_by", "Write order_by: [column, ...]: rows that agree in all of them are added up.", "a table that adds up rows needs columns that say which")
		return
	}
	for _, name := range layoutOf(c.p, c.in, c.mode, c.identity).summed(c.in) {
		if f := c.in.Fields[c.in.Index(name)]; !f.Type.Integer() && f.Type.Kind != schema.Decimal {
			c.report(CodeBadParams, "engine", "Sort by it, or leave it out of the rows.", "%q is %s, which is not added up", name, f.Type)
		}
	}
}

func (c *checker) partition(text string) {
	by, known := parsePartition(text)
	if by == nil {
		if !known {
			c.report(CodeBadParams, "partition_by", "Use a column, toYYYYMM(column), toYYYYMMDD(column) or toDate(column).", "%q is not a partition expression that can be used here", text)
		}
		return
	}
	at, ok := lowering.Find(c.pc, by.column, c.in, c.p.Span("partition_by"), c.p.Path("partition_by"))
	if !ok {
		c.ok = false
	} else if t := c.in.Fields[at].Type; !by.applies(t) {
		c.report(CodeBadParams, "partition_by", "", "a table is not partitioned by %s of %s", by.sql(), t)
	}
}

// layoutOf reads how the table is created out of the parameters. Where they do not say what it is sorted by, rows that only come are
// sorted by their key, if they have one, and rows that change by what tells them apart.
func layoutOf(p component.Params, s *schema.Schema, mode plan.Mode, identity []string) layout {
	l := layout{engine: p.String("engine"), orderBy: p.Strings("order_by"), window: p.Int("deduplication_window")}
	if !p.Has("order_by") {
		l.orderBy = s.Key
		if mode.Change != plan.Append {
			l.orderBy = changelog.KeyOf(mode, identity)
		}
	}
	l.partition, _ = parsePartition(p.String("partition_by"))
	if p.Has("ttl") {
		ttl := p.Object("ttl")
		l.ttlColumn, l.ttl = ttl.String("column"), ttl.Duration("after")
	}
	keys := l.keyColumns()
	l.columns = map[string]columnPlan{}
	for _, one := range p.Objects("columns") {
		name := one.String("column")
		i := s.Index(name)
		if i < 0 {
			continue // reported where the parameters are checked
		}
		var made columnPlan
		if text := one.String("type"); text != "" {
			made.typ, _ = columnType(s.Fields[i], text, keys[name])
		}
		if text := one.String("codec"); text != "" {
			made.codec, _ = chsql.Codec(text)
		}
		l.columns[name] = made
	}
	return l
}

// keyColumns are the columns that cannot be NULL.
func (l layout) keyColumns() map[string]bool {
	out := map[string]bool{}
	for _, c := range l.orderBy {
		out[c] = true
	}
	if l.partition != nil {
		out[l.partition.column] = true
	}
	if l.ttlColumn != "" {
		out[l.ttlColumn] = true
	}
	return out
}
