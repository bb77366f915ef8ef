package sqltext

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

// mender reads all tokens of a text, reports those that are slips and puts what was meant in their place.
type mender struct {
	src *source
	// script is set for a text of statements: queries are told from other brackets, and a semicolon ends what is open.
	script bool
	diags  diag.List
	tokens []antlr.Token
	// open holds the places in tokens of the brackets that wait for their end.
	open []int
	// dropped holds the places in tokens where something was left out that cannot be mended.
	dropped []int
	// stop is set when the rest cannot be read in any useful way.
	stop bool
	// hints holds the hints of a script by the start of the token that each stands behind.
	hints map[int][]antlr.Token
	// remarks holds the comments and hints of a script.
	remarks []remark
}

// remark is a comment or a hint, with the place in tokens of what follows it.
type remark struct {
	token antlr.Token
	next  int
}

// mend returns the mended tokens, EOF last. ok is false when the text must not be parsed.
func (m *mender) mend(lexer antlr.Lexer) (tokens []antlr.Token, ok bool) {
	for {
		t := lexer.NextToken()
		if t.GetTokenType() == antlr.TokenEOF {
			m.closeAll(t)
			m.tokens = append(m.tokens, t)
			break
		}
		if t.GetChannel() != antlr.TokenDefaultChannel {
			m.remark(t)
			continue
		}
		m.take(t)
		if len(m.diags) >= maxReports {
			return nil, false
		}
	}
	if m.script {
		markQueries(m.tokens)
		return m.tokens, true
	}
	if d := depth(m.tokens, m.src); d != nil {
		m.diags.Add(*d)
		return nil, false
	}
	return m.tokens, !m.stop
}

// remark keeps a comment or a hint of a script. Whether a hint is one where it stands, or a comment, the tree's builder decides.
func (m *mender) remark(t antlr.Token) {
	if !m.script {
		return
	}
	m.remarks = append(m.remarks, remark{t, len(m.tokens)})
	if t.GetTokenType() != parser.MillraceSQLLexerHINT || len(m.tokens) == 0 {
		return
	}
	if m.hints == nil {
		m.hints = map[int][]antlr.Token{}
	}
	behind := m.tokens[len(m.tokens)-1].GetStart()
	m.hints[behind] = append(m.hints[behind], t)
}

func (m *mender) report(code diag.Code, t antlr.Token, fix, format string, args ...any) {
	m.diags.Errorf(code, m.src.token(t), format, args...).Fix = fix
}

// put appends a token of another type and text in the place of t.
func (m *mender) put(t antlr.Token, kind int, text string) {
	m.tokens = append(m.tokens, retype(t, kind, text))
}

// retype returns t's place with another type and text.
func retype(t antlr.Token, kind int, text string) antlr.Token {
	return antlr.CommonTokenFactoryDEFAULT.Create(t.GetSource(), kind, text, antlr.TokenDefaultChannel,
		t.GetStart(), t.GetStop(), t.GetLine(), t.GetColumn())
}

func (m *mender) take(t antlr.Token) {
	switch kind := t.GetTokenType(); kind {
	case parser.MillraceSQLLexerLPAREN:
		m.open = append(m.open, len(m.tokens))
		m.tokens = append(m.tokens, t)
	case parser.MillraceSQLLexerLBRACKET:
		m.collection()
		m.open = append(m.open, len(m.tokens))
		m.tokens = append(m.tokens, t)
	case parser.MillraceSQLLexerSEMICOLON:
		if m.script {
			m.closeAll(t)
			m.open = m.open[:0]
		}
		m.tokens = append(m.tokens, t)
	case parser.MillraceSQLLexerARROW:
		if m.namesArgument() {
			m.tokens = append(m.tokens, t)
			return
		}
		m.operator(t)
	case parser.MillraceSQLLexerRPAREN, parser.MillraceSQLLexerRBRACKET:
		m.close(t)
	case parser.MillraceSQLLexerWRONG_OPERATOR:
		m.operator(t)
	case parser.MillraceSQLLexerWRONG_NUMBER:
		m.report(CodeMalformedNumber, t, "Put a space behind the number, or the whole in back quotes if it is a name.",
			"%s is neither a number nor a name", show(t))
		m.put(t, parser.MillraceSQLLexerINTEGER, "0")
	case parser.MillraceSQLLexerDOUBLE_QUOTED:
		inner := strings.ReplaceAll(strings.Trim(t.GetText(), `"`), `""`, `"`)
		m.report(CodeDoubleQuoted, t, fmt.Sprintf("Write %s for a string, %s for a name.", brief(quote(inner, '\'')), brief(quote(inner, '`'))),
			"double quotes mean nothing in this dialect")
		m.put(t, parser.MillraceSQLLexerSTRING, quote(inner, '\''))
	case parser.MillraceSQLLexerEMPTY_IDENTIFIER:
		m.report(CodeEmptyName, t, "", "a name cannot be empty")
		m.put(t, parser.MillraceSQLLexerIDENTIFIER, "_")
	case parser.MillraceSQLLexerUNCLOSED_STRING, parser.MillraceSQLLexerUNCLOSED_DOUBLE_QUOTED:
		m.report(CodeUnclosedString, t, "Add the closing quote; a quote within a string is written twice.", "the string is never closed")
		m.halt()
	case parser.MillraceSQLLexerUNCLOSED_IDENTIFIER:
		m.report(CodeUnclosedName, t, "Add the closing back quote; a back quote within a name is written twice.", "the quoted name is never closed")
		m.halt()
	case parser.MillraceSQLLexerUNCLOSED_COMMENT:
		m.report(CodeUnclosedComment, t, "Add */ where the comment ends.", "the comment is never closed")
	case parser.MillraceSQLLexerUNKNOWN_CHARACTER:
		m.unknown(t)
	default:
		m.tokens = append(m.tokens, t)
	}
}

// collection turns the ARRAY or MAP directly before a '[' into the start of ARRAY[...].
func (m *mender) collection() {
	last := len(m.tokens) - 1
	if last < 0 || last > 0 && m.tokens[last-1].GetTokenType() == parser.MillraceSQLLexerDOT {
		return
	}
	switch t := m.tokens[last]; t.GetTokenType() {
	case parser.MillraceSQLLexerARRAY:
		m.tokens[last] = retype(t, parser.MillraceSQLLexerARRAY_OF, t.GetText())
	case parser.MillraceSQLLexerMAP:
		m.tokens[last] = retype(t, parser.MillraceSQLLexerMAP_OF, t.GetText())
	}
}

func (m *mender) close(t antlr.Token) {
	if len(m.open) == 0 {
		m.report(CodeUnbalanced, t, "Remove it, or add the opening bracket before it.", "%s closes nothing", show(t))
		return
	}
	opener := m.tokens[m.open[len(m.open)-1]]
	m.open = m.open[:len(m.open)-1]
	kind, text := closer(opener)
	if kind != t.GetTokenType() {
		at := m.src.pos(opener.GetStart())
		m.report(CodeUnbalanced, t, fmt.Sprintf("Write '%s'.", text), "%s does not close the %s of line %d, column %d", show(t), show(opener), at.Line, at.Column)
		t = retype(t, kind, text)
	}
	m.tokens = append(m.tokens, t)
}

// namesArgument reports whether a => follows the name of an argument in TABLE(f(name => ...)).
func (m *mender) namesArgument() bool {
	n := len(m.open)
	if !m.script || n < 2 || m.open[n-2] == 0 || m.tokens[m.open[n-2]-1].GetTokenType() != parser.MillraceSQLLexerTABLE {
		return false
	}
	last := len(m.tokens) - 1
	return last-1 == m.open[n-1] || m.tokens[last-1].GetTokenType() == parser.MillraceSQLLexerCOMMA
}

// closeAll closes at the end what is still open. Where the missing bracket belongs is not known, so each is
// reported where it opens.
func (m *mender) closeAll(eof antlr.Token) {
	if m.stop {
		return
	}
	for i := len(m.open) - 1; i >= 0; i-- {
		opener := m.tokens[m.open[i]]
		kind, text := closer(opener)
		if len(m.diags) < maxReports {
			m.report(CodeUnbalanced, opener, fmt.Sprintf("Add the missing '%s'.", text), "%s is never closed", show(opener))
		}
		m.tokens = append(m.tokens, antlr.CommonTokenFactoryDEFAULT.Create(eof.GetSource(), kind, text, antlr.TokenDefaultChannel,
			eof.GetStart(), eof.GetStart()-1, eof.GetLine(), eof.GetColumn()))
	}
}

func closer(opener antlr.Token) (kind int, text string) {
	if opener.GetTokenType() == parser.MillraceSQLLexerLPAREN {
		return parser.MillraceSQLLexerRPAREN, ")"
	}
	return parser.MillraceSQLLexerRBRACKET, "]"
}

// drop notes that something was left out here.
func (m *mender) drop() { m.dropped = append(m.dropped, len(m.tokens)) }

// halt notes that what follows cannot be read.
func (m *mender) halt() {
	m.stop = true
	m.drop()
}

func (m *mender) operator(t antlr.Token) {
	kind, fix := parser.MillraceSQLLexerEQ, ""
	switch t.GetText() {
	case "==":
		fix = "Write =."
	case "&&":
		kind, fix = parser.MillraceSQLLexerAND, "Write AND."
	case "!":
		kind, fix = parser.MillraceSQLLexerNOT, "Write NOT."
	case "<=>":
		fix = "Write IS NOT DISTINCT FROM."
	case "=<":
		kind, fix = parser.MillraceSQLLexerLE, "Write <=."
	case "=>":
		kind, fix = parser.MillraceSQLLexerGE, "Write >=."
	case "::":
		// The type's name behind it is read as the name of a member: what matters is to go on.
		kind, fix = parser.MillraceSQLLexerDOT, "Write CAST(... AS type)."
	}
	m.report(CodeUnknownOperator, t, fix, "%s is no operator of this dialect", show(t))
	m.put(t, kind, t.GetText())
}

// lookalikes are the characters that an input method or a word processor writes for those of SQL.
const lookalikes = "，,（(）)［[］]；;。.＝=＞>＜<＋+－-—-–-＊*×*／/÷/％%！!｜|"

func (m *mender) unknown(t antlr.Token) {
	r := []rune(t.GetText())[0]
	pairs := []rune(lookalikes)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] != r {
			continue
		}
		m.report(CodeUnknownCharacter, t, fmt.Sprintf("Write '%c'.", pairs[i+1]), "%s looks like '%c' but is another character", show(t), pairs[i+1])
		kind := signs(pairs[i+1])
		if kind == 0 {
			m.drop()
			return
		}
		m.take(retype(t, kind, string(pairs[i+1])))
		return
	}
	m.drop()
	fix := "Remove it, or put the name that it belongs to in back quotes."
	switch {
	case strings.ContainsRune("‘’“”＇＂", r):
		if m.stop {
			return // the other end of the same string
		}
		fix = "Write strings in straight quotes: 'text'."
		m.halt()
	case r == '$' || r == '#' || r == '@':
		fix = "Put the name that it belongs to in back quotes."
	case r == '?':
		fix = "Name the parameter: :name."
	case r == '&' || r == '|' || r == '^' || r == '~':
		fix = "There are no operators on bits; AND, OR and NOT are written as words."
	case !unicode.IsPrint(r):
		fix = "Remove it."
	}
	m.report(CodeUnknownCharacter, t, fix, "%s means nothing here", show(t))
}

// signs returns the token type of a single sign, 0 for those that are none alone.
func signs(r rune) int {
	switch r {
	case ',':
		return parser.MillraceSQLLexerCOMMA
	case '(':
		return parser.MillraceSQLLexerLPAREN
	case ')':
		return parser.MillraceSQLLexerRPAREN
	case '[':
		return parser.MillraceSQLLexerLBRACKET
	case ']':
		return parser.MillraceSQLLexerRBRACKET
	case ';':
		return parser.MillraceSQLLexerSEMICOLON
	case '.':
		return parser.MillraceSQLLexerDOT
	case '=':
		return parser.MillraceSQLLexerEQ
	case '>':
		return parser.MillraceSQLLexerGT
	case '<':
		return parser.MillraceSQLLexerLT
	case '+':
		return parser.MillraceSQLLexerPLUS
	case '-':
		return parser.MillraceSQLLexerMINUS
	case '*':
		return parser.MillraceSQLLexerSTAR
	case '/':
		return parser.MillraceSQLLexerSLASH
	case '%':
		return parser.MillraceSQLLexerPERCENT
	default:
		return 0
	}
}
