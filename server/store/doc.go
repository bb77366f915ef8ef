// Package store is the metadata store: what must outlive every process, in a database behind GORM. No other package speaks GORM.
//
// It is SQLite, a file in the data folder, or a MySQL or MariaDB server that several servers and workers share. One code serves both: rows
// are plain types that end in Row, every change that several processes may attempt is one conditional UPDATE whose affected rows are
// counted, and times are microseconds since 1970 in integer columns, by the database's clock (see Store.micros). What differs stands in
// sqlite.go and mysql.go, and the tests run on both (see eachStore).
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
//	hub_versions   one row: the count of changes of connections and tables
//	connections    connections, with their secrets sealed; one that was deleted stays without its parameters
//	catalog_tables tables; one that was deleted stays, so that its id is never used again
//	drifts         the last comparison of each table with what is outside
//	audit          who changed what, written with the change
//	counters       how often something has changed that processes keep copies of, see bump
//	accounts, externals, teams, members, sessions, tokens, attempts   who is who, see server/auth
//	answers        what requests with an idempotency key were answered, sealed
//	secret_keys    the names of the keys that secrets are sealed with
//
// Those of other areas stand in their own files, named after the area.
//
// # Transactions
//
// SQLite has one writer at a time. All writing of a Store goes through one connection, whose transactions take the write lock when
// they begin; database/sql queues for it in order, until the context ends. Another process waits for the lock up to busyTimeout.
// Reading uses connections of its own, which the write-ahead log never blocks. A commit is on the disk when it returns
// (synchronous=FULL): I1, acknowledge after durable, starts here.
//
// A server has many writers. A change reads what others have committed (READ COMMITTED) and is run again from its beginning when it loses a
// deadlock or waits too long, see Store.update; a view reads one state (REPEATABLE READ). Changes that depend on several rows at once begin
// with bump, which lets one in after the other. What becomes durable when is the server's setting (innodb_flush_log_at_trx_commit, 1 by
// default).
//
// LockDir keeps two processes from running on one data folder. It stands for the lease while one process does all the work.
package store
