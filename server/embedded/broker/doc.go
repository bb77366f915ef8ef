// Package broker runs the embedded message queue: a Kafka-compatible broker
// inside this process (franz-go's kfake) that keeps its topics in a folder. It
// serves groups, transactions and everything else the product uses of Kafka on
// one loopback port, which it keeps across restarts.
//
// # What it adds to kfake
//
// Retention. kfake's own is switched off, because it may delete a partition
// whole: after a restart such a partition's offsets begin at 0 again, and
// readers that remember a position lose what comes next. Retainer applies
// retention.ms and retention.bytes of each topic instead, always leaving the
// newest batch, and only to topics that ask for it: events may be years old.
// kfake's compaction is off too: it does not know of open transactions. Once an
// hour Retainer reads compacted topics through and cuts what stands before the
// oldest record that is still the last committed one of its key. One key that
// is never written again therefore keeps all that came after it.
//
// Recovery. A crash leaves open transactions on disk without an end. kfake
// treats them as aborted while it runs, but forgets that at the next crash,
// and a later commit of the same producer would then bring them back. Start
// therefore looks for them after a crash and writes the abort markers that are
// missing (see recover.go), before anybody can connect.
//
// # What it does not promise
//
// Without SyncWrites a power failure may take the last moments, a crash of the
// process does not. A commit that spans partitions is not atomic against a
// crash of this process in the very middle of it: a real Kafka is for that.
//
// # The data folder
//
//	lock         held (flock) while the broker runs
//	ports.json   the port of the last run, used again when free
//	unclean      there while the broker runs; found at start, it tells of a crash
//	log/         kfake's files
package broker
