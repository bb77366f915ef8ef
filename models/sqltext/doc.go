// Package sqltext reads and writes the text of Millrace's SQL dialect, a subset of Flink SQL. So far that is expressions.
//
// ParseExpr and ParseSelectItem turn text into the tree declared in ast.go and never stop at the first mistake; Format turns a
// tree back into canonical text, so that ParseExpr(Format(e)) is e again but for its places. Nothing here knows columns,
// functions or types: that a name exists and that an argument fits is the checker's business.
//
// How a text is read:
//
//	text -> lexer (generated) -> mend (tokens.go: slips with a known mend are reported and mended, brackets balanced,
//	nesting bounded) -> parser (generated; SLL first, LL when that fails) -> tree (build*.go)
//
// Mending before parsing is what lets one pass report several mistakes: the parser never sees them.
//
// The grammar lives in MillraceSQLLexer.g4 and MillraceSQLParser.g4; build/generate-grammar.sh writes the package parser from
// them. The generated parser keeps prediction tables that it fills while it parses, shared by all goroutines. Every decision
// of the grammar is settled by at most three tokens, so that these tables have a bound that depends on the grammar alone and
// no process grows by parsing; tests hold both (cache_test.go).
//
// Hostile text costs time in proportion to its length and stack in proportion to MaxDepth and MaxChain, never more: both are
// checked on the tokens, before anything recurses.
package sqltext
