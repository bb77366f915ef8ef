// Package differential runs the same expressions and plans on the embedded engine and, as the dialect writes them, on the embedded
// ClickHouse, over the same random rows, and compares what comes out: every cell exactly, and the rejected rows by operator and code.
//
// Floats are compared by their bits, NaN being one value; where a plan adds floats the generator takes values whose sums are exact in
// any order. 1,000 cases run in the normal tests, 100,000 under MILLRACE_SOAK. A case is named by its seed: MILLRACE_SEED=<n> runs that
// one alone. A failing case is made smaller before it is shown.
package differential
