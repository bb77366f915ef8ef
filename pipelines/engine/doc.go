// Package engine is the embedded streaming engine: it runs a plan over real sources and sinks, exactly once where the sinks can.
//
// # Invariants
//
// They are quoted where the code enforces them.
//
//	I1 Acknowledge after durable: a source is told a position only when the epoch that holds it is committed and applied.
//	I2 Positions only grow.
//	I3 Every row is delivered, rejected to a named place, skipped and counted because the pipeline says so, or the job fails.
//	I4 Order per key: rows of one partition pass every operator in their order.
//	I5 Checkpoints are atomic and versioned.
//	I6 No silent coercion.
//	I7 SIGTERM drains, SIGKILL recovers.
//	I8 Memory is bounded by configuration.
//
// # How it runs
//
// Every source partition is a lane: one goroutine that reads, decodes, filters, computes and pre-aggregates without meeting another
// lane (lane.go, operators.go, window.go). Every second all lanes stop at a barrier; while they stand still the coordinator moves the
// watermarks on, lets windows and dedupes give out what is due (window_emit.go, dedupe.go), takes a snapshot of what changed in the
// state, and lets the lanes run again while the epoch is written, committed and applied (checkpoint.go, sinks.go). A barrier costs as long as
// the slowest lane's current batch; nothing is exchanged between goroutines in between, so an answer cannot depend on timing:
//
//   - a row's lateness is judged by the watermark its own partition had before it, stamped by the lane;
//   - lanes are merged in the order of their partitions, and what an operator gives out is sorted by event time and key;
//   - therefore batch size, parallelism and restarts do not change any answer.
//
// # Committing
//
// With staged sinks (ClickHouse): state, output and rejects are written to files and synced; one conditional update makes the manifest
// that names them the head; then the chunks are applied in order, idempotently by token; then the source is told. A restart applies the
// head's chunks again. The next epoch's lanes run meanwhile.
//
// A staged sink whose target keeps one row a key is first asked what is left of the epoch's changes (component.ChangeReducer), so that their
// order means nothing once they are cut into chunks.
//
// With one transactional sink (Kafka): rows are produced inside the epoch's transaction, and the marker record in it, which names the
// manifest, is the commit point. The manifest is prepared before and completed after; a restart fences, reads the marker and
// so knows which of the two manifests is the last. With several sinks a transactional one is applied like a staged one, a
// transaction a manifest.
//
// # Files
//
//	job.go         attempts, recovery, the loop of epochs
//	run.go         one attempt: opening, lanes, watermarks
//	lane.go        one partition; stamps and watermarks
//	operators.go   filter, project, union, the lanes' ends at sinks
//	window.go      slices and groups of one lane;  window_emit.go  windows over all lanes;  align.go  where windows begin
//	acc.go, acc_sets.go   accumulators;  acc_kept.go, acc_float.go   those that live on and take rows back
//	dedupe.go, dedupe_keys.go   first row of each key
//	keyed_groups.go, keyed_cold.go   what is known of each key: saved by key, and moved to disk;  relief.go   when
//	gather.go      what the operators below share: they work at barriers, on the rows of all lanes and inputs
//	join.go, join_block.go, join_columns.go   joins of changelogs
//	normalize.go   upserts to retractions;  unnest.go   elements to rows, on the lanes
//	aggregate.go, aggregate_*.go   groups without a window;  rank.go, rank_emit.go   the best rows of each partition
//	order.go       rows as bytes that compare as the rows do
//	keys.go, rowbytes.go   values as bytes: keys, and rows in state
//	checkpoint.go  state files, manifests, rejects files, sweeping
//	sinks.go       chunks, staging and applying
//	stats.go, stats_operators.go   what a job tells of itself;  meter.go   the clocks of lanes, read twice a batch and operator
//	segment/       the file format;  keyed/  the tables;  spill/  what memory has no room for
//
// # Goroutines and locks
//
// Per attempt: the coordinator (Run's goroutine), one goroutine a lane and epoch, at most one committing goroutine. Lanes' fields belong to
// their goroutine during an epoch and to the coordinator between epochs. The committing goroutine owns run.files and run.head
// until its channel closes. stats has the only lock.
package engine
