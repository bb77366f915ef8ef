// Package catalog serves what exists: connections and tables. For now they stand in a file.
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
