// Package hand is what the engine is measured against: the benchmark's jobs as loops written for exactly these events, with
// franz-go and nothing else. They decode only what they need and stop at the last field they need, check nothing, keep no
// progress, and deliver at least once at best: a crash loses the windows that are open.
//
// Each partition has a client and a goroutine of its own, from the fetch to the produced record; that was the fastest of the
// arrangements tried. Memory and batch sizes are those the engine uses.
package hand
