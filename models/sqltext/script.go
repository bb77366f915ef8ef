package sqltext

import (
	"slices"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

// ParseScript reads statements separated by semicolons; the last semicolon may be left out. It never stops at a broken
// statement: that becomes a BadStatement, and the others are read. The script is never nil. Statements other than BadStatement hold no
// Bad, BadQuery or BadTable.
func ParseScript(text string) (*Script, diag.List) {
	s := readScript(text)
	out := &Script{Statements: s.statements()}
	return out, s.b.finish()
}

// ParseQuery reads one query. The query is never nil; its body is a BadQuery when it could not be read.
func ParseQuery(text string) (*Query, diag.List) {
	s := readScript(text)
	statements := s.statements()
	end := s.b.src.span(s.b.src.size, s.b.src.size-1)
	switch {
	case s.b.diags.HasErrors():
	case len(statements) == 0:
		s.b.reportf(CodeSyntax, end, "expected a query at the end").Fix = "Write SELECT ..."
	case len(statements) > 1:
		s.b.reportf(CodeSyntax, statements[1].Span(), "expected one query, and this is a second statement").Fix = "Remove it."
	default:
		if q, ok := statements[0].(*QueryStatement); ok {
			return q.Query, s.b.finish()
		}
		s.b.reportf(CodeSyntax, statements[0].Span(), "this is no query").Fix = "Begin with SELECT, WITH or VALUES."
	}
	if len(statements) == 1 {
		// What was mended can be used for more diagnostics.
		if q, ok := statements[0].(*QueryStatement); ok {
			return q.Query, s.b.finish()
		}
	}
	return &Query{Body: &BadQuery{}}, s.b.finish()
}

// script is a text on its way to statements.
type script struct {
	b     *builder
	lexer antlr.TokenSource
	// segments are the stretches between semicolons that hold anything.
	segments []segment
	next     int
	// all and remarks are the whole text's; trees holds the parser's tree of each statement that was read, by the start of its
	// first token. They serve FormatScript.
	all     []antlr.Token
	remarks []remark
	trees   map[int]antlr.ParserRuleContext
}

// segment is what stands between two semicolons.
type segment struct {
	tokens []antlr.Token
	// end stands for the semicolon or the end of the text.
	end antlr.Token
	// holes is set when characters were left out that cannot be mended.
	holes bool
	// unread is set when the rest of the segment is not known.
	unread bool
}

func readScript(text string) *script {
	s := &script{b: newBuilder(text), trees: map[int]antlr.ParserRuleContext{}}
	s.b.script = true
	if s.b.diags.HasErrors() {
		return s
	}
	lexer := newLexer(text)
	m := &mender{src: s.b.src, script: true}
	tokens, ok := m.mend(lexer)
	s.lexer, s.all, s.remarks = lexer, tokens, m.remarks
	s.b.diags, s.b.hints = m.diags, m.hints
	if !ok {
		return s
	}
	begin, dropped := 0, m.dropped
	for i, t := range tokens {
		if kind := t.GetTokenType(); kind != parser.MillraceSQLLexerSEMICOLON && kind != antlr.TokenEOF {
			continue
		}
		seg := segment{tokens: tokens[begin:i:i], end: t}
		for len(dropped) > 0 && dropped[0] <= i {
			seg.holes = true
			dropped = dropped[1:]
		}
		seg.unread = seg.holes && m.stop && len(dropped) == 0
		begin = i + 1
		if i > 0 && (len(seg.tokens) > 0 || seg.holes) {
			s.segments = append(s.segments, seg)
		}
	}
	return s
}

// kindAt returns the type of the i-th token, EOF behind the last.
func (s segment) kindAt(i int) int {
	if i >= len(s.tokens) {
		return antlr.TokenEOF
	}
	return s.tokens[i].GetTokenType()
}

// begins reports whether the segment begins with these tokens.
func (s segment) begins(kinds ...int) bool {
	for i, kind := range kinds {
		if s.kindAt(i) != kind {
			return false
		}
	}
	return true
}

func (s *script) statements() []Statement {
	var out []Statement
	for s.next < len(s.segments) {
		seg := s.segments[s.next]
		if n := setHeader(seg); n > 0 {
			out = append(out, s.statementSet(seg, n))
			continue
		}
		s.next++
		if seg.begins(parser.MillraceSQLLexerEND) {
			s.b.reportf(CodeSyntax, s.b.src.token(seg.tokens[0]), "END ends no statement set").Fix =
				"Remove it, or begin the set with EXECUTE STATEMENT SET BEGIN."
			out = append(out, s.bad(seg))
			continue
		}
		out = append(out, s.statement(seg))
	}
	return out
}

// bad stands for a statement that could not be read. What a CREATE would have made is kept, so that nobody is told that it does
// not exist.
func (s *script) bad(seg segment) Statement {
	out := &BadStatement{Place: Place{s.span(seg.tokens, seg.end)}}
	i := 1
	skip := func(kinds ...int) bool {
		before := i
		for slices.Contains(kinds, seg.kindAt(i)) {
			i++
		}
		return i > before
	}
	skip(parser.MillraceSQLLexerTEMPORARY)
	if seg.begins(parser.MillraceSQLLexerCREATE) && skip(parser.MillraceSQLLexerTABLE, parser.MillraceSQLLexerVIEW) {
		skip(parser.MillraceSQLLexerIF, parser.MillraceSQLLexerNOT, parser.MillraceSQLLexerEXISTS)
		for nameLike(seg.kindAt(i)) {
			out.Creates = append(out.Creates, s.b.namePart(seg.tokens[i]))
			if seg.kindAt(i+1) != parser.MillraceSQLLexerDOT {
				break
			}
			i += 2
		}
	}
	return out
}

// span is the place from the first of some tokens to the last, or the place of end when there are none.
func (s *script) span(tokens []antlr.Token, end antlr.Token) diag.Span {
	if len(tokens) == 0 {
		return s.b.src.span(end.GetStart(), end.GetStart()-1)
	}
	return s.b.src.span(tokens[0].GetStart(), tokens[len(tokens)-1].GetStop())
}

// statement reads one statement, which is bad when anything of it is.
func (s *script) statement(seg segment) Statement {
	b := s.b
	whole := seg
	b.broken, b.failed = false, false
	if seg.unread || len(seg.tokens) == 0 {
		return s.bad(whole)
	}
	seg, supported := s.unsupported(seg)
	if len(seg.tokens) == 0 {
		return s.bad(whole)
	}
	if d := depth(seg.tokens, b.src); d != nil {
		if len(b.diags) < maxReports {
			b.diags.Add(*d)
		}
		return s.bad(whole)
	}
	// The parser wants an end of its own.
	end := antlr.CommonTokenFactoryDEFAULT.Create(seg.end.GetSource(), antlr.TokenEOF, "<EOF>", antlr.TokenDefaultChannel,
		seg.end.GetStart(), seg.end.GetStart()-1, seg.end.GetLine(), seg.end.GetColumn())
	tokens := append(slices.Clone(seg.tokens), end)
	tree := b.parse(s.lexer, tokens, seg.holes, func(p *parser.MillraceSQLParser) antlr.ParserRuleContext { return p.StatementOnly() })
	root, ok := tree.(*parser.StatementOnlyContext)
	if !ok || b.broken || !supported {
		return s.bad(whole)
	}
	out := b.statement(root.Statement())
	if out == nil || b.failed || seg.holes {
		return s.bad(whole)
	}
	s.trees[seg.tokens[0].GetStart()] = root.Statement()
	return out
}

// setHeader returns how many tokens begin a statement set: [EXPLAIN [PLAN FOR]] [EXECUTE] STATEMENT SET BEGIN, or
// [EXPLAIN [PLAN FOR]] BEGIN STATEMENT SET. It is 0 for other statements.
func setHeader(seg segment) int {
	i := explained(seg)
	last := parser.MillraceSQLLexerBEGIN // of the header's words; without it the header is one all the same
	switch {
	case seg.kindAt(i) == parser.MillraceSQLLexerBEGIN && seg.kindAt(i+1) == parser.MillraceSQLLexerSTATEMENT:
		last = parser.MillraceSQLLexerSET
	case seg.kindAt(i) == parser.MillraceSQLLexerEXECUTE && seg.kindAt(i+1) == parser.MillraceSQLLexerSTATEMENT:
		i++
		fallthrough
	case seg.kindAt(i) == parser.MillraceSQLLexerSTATEMENT:
		if seg.kindAt(i+1) != parser.MillraceSQLLexerSET {
			return 0
		}
	default:
		return 0
	}
	if i += 2; seg.kindAt(i) == last {
		i++
	}
	return i
}

// explained returns how many tokens EXPLAIN [PLAN FOR] takes at the beginning, 0 without it.
func explained(seg segment) int {
	switch {
	case seg.begins(parser.MillraceSQLLexerEXPLAIN, parser.MillraceSQLLexerPLAN, parser.MillraceSQLLexerFOR):
		return 3
	case seg.begins(parser.MillraceSQLLexerEXPLAIN):
		return 1
	}
	return 0
}

// statementSet reads a set from its header's segment to its END.
func (s *script) statementSet(head segment, n int) Statement {
	b := s.b
	skip := explained(head)
	set := &StatementSet{}
	ok := s.checkHeader(head, skip, n)
	if head.kindAt(n) == parser.MillraceSQLLexerEND {
		s.next++
		return s.emptySet(head)
	}
	last := s.setEnd()
	first := head
	first.tokens = head.tokens[n:]
	body := append([]segment{first}, s.segments[s.next+1:last]...)
	s.next = last
	endToken := head.tokens[len(head.tokens)-1]
	if len(body) > 1 {
		t := body[len(body)-1].tokens
		endToken = t[len(t)-1]
	}
	switch closed := last < len(s.segments) && s.segments[last].begins(parser.MillraceSQLLexerEND); {
	case !closed:
		ok = false
		b.reportf(CodeUnbalanced, s.span(head.tokens[skip:n], head.end), "the statement set is never closed").Fix = "Add END; behind its last INSERT."
	default:
		end := s.segments[last]
		s.next++
		endToken = end.tokens[0]
		if len(end.tokens) > 1 {
			ok = false
			b.reportf(CodeSyntax, b.src.token(end.tokens[1]), "expected ';' before %s", show(end.tokens[1])).Fix = "Add it behind END."
		}
	}
	for _, seg := range body {
		if len(seg.tokens) == 0 {
			continue
		}
		if !seg.begins(parser.MillraceSQLLexerINSERT) && !seg.holes {
			ok = false
			b.reportf(CodeSyntax, b.src.token(seg.tokens[0]), "a statement set holds INSERT statements, and this is none").Fix =
				"Put it before the set, or end the set with END; before it."
			continue
		}
		insert, read := s.statement(seg).(*Insert)
		if !read {
			ok = false
			continue
		}
		set.Inserts = append(set.Inserts, insert)
	}
	if ok && len(set.Inserts) == 0 {
		return s.emptySet(head)
	}
	set.At = b.src.span(head.tokens[skip].GetStart(), endToken.GetStop())
	whole := Place{b.src.span(head.tokens[0].GetStart(), endToken.GetStop())}
	switch {
	case !ok:
		return &BadStatement{Place: whole}
	case skip > 0:
		return &Explain{whole, set}
	default:
		return set
	}
}

func (s *script) emptySet(head segment) Statement {
	at := s.span(head.tokens, head.end)
	s.b.reportf(CodeSyntax, at, "the statement set is empty").Fix = "Put one INSERT INTO or more before END."
	return &BadStatement{Place: Place{at}}
}

// checkHeader reports what is wrong with the header itself.
func (s *script) checkHeader(head segment, skip, n int) bool {
	begin := head.kindAt(skip) == parser.MillraceSQLLexerBEGIN
	wanted, kind := "BEGIN", parser.MillraceSQLLexerBEGIN
	if begin {
		wanted, kind = "SET", parser.MillraceSQLLexerSET
	}
	if head.kindAt(n-1) != kind {
		at := head.end
		if n < len(head.tokens) {
			at = head.tokens[n]
		}
		s.b.reportf(CodeSyntax, s.b.src.token(at), "expected %s before %s", wanted, show(at)).Fix =
			"Write EXECUTE STATEMENT SET BEGIN insert; insert; END."
		return false
	}
	if begin && n < len(head.tokens) {
		s.b.reportf(CodeSyntax, s.b.src.token(head.tokens[n]), "expected ';' before %s", show(head.tokens[n])).Fix =
			"Write BEGIN STATEMENT SET; insert; insert; END."
		return false
	}
	return true
}

// setEnd returns the place of the segment that ends the set that begins at next: its END, or, when that is missing, the first
// segment that cannot be in a set.
func (s *script) setEnd() int {
	stranger := 0
	for i := s.next + 1; i < len(s.segments); i++ {
		seg := s.segments[i]
		switch {
		case seg.begins(parser.MillraceSQLLexerEND):
			return i
		case setHeader(seg) > 0:
			if stranger == 0 {
				stranger = i
			}
			return stranger
		case stranger == 0 && !seg.begins(parser.MillraceSQLLexerINSERT) && !seg.holes:
			stranger = i
		}
	}
	if stranger == 0 {
		return len(s.segments)
	}
	return stranger
}
