// Package kafka reads and writes Apache Kafka topics: the connection "kafka", the source "kafka" and the sink "kafka".
//
// # Reading
//
// Each partition has its own client and is read on one goroutine from the fetch to the sink. Reading is read_committed and
// takes no part in a consumer group: the position of a partition is the next offset as a decimal number, kept by the engine.
// Control records and the records of aborted transactions make no rows but move the position, so that it never stops short of
// the end of a topic whose last offsets hold no data.
//
// A bounded run ends at the last stable offset each partition had when the source was opened: what a read_committed reader could
// see then. Waiting for the high watermark instead would wait for transactions that other producers may never end. Offsets
// below the end can hold no record at all (compaction, expired transaction markers), which a consumer never reports; when nothing
// arrives for a while the reader asks the broker itself what lies before the end.
//
// With changelog: upsert a record is the row its key has now, and one without a value deletes it (changelog.go). The columns of a deleted row's
// key come from the record's key, its event time from the record's timestamp; everything else of it is NULL.
//
// # Writing
//
// The sink is a component.TxSink. Rows and one marker record {pipeline, sink, manifest} in the compacted topic
// millrace-commits form one transaction, under the transactional id installation/pipeline/sink. Recovering fences first
// (InitProducerID completes or aborts what an earlier instance left open) and reads the marker afterwards.
//
// With changelog: upsert a row that is there is a record under its key, and one that is gone a record without a value. An upsert stream is
// written in its order. The changes of a retract stream wait for the end of the epoch: only then is it known which row a key has.
//
// The marker's partition is read uncommitted up to its high watermark, and the control records in it decide which markers count.
// Reading committed would end at the first open transaction of any other pipeline and could miss a marker behind it. This is
// exact: fencing has already written the control record of our own last transaction, and compaction keeps the commit record of a
// transaction for as long as it keeps any of the transaction's records.
package kafka
