// Package worker is the process that runs pipelines: control's Agent over the embedded engine. It reads plans from the metadata store and
// never parses a model.
//
// # Processes
//
// `millrace worker --join` adds a machine: it needs the metadata server, the checkpoint folder that all workers share, and the key of the
// secrets. A server starts workers of its own (Children). They are sessions of their own: when the server is killed they go on, and the next
// server finds them in the store and adopts them instead of starting more. A server that is stopped asks them to leave, and waits.
//
// # What a worker holds
//
// One lease on each of its pipelines, which one heartbeat renews (see control). It does not take the lock of the data folder: that is the
// server's. It shares the SQLite database with the server, which has room for one writer at a time; what an idle pipeline writes is nothing.
package worker
