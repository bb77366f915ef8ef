// Package olap runs the embedded ClickHouse: real ClickHouse servers (HTTP and
// native TCP, loopback only) inside libchdb, in a child process of the same
// binary.
//
// # Processes
//
// Start runs this executable again with ChildCommand as its first argument; the
// program's main hands the rest to RunChild before anything else runs. The
// child loads the library without cgo and blocks in it until it is told to
// stop. It stops cleanly on SIGTERM and when its standard input ends, and the
// parent holds the other end of that pipe: whatever way the parent dies, kill
// -9 included, the child follows. On Linux the kernel also sends SIGTERM when
// the parent dies.
//
// # Goroutines of the parent
//
// One goroutine (Server.supervise) owns the process: it starts it, waits until
// it is ready, probes /ping, and starts it again on the same ports when it dies
// or hangs, backing off from 250 ms to 15 s. It stays on one OS thread for
// life, because Linux delivers the parent-death signal when the *thread* that
// forked ends. Everything else reads Server.state under its mutex.
//
// Health is judged by /ping and by a query under the generated password, never
// by the exit code: with a bad configuration, a busy port or a locked folder
// the library returns success.
//
// # The data folder
//
//	lock         held (flock) while the parent or a child lives
//	ports.json   the ports of the last run, used again when free
//	password     the application user's password, mode 0600
//	config/      config.xml, users.xml, start.sql: written at every start
//	store/       ClickHouse's own files
//	clickhouse.log   the server's warnings, rotated
//
// # Who may do what
//
// The user `default` must exist without a password (the library starts through
// it), so it may do nothing but SYSTEM LISTEN. The application user may create,
// read, change and drop databases and tables of the usual engines, but not
// reach outside: no file(), url(), remote() or user management.
package olap
