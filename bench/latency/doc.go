// Package latency measures how long a row takes from its production into Kafka until a query of ClickHouse sees it.
//
// Rows are produced at a steady pace into all partitions. A row's time is when it is due, not when the client got to it: a producer
// that falls behind counts as delay. Every row carries its partition, which is its lane, and a number; of each lane the numbers follow
// each other without a gap. Whoever watches asks the table every few milliseconds for the largest number of every lane and for how
// many rows there are up to it. The two must agree, so that the largest number tells all the rows that are visible, each of which is given
// the time at which the first answer arrived that had it.
package latency
