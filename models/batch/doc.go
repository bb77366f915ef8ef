// Package batch is the columnar unit of work: typed slices with a validity bitmap, in the memory layout of Apache Arrow so that
// Arrow wraps them without a copy, plus what a stream adds to a table: row kinds, a watermark stamp and an origin per row.
//
// Ownership: a Batch and its Vectors belong to whoever builds them until they are handed on; from then on nobody changes them.
// A filter does not copy: it narrows Sel. Rows are compacted only before they leave the task (exchange, staging, state).
//
// Representation by type:
//
//	boolean                         Bools
//	int8..int64, date, timestamp    I64 (date in days, timestamp in microseconds since the epoch)
//	uint8..uint64                   U64
//	float32, float64                F64 (float32 values are exactly representable ones)
//	decimal(p, s)                   Dec, the value times 10^s
//	string, bytes, json             Off + Data, or Codes + Dict
//	array<t>                        Off + Elems
//	map<k, v>                       Off + Keys + Elems, keys in their order of appearance, no key twice
//	row<...>                        Fields
package batch
