// Package differential runs the same expressions and plans on the embedded engine and, as the dialect writes them, on the embedded
// ClickHouse, over the same random rows, and compares what comes out: every cell exactly, and the rejected rows by operator and code.
//
// Floats are compared by their bits, NaN being one value; where a plan adds floats the generator takes values whose sums are exact in
// any order. A failing case is made smaller before it is shown.
//
// 1,000 cases run in the normal tests: 680 plans and 320 expressions. Under MILLRACE_SOAK there are 100,000: 20,000 plans and 80,000
// expressions, because a plan costs several times what an expression does. Nearly all of it is the time in which ClickHouse analyses
// queries. A case is named by its seed: MILLRACE_SEED=<n> runs that one alone, with MILLRACE_CASES=<n> those that follow it as well, so
// that a soak can be run in pieces.
package differential
