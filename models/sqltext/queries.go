package sqltext

import (
	"github.com/antlr4-go/antlr/v4"

	"millrace/models/sqltext/parser"
)

// markQueries tells the brackets around queries from all others, so that the parser need not look through ((( for the SELECT.
// A query stands in a pair of brackets that begins with SELECT, WITH or VALUES, or with such a pair that a UNION or the like
// continues, or that is all there is. Brackets must be balanced within each statement.
func markQueries(tokens []antlr.Token) {
	var open []int
	ends := map[int]int{} // of the queries' brackets, by their beginning
	for i, t := range tokens {
		switch t.GetTokenType() {
		case parser.MillraceSQLLexerLPAREN, parser.MillraceSQLLexerLBRACKET:
			open = append(open, i)
		case parser.MillraceSQLLexerRPAREN, parser.MillraceSQLLexerRBRACKET:
			if len(open) == 0 {
				continue // a hole that was reported
			}
			at := open[len(open)-1]
			open = open[:len(open)-1]
			if tokens[at].GetTokenType() == parser.MillraceSQLLexerLPAREN && holdsQuery(tokens, at, i, ends) {
				tokens[at] = retype(tokens[at], parser.MillraceSQLLexerLPAREN_QUERY, tokens[at].GetText())
				ends[at] = i
			}
		case parser.MillraceSQLLexerSEMICOLON:
			open = open[:0]
		}
	}
}

func holdsQuery(tokens []antlr.Token, begin, end int, ends map[int]int) bool {
	switch tokens[begin+1].GetTokenType() {
	case parser.MillraceSQLLexerSELECT, parser.MillraceSQLLexerWITH, parser.MillraceSQLLexerVALUES:
		return true
	case parser.MillraceSQLLexerLPAREN_QUERY:
	default:
		return false
	}
	inner := ends[begin+1]
	if inner+1 == end {
		// f((SELECT ...)) is a call with one argument.
		return begin == 0 || !calls(tokens[begin-1].GetTokenType()) || intoTable(tokens[:begin])
	}
	next, after := tokens[inner+1].GetTokenType(), tokens[inner+2].GetTokenType()
	switch next {
	case parser.MillraceSQLLexerUNION, parser.MillraceSQLLexerINTERSECT, parser.MillraceSQLLexerEXCEPT, parser.MillraceSQLLexerORDER,
		parser.MillraceSQLLexerLIMIT:
		return true
	case parser.MillraceSQLLexerOFFSET:
		return after == parser.MillraceSQLLexerINTEGER || after == parser.MillraceSQLLexerPARAM
	case parser.MillraceSQLLexerFETCH:
		return after == parser.MillraceSQLLexerFIRST || after == parser.MillraceSQLLexerNEXT
	}
	return false
}

// intoTable reports whether tokens end with INTO [TABLE] a.b.c.
func intoTable(tokens []antlr.Token) bool {
	i := len(tokens) - 1
	for i > 1 && nameLike(tokens[i].GetTokenType()) && tokens[i-1].GetTokenType() == parser.MillraceSQLLexerDOT {
		i -= 2
	}
	if i > 1 && tokens[i-1].GetTokenType() == parser.MillraceSQLLexerTABLE {
		i--
	}
	return i > 0 && tokens[i-1].GetTokenType() == parser.MillraceSQLLexerINTO
}

// calls reports whether a '(' behind such a token begins arguments.
func calls(kind int) bool {
	if kind == parser.MillraceSQLLexerBY || kind == parser.MillraceSQLLexerOF {
		return false
	}
	return kind == parser.MillraceSQLLexerUNNEST || kind == parser.MillraceSQLLexerLEFT || kind == parser.MillraceSQLLexerRIGHT || nameLike(kind)
}

// nameLike reports whether a token can be a name: a plain or quoted one, or a keyword that is not reserved.
func nameLike(kind int) bool {
	return kind == parser.MillraceSQLLexerIDENTIFIER || kind == parser.MillraceSQLLexerQUOTED_IDENTIFIER ||
		firstUnreserved <= kind && kind <= lastUnreserved
}
