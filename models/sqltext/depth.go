package sqltext

import (
	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

// level counts what nests within one pair of brackets.
type level struct {
	// nots and signs are the prefixes that wait for their operand, types the type arguments that are open.
	nots, signs, types int
	// chain is the number of operators since the last comma or clause.
	chain int
	// joins is the number of joins and unions, which nest to the left and which nothing ends.
	joins int
}

func (l level) depth() int { return l.nots + l.signs + l.types }

// depth bounds nesting from the tokens alone, before anything recurses over them. It never counts less than the parser will
// nest; in odd texts it counts a little more.
func depth(tokens []antlr.Token, src *source) *diag.Diagnostic {
	var (
		outer       []level
		cur         level
		outerDepth  int
		outerChain  int
		operandNext = true
	)
	for i, t := range tokens {
		operand := operandNext
		operandNext = true
		switch t.GetTokenType() {
		case parser.MillraceSQLLexerLPAREN, parser.MillraceSQLLexerLPAREN_QUERY, parser.MillraceSQLLexerLBRACKET, parser.MillraceSQLLexerCASE:
			if t.GetTokenType() == parser.MillraceSQLLexerLBRACKET {
				cur.chain++
			}
			outer = append(outer, cur)
			outerDepth += cur.depth() + 1
			outerChain += cur.chain + cur.joins
			cur = level{}
		case parser.MillraceSQLLexerRPAREN, parser.MillraceSQLLexerRBRACKET, parser.MillraceSQLLexerEND:
			if n := len(outer); n > 0 {
				cur = outer[n-1]
				outer = outer[:n-1]
				outerDepth -= cur.depth() + 1
				outerChain -= cur.chain + cur.joins
			}
			cur.signs = 0
			operandNext = false
		case parser.MillraceSQLLexerCOMMA, parser.MillraceSQLLexerWHEN, parser.MillraceSQLLexerTHEN, parser.MillraceSQLLexerELSE:
			cur.nots, cur.signs, cur.chain = 0, 0, 0
		case parser.MillraceSQLLexerJOIN, parser.MillraceSQLLexerUNION, parser.MillraceSQLLexerINTERSECT, parser.MillraceSQLLexerEXCEPT:
			cur = level{joins: cur.joins + 1}
		case parser.MillraceSQLLexerSELECT, parser.MillraceSQLLexerWHERE, parser.MillraceSQLLexerGROUP,
			parser.MillraceSQLLexerHAVING, parser.MillraceSQLLexerORDER, parser.MillraceSQLLexerON:
			cur = level{joins: cur.joins}
		case parser.MillraceSQLLexerAND, parser.MillraceSQLLexerOR:
			cur = level{chain: cur.chain + 1, joins: cur.joins}
		case parser.MillraceSQLLexerNOT:
			cur.nots++
		case parser.MillraceSQLLexerPLUS, parser.MillraceSQLLexerMINUS:
			if operand {
				cur.signs++
			} else {
				cur.chain++
			}
		case parser.MillraceSQLLexerLT:
			if i > 0 && typeOpens(tokens[i-1].GetTokenType()) {
				cur.types++
			}
			cur.chain++
		case parser.MillraceSQLLexerGT:
			cur.types = max(0, cur.types-1)
			cur.chain++
		case parser.MillraceSQLLexerEQ, parser.MillraceSQLLexerNE, parser.MillraceSQLLexerLE, parser.MillraceSQLLexerGE,
			parser.MillraceSQLLexerCONCAT, parser.MillraceSQLLexerSTAR, parser.MillraceSQLLexerSLASH, parser.MillraceSQLLexerPERCENT,
			parser.MillraceSQLLexerIS, parser.MillraceSQLLexerIN, parser.MillraceSQLLexerLIKE, parser.MillraceSQLLexerBETWEEN,
			parser.MillraceSQLLexerDOT:
			cur.chain++
		case parser.MillraceSQLLexerARRAY:
			cur.chain++
			operandNext = false
		default:
			cur.signs = 0
			operandNext = false
		}
		if outerDepth+cur.depth() > MaxDepth {
			return &diag.Diagnostic{Code: CodeTooDeep, Span: src.token(t), Message: "the expression is nested too deeply",
				Fix: "Compute parts of it in columns of their own; the limit is 200 levels."}
		}
		if outerChain+cur.chain+cur.joins > MaxChain {
			return &diag.Diagnostic{Code: CodeTooDeep, Span: src.token(t), Message: "the expression has too many operators in a row",
				Fix: "Use IN (...) for many alternatives, or compute parts in columns of their own; the limit is 5000."}
		}
	}
	return nil
}

func typeOpens(kind int) bool {
	return kind == parser.MillraceSQLLexerARRAY || kind == parser.MillraceSQLLexerMAP || kind == parser.MillraceSQLLexerROW
}
