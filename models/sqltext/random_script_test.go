package sqltext

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Random statements, each such that some text gives it. Their expressions are those of maker, with queries among them.

func (m maker) ident() Ident { return m.name().Parts }

func (m maker) parts(n int) []NamePart {
	var out []NamePart
	for range n {
		out = append(out, m.part())
	}
	return out
}

func several[T any](m maker, most int, item func() T) []T {
	var out []T
	for range m.IntN(most + 1) {
		out = append(out, item())
	}
	return out
}

// clause is an expression as statements have them.
func (m maker) clause(depth int) Expr {
	e := m.expr(min(depth, 2))
	if depth < 1 {
		return e
	}
	switch m.IntN(12) {
	case 0:
		return &Exists{Query: m.query(depth - 1)}
	case 1:
		return &Binary{Op: Eq, L: e, R: &ScalarQuery{Query: m.query(depth - 1)}}
	case 2:
		return &InQuery{Not: m.flip(), X: []Expr{e}, Query: m.query(depth - 1)}
	case 3:
		return &InQuery{X: []Expr{e, m.name()}, Query: m.query(depth - 1)}
	case 4:
		return &In{X: &RowValue{Items: []Expr{e, m.name()}}, List: []Expr{&RowValue{Items: m.exprs(2, 1)}, &RowValue{Items: m.exprs(1, 1)}}}
	case 5:
		return &Call{Name: "ROW_NUMBER", Over: m.windowSpec()}
	case 6:
		return &Call{Name: "SUM", Args: []Expr{e}, Filter: m.maybe(1), Over: &WindowSpec{Name: m.part()}}
	case 7:
		return &Unary{Op: Not, X: &Exists{Query: m.query(depth - 1)}}
	}
	return e
}

func (m maker) windowSpec() *WindowSpec {
	w := &WindowSpec{PartitionBy: several(m, 2, func() Expr { return m.expr(1) }), OrderBy: m.sort(2)}
	if m.flip() {
		w.Name = m.part()
	}
	if m.flip() {
		w.Frame = &Frame{Rows: m.flip(), From: m.bound(), To: m.bound()}
	}
	return w
}

func (m maker) bound() FrameBound {
	kind := pick(m, "UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING", "UNBOUNDED FOLLOWING")
	b := FrameBound{Kind: kind}
	if kind == "PRECEDING" || kind == "FOLLOWING" {
		b.Distance = pick[Expr](m, &Param{Name: "n"}, &Literal{Kind: LitInt, Text: "3"}, &Interval{Micros: 60e6})
	}
	return b
}

func (m maker) sort(most int) []SortItem {
	return several(m, most, func() SortItem {
		return SortItem{Expr: m.expr(1), Desc: m.flip(), Nulls: pick(m, "", "FIRST", "LAST")}
	})
}

func (m maker) query(depth int) *Query {
	q := &Query{OrderBy: m.sort(2)}
	if depth > 0 && m.IntN(4) == 0 {
		q.With = several(m, 2, func() CTE {
			return CTE{Name: m.part(), Columns: m.parts(m.IntN(3)), Query: m.query(depth - 1)}
		})
	}
	q.Body = m.body(depth)
	if m.flip() {
		q.Limit = pick[Expr](m, &Literal{Kind: LitInt, Text: "5"}, &Param{Name: "n"})
	}
	if m.flip() {
		q.Offset = &Literal{Kind: LitInt, Text: "7"}
	}
	return q
}

func (m maker) body(depth int) QueryBody {
	if depth == 0 {
		return m.selectBlock(0)
	}
	depth--
	switch m.IntN(6) {
	case 0:
		// The left one of a chain, and the tighter of two, need no brackets; other trees have them as nodes.
		return &SetOperation{Op: pick(m, "UNION", "EXCEPT"), All: m.flip(), Left: &SetOperation{Op: pick(m, "UNION", "INTERSECT"), Left: m.selectBlock(depth),
			Right: m.selectBlock(depth)}, Right: &SetOperation{Op: "INTERSECT", All: m.flip(), Left: m.selectBlock(depth), Right: &NestedQuery{Query: m.query(depth)}}}
	case 1:
		v := &Values{}
		width := 1 + m.IntN(3)
		for range 1 + m.IntN(3) {
			v.Rows = append(v.Rows, m.exprs(width, 1))
		}
		return v
	case 2:
		return &NestedQuery{Query: m.query(depth)}
	default:
		return m.selectBlock(depth)
	}
}

func (m maker) selectBlock(depth int) *Select {
	s := &Select{Distinct: m.flip(), Hints: m.hints()}
	for range 1 + m.IntN(4) {
		item := SelectItem{Expr: m.clause(depth)}
		switch m.IntN(5) {
		case 0:
			item.Expr = &Star{}
		case 1:
			item = SelectItem{Expr: &Star{}, Qualifier: m.ident()}
		case 2, 3:
			item.Alias = m.part()
		}
		s.Items = append(s.Items, item)
	}
	s.From = several(m, 2, func() TableRef { return m.table(depth) })
	if m.flip() {
		s.Where = m.clause(depth)
	}
	s.GroupBy = several(m, 3, func() GroupItem {
		if m.IntN(6) == 0 {
			return pick(m, GroupItem{Sets: "CUBE"}, GroupItem{Sets: "GROUPING SETS"}, GroupItem{Expr: &RowValue{}})
		}
		return GroupItem{Expr: m.expr(1)}
	})
	if m.flip() {
		s.Having = m.clause(depth)
	}
	s.Windows = several(m, 1, func() NamedWindow { return NamedWindow{m.part(), m.windowSpec()} })
	return s
}

func (m maker) hints() []Hint {
	if m.IntN(4) > 0 {
		return nil
	}
	return []Hint{
		{Name: NamePart{Text: "STATE_TTL"}, Options: []Option{{Key: "a", Value: "1d"}, {Key: "b'", Value: ""}}},
		{Name: NamePart{Text: "BROADCAST"}, Args: []NamePart{{Text: "a"}, {Text: "order"}}},
	}
}

func (m maker) alias() Alias {
	if m.flip() {
		return Alias{}
	}
	return Alias{Name: m.part(), Columns: m.parts(m.IntN(3))}
}

func (m maker) table(depth int) TableRef {
	if depth > 0 {
		switch m.IntN(8) {
		case 0:
			return &Derived{Lateral: m.flip(), Query: m.query(depth - 1), Alias: m.alias()}
		case 1:
			return &WindowTable{Function: pick(m, "TUMBLE", "HOP", "SESSION"), Table: pick[TableRef](m, &TableName{Name: m.ident(), Hints: m.hints()},
				&Derived{Query: m.query(depth - 1)}), PartitionBy: m.parts(m.IntN(3)), Column: m.part(), Args: m.exprs(m.IntN(3), 1), Alias: m.alias()}
		case 2:
			return &Unnest{Expr: m.expr(1), Ordinality: m.flip(), Alias: m.alias()}
		case 3:
			return &TableFunction{Call: &Call{Name: "SPLIT", Args: m.exprs(m.IntN(3), 1)}, Alias: m.alias()}
		case 4, 5:
			j := &Join{Kind: pick(m, "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "SEMI", "ANTI"), Left: m.table(depth - 1), Right: m.table(depth - 1)}
			switch n := m.IntN(4); {
			case j.Kind == "CROSS":
			case n < 2:
				j.On = m.clause(depth - 1)
			case n == 2:
				j.Using = m.parts(1 + m.IntN(2))
			default:
				j.Natural = true
			}
			return j
		}
	}
	t := &TableName{Name: m.ident(), Hints: m.hints(), Alias: m.alias()}
	if m.IntN(4) == 0 {
		t.SystemTime = m.expr(1)
	}
	return t
}

func (m maker) statement(depth int) Statement {
	switch m.IntN(14) {
	case 0:
		return m.createTable()
	case 1:
		return &CreateView{Temporary: m.flip(), IfNotExists: m.flip(), Name: m.ident(), Columns: m.parts(m.IntN(3)), Comment: pick(m, "", "it's"), Query: m.query(depth)}
	case 2:
		return &Drop{View: m.flip(), IfExists: m.flip(), Name: m.ident()}
	case 3, 4:
		return m.insert(depth)
	case 5:
		set := &StatementSet{Inserts: []*Insert{m.insert(depth), m.insert(0)}}
		if m.flip() {
			return &Explain{Statement: set}
		}
		return set
	case 6:
		return &Explain{Statement: pick[Statement](m, m.insert(depth), &QueryStatement{Query: m.query(depth)})}
	case 7:
		return pick(m, &Show{What: "TABLES", Like: "a%"}, &Show{What: "COLUMNS", Name: m.ident()}, &Show{What: "CREATE VIEW", Name: m.ident()})
	case 8:
		return pick[Statement](m, &Describe{Name: m.ident()}, &Use{Catalog: m.flip(), Name: Ident{m.part()}}, &Set{Key: "a", Value: "it's"}, &Set{Reset: true},
			&Set{Reset: true, Key: "a"})
	default:
		return &QueryStatement{Query: m.query(depth)}
	}
}

func (m maker) insert(depth int) *Insert {
	return &Insert{Into: m.ident(), Columns: m.parts(m.IntN(3)), Query: m.query(depth)}
}

func (m maker) createTable() *CreateTable {
	t := &CreateTable{Temporary: m.flip(), IfNotExists: m.flip(), Name: m.ident(), Comment: pick(m, "", "c"), PartitionBy: m.parts(m.IntN(2))}
	for range 1 + m.IntN(3) {
		c := ColumnDef{Name: m.part(), Comment: pick(m, "", "x")}
		if m.IntN(4) == 0 {
			c.Computed = m.expr(2)
		} else {
			c.Type = &TypeName{Text: pick(m, "bigint", "decimal(10, 2)", "row<a int not null, `b c` array<string>>", "map<string, timestamp(3)>", "timestamp_ltz(3)")}
			c.NotNull = m.flip()
			if m.flip() {
				c.Metadata, c.MetadataKey, c.Virtual = true, pick(m, c.Name.Text, "key"), m.flip()
			}
		}
		t.Columns = append(t.Columns, c)
	}
	if m.flip() {
		t.Watermark = &Watermark{Column: m.part(), As: m.expr(2)}
	}
	switch {
	case m.flip():
		t.PrimaryKey, t.NotEnforced = m.parts(1+m.IntN(2)), m.flip()
	case t.Columns[0].Type != nil:
		t.Columns[0].PrimaryKey, t.NotEnforced = true, m.flip()
	}
	if m.flip() {
		t.Options = []Option{{Key: "connector", Value: "kafka"}, {Key: "it's", Value: "--"}}
	}
	return t
}

func TestStatementRoundTrip(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(7, 8))}
	for i := range rounds(40, 3000) {
		x := m.statement(i % 3)
		text := FormatStatement(x)
		again, diags := ParseScript(text)
		require.Empty(t, diags, text)
		requireSame(t, dumpTree(x), dumpTree(again.Statements[0]), text)
		requireSound(t, text, again)
	}
}

// Comments put anywhere stay, all of them and in their order, and change no tree.
func TestCommentsStay(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(9, 10))}
	for i := range rounds(25, 2000) {
		text := FormatStatement(m.statement(i % 3))
		s := readScript(text)
		var out strings.Builder
		runes, last, n := []rune(text), 0, 0
		for _, token := range s.all {
			out.WriteString(string(runes[last:token.GetStart()]))
			last = token.GetStart()
			if m.IntN(4) == 0 {
				n++
				out.WriteString(pick(m, " /* c%d */ ", " -- c%d\n", "\n-- c%d\n", "\n\n/* c%d */\n", "/* c%d\n */", "\n/* c%d */ -- too\n\n"))
			}
		}
		for i := range n {
			replaced := strings.Replace(out.String(), "c%d", fmt.Sprintf("c_%03d", i), 1)
			out.Reset()
			out.WriteString(replaced)
		}
		commented := out.String()
		before, diags := ParseScript(text)
		require.Empty(t, diags)
		raw, _ := layOutOnce(commented)
		_, diags = layOutOnce(raw)
		require.Empty(t, diags, raw)
		requireSound(t, commented, before)
		laidOut, _ := FormatScript(commented)
		for i := range n {
			require.Equal(t, 1, strings.Count(laidOut, fmt.Sprintf("c_%03d", i)), "%s\nas\n%s", commented, laidOut)
		}
	}
}

// scripts returns different scripts, right and wrong ones.
func scripts() func() string {
	m := maker{rand.New(rand.NewPCG(11, 12))}
	i := 0
	return func() string {
		i++
		text := []rune(fmt.Sprintf("%s\nSELECT c%d FROM t;\n%s", FormatStatement(m.statement(i%3)), i, FormatStatement(m.statement(1))))
		for range i % 3 {
			a := m.IntN(len(text))
			b := min(len(text), a+m.IntN(8))
			if m.flip() {
				text = append(text[:a:a], text[b:]...)
			} else {
				text = append(text[:b:b], text[a:]...)
			}
		}
		return string(text)
	}
}

// longScript is a script of some 200 lines of the usual kind.
func longScript() string {
	var out strings.Builder
	for i := range 8 {
		fmt.Fprintf(&out, "CREATE TABLE bid%d (auction BIGINT, bidder BIGINT, price DECIMAL(10, 2), channel VARCHAR, url VARCHAR, dateTime TIMESTAMP(3), "+
			"WATERMARK FOR dateTime AS dateTime - INTERVAL '4' SECOND) WITH ('connector' = 'kafka', 'topic' = 'bid', 'format' = 'json');\n", i)
		fmt.Fprintf(&out, `INSERT INTO out%d WITH w AS (SELECT auction, count(*) AS num, window_start FROM TABLE(TUMBLE(TABLE bid%d, DESCRIPTOR(dateTime),
			INTERVAL '10' MINUTES)) WHERE price > 100 AND channel IN ('Apple', 'Google') GROUP BY auction, window_start, window_end)
			SELECT w.auction, a.item, CASE WHEN num > 10 THEN 'hot' ELSE 'cold' END AS heat, ROW_NUMBER() OVER (PARTITION BY w.auction ORDER BY num DESC) AS rn
			FROM w JOIN auction FOR SYSTEM_TIME AS OF w.window_start AS a ON a.id = w.auction WHERE a.state = 'OPEN' OR a.reserve < 1000;`+"\n", i, i)
	}
	text, _ := FormatScript(out.String())
	return text
}

// A script of 200 lines is read in a few milliseconds; the bound leaves room for a busy machine.
func TestLongScriptIsQuick(t *testing.T) {
	text := longScript()
	require.GreaterOrEqual(t, strings.Count(text, "\n"), 200)
	ParseScript(text)
	best := time.Hour
	for range 5 {
		start := time.Now()
		_, diags := ParseScript(text)
		require.Empty(t, diags)
		best = min(best, time.Since(start))
	}
	t.Log(best)
	require.Less(t, best, 500*time.Millisecond)
}

func BenchmarkParseScript(b *testing.B) {
	text := longScript()
	b.ReportAllocs()
	for b.Loop() {
		ParseScript(text)
	}
}

func BenchmarkFormatScript(b *testing.B) {
	text := longScript()
	b.ReportAllocs()
	for b.Loop() {
		FormatScript(text)
	}
}

func FuzzParseScript(f *testing.F) {
	for _, file := range []string{"testdata/statements_valid.txt", "testdata/statements_broken.txt"} {
		var t testing.T
		list, _ := cases(&t, file)
		for _, s := range list {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, diags := ParseScript(text)
		for _, d := range diags {
			require.True(t, d.Span.Start.Known())
			require.NotEmpty(t, d.Message)
		}
		if !diags.HasErrors() {
			requireSound(t, text, s)
		}
	})
}
