// Package exactly proves what the product promises when things break: the real program is killed, its broker and its ClickHouse are
// killed, its disk fills up and its input is poisoned, on a real Kafka and a real ClickHouse, and every answer is compared with one
// that was computed without it. It has no code but its tests.
//
// A test runs the program as a person does (millrace run ...), in a process of its own with a data folder of its own. Events are a
// pure function of their number (event.go), so that what must come out is known however many were produced.
//
// By default each test breaks a handful of times; MILLRACE_SOAK=1 makes them as many as the promise is given for. The moments are drawn
// by a seed that is logged; MILLRACE_SEED sets it.
package exactly
