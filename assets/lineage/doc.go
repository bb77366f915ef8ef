// Package lineage knows which tables are made from which: a graph whose edges come from the plans of published model documents and of
// deployed pipelines, with the columns each edge carries.
//
//	edge.go    what one document or pipeline reads and writes, from its plans
//	resolve.go which tables those are
//	graph.go   the graph of all of them, immutable; walks up and down, cycles
//	impact.go  what a change of a table or a column reaches
//	layer.go   the check that data flows ODS -> CDM -> ADS
//	view.go    a part of the graph for one viewer, in whose answer what may not be known of has no name
//	service.go keeping a graph up with the store
//
// Tables go by their ids, so that a re-created name inherits no lineage. A name that the hub did not know when a document was published
// stands for itself, as "name:catalog.db.table".
//
// The edges of a document are those of its newest published version, and of a pipeline those of the plan that is deployed; each set is
// replaced as a whole, in the transaction that publishes or deploys. Every replacement has a number from one counter of the store, which
// servers follow: what has a number above the last one seen is read and put into a new graph, which takes the old one's place at once.
package lineage
