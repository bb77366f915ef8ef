// Package document keeps models as things people share: with an id that outlives a rename, a team, a draft that is saved as it is typed,
// and versions that never change once they are published.
//
//	types.go    Document, Version; Drafts and Versions, which a store implements
//	compile.go  text -> plans: one of a YAML document, several of an SQL script, that of its rows for a virtual model
//	analyse.go  text -> what a canvas shows of it, in spite of errors; analyse_script.go for SQL
//	explain.go  text -> plans as compiled and as they run, as graphs
//	convert.go  a document as a script, a script as documents
//	service.go  making, saving, renaming, deleting
//	publish.go  versions: publishing, restoring, comparing
//	text.go     the name inside a text
//
// Any text is kept as a draft, also one that does not parse: what is wrong with it comes back with the answer. Only what compiles is
// published, as whoever publishes it: a table that person may not read is as unknown to the compiler as one that does not exist.
//
// A draft has a revision. A save names the revision it was made on; when that is no longer the newest, nothing is saved, and the refusal
// says who saved in the meantime and what is different there.
package document
