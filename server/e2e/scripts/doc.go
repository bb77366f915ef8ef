// Package scripts runs the tutorial's scripts as people do: on the binary, with a real Kafka, and one of them with MariaDB as the metadata
// store.
package scripts
