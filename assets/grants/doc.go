// Package grants decides who may do what with which table, and says why.
//
// A policy allows or denies a subject (a user, a team, a role) an action on everything within a scope (all, a catalog, a database, a
// table), until it expires. Nothing granted is denied; one deny outweighs every allow, at whatever level either stands. An allow of an
// action allows what the action implies; a deny of one denies whatever implies it:
//
//	manage -> read, write, discover      read -> discover      write -> discover
//
// The model is casbin's (reference.go), where the rules above are text and three functions. Nothing asks casbin while it serves: an Index
// compiled from the same policies answers without I/O and without allocating, and a test holds the two equal. An Index is never changed; a
// change of a policy makes the next one, which shares all but a few pages with it.
//
//	types.go, scope.go        subjects, actions, scopes, policies: their texts and what is a valid one
//	actions.go, index.go      implication as bits; the index
//	reference.go              casbin: the model's text, an adapter over a Store
//	store.go, service.go      what is asked of the store; the service: it keeps the index up to date and tells who waits for changes
//	change.go, keeper.go      granting and revoking, and the rules of who may
//	request.go                asking for access, and the answer
//	why.go, words.go          explanations, as data and in plain words
//	access.go, list.go        who may do what with a table; whose policies one may list
//	planner.go, places.go     the planner's policy; which tables lie at a place that a model reaches by itself
//	needs.go                  what a plan lives on
//	watch.go                  stopping what lived on a grant that is gone
//
// Goroutines: Service.Run polls the store's version and is the only one that publishes an index besides the caller of a change, which
// does under the same lock. Whoever decides loads a pointer. Times are those of the store's clock.
package grants
