// Package search finds tables, connections and model documents by what is said of them: name, columns, descriptions, tags, owner and
// domain, in English and Chinese.
//
// # Files
//
//	entry.go   what can be found; query.go what is asked and answered
//	tokens.go  text -> terms, the same for what is indexed and what is asked
//	index.go   the index on the disk: opening, applying changes; view.go one moment of it in memory
//	match.go   terms -> scored entries; page.go entries -> the page a viewer gets; highlight.go what matched in them
//	follow.go  keeping an index up with its sources, of which hub.go is one; use.go how much a thing is used
//
// # How it works
//
// Bleve's index (scorch) holds the dictionaries and postings. Scores are added up here, in one dense array over the documents, term by
// term: the things of a warehouse are at most some hundred thousand, so that this beats bleve's own searchers, whose heap over dozens
// of terms (prefixes, near words, four fields each) costs more than the postings themselves; and each candidate's use and visibility
// can be asked while the page is chosen.
//
// # What a viewer learns
//
// Visibility is decided while the page is chosen, not afterwards: a page is full when there is enough the viewer may see, and that
// there is more is said only when the viewer may see more. Neither counts nor scores are told: both depend on what is hidden.
//
// # Several servers
//
// Each server has an index of its own, on its own disk, and follows the sources' change counters. The position up to which a source
// was followed is in the same batch as its changes. An index that is missing, damaged or of another form is removed and follows from
// the beginning; searches in the meantime say that they are not complete.
package search
