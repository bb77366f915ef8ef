// Package events makes the benchmark's input: JSON events of a music service, some 250 bytes each, the same ones for the same
// seed.
//
// Event time runs for an hour from Start however many events there are, so every run closes 61 one-minute windows and a larger
// run has larger ones. Events are out of order by less than Disorder. The user follows a zipf distribution over Users.
package events
