// Package component is the SDK of Millrace's plugs. A component is one folder with one Spec, a value from which everything else
// comes: strict decoding of its parameters, diagnostics, the browser's form, the documentation page and the API's schema.
//
// Transforms only lower to the plan's operators. Sources, sinks and formats also have constructors, which the engine calls.
//
// # Running
//
// A Source is split into partitions; the engine reads each with one Reader on one goroutine, decodes nothing itself and remembers
// the Position behind every chunk. A Sink is one of two kinds. A StagedSink turns rows into immutable chunks which the engine makes durable, commits
// with the epoch's manifest and then applies, in order, again after a crash: Apply must be idempotent by token. A TxSink writes
// rows within an epoch's transaction and commits it together with a marker that names the manifest.
package component
