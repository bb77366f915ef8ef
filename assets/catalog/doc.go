// Package catalog serves what exists: connections and tables. On a server they stand in a Hub, for a program that somebody runs by hand in
// a File; models are compiled against either.
//
// # The hub
//
//	entry.go      what is stored of a connection and of a table
//	store.go      what keeps it: the small interface that server/store implements
//	hub.go        the Hub: what it is made of, and how it keeps up with what other servers change
//	snapshot.go   its content at one version, a component.Catalog and component.Connections
//	connections.go, secrets.go, tables.go   making and changing entries; importing.go: from a file
//	list.go       lists, filtered by grants
//	discovery.go  what a system has that could be tables; drift.go: what has changed there since
//	upload.go     files whose rows become tables
//
// Everything that changes is counted in the store, and each server asks for the count at most every quarter of a second: what has changed
// since is read, and a new Snapshot made that shares the rest. Nobody waits for a lock to read. A table's declaration is kept as JSON, and
// understood when it is first asked for.
//
// Names never change, and ids are never used again. What is made anew under an old name is another table, to whom nothing was granted.
// Secrets are sealed for the connection and the field they belong to. They are never shown: {"secret": "set"} stands for one, and sent
// back keeps it, as long as it goes where it went before.
//
// The Hub checks what is said, not who says it: server/httpapi decides about that, with List and Words for what is asked of many tables.
//
// # The file
//
//	format: 1
//	connections:
//	  broker: {component: kafka, params: {brokers: ["127.0.0.1:9092"]}}
//	tables:
//	  ods.music.play_events:
//	    kind: stream
//	    layer: ODS
//	    columns:
//	      - {name: user_id, type: int64, nullable: false}
//	      - {name: ts, type: timestamp(3)}
//	    event_time: {column: ts, out_of_order: 5s}
//	    source: {component: kafka, params: {connection: broker, topic: play_events}}
//
//	  dim.music.songs:
//	    kind: dimension
//	    columns: [{name: song_id, type: int64}, {name: title, type: string}, {name: changed_at, type: timestamp(3)}]
//	    key: [song_id]
//	    event_time: changed_at
//	    source: {component: kafka, params: {connection: broker, topic: songs, changelog: upsert}}
//
// A changelog needs a key, a dimension the time of its versions as well.
//
// The file is read as strictly as a model: everything wrong is told in one pass, with its place. Secrets stay the names of environment
// variables until a connection is opened.
package catalog
