// Package rejects shows what pipelines have put aside, and puts it through them again.
//
// A pipeline keeps dead letters, which failed on the way, and late rows, whose windows were closed. They lie in files of its checkpoints; the
// id of one is that of the commit it came with and its number in the file.
//
// # Who sees what
//
// Whoever may operate a pipeline sees codes, places and counts. The records themselves are data of the tables they were read from: they are
// shown to who may read all that the pipeline reads, and has read since they were made, unmasked.
//
// # Mending
//
// Try decodes records, edited or not, and puts their rows through the pipeline's stored plan in memory: it says what would come of them.
// Replay does so for good: a run of its own, of the same plan, over just these records, into the same sinks with their promises. Its name
// follows from the records, so that asking twice writes once, and one that was interrupted goes on; the store remembers which dead letters were
// replayed, by whom. A plan that remembers rows (windows, joins, dedupes), or whose source gives changes, is refused: what it remembers has gone on
// since. Late rows are such. Their records are sent to the source again by who may write there, which other readers see as well.
package rejects
