// Package sqltext reads and writes the text of Millrace's SQL dialect, a subset of Flink SQL.
//
// ParseScript, ParseQuery, ParseExpr and ParseSelectItem turn text into the trees declared in statement.go, query.go and ast.go and never
// stop at the first mistake; FormatStatement, FormatQuery and Format turn a tree back into canonical text that reads as the same tree but for
// its places; FormatScript lays a text out anew and keeps its comments. Walk and Map go over expressions. Nothing here knows tables,
// columns, functions or types: that a name exists and that an argument fits is the binder's and the checker's business.
//
// How a text is read:
//
//	text -> lexer (generated) -> mend (tokens.go: slips with a known mend are reported and mended, brackets balanced,
//	nesting bounded) -> parser (generated; SLL first, LL when that fails) -> tree (build*.go)
//
// A script is cut at its semicolons after mending (script.go), and each statement is parsed on its own: a broken one becomes a BadStatement
// and costs no other. What Millrace knows and does not have is refused by name before parsing (unsupported.go). The '(' before a query is told
// from other brackets beforehand (queries.go), hints are read from comments by the places they stand in (hints.go).
//
// Mending before parsing is what lets one pass report several mistakes: the parser never sees them.
//
// The grammar lives in MillraceSQLLexer.g4 and MillraceSQLParser.g4; build/generate-grammar.sh writes the package parser from
// them. The generated parser keeps prediction tables that it fills while it parses, shared by all goroutines. Every decision
// of the grammar is settled by at most three tokens, so that these tables have a bound that depends on the grammar alone and
// no process grows by parsing; tests hold both (cache_test.go).
//
// FormatScript makes a document (pretty.go) of the generated parser's tree, token by token (layout.go, layout_rules.go), so that nothing of the
// text can be lost. docs/language/grammar.md has the grammar as railroad diagrams, which package railroad draws.
//
// Hostile text costs time in proportion to its length and stack in proportion to MaxDepth and MaxChain, never more: both are
// checked on the tokens, before anything recurses.
package sqltext
