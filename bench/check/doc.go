// Package check holds the benchmark's jobs to what they have to put out. What that is comes from the generator's events
// themselves, not from their JSON, and without the code that is measured.
package check
