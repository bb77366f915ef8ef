// Package hub tests the catalog's hub against real systems: discovery of every type of a real ClickHouse, drift, uploads, and logins to a
// real Apache Kafka over TLS.
package hub
