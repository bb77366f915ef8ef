// Package generator is the source "generator": the events of a music service that does not exist. It serves demos, tests and
// benchmarks, and shows what a pipeline does before real data is there.
//
// # Events are a function
//
// Event i of partition p is a pure function of the options, above all the seed. Nothing is remembered between events, so the position
// of a partition is just the number of its next event, and reading goes on exactly after a restart anywhere. Draws come from
// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014) seeded with a hash of (seed, stream, p, i).
// The exception is event time that follows the wall clock (start: now), which differs from run to run.
//
// What belongs to a user (platform, device, language, variants of experiments) is a hash of the user, so that it agrees between events
// and between streams: the exp_group of a play is the variant that the user's exposures to ExperimentOfGroup show.
//
// # Time
//
// The events of all partitions together are due at even distances, rate to the second, from the start on; this nominal time is what a
// broker would have recorded. A row's event time is its nominal time, in whole milliseconds, less its delay: none in order, up to
// Disorder out of order, and beyond that for a share LateShare of the rows. A duplicate is the event before once more, in all columns,
// as a producer's retry leaves behind.
package generator
