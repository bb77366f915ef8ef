// Package control holds what a running pipeline and the place that remembers it say to each other: manifests, the records that
// commit epochs, and leases, the right to commit them. It declares the interfaces; server/store implements them over a database,
// Memory over nothing, for tests and previews.
package control
