package sqltext

import (
	"slices"
	"strings"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/sqltext/parser"
)

// refusal says what SQL has and Millrace has not, and what to do instead.
type refusal struct{ what, fix string }

// refusedStatements are by their first word.
func refusedStatements() map[string]refusal {
	rows := refusal{"rows are changed by pipelines only", "Write INSERT INTO a table with a primary key: a row of the same key replaces the older."}
	jars := refusal{"code is not loaded at run time", "Functions are listed by SHOW FUNCTIONS."}
	grants := refusal{"scripts give no grants", "Remove it."}
	return map[string]refusal{
		"ALTER":    {"tables and views are not altered in place", "DROP it and CREATE it anew; data in an outside system stays."},
		"MERGE":    rows,
		"UPDATE":   rows,
		"DELETE":   rows,
		"REPLACE":  rows,
		"UPSERT":   {"there is no UPSERT", "Write INSERT INTO a table with a primary key: a row of the same key replaces the older."},
		"TRUNCATE": {"tables are not emptied from here", "Empty the table in the system that holds it."},
		"ANALYZE":  {"there are no statistics to gather", "Remove it."},
		"CALL":     {"there are no procedures", "Write a query."},
		"LOAD":     jars,
		"UNLOAD":   jars,
		"ADD":      jars,
		"REMOVE":   jars,
		"GRANT":    grants,
		"REVOKE":   grants,
		"COMPILE":  {"plans are compiled when a pipeline is deployed", "Write EXPLAIN to see the plan."},
		"PIVOT":    {"there is no PIVOT", "Write one aggregate with FILTER (WHERE ...) for each column."},
	}
}

// refusedCreations are by the word behind CREATE.
func refusedCreations() map[string]refusal {
	function := refusal{"functions cannot be created", "Functions are listed by SHOW FUNCTIONS; name a computation by CREATE VIEW."}
	place := refusal{"catalogs and databases are made with their connections", "Declare the connection in the catalog file."}
	return map[string]refusal{
		"FUNCTION":     function,
		"SYSTEM":       function,
		"MODEL":        {"models are no SQL objects here", "Name a computation by CREATE VIEW."},
		"CATALOG":      place,
		"DATABASE":     place,
		"SCHEMA":       place,
		"OR":           {"there is no CREATE OR REPLACE", "Write DROP VIEW IF EXISTS before CREATE VIEW."},
		"INDEX":        {"there are no indexes", "Remove it; PRIMARY KEY (...) NOT ENFORCED declares a key."},
		"MATERIALIZED": {"a view is not kept as such", "CREATE TABLE with its columns and INSERT INTO it."},
	}
}

// refusedClauses stand behind a table, before a bracket.
func refusedClauses() map[string]refusal {
	pivot := refusal{"there is no PIVOT", "Write one aggregate with FILTER (WHERE ...) for each column."}
	return map[string]refusal{
		"MATCH_RECOGNIZE": {"there is no MATCH_RECOGNIZE", "Join the steps of the pattern within an interval of time, or number them by ROW_NUMBER()."},
		"PIVOT":           pivot,
		"UNPIVOT":         {"there is no UNPIVOT", "Join with UNNEST(ARRAY[...])."},
	}
}

// unsupported reports what Millrace knows and does not have, each by its name. It returns the segment without refused clauses,
// so that the rest can be looked at; without any tokens when there is nothing to look at. supported is false when it
// reported anything.
func (s *script) unsupported(seg segment) (rest segment, supported bool) {
	if r, at := refusedHead(seg); at != nil {
		s.refuse(at, r)
		seg.tokens = nil
		return seg, false
	}
	supported = true
	var kept []antlr.Token
	depth := 0
	definesTable := seg.begins(parser.MillraceSQLLexerCREATE, parser.MillraceSQLLexerTABLE) ||
		seg.begins(parser.MillraceSQLLexerCREATE, parser.MillraceSQLLexerTEMPORARY, parser.MillraceSQLLexerTABLE)
	for i := 0; i < len(seg.tokens); i++ {
		t := seg.tokens[i]
		switch kind := t.GetTokenType(); {
		case opens(kind):
			depth++
		case kind == parser.MillraceSQLLexerRPAREN || kind == parser.MillraceSQLLexerRBRACKET:
			depth--
		case definesTable && depth == 0 && kind == parser.MillraceSQLLexerAS:
			s.refuse(t, refusal{"CREATE TABLE takes its columns from no query", "CREATE VIEW name AS query, or CREATE TABLE with columns and INSERT INTO it."})
			seg.tokens = nil
			return seg, false
		case definesTable && kind == parser.MillraceSQLLexerLIKE && (depth == 0 || depth == 1 && beginsElement(seg.tokens, i)):
			s.refuse(t, refusal{"CREATE TABLE takes its columns from no other table", "Write the columns out; SHOW CREATE TABLE prints the other table's."})
			seg.tokens = nil
			return seg, false
		case i > 0 && kind == parser.MillraceSQLLexerIDENTIFIER && opens(seg.kindAt(i+1)) &&
			(nameLike(seg.kindAt(i-1)) || seg.kindAt(i-1) == parser.MillraceSQLLexerRPAREN):
			if r, ok := refusedClauses()[strings.ToUpper(t.GetText())]; ok {
				s.refuse(t, r)
				supported = false
				i = closing(seg.tokens, i+1)
				continue
			}
		}
		kept = append(kept, t)
	}
	if !supported {
		seg.tokens = kept
	}
	return seg, supported
}

// beginsElement reports whether the i-th token is the first of an element in brackets.
func beginsElement(tokens []antlr.Token, i int) bool {
	before := tokens[i-1].GetTokenType()
	return opens(before) || before == parser.MillraceSQLLexerCOMMA
}

func (s *script) refuse(t antlr.Token, r refusal) {
	s.b.reportf(CodeUnsupported, s.b.src.token(t), "%s", r.what).Fix = r.fix
}

// refusedHead looks at the first two words.
func refusedHead(seg segment) (refusal, antlr.Token) {
	first, second := seg.tokens[0], seg.end
	if len(seg.tokens) > 1 {
		second = seg.tokens[1]
	}
	word := strings.ToUpper(second.GetText())
	switch first.GetTokenType() {
	case parser.MillraceSQLLexerIDENTIFIER:
		if r, ok := refusedStatements()[strings.ToUpper(first.GetText())]; ok {
			return r, first
		}
	case parser.MillraceSQLLexerCREATE:
		if seg.kindAt(1) == parser.MillraceSQLLexerTEMPORARY && len(seg.tokens) > 2 {
			second = seg.tokens[2]
			word = strings.ToUpper(second.GetText())
		}
		if r, ok := refusedCreations()[word]; ok {
			return r, second
		}
	case parser.MillraceSQLLexerINSERT:
		if word == "OVERWRITE" {
			return refusal{"tables are not overwritten", "Write INSERT INTO; a table with a primary key replaces rows of the same key."}, second
		}
	case parser.MillraceSQLLexerEXPLAIN:
		if slices.Contains([]string{"ESTIMATED_COST", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN", "PLAN_ADVICE", "ANALYZED_PHYSICAL_PLAN"}, word) {
			return refusal{"EXPLAIN has no details to choose", "Write EXPLAIN before the query: it shows the changelog modes as well."}, second
		}
	}
	return refusal{}, nil
}

func opens(kind int) bool {
	return kind == parser.MillraceSQLLexerLPAREN || kind == parser.MillraceSQLLexerLPAREN_QUERY || kind == parser.MillraceSQLLexerLBRACKET
}

// closing returns the place of the bracket that closes the one at i, or the last token's.
func closing(tokens []antlr.Token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		switch kind := tokens[i].GetTokenType(); {
		case opens(kind):
			depth++
		case kind == parser.MillraceSQLLexerRPAREN || kind == parser.MillraceSQLLexerRBRACKET:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(tokens) - 1
}
