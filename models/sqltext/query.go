package sqltext

import "millrace/models/diag"

// Query is [WITH ctes] body [ORDER BY ...] [LIMIT n] [OFFSET m].
type Query struct {
	Place
	With []CTE
	Body QueryBody
	// OrderBy, Limit and Offset belong to the whole body. Limit and Offset are nil when absent.
	OrderBy []SortItem
	Limit   Expr
	Offset  Expr
}

// CTE is name [(columns)] AS (query).
type CTE struct {
	Place
	Name    NamePart
	Columns []NamePart
	Query   *Query
}

// QueryBody is a Select, a SetOperation, Values or a NestedQuery.
type QueryBody interface {
	Span() diag.Span
	queryBody()
}

type (
	// Select is one SELECT block.
	Select struct {
		Place
		Distinct bool
		// Hints are the texts of /*+ ... */ hints, as written between the signs.
		Hints []Hint
		Items []SelectItem
		// From is empty without FROM; several items are a cross join of them.
		From    []TableRef
		Where   Expr
		GroupBy []GroupItem
		Having  Expr
		// Windows are the named windows of WINDOW name AS (...).
		Windows []NamedWindow
	}

	// SetOperation is left UNION|INTERSECT|EXCEPT [ALL|DISTINCT] right.
	SetOperation struct {
		Place
		// Op is UNION, INTERSECT or EXCEPT.
		Op          string
		All         bool
		Left, Right QueryBody
	}

	// Values is VALUES (a, b), (c, d); a row of one value may stand without parentheses.
	Values struct {
		Place
		Rows [][]Expr
	}

	// NestedQuery is a query in parentheses.
	NestedQuery struct {
		Place
		Query *Query
	}

	// BadQuery stands where no query could be read.
	BadQuery struct{ Place }
)

func (*Select) queryBody()       {}
func (*SetOperation) queryBody() {}
func (*Values) queryBody()       {}
func (*NestedQuery) queryBody()  {}
func (*BadQuery) queryBody()     {}

// Hint is one hint: STATE_TTL('a' = '1d', 'b' = '2d'), BROADCAST(t).
type Hint struct {
	Place
	Name    NamePart
	Args    []NamePart
	Options []Option
}

// SelectItem is one item of a select list: an expression with an optional alias, or a star.
type SelectItem struct {
	Place
	// Expr is a *Star for * and t.*.
	Expr Expr
	// Qualifier is the t of t.*, else empty.
	Qualifier Ident
	// Alias has an empty Text without one.
	Alias NamePart
}

// GroupItem is one item of GROUP BY. Exactly one of Expr and Sets is set: Sets for GROUPING SETS, CUBE and ROLLUP, which are read so that they
// can be refused by name.
type GroupItem struct {
	Place
	Expr Expr
	// Sets names GROUPING SETS, CUBE or ROLLUP.
	Sets string
}

// SortItem is one item of ORDER BY.
type SortItem struct {
	Place
	Expr Expr
	Desc bool
	// Nulls is "", "FIRST" or "LAST".
	Nulls string
}

// NamedWindow is name AS (spec) of a WINDOW clause.
type NamedWindow struct {
	Name NamePart
	Spec *WindowSpec
}

// WindowSpec is what stands in OVER (...).
type WindowSpec struct {
	Place
	// Name refers to a named window, also OVER name.
	Name        NamePart
	PartitionBy []Expr
	OrderBy     []SortItem
	// Frame is nil when none is written.
	Frame *Frame
}

// Frame is ROWS|RANGE BETWEEN from AND to, or ROWS|RANGE from.
type Frame struct {
	Place
	Rows     bool
	From, To FrameBound
}

// FrameBound is one bound of a frame.
type FrameBound struct {
	// Kind is UNBOUNDED PRECEDING, PRECEDING, CURRENT ROW, FOLLOWING or UNBOUNDED FOLLOWING.
	Kind string
	// Distance is set for PRECEDING and FOLLOWING.
	Distance Expr
}

// TableRef is one item of FROM.
type TableRef interface {
	Span() diag.Span
	tableRef()
}

// Alias is [AS] name [(columns)].
type Alias struct {
	// Name has an empty Text without one.
	Name    NamePart
	Columns []NamePart
}

type (
	// TableName is a table, a view or a CTE by its name.
	TableName struct {
		Place
		Name Ident
		// SystemTime is the time of FOR SYSTEM_TIME AS OF time, else nil.
		SystemTime Expr
		Hints      []Hint
		Alias      Alias
	}

	// Derived is a query in parentheses in FROM.
	Derived struct {
		Place
		Lateral bool
		Query   *Query
		Alias   Alias
	}

	// WindowTable is TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL ...)), also with named arguments (DATA => TABLE t, ...).
	WindowTable struct {
		Place
		// Function is in upper case: TUMBLE, HOP, CUMULATE, SESSION, or whatever was written.
		Function   string
		FunctionAt diag.Span
		// Table is a TableName or a Derived without an alias.
		Table TableRef
		// PartitionBy are the columns of TABLE t PARTITION BY a, b (SESSION).
		PartitionBy []NamePart
		// Column is the name in DESCRIPTOR.
		Column NamePart
		// Args are the arguments behind the descriptor, in the order of the positional form: TUMBLE size [offset]; HOP slide, size [offset];
		// CUMULATE step, max [offset]; SESSION gap. Named ones have been put into that order.
		Args  []Expr
		Alias Alias
	}

	// Unnest is [LATERAL] UNNEST(expression) [WITH ORDINALITY].
	Unnest struct {
		Place
		Expr       Expr
		Ordinality bool
		Alias      Alias
	}

	// TableFunction is LATERAL TABLE(f(args)): there are none yet, they are refused by name.
	TableFunction struct {
		Place
		Call  *Call
		Alias Alias
	}

	// Join is left [kind] JOIN right [ON condition | USING (columns)].
	Join struct {
		Place
		// Kind is INNER, LEFT, RIGHT, FULL, CROSS, SEMI or ANTI (the last two are an extension: LEFT SEMI JOIN, LEFT ANTI JOIN).
		Kind        string
		Natural     bool
		Left, Right TableRef
		On          Expr
		Using       []NamePart
	}

	// BadTable stands where no table could be read.
	BadTable struct{ Place }
)

func (*TableName) tableRef()     {}
func (*Derived) tableRef()       {}
func (*WindowTable) tableRef()   {}
func (*Unnest) tableRef()        {}
func (*TableFunction) tableRef() {}
func (*Join) tableRef()          {}
func (*BadTable) tableRef()      {}

// Expressions that hold queries. Expressions of components have none: the checker refuses them there.
type (
	// Exists is EXISTS (query); NOT EXISTS is a Not of it.
	Exists struct {
		Place
		Query *Query
	}

	// InQuery is x [NOT] IN (query), or (x, y) [NOT] IN (query) with several X.
	InQuery struct {
		Place
		Not   bool
		X     []Expr
		Query *Query
	}

	// ScalarQuery is a query as a value.
	ScalarQuery struct {
		Place
		Query *Query
	}

	// RowValue is (a, b) or ROW(a, b).
	RowValue struct {
		Place
		Items []Expr
	}
)
