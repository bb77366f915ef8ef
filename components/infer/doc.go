// Package infer proposes a schema for records of which only samples are known. It proposes, a person decides: the notes say what the
// samples leave open.
//
// A column's type is the narrowest of the language's usual ones that holds every sample: int64 (uint64 beyond it), decimal for numbers
// with at most 6 digits behind the point and 18 in all, float64 for others, boolean, timestamp and date by their form, string; objects
// become rows, arrays arrays. What differs from sample to sample in kind is json. Whole numbers are times where the column is
// named like one (ts, time, ..._at) and they lie between the years 2001 and 2100 in milliseconds.
//
// A column is nullable unless it was there, and not null, in each of at least 100 samples.
package infer
