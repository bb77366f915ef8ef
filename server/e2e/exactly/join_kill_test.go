package exactly

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/pipelines/control"
	"millrace/server/e2e/rig"
)

// The nodes and statements of the models that join.
const (
	readSides = `  - {id: plays, component: table, params: {table: ods.t.plays}}
  - {id: reactions, component: table, params: {table: ods.t.reactions}}`

	lookUp = `  - {id: events, component: table, params: {table: ods.t.plays}}
  - {id: users, component: table, params: {table: dim.t.users}}
  - {id: known, component: join, params: {kind: left, match: temporal, on: [user], %s}}
  - {id: shape, component: compute, params: {columns: [id, user, ts, level]}}`

	lookUpEdges = "{from: users, to: known, port: right}, {from: events, to: known, port: left}, known -> shape, "

	intervalLower, intervalUpper = int64(0), int64(30_000) // milliseconds
	pairTTL                      = int64(20_000)

	lookUpsBefore = 60_000 // events: ten minutes
)

// TestKillJoin: the program is killed again and again while joins, aggregates and ranks hold what they have not given out yet, and is
// started again on the same data folder: with other lanes too.
func TestKillJoin(t *testing.T) {
	t.Run("interval to Kafka", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		topics := b.twoTopics()
		f := b.flowing("", 8_000, onSides(topics))
		out := b.prefix + "out"
		model := b.model("answered", "plays -> answered, reactions -> answered, answered -> shape, shape -> sent", readSides,
			fmt.Sprintf("  - {id: answered, component: join, params: {match: interval, on: [user], lower: %dms, upper: %dms, where: %q}}",
				intervalLower, intervalUpper, fmt.Sprintf(pairCondition, "ms", "ms_1")),
			`  - {id: shape, component: compute, params: {columns: [id, user, ts, {name: reaction, expr: "id_1"}, {name: kind, expr: "event_1"}]}}`,
			toTopic(out, ", key: [user]"))
		n, totals := b.killAndGoOn("answered", f, model)
		s := sidesOf(n)
		want, failed := s.pairs(intervalLower, intervalUpper, false)
		b.checkPairs(b.sent(out), want)
		require.EqualValues(t, len(want), totals.RowsOut, "rows out")
		b.checkSides("answered", topics, totals, s, failed, true)
	})
	t.Run("left interval to ClickHouse", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.ownWarehouse()
		topics := b.twoTopics()
		f := b.flowing("", 8_000, onSides(topics))
		script := b.script("answered", `CREATE TABLE answered (id BIGINT, `+"`user`"+` BIGINT, ts TIMESTAMP(3), reaction BIGINT, kind STRING)
WITH ('connector' = 'clickhouse', 'connection' = 'olap', 'table' = 'ads.t.answered', 'physical' = 'answered', 'create' = 'if_missing', 'order_by' = 'id');
INSERT INTO answered
SELECT p.id, p.`+"`user`"+`, p.ts, r.id, r.event
FROM ods.t.plays p LEFT JOIN ods.t.reactions r ON p.`+"`user` = r.`user`"+` AND r.ts BETWEEN p.ts AND p.ts + INTERVAL '30' SECOND
  AND `+fmt.Sprintf(pairCondition, "p.ms", "r.ms")+`;`)
		n, totals := b.killAndGoOn("answered", f, script)
		s := sidesOf(n)
		want, failed := s.pairs(intervalLower, intervalUpper, true)
		b.checkPairs(b.rows("SELECT id, user, toUnixTimestamp64Milli(ts) AS ts, reaction, kind FROM $db.answered"), want)
		require.EqualValues(t, len(want), totals.RowsOut, "rows out")
		b.checkSides("answered", topics, totals, s, failed, true)
	})
	t.Run("temporal to Kafka", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		topic, f := b.lookingUp(versionsLag + 5*time.Second)
		out := b.prefix + "out"
		// The wait is long enough for versions that are read many seconds later than the events of their time.
		model := b.model("known", lookUpEdges+"shape -> sent", fmt.Sprintf(lookUp, "wait: 8m"), toTopic(out, ", key: [user]"))
		n, totals := b.killAndGoOn("known", f, model)
		rows := b.sent(out)
		b.checkLookups("known", topic, rows, totals, n)
		require.EqualValues(t, len(rows), totals.RowsOut, "rows out")
	})
	t.Run("corrected temporal to ClickHouse", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.ownWarehouse()
		// Versions come later than their watermark says, and after what they hold for was given out.
		topic, f := b.lookingUp(time.Second)
		model := b.model("known", lookUpEdges+"shape -> stored", fmt.Sprintf(lookUp, "correct: 5m"), toCurrent("known", "id"))
		n, totals := b.killAndGoOn("known", f, model)
		b.checkLookups("known", topic, b.rows("SELECT id, user, toUnixTimestamp64Milli(ts) AS ts, level FROM $db.known_current"), totals, n)
		require.Greater(t, totals.RowsOut, n, "nothing was corrected")
	})
	t.Run("left keyed to ClickHouse and Kafka", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.ownWarehouse()
		topics := b.twoTopics()
		f := b.flowing("", 6_000, onSides(topics))
		out := b.prefix + "out"
		model := b.model("met", "plays -> met, reactions -> met, met -> shape, shape -> once, once -> stored, once -> sent", readSides,
			fmt.Sprintf("  - {id: met, component: join, params: {kind: left, on: [user], ttl: %dms, where: %q}}", pairTTL, fmt.Sprintf(pairCondition, "ms", "ms_1")),
			fmt.Sprintf(`  - {id: shape, component: compute, params: {columns: [id, user, ts, {name: reaction, expr: "COALESCE(id_1, CAST(%d AS int64))"}, {name: kind, expr: "event_1"}]}}`, nobody),
			// The rows of a left join have no key of their own.
			"  - {id: once, component: rank, params: {partition_by: [id, reaction], to: 1}}",
			toCurrent("met", "id, reaction"), toTopic(out, ", changelog: upsert, key: [id, reaction]"))
		n, totals := b.killAndGoOn("met", f, model)
		s := sidesOf(n)
		want, failed := s.pairs(-pairTTL, pairTTL, true)
		b.checkPairs(b.rows("SELECT id, user, toUnixTimestamp64Milli(ts) AS ts, reaction, kind FROM $db.met_current"), want)
		b.checkPairs(b.latest(out), want)
		b.checkSides("met", topics, totals, s, failed, true)
	})
	t.Run("keyed of changes to Kafka", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		topics := b.twoTopics()
		f := b.flowing("", 8_000, onSides(topics))
		out := b.prefix + "out"
		script := b.script("active", `CREATE TABLE active (listener BIGINT NOT NULL, reactor BIGINT NOT NULL, plays BIGINT, ms BIGINT, reactions BIGINT)
WITH ('connector' = 'kafka', 'connection' = 'queue', 'topic' = '`+out+`', 'create' = 'if_missing', 'partitions' = '4', 'changelog' = 'upsert', 'key' = 'listener,reactor');
INSERT INTO active
SELECT p.listener, r.listener, p.plays, p.ms, r.reactions
FROM (SELECT `+"`user`"+` AS listener, COUNT(*) AS plays, SUM(ms) AS ms FROM ods.t.plays GROUP BY `+"`user`"+`) p
JOIN (SELECT `+"`user`"+` AS listener, COUNT(*) AS reactions FROM ods.t.reactions GROUP BY `+"`user`"+`) r ON p.listener = r.listener
WHERE p.plays % 3 <> 0;`)
		n, totals := b.killAndGoOn("active", f, script)
		s := sidesOf(n)
		have := map[int64]activity{}
		for _, r := range b.latest(out) {
			have[integer(t, r["listener"])] = activity{integer(t, r["plays"]), integer(t, r["ms"]), integer(t, r["reactions"])}
		}
		same(t, activities(s), have)
		b.checkSides("active", topics, totals, s, nil, false)
	})
	t.Run("ranked to ClickHouse", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.ownWarehouse()
		topic := b.topic("events")
		b.declareFacts("ods.t.plays", topic)
		f := b.flowing(topic, 8_000, messages)
		model := b.model("top", "events -> plays, plays -> totals, totals -> top, top -> stored",
			`  - {id: events, component: table, params: {table: ods.t.plays}}
  - {id: plays, component: filter, params: {where: "event = 'play'"}}
  - {id: totals, component: aggregate, params: {group_by: [platform, user], aggregates: [sum(ms) AS ms, count(*) AS plays]}}
  - {id: top, component: rank, params: {partition_by: [platform], order_by: [{column: ms, desc: true}], to: 3, number: place}}`,
			toCurrent("top", "platform, user"))
		n, totals := b.killAndGoOn("top", f, model)
		want, s := topUsers(n)
		have := map[topRow]topped{}
		for _, r := range b.rows("SELECT platform, user, ms, plays, place FROM $db.top_current") {
			at := topRow{textOf(r["platform"]), integer(t, r["user"])}
			unseen(t, have, at)
			have[at] = topped{integer(t, r["ms"]), integer(t, r["plays"]), integer(t, r["place"])}
		}
		same(t, want, have)
		require.Equal(t, s.records, totals.RowsIn, "rows in")
		require.EqualValues(t, len(s.poisoned), totals.Rejected, "rejected")
		require.Zero(t, totals.Late, "late")
		b.checkRejects("top", "dead", withCode("row.truncated", s.poisoned))
	})
}

// killAndGoOn kills a model often, starts it with fewer lanes, kills it again and runs it to the end of all events with more.
func (b *bench) killAndGoOn(name string, f *flow, model string) (n int64, totals control.Totals) {
	b.t.Helper()
	sides := b.killOften(name, model)
	require.True(b.t, bothSides(sides), "%v", sides)
	p := b.start(model, "--parallelism", "1")
	meta := b.metadata(p, name)
	before := epochOf(b.head(meta, name))
	b.awaitOf(p, tick, "it commits with one lane", func() bool { return epochOf(b.head(meta, name)) > before+2 })
	p.Kill()
	n = f.stopAt(80_000)
	return n, b.finish(model, "--parallelism", "3")
}

// script writes an SQL script of one model and returns its file.
func (b *bench) script(name, text string) string {
	b.t.Helper()
	return b.File(name+".sql", fmt.Sprintf("SET 'pipeline.name' = '%s';\n%s\n", pipelineOf(name), text))
}

// declareFacts adds a table of events to the catalog whose rows are always whole.
func (b *bench) declareFacts(table, topic string) {
	fmt.Fprintf(&b.tables, `  %s:
    columns:
      - {name: id, type: int64, nullable: false}
      - {name: user, type: int64, nullable: false}
      - {name: event, type: string, nullable: false}
      - {name: platform, type: string, nullable: false}
      - {name: ms, type: int64, nullable: false}
      - {name: ts, type: timestamp(3), nullable: false}
    key: [id]
    event_time: {column: ts, out_of_order: %s}
    source: {component: kafka, params: {connection: queue, topic: %s}}
`, table, allowed, topic)
	b.Catalog(rig.Connections(b.Kafka, b.db) + "tables:\n" + b.tables.String())
}

// twoTopics makes the topics of plays and of reactions and declares them.
func (b *bench) twoTopics() [2]string {
	b.t.Helper()
	topics := [2]string{b.topic("plays"), b.topic("reactions")}
	b.declareFacts("ods.t.plays", topics[played])
	b.declareFacts("ods.t.reactions", topics[reacted])
	return topics
}

// lookingUp makes a topic of events and a compacted one of users, in which there are versions already, declares both, produces events and
// versions for longer than the models wait and begins to produce more. disorder is what the table of users allows.
func (b *bench) lookingUp(disorder time.Duration) (events string, f *flow) {
	b.t.Helper()
	events = b.topic("events")
	b.declareFacts("ods.t.plays", events)
	versions := b.prefix + "users"
	b.CreateCompactedTopic(versions, partitions)
	fmt.Fprintf(&b.tables, `  dim.t.users:
    kind: dimension
    columns:
      - {name: user, type: int64, nullable: false}
      - {name: level, type: string}
      - {name: since, type: timestamp(3)}
    key: [user]
    event_time: {column: since, out_of_order: %s}
    source: {component: kafka, params: {connection: queue, topic: %s, changelog: upsert, timestamp_column: since}}
`, disorder, versions)
	b.Catalog(rig.Connections(b.Kafka, b.db) + "tables:\n" + b.tables.String())
	var first []*kgo.Record
	for _, v := range firstVersions() {
		first = append(first, v.record(versions))
	}
	b.produce(versions, first...)
	records := withVersions(events, versions)
	b.produce("", records(0, lookUpsBefore)...)
	return events, b.flowingFrom(lookUpsBefore, "", 5_000, records)
}

// toCurrent writes changes to a table that keeps one row of each sorting key.
func toCurrent(table, orderBy string) string {
	return fmt.Sprintf("  - {id: stored, component: clickhouse, params: {connection: olap, table: ads.t.%s, physical: %s, create: if_missing, engine: replacing_merge_tree, order_by: [%s]}}",
		table, table, orderBy)
}
