// Package topics is the little of Kafka that the benchmark's jobs share: making topics, where they end, and reading one
// partition up to there.
package topics
