package sqltext

import (
	"fmt"
	"slices"
	"strings"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

// fault is one place where the parser could not go on.
type fault struct {
	// at is the token in the way; before holds the two in front of it, the nearer first, 0 where there is none.
	at     antlr.Token
	before [2]int
	// expected holds the types of the tokens that could have stood there; nil when the parser cannot tell.
	expected *antlr.IntervalSet
	// inType is set within a type, inElement between the columns of a table, script in a text of statements.
	inType, inElement, script bool
}

func (f fault) wants(kind int) bool { return f.expected != nil && containsKind(f.expected, kind) }

func containsKind(s *antlr.IntervalSet, kind int) bool {
	for _, i := range s.GetIntervals() {
		if i.Start <= kind && kind < i.Stop {
			return true
		}
	}
	return false
}

func (f fault) wantsExpression() bool { return f.wants(parser.MillraceSQLParserCASE) }

// wantsName is true where a name can stand, be it as a whole expression.
func (f fault) wantsName() bool { return f.wants(parser.MillraceSQLParserQUOTED_IDENTIFIER) }

func (f fault) wantsOperator() bool { return f.wants(parser.MillraceSQLParserSLASH) }

// listener collects the parser's faults in place of its texts.
type listener struct {
	antlr.DefaultErrorListener
	parser *parser.MillraceSQLParser
	faults []fault
}

// SyntaxError is called by the parser.
func (l *listener) SyntaxError(_ antlr.Recognizer, offending any, _, _ int, _ string, _ antlr.RecognitionException) {
	at, ok := offending.(antlr.Token)
	p := l.parser
	if !ok || len(l.faults) >= maxReports {
		return
	}
	// One place is reported once: what the parser says next about it comes from its own way of recovering.
	if n := len(l.faults); n > 0 && l.faults[n-1].at.GetTokenIndex() >= at.GetTokenIndex() {
		return
	}
	f := fault{at: at}
	for i := range f.before {
		if at.GetTokenIndex() > i {
			f.before[i] = p.GetTokenStream().Get(at.GetTokenIndex() - 1 - i).GetTokenType()
		}
	}
	switch p.GetParserRuleContext().(type) {
	case parser.IDataTypeContext, parser.IElementTypeContext, parser.ITypeNameContext, parser.IRowFieldContext:
		f.inType = true
	case parser.ITableElementContext, parser.IColumnConstraintContext, parser.ICreateTableContext, parser.IOptionsContext:
		f.inElement = true
	}
	// A decision that failed only at its second or third token knows what it wanted at the first.
	if p.GetTokenStream().Index() == at.GetTokenIndex() {
		f.expected = p.GetExpectedTokens()
	}
	l.faults = append(l.faults, f)
}

// goesOn holds the reserved words that continue an expression: one of them in a name's place is no name written carelessly,
// something before it is missing.
func goesOn(kind int) bool {
	switch kind {
	case parser.MillraceSQLParserAND, parser.MillraceSQLParserAS, parser.MillraceSQLParserBETWEEN, parser.MillraceSQLParserELSE,
		parser.MillraceSQLParserEND, parser.MillraceSQLParserFOR, parser.MillraceSQLParserFROM, parser.MillraceSQLParserIN,
		parser.MillraceSQLParserIS, parser.MillraceSQLParserLIKE, parser.MillraceSQLParserOR, parser.MillraceSQLParserTHEN,
		parser.MillraceSQLParserWHEN, parser.MillraceSQLParserWHERE, parser.MillraceSQLParserOVER, parser.MillraceSQLParserDISTINCT,
		parser.MillraceSQLParserALL, parser.MillraceSQLParserSELECT, parser.MillraceSQLParserEXISTS:
		return true
	}
	return false
}

// beginsClause reports whether a reserved word begins a clause of a query, given the type of the next token: in a name's place,
// the name before it is missing.
func beginsClause(kind, next int) bool {
	switch kind {
	case parser.MillraceSQLParserSELECT, parser.MillraceSQLParserFROM, parser.MillraceSQLParserWHERE, parser.MillraceSQLParserHAVING,
		parser.MillraceSQLParserON, parser.MillraceSQLParserUSING, parser.MillraceSQLParserJOIN, parser.MillraceSQLParserUNION,
		parser.MillraceSQLParserINTERSECT, parser.MillraceSQLParserEXCEPT, parser.MillraceSQLParserAS, parser.MillraceSQLParserFOR:
		return true
	case parser.MillraceSQLParserGROUP, parser.MillraceSQLParserORDER:
		return next == parser.MillraceSQLParserBY
	case parser.MillraceSQLParserLIMIT:
		return next == parser.MillraceSQLParserINTEGER || next == parser.MillraceSQLParserPARAM
	case parser.MillraceSQLParserCROSS, parser.MillraceSQLParserINNER, parser.MillraceSQLParserLEFT, parser.MillraceSQLParserRIGHT,
		parser.MillraceSQLParserFULL, parser.MillraceSQLParserNATURAL:
		return next == parser.MillraceSQLParserJOIN || next == parser.MillraceSQLParserOUTER
	case parser.MillraceSQLParserWITH, parser.MillraceSQLParserVALUES:
		return next == parser.MillraceSQLParserLPAREN
	}
	return false
}

// mendReserved reports a reserved word in a name's place and turns it into the name.
func (b *builder) mendReserved(f fault, tokens []antlr.Token) bool {
	kind := f.at.GetTokenType()
	if !reserved(kind) || !f.wantsName() || f.wantsOperator() || f.wantsExpression() && goesOn(kind) {
		return false
	}
	if b.script && beginsClause(kind, tokens[f.at.GetTokenIndex()+1].GetTokenType()) {
		return false
	}
	word := strings.ToUpper(f.at.GetText())
	b.diags.Errorf(CodeReservedWord, b.src.token(f.at), "%s is a reserved word", word).Fix =
		fmt.Sprintf("If it is a name, put it in back quotes: `%s`.", f.at.GetText())
	tokens[f.at.GetTokenIndex()] = retype(f.at, parser.MillraceSQLParserIDENTIFIER, f.at.GetText())
	return true
}

// reportSyntax reports the faults that a person would call separate ones. After a fault the parser guesses how to go on, and
// what it finds next is mostly its own doing; a fault on the far side of a comma, an AND or the like is not.
func (b *builder) reportSyntax(faults []fault, tokens []antlr.Token) {
	last := -1
	for _, f := range faults {
		i := f.at.GetTokenIndex()
		if len(b.diags) >= maxReports || last >= 0 && !slices.ContainsFunc(tokens[last+1:i], boundary) {
			continue
		}
		last = i
		span := b.src.token(f.at)
		if f.at.GetTokenType() == antlr.TokenEOF {
			span = b.src.span(f.at.GetStart(), f.at.GetStart()-1)
		}
		f.script = b.script
		message, fix := f.describe()
		if b.script {
			message, fix = misspelled(tokens, i, message, fix)
		}
		b.diags.Errorf(CodeSyntax, span, "%s", message).Fix = fix
		if f.at.GetTokenType() == parser.MillraceSQLParserSELECT && !b.script {
			return // the rest is the query's
		}
	}
}

// misspelled finds a keyword written wrong in or before the place of a fault: in SELECT a FORM t, FORM is read as a's name, and
// it is t that is in the way.
func misspelled(tokens []antlr.Token, at int, message, fix string) (string, string) {
	if at == 0 && tokens[0].GetTokenType() != antlr.TokenEOF {
		message = "no statement begins with " + show(tokens[0])
		fix = "Statements begin with SELECT, WITH, VALUES, INSERT INTO, CREATE, DROP, EXPLAIN, SHOW, DESCRIBE, SET, RESET, USE or EXECUTE STATEMENT SET."
	}
	for _, i := range []int{at, at - 1} {
		if i < 0 || tokens[i].GetTokenType() != parser.MillraceSQLParserIDENTIFIER {
			continue
		}
		known := clauseWords()
		if i == 0 {
			known = statementWords()
		}
		text := tokens[i].GetText()
		if near := diag.Nearest(text, known); near != "" && len(text) > 2 && (i == 0 || strings.EqualFold(near[:1], text[:1]) && len(near) <= len(text)+1 && len(text) > 3 || near == "DESC") {
			return message, fmt.Sprintf("Did you mean %s in place of %s?", near, show(tokens[i]))
		}
	}
	return message, fix
}

func statementWords() []string {
	return []string{"SELECT", "WITH", "VALUES", "INSERT", "CREATE", "DROP", "EXPLAIN", "SHOW", "DESCRIBE", "RESET", "EXECUTE", "BEGIN"}
}

func clauseWords() []string {
	return []string{"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "UNION", "INTERSECT", "EXCEPT", "WINDOW", "JOIN",
		"LEFT", "RIGHT", "INNER", "CROSS", "SEMI", "ANTI", "OUTER", "USING", "INTO", "TABLE", "VIEW", "VALUES", "SELECT", "PARTITION", "BETWEEN", "LIKE",
		"DESC", "NULLS", "FIRST", "LAST", "PRIMARY", "WATERMARK", "COMMENT", "METADATA", "VIRTUAL", "PARTITIONED", "TABLES", "VIEWS",
		"FUNCTIONS", "CATALOGS", "DATABASES", "COLUMNS", "DESCRIPTOR", "STATEMENT"}
}

// boundary reports whether a token stands between two parts of an expression that are each on their own.
func boundary(t antlr.Token) bool {
	switch t.GetTokenType() {
	case parser.MillraceSQLParserAND, parser.MillraceSQLParserOR, parser.MillraceSQLParserCOMMA, parser.MillraceSQLParserWHEN,
		parser.MillraceSQLParserTHEN, parser.MillraceSQLParserELSE, parser.MillraceSQLParserSELECT, parser.MillraceSQLParserFROM,
		parser.MillraceSQLParserWHERE, parser.MillraceSQLParserGROUP, parser.MillraceSQLParserHAVING, parser.MillraceSQLParserORDER,
		parser.MillraceSQLParserJOIN, parser.MillraceSQLParserON, parser.MillraceSQLParserUNION, parser.MillraceSQLParserLIMIT:
		return true
	}
	return false
}

func (f fault) describe() (message, fix string) {
	where := " before " + show(f.at)
	if f.at.GetTokenType() == antlr.TokenEOF || f.at.GetStop() < f.at.GetStart() {
		where = " at the end"
	}
	switch f.at.GetTokenType() {
	case parser.MillraceSQLParserSEMICOLON:
		return "';' ends a statement, and this is an expression", "Remove it."
	case parser.MillraceSQLParserON:
		if f.script && !f.wantsName() {
			return "ON does not fit here", "Each JOIN but CROSS JOIN and NATURAL JOIN has one ON, directly behind its table."
		}
	case parser.MillraceSQLParserSELECT, parser.MillraceSQLParserLPAREN_QUERY:
		if f.script && !f.wantsOperator() && (f.wants(parser.MillraceSQLParserAS) || f.wants(parser.MillraceSQLParserLPAREN_QUERY)) {
			break
		}
		if f.script {
			return "a query cannot stand here", "A query stands in brackets of its own, as in f((SELECT ...)) or IN (SELECT ...)."
		}
		return "a query cannot stand in an expression", "Compute it in a node of its own and join its result."
	case parser.MillraceSQLParserFILTER:
		return "FILTER is followed by a condition", "Write FILTER (WHERE condition)."
	case parser.MillraceSQLParserOVER:
		return "OVER is followed by a window", "Write OVER (PARTITION BY a ORDER BY b), or the name of a window."
	}
	switch before := f.before[0]; {
	case before == parser.MillraceSQLParserOVER:
		return "expected a window" + where, "Write OVER (PARTITION BY a ORDER BY b), or the name of a window."
	case before == parser.MillraceSQLParserPARTITION && f.expected == nil:
		return "expected BY" + where, ""
	case f.inElement && f.expected == nil:
		return "expected a type, or AS and an expression," + where, ""
	case before == parser.MillraceSQLParserIS,
		before == parser.MillraceSQLParserNOT && f.before[1] == parser.MillraceSQLParserIS:
		return "expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM" + where, ""
	case before == parser.MillraceSQLParserINTERVAL && f.at.GetTokenType() == parser.MillraceSQLParserINTEGER:
		return "expected a quoted number" + where, fmt.Sprintf("Write INTERVAL '%s'.", f.at.GetText())
	case f.at.GetTokenType() == parser.MillraceSQLParserLPAREN && bare(before):
		name := word(before)
		return name + " is written without parentheses", fmt.Sprintf("Write %s.", name)
	}
	wanted := f.wanted()
	if len(wanted) == 0 {
		switch {
		case where == " at the end" && f.script:
			return "the statement ends too early", ""
		case where == " at the end":
			return "the expression ends too early", ""
		}
		return fmt.Sprintf("%s does not fit here", show(f.at)), ""
	}
	return "expected " + list(wanted) + where, ""
}

func bare(kind int) bool {
	switch kind {
	case parser.MillraceSQLParserCURRENT_DATE, parser.MillraceSQLParserCURRENT_TIME, parser.MillraceSQLParserCURRENT_TIMESTAMP,
		parser.MillraceSQLParserLOCALTIME, parser.MillraceSQLParserLOCALTIMESTAMP:
		return true
	}
	return false
}

// wanted lists what could have stood in the place, the general before the particular and nothing that only could.
func (f fault) wanted() []string {
	switch {
	case f.wantsExpression():
		return []string{"an expression"}
	case f.inType && f.wants(parser.MillraceSQLParserROW) && !f.wantsName():
		return []string{"a type"}
	case f.wantsName() && !f.wantsOperator():
		return []string{"a name"}
	case f.wants(parser.MillraceSQLParserSELECT):
		return []string{"a query"}
	}
	var out []string
	if f.wantsOperator() || !f.inElement && begins(f.at.GetTokenType()) && ends(f.before[0]) {
		out = append(out, "an operator")
	}
	for _, w := range wantedSigns() {
		if !f.wants(w.kind) || w.operator && f.wantsOperator() && (w.kind != parser.MillraceSQLParserAND || f.wants(parser.MillraceSQLParserEQ)) {
			continue
		}
		if w.kind == parser.MillraceSQLParserFROM && f.wants(parser.MillraceSQLParserCOMMA) {
			continue // rare beside a comma
		}
		out = append(out, w.text)
	}
	if len(out) == 0 && f.expected != nil {
		out = f.wantedWords()
	}
	return out
}

// wantedWords lists all that could have stood in the place, when that is not too much to read.
func (f fault) wantedWords() []string {
	const most = 8
	var out []string
	for _, i := range f.expected.GetIntervals() {
		for kind := i.Start; kind < i.Stop; kind++ {
			switch {
			case len(out) == most:
				return nil
			case kind == antlr.TokenEOF:
			case kind == parser.MillraceSQLParserLPAREN_QUERY:
				out = append(out, "'('")
			case firstReserved <= kind && kind <= lastUnreserved:
				out = append(out, word(kind))
			default:
				out = append(out, "'"+word(kind)+"'")
			}
		}
	}
	return out
}

// begins reports whether a token can only begin an operand; ends, whether it can end one. One behind the other, an operator
// is missing between.
func begins(kind int) bool {
	switch kind {
	case parser.MillraceSQLParserIDENTIFIER, parser.MillraceSQLParserQUOTED_IDENTIFIER, parser.MillraceSQLParserSTRING,
		parser.MillraceSQLParserBYTES, parser.MillraceSQLParserINTEGER, parser.MillraceSQLParserDECIMAL, parser.MillraceSQLParserFLOAT,
		parser.MillraceSQLParserPARAM, parser.MillraceSQLParserLPAREN, parser.MillraceSQLParserCASE, parser.MillraceSQLParserCAST,
		parser.MillraceSQLParserTRY_CAST, parser.MillraceSQLParserINTERVAL:
		return true
	}
	return false
}

func ends(kind int) bool {
	switch kind {
	case parser.MillraceSQLParserIDENTIFIER, parser.MillraceSQLParserQUOTED_IDENTIFIER, parser.MillraceSQLParserSTRING,
		parser.MillraceSQLParserBYTES, parser.MillraceSQLParserINTEGER, parser.MillraceSQLParserDECIMAL, parser.MillraceSQLParserFLOAT,
		parser.MillraceSQLParserPARAM, parser.MillraceSQLParserRPAREN, parser.MillraceSQLParserRBRACKET, parser.MillraceSQLParserEND,
		parser.MillraceSQLParserNULL, parser.MillraceSQLParserTRUE, parser.MillraceSQLParserFALSE, parser.MillraceSQLParserTIME:
		return true
	}
	return false
}

type wantedSign struct {
	kind int
	text string
	// operator is set when "an operator" already says it.
	operator bool
}

func wantedSigns() []wantedSign {
	return []wantedSign{
		{parser.MillraceSQLParserBETWEEN, "BETWEEN", true},
		{parser.MillraceSQLParserIN, "IN", true},
		{parser.MillraceSQLParserLIKE, "LIKE", true},
		{parser.MillraceSQLParserAND, "AND", true},
		{parser.MillraceSQLParserSTRING, "a string", false},
		{parser.MillraceSQLParserINTEGER, "a number", false},
		{parser.MillraceSQLParserAS, "AS", false},
		{parser.MillraceSQLParserWHEN, "WHEN", false},
		{parser.MillraceSQLParserTHEN, "THEN", false},
		{parser.MillraceSQLParserELSE, "ELSE", false},
		{parser.MillraceSQLParserEND, "END", false},
		{parser.MillraceSQLParserWHERE, "WHERE", false},
		{parser.MillraceSQLParserFROM, "FROM", false},
		{parser.MillraceSQLParserCOMMA, "','", false},
		{parser.MillraceSQLParserLT, "'<'", true},
		{parser.MillraceSQLParserGT, "'>'", true},
		{parser.MillraceSQLParserLPAREN, "'('", true},
		{parser.MillraceSQLParserRPAREN, "')'", false},
		{parser.MillraceSQLParserLBRACKET, "'['", true},
		{parser.MillraceSQLParserRBRACKET, "']'", false},
	}
}

// list joins words as in "a, b or c".
func list(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
