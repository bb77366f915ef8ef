package sqltext

import "millrace/models/diag"

// Script is a parsed text of statements. A script that was read with an error holds the statements that could be read.
type Script struct {
	Statements []Statement
}

// Statement is one statement of a script. The set of implementations is closed.
type Statement interface {
	Span() diag.Span
	statement()
}

// Ident is a name of one or more parts, a.b.c.
type Ident []NamePart

// Text returns the parts joined by dots, without quotes.
func (n Ident) Text() string {
	out := ""
	for i, p := range n {
		if i > 0 {
			out += "."
		}
		out += p.Text
	}
	return out
}

// Span returns the place from the first part to the last.
func (n Ident) Span() diag.Span {
	if len(n) == 0 {
		return diag.Span{}
	}
	return diag.Span{Start: n[0].At.Start, End: n[len(n)-1].At.End}
}

type (
	// CreateTable is CREATE [TEMPORARY] TABLE [IF NOT EXISTS] name (columns, watermark, key) [COMMENT 'c'] [PARTITIONED BY (...)] WITH (options).
	CreateTable struct {
		Place
		Temporary   bool
		IfNotExists bool
		Name        Ident
		Columns     []ColumnDef
		// Watermark is nil without WATERMARK FOR.
		Watermark *Watermark
		// PrimaryKey lists the key's columns; NotEnforced is the words NOT ENFORCED.
		PrimaryKey  []NamePart
		NotEnforced bool
		Comment     string
		PartitionBy []NamePart
		Options     []Option
	}

	// CreateView is CREATE [TEMPORARY] VIEW [IF NOT EXISTS] name [(columns)] [COMMENT 'c'] AS query.
	CreateView struct {
		Place
		Temporary   bool
		IfNotExists bool
		Name        Ident
		Columns     []NamePart
		Comment     string
		Query       *Query
	}

	// Drop is DROP [TEMPORARY] TABLE|VIEW [IF EXISTS] name; TEMPORARY says nothing that the name does not.
	Drop struct {
		Place
		View     bool
		IfExists bool
		Name     Ident
	}

	// Insert is INSERT INTO name [(columns)] query.
	Insert struct {
		Place
		Into    Ident
		Columns []NamePart
		Query   *Query
	}

	// StatementSet is EXECUTE STATEMENT SET BEGIN insert; ... END, or BEGIN STATEMENT SET; insert; ... END.
	StatementSet struct {
		Place
		Inserts []*Insert
	}

	// QueryStatement is a query as a statement.
	QueryStatement struct {
		Place
		Query *Query
	}

	// Explain is EXPLAIN [PLAN FOR] statement; of a query, an insert or a statement set.
	Explain struct {
		Place
		Statement Statement
	}

	// Show is SHOW TABLES | VIEWS | FUNCTIONS | CATALOGS | DATABASES | COLUMNS FROM t | CREATE TABLE|VIEW t [LIKE 'pattern'].
	Show struct {
		Place
		// What is in upper case: TABLES, VIEWS, FUNCTIONS, CATALOGS, DATABASES, COLUMNS, CREATE TABLE, CREATE VIEW.
		What string
		// Name is what COLUMNS and CREATE are of.
		Name Ident
		Like string
	}

	// Describe is DESCRIBE|DESC name.
	Describe struct {
		Place
		Name Ident
	}

	// Set is SET 'key' = 'value'; Reset is RESET ['key'].
	Set struct {
		Place
		Key, Value     string
		KeyAt, ValueAt diag.Span
		Reset          bool
	}

	// Use is USE [CATALOG] name: where unqualified names are looked for.
	Use struct {
		Place
		Catalog bool
		Name    Ident
	}

	// BadStatement stands for a statement that could not be read.
	BadStatement struct {
		Place
		// Creates is the name of what a CREATE TABLE or CREATE VIEW would have made, else nil: that the statement is broken is
		// reported, that its table does not exist need not be.
		Creates Ident
	}
)

func (*CreateTable) statement()    {}
func (*CreateView) statement()     {}
func (*Drop) statement()           {}
func (*Insert) statement()         {}
func (*StatementSet) statement()   {}
func (*QueryStatement) statement() {}
func (*Explain) statement()        {}
func (*Show) statement()           {}
func (*Describe) statement()       {}
func (*Set) statement()            {}
func (*Use) statement()            {}
func (*BadStatement) statement()   {}

// ColumnDef is a column of CREATE TABLE.
type ColumnDef struct {
	Place
	Name NamePart
	// Type is what the column is declared as; of a computed column nil.
	Type *TypeName
	// NotNull is set by NOT NULL.
	NotNull bool
	// Computed is the expression of "name AS expression", else nil.
	Computed Expr
	// Metadata is set by METADATA [FROM 'key'] [VIRTUAL]; MetadataKey is then the key, the column's name when none is written.
	Metadata    bool
	MetadataKey string
	Virtual     bool
	// PrimaryKey is PRIMARY KEY behind the column's type.
	PrimaryKey bool
	Comment    string
}

// Watermark is WATERMARK FOR column AS expression.
type Watermark struct {
	Place
	Column NamePart
	As     Expr
}

// Option is one 'key' = 'value' of WITH.
type Option struct {
	Key, Value     string
	KeyAt, ValueAt diag.Span
}
