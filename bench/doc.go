// Command bench measures the engine beside a bare consume loop and beside loops written by hand for exactly the same jobs, in one
// run against one real Kafka broker. `make bench` runs it; docs/operations/benchmarks.md explains what is compared and what is not.
//
// Every job is a process of its own, so that its CPU time, wall time and peak memory are the operating system's figures. What
// the jobs put out is compared row by row with what the generator's events say; a difference fails the run.
//
// Settings come from the environment: see the settings type.
package main
