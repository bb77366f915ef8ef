// Package store is the metadata store: what must outlive every process, in a database behind GORM. No other package speaks GORM.
//
// It is SQLite now, a file in the data folder, and written so that a database server can take its place: rows are plain types that
// end in Row, every change that several workers may attempt is one conditional UPDATE whose affected rows are counted, and times are
// microseconds since 1970 in integer columns.
//
// # Tables
//
//	migrations     the steps that made the tables what they are, see migrate.go
//	installations  one row: the random id of this installation
//	pipelines      one row a pipeline: lease epoch, and the id and epoch of the head
//	manifests      the last control.KeepManifests committed manifests of each pipeline
//	prepared       at most one manifest a pipeline, whose commit point lies elsewhere
//	applied        the last manifest each sink has applied
//	reject_files   the files of dead letters and late rows; they outlive their manifests
//
// # Transactions
//
// SQLite has one writer at a time. All writing of a Store goes through one connection, whose transactions take the write lock when
// they begin; database/sql queues for it in order, until the context ends. Another process waits for the lock up to busyTimeout.
// Reading uses connections of its own, which the write-ahead log never blocks. A commit is on the disk when it returns
// (synchronous=FULL): I1, acknowledge after durable, starts here.
//
// LockDir keeps two processes from running on one data folder. It stands for the lease while one process does all the work.
package store
