// Package control proves what is promised of deployed pipelines when workers and servers are lost: worker processes are killed and frozen,
// the server is killed, on a real Kafka and a real ClickHouse, and every row is counted. It has no code but its tests.
//
// By default each test breaks a few times; MILLRACE_SOAK=1 makes them as many as the promise is given for. bench_test.go measures how soon
// a lost worker's pipelines run again, what idle pipelines cost, and how long a list takes.
package control
