// Package console is the sink that prints rows on standard output, as a table or as newline-delimited JSON. It is for trying things out:
// rows are printed when their epoch is committed, and printed again when a crash came before that was noted.
package console
