// Package parts brings up the real servers that tests and benchmarks run
// against: Apache Kafka, MariaDB, Keycloak, and the embedded ClickHouse as the
// product runs it.
// Everything listens on loopback, and nothing outlives the process that started
// it, kill -9 included.
//
// A test says what it needs with a Require function or with ClickHouse. When it
// cannot be had, the test is skipped with the exact reason and how to install
// it, or fails when CI is set: a pipeline that skips its tests proves nothing.
// build/install-test-parts.sh installs and warms everything.
//
// The package's tests, and those of every package that calls ClickHouse, hand
// their TestMain to Main, because the child is the test binary itself.
package parts
