// Package site puts a server together: metadata, secrets, accounts, hub, grants, documents, lineage, search, pipelines, live feeds and the
// API over them. It decides nothing itself; it gives each part the others in the small shapes they ask for.
//
//	site.go       what there is, its start and its end
//	compiler.go   what a principal's models are compiled against
//	hub.go        the hub as grants, documents, lineage and search see it
//	pipelines.go  from a document's version to a deployed pipeline, and what deployed pipelines need
//	owners.go     whom things belong to
//	topics.go     what live pages follow
//	status.go     a moment of everything
//
// # Goroutines
//
// Run has one for each part that follows the store (policies, hub, lineage, search, the watch over grants, news of pipelines), one for the
// embedded parts and one that keeps the workers. All end with its context; the embedded parts stop last, when no worker is left.
package site
