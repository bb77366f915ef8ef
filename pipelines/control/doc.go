// Package control says what is wanted of deployed pipelines and what they do, and keeps the two together. It declares what it needs of a
// store; server/store implements it over a database, controltest over nothing.
//
// # Wishes and observations
//
// A Pipeline has versions, which are immutable, and a Desired: running or stopped, by whom and why, with a generation that grows with each
// wish. What it does is Observed, written by the worker that has it, with the generation it acts on. Nobody changes the other's: a pipeline
// that failed is still wanted. Status puts both together with who lives.
//
// Service is how wishes are made. Agent is a worker: it takes pipelines that are wanted and that nobody has, runs them through a Runner, and
// says how they are.
//
// # Leases
//
// A worker joins with a lease of LeaseTime, which heartbeats renew for all of its pipelines at once, on the store's clock. Who has a
// pipeline stands in the pipeline's row, with an epoch that grows with each claim and that every commit of a manifest names. So that nobody
// takes from the living:
//
//   - a worker whose lease is over is first buried, in one conditional update; only what the buried had can be claimed;
//   - who is buried stays so: a heartbeat that comes too late is refused, and the worker ends its runs at once and joins under another id;
//   - who has itself been cut off from the store buries nobody until it has been heard for a lease again.
//
// So that nobody who was taken from goes on: commits are fenced by the epoch in the store, and before each commit and apply the engine asks
// the fence, which knows by a clock that runs on in sleep when the last confirmed heartbeat was sent. It says no ApplyMargin before the store
// would, which is what an apply under way may take to end once its context has; a process that was frozen asks before it does anything else.
//
// # Files
//
//	manifest.go    what commits an epoch;  memory.go  a store that forgets, for previews
//	pipeline.go    what there is to know of a pipeline;  status.go  all of it put together, and the stores of the service
//	service.go     actions;  impact.go  what of a pipeline another version keeps
//	work.go        the stores of a worker
//	agent.go       a worker: heartbeats, the board, claims, reports;  keeper.go  one pipeline of it;  place.go  who takes what
//	fence.go, clock*.go   whether the lease still holds;  failure.go  pauses and crash loops;  lines.go  logs
//
// # Goroutines
//
// Of an agent: one that looks at the board and is the only one to start keepers, one for heartbeats, one that watches the fence, one that
// reports; of each pipeline its keeper, and while it runs one that waits for other wishes. Keepers are told and asked under their mutex;
// reports are sent one at a time, so that they arrive in order.
package control
