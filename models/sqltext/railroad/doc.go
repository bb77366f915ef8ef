// Package railroad draws the rules of an ANTLR grammar as railroad diagrams, for the page of the language's grammar. It reads what the
// grammars of package sqltext use of ANTLR's notation and nothing more: alternatives, groups, ?, *, +, labels and comments.
//
//	grammar -> rules (parse.go) -> shapes with their sizes (shape.go) -> SVG (draw.go), and the page around them (page.go)
//
// A test keeps docs/language/grammar.md and its drawings equal to the grammar.
package railroad
