package query

import (
	"slices"
	"strings"
	"time"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
)

// Where names of fewer than three parts belong until USE says otherwise, as in Flink.
const (
	defaultCatalog  = "default_catalog"
	defaultDatabase = "default_database"
)

// Session is what scripts that are run one after the other share: temporary tables and views, settings, and where unqualified names are
// looked for. It is for one goroutine.
type Session struct {
	env      compile.Env
	catalog  string
	database string
	objects  map[string]*object
	settings settings
}

// object is a temporary table or view.
type object struct {
	// name is its full name, label the one operators are named by.
	name, label string
	// text is its definition as it was written.
	text  string
	table *table
	view  *sqltext.CreateView
	// broken stands for a definition that was refused: using it is no second mistake.
	broken bool
	// elsewhere is set once the text it was defined in has been compiled: its places are not those of the text that uses it.
	elsewhere bool
}

// NewSession starts a session. The environment's Params are not used: scripts have no parameters.
func NewSession(env compile.Env) *Session {
	env.SQL = Models{}
	return &Session{env: env.Seen(), catalog: defaultCatalog, database: defaultDatabase, objects: map[string]*object{}, settings: settings{zone: "UTC"}}
}

// Kind says what a statement came to.
type Kind uint8

// The kinds of outcomes.
const (
	// Definition: Name was created, dropped, set or taken into use.
	Definition Kind = iota
	// Pipeline: Plan is to be deployed as Name.
	Pipeline
	// Query: Query gives rows for whoever asked.
	Query
	// Explained: Text is the plan of a statement.
	Explained
	// Listing: Columns and Rows are the answer of SHOW and DESCRIBE.
	Listing
)

// Outcome is what one statement of a script came to.
type Outcome struct {
	Kind Kind
	// At is the statement's place.
	At   diag.Span
	Name string
	Plan *plan.Plan

	Query *compile.Fragment
	// OrderBy, Offset and Limit are the order of the query's rows and the part of them that is asked for, which is for the reader to
	// make: a Limit of -1 is all. Shown is how many of the root's columns are the query's; those behind are only sorted by.
	OrderBy       []plan.SortKey
	Offset, Limit int64
	Shown         int

	Text    string
	Columns []string
	Rows    [][]string
}

// Exec compiles the statements of a script in their order. A statement with an error has no outcome; the others are compiled all the same.
// The diagnostics of all are one list, sorted by place; file is the name they are reported under.
func (s *Session) Exec(file, text string) ([]Outcome, diag.List) {
	out, _, diags := s.Trace(file, text)
	return out, diags
}

// Trace is Exec with what was found out about each statement, also about those that came to nothing.
func (s *Session) Trace(file, text string) ([]Outcome, []Statement, diag.List) {
	script, diags := sqltext.ParseScript(text)
	var out []Outcome
	x := &execution{Session: s, diags: &diags, lines: strings.Split(text, "\n")}
	for _, st := range script.Statements {
		before := len(diags)
		x.traced(st)
		o, ok := x.statement(st)
		ok = ok && !diags[min(before, len(diags)):].HasErrors()
		x.trace.end(ok)
		if ok {
			o.At = st.Span()
			out = append(out, o)
		}
	}
	for name, o := range s.objects {
		o.elsewhere = true
		if o.broken {
			delete(s.objects, name)
		}
	}
	for i := range diags {
		if diags[i].File == "" {
			diags[i].File = file
		}
	}
	diags.Sort()
	return out, x.trace.statements, diags
}

// execution is one script while it is compiled.
type execution struct {
	*Session
	trace trace
	diags *diag.List
	lines []string
}

func (x *execution) errorf(code diag.Code, at diag.Span, fix, format string, args ...any) {
	x.diags.Errorf(code, at, format, args...).Fix = fix
}

func (x *execution) statement(st sqltext.Statement) (Outcome, bool) {
	switch st := st.(type) {
	case *sqltext.CreateTable:
		return Outcome{Name: x.qualified(st.Name)}, x.createTable(st)
	case *sqltext.CreateView:
		return Outcome{Name: x.qualified(st.Name)}, x.createView(st)
	case *sqltext.Drop:
		return Outcome{Name: x.qualified(st.Name)}, x.drop(st)
	case *sqltext.Insert:
		return x.pipeline([]*sqltext.Insert{st})
	case *sqltext.StatementSet:
		return x.pipeline(st.Inserts)
	case *sqltext.QueryStatement:
		return x.query(st.Query)
	case *sqltext.Explain:
		return x.explain(st)
	case *sqltext.Show:
		return x.show(st)
	case *sqltext.Describe:
		return x.describe(st.Name)
	case *sqltext.Set:
		name := st.Key
		if name == "" {
			name = "settings"
		}
		return Outcome{Name: name}, x.set(st)
	case *sqltext.Use:
		return Outcome{Name: st.Name.Text()}, x.use(st)
	case *sqltext.BadStatement:
		if len(st.Creates) > 0 {
			name := x.qualified(st.Creates)
			x.objects[name] = &object{name: name, broken: true}
		}
	}
	return Outcome{}, false
}

// qualified is the full name a name stands for.
func (s *Session) qualified(name sqltext.Ident) string {
	switch len(name) {
	case 1:
		return s.catalog + "." + s.database + "." + name.Text()
	case 2:
		return s.catalog + "." + name.Text()
	}
	return name.Text()
}

// labelOf names what belongs to an object: its full name, without the catalog and database that nobody chose.
func labelOf(full string) string {
	return strings.TrimPrefix(full, defaultCatalog+"."+defaultDatabase+".")
}

// use changes where unqualified names are looked for.
func (x *execution) use(st *sqltext.Use) bool {
	parts := st.Name
	catalog, database := x.catalog, defaultDatabase
	switch {
	case st.Catalog && len(parts) == 1:
		catalog = parts[0].Text
	case !st.Catalog && len(parts) == 1:
		database = parts[0].Text
	case !st.Catalog && len(parts) == 2:
		catalog, database = parts[0].Text, parts[1].Text
	default:
		x.errorf(CodeUnknownCatalog, st.Name.Span(), "Write USE CATALOG c, USE db or USE c.db.", "%s is no catalog and no database", st.Name.Text())
		return false
	}
	known := x.databases()
	if st.Catalog {
		catalogs := catalogsOf(known)
		if !slices.Contains(catalogs, catalog) {
			x.unknown(st.Name, "catalog", catalog, catalogs)
			return false
		}
	} else if full := catalog + "." + database; !slices.Contains(known, full) {
		x.unknown(st.Name, "database", full, known)
		return false
	}
	x.catalog, x.database = catalog, database
	return true
}

func (x *execution) unknown(name sqltext.Ident, what, full string, known []string) {
	fix := "There are " + strings.Join(known, ", ") + "."
	if near := diag.Nearest(full, known); near != "" {
		fix = "Did you mean " + near + "?"
	}
	x.errorf(CodeUnknownCatalog, name.Span(), fix, "there is no %s %s", what, full)
}

// databases are the catalog.db prefixes of all tables, the default one among them.
func (s *Session) databases() []string {
	out := []string{defaultCatalog + "." + defaultDatabase}
	for _, name := range s.allTables() {
		if i := strings.LastIndexByte(name, '.'); i > 0 && !slices.Contains(out, name[:i]) {
			out = append(out, name[:i])
		}
	}
	slices.Sort(out)
	return out
}

func catalogsOf(databases []string) []string {
	var out []string
	for _, d := range databases {
		if c, _, _ := strings.Cut(d, "."); !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// allTables are the full names of temporary objects and of the catalog's tables.
func (s *Session) allTables() []string {
	var out []string
	for name, o := range s.objects {
		if !o.broken {
			out = append(out, name)
		}
	}
	if s.env.Catalog != nil {
		out = append(out, s.env.Catalog.Tables()...)
	}
	slices.Sort(out)
	return out
}

func (s *Session) location() *time.Location {
	zone, err := time.LoadLocation(s.settings.zone)
	if err != nil {
		return time.UTC
	}
	return zone
}
