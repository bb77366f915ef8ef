package sqltext

// FormatQuery writes a query in canonical form, without a semicolon: clauses on lines, keywords in upper case, brackets and back
// quotes only where they are needed. ParseQuery reads it back as the same tree but for the places, and for brackets that a tree made by
// hand needs around a set operation within another. What only a broken text has (Bad and the like) is written as ?.
func FormatQuery(q *Query) string {
	var f formatter
	f.query(q)
	return layOut(f.String())
}

// FormatStatement writes a statement in canonical form, with its semicolon; see FormatQuery. What a tree does not keep, such as
// comments and what GROUPING SETS hold, is not written; FormatScript keeps all.
func FormatStatement(s Statement) string {
	var f formatter
	f.statement(s)
	return layOut(f.String()) + ";"
}

// layOut puts one statement's text on lines. A text that cannot be read stays as it is.
func layOut(text string) string {
	out, diags := FormatScript(text)
	if diags.HasErrors() || len(out) < 2 {
		return text
	}
	return out[:len(out)-2] // without the semicolon and the end of the line
}

func (f *formatter) statement(s Statement) {
	switch s := s.(type) {
	case *CreateTable:
		f.createTable(s)
	case *CreateView:
		f.write("CREATE ", temporary(s.Temporary), "VIEW ", ifNotExists(s.IfNotExists))
		f.ident(s.Name)
		if s.Columns != nil {
			f.write(" ")
			f.columns(s.Columns)
		}
		f.comment(s.Comment)
		f.write(" AS ")
		f.query(s.Query)
	case *Drop:
		f.write("DROP ", kindOf(s.View), " ")
		if s.IfExists {
			f.write("IF EXISTS ")
		}
		f.ident(s.Name)
	case *Insert:
		f.write("INSERT INTO ")
		f.ident(s.Into)
		if s.Columns != nil {
			f.write(" ")
			f.columns(s.Columns)
		}
		f.write(" ")
		f.query(s.Query)
	case *StatementSet:
		f.write("EXECUTE STATEMENT SET BEGIN ")
		for _, i := range s.Inserts {
			f.statement(i)
			f.write("; ")
		}
		f.write("END")
	case *QueryStatement:
		f.query(s.Query)
	case *Explain:
		f.write("EXPLAIN ")
		f.statement(s.Statement)
	case *Show:
		f.show(s)
	case *Describe:
		f.write("DESCRIBE ")
		f.ident(s.Name)
	case *Set:
		f.set(s)
	case *Use:
		f.write("USE ")
		if s.Catalog {
			f.write("CATALOG ")
		}
		f.ident(s.Name)
	default:
		f.write("?")
	}
}

func temporary(set bool) string {
	if set {
		return "TEMPORARY "
	}
	return ""
}

func ifNotExists(set bool) string {
	if set {
		return "IF NOT EXISTS "
	}
	return ""
}

func kindOf(view bool) string {
	if view {
		return "VIEW"
	}
	return "TABLE"
}

func (f *formatter) comment(text string) {
	if text != "" {
		f.write(" COMMENT ", QuoteString(text))
	}
}

func (f *formatter) createTable(t *CreateTable) {
	f.write("CREATE ", temporary(t.Temporary), "TABLE ", ifNotExists(t.IfNotExists))
	f.ident(t.Name)
	if elements := f.elements(t); len(elements) > 0 {
		f.write(" (")
		f.each(len(elements), func(i int) { elements[i]() })
		f.write(")")
	}
	f.comment(t.Comment)
	if t.PartitionBy != nil {
		f.write(" PARTITIONED BY ")
		f.columns(t.PartitionBy)
	}
	if t.Options != nil {
		f.write(" WITH (")
		f.each(len(t.Options), func(i int) { f.write(QuoteString(t.Options[i].Key), " = ", QuoteString(t.Options[i].Value)) })
		f.write(")")
	}
}

// elements returns what writes the columns, the watermark and the key.
func (f *formatter) elements(t *CreateTable) []func() {
	var out []func()
	for _, c := range t.Columns {
		out = append(out, func() { f.column(c, t.NotEnforced) })
	}
	if w := t.Watermark; w != nil {
		out = append(out, func() {
			f.write("WATERMARK FOR ", QuoteName(w.Column.Text), " AS ")
			f.expr(w.As, precOr)
		})
	}
	if t.PrimaryKey != nil {
		out = append(out, func() {
			f.write("PRIMARY KEY ")
			f.columns(t.PrimaryKey)
			f.notEnforced(t.NotEnforced)
		})
	}
	return out
}

func (f *formatter) notEnforced(set bool) {
	if set {
		f.write(" NOT ENFORCED")
	}
}

func (f *formatter) column(c ColumnDef, notEnforced bool) {
	f.write(QuoteName(c.Name.Text))
	if c.Computed != nil {
		f.write(" AS ")
		f.expr(c.Computed, precOr)
	}
	if c.Type != nil {
		f.write(" ", c.Type.Text)
	}
	if c.NotNull {
		f.write(" NOT NULL")
	}
	if c.Metadata {
		f.write(" METADATA")
		if c.MetadataKey != c.Name.Text {
			f.write(" FROM ", QuoteString(c.MetadataKey))
		}
		if c.Virtual {
			f.write(" VIRTUAL")
		}
	}
	if c.PrimaryKey {
		f.write(" PRIMARY KEY")
		f.notEnforced(notEnforced)
	}
	f.comment(c.Comment)
}

func (f *formatter) show(s *Show) {
	f.write("SHOW ", s.What)
	if len(s.Name) > 0 {
		if s.What == "COLUMNS" {
			f.write(" FROM")
		}
		f.write(" ")
		f.ident(s.Name)
	}
	if s.Like != "" {
		f.write(" LIKE ", QuoteString(s.Like))
	}
}

func (f *formatter) set(s *Set) {
	switch {
	case !s.Reset:
		f.write("SET ", QuoteString(s.Key), " = ", QuoteString(s.Value))
	case s.Key == "":
		f.write("RESET")
	default:
		f.write("RESET ", QuoteString(s.Key))
	}
}
