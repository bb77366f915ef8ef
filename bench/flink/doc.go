// Package flink runs Apache Flink beside the engine: a cluster of one job manager, one task manager and one SQL gateway on loopback,
// to which statements are submitted as a user would. build/fetch-flink.sh fetches the jars; there is no distribution with scripts,
// so the processes' main classes are started directly.
package flink
