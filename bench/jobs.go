package main

import (
	"context"
	"fmt"
	"time"

	"millrace/bench/check"
	"millrace/bench/events"
	"millrace/bench/hand"
	"millrace/bench/latency"
	"millrace/bench/writer"
)

// The topics, named as the models name them.
const (
	inputTopic      = "events"
	usersTopic      = "users"
	playsTopic      = "plays"
	likesTopic      = "likes"
	longPlaysTopic  = "long_plays"
	byMinuteTopic   = "by_minute"
	profilesTopic   = "profiles"
	likedPlaysTopic = "liked_plays"
	partitions      = 4
	byMinuteTable   = "by_minute"
	writtenTable    = "written"
	liveTopic       = "live"
	visibleTable    = "visible"
)

// The jobs' names.
const (
	bare           = "bare"
	handA          = "hand-a"
	handB          = "hand-b"
	engineA        = "engine-a"
	engineB        = "engine-b"
	engineOLAP     = "engine-b-olap"
	engineTemporal = "engine-temporal"
	engineInterval = "engine-interval"
	flinkTemporal  = "flink-temporal"
	flinkInterval  = "flink-interval"

	clickhouseHand   = "clickhouse-hand"
	clickhouseWriter = "clickhouse-writer"
	latencyUsual     = "latency"
	latencyShort     = "latency-short"
)

// job is one thing to measure.
type job struct {
	name   string
	title  string
	beside string // the job whose figures are the measure of this one's
	model  string // the engine's model; empty for a loop and for Flink
	script string // Flink's SQL
	topic  string // where its rows go; empty: nowhere, or to ClickHouse
	check  string // the command that compares its rows; empty: none, or ClickHouse's
	joins  bool   // it runs with JOINS=1, the others without
	// actions says that it reads the two streams of actions instead of the events.
	actions bool
	table   string // of ClickHouse, that its rows go to; empty: none
	// alone says that it reads nothing that is produced before.
	alone bool
	// epoch is the time between the engine's commits where its own input is produced while it runs, at livePace for liveTime, and what
	// counts is how long rows take to become visible; 0 elsewhere.
	epoch time.Duration
}

// live reports whether the job's input is produced while it runs.
func (j *job) live() bool { return j.epoch > 0 }

// The input of a job that is live.
const (
	livePace = 50_000 // rows a second
	liveTime = 25 * time.Second
)

// rows returns how many rows the job reads that its figures are given for. A dimension's are not among them.
func (j *job) rows(events int64) int64 {
	if j.live() {
		return int64(livePace * liveTime.Seconds())
	}
	if j.actions {
		return 2 * actions(events)
	}
	return events
}

// actions returns how many plays, and how many likes, there are beside so many events: two million beside five.
func actions(events int64) int64 { return max(events*2/5, 1) }

// jobs returns all jobs in the order of the report.
func jobs() []job {
	return []job{
		{name: bare, title: "consume, touch lengths"},
		{name: handA, title: "(a) by hand -> Kafka", beside: bare, topic: longPlaysTopic, check: checkLongPlays},
		{name: engineA, title: "(a) Millrace -> Kafka, exactly once", beside: handA, model: "long_plays.yaml", topic: longPlaysTopic, check: checkLongPlays},
		{name: handB, title: "(b) by hand -> Kafka", beside: bare, topic: byMinuteTopic, check: checkWindows},
		{name: engineB, title: "(b) Millrace -> Kafka, exactly once", beside: handB, model: "by_minute.yaml", topic: byMinuteTopic, check: checkWindows},
		{name: engineOLAP, title: "(b) Millrace -> ClickHouse, exactly once", beside: handB, model: "by_minute_olap.yaml", table: byMinuteTable},
		{name: engineTemporal, title: "temporal join: Millrace -> Kafka, exactly once", beside: engineA, model: "profiles.yaml", topic: profilesTopic,
			check: checkTemporal, joins: true},
		{name: flinkTemporal, title: "temporal join: Flink SQL -> Kafka, exactly once", beside: engineTemporal, script: "profiles.sql", topic: profilesTopic,
			check: checkTemporal, joins: true},
		{name: engineInterval, title: "interval join: Millrace -> Kafka, exactly once", model: "liked_plays.yaml", topic: likedPlaysTopic,
			check: checkInterval, joins: true, actions: true},
		{name: flinkInterval, title: "interval join: Flink SQL -> Kafka, exactly once", beside: engineInterval, script: "liked_plays.sql", topic: likedPlaysTopic,
			check: checkInterval, joins: true, actions: true},
		{name: clickhouseHand, title: "five columns to ClickHouse, the driver alone", table: writtenTable, alone: true},
		{name: clickhouseWriter, title: "five columns to ClickHouse, the sink", beside: clickhouseHand, table: writtenTable, alone: true},
		{name: latencyUsual, title: "Kafka -> ClickHouse, exactly once, an epoch a second", model: "visible.yaml", topic: liveTopic, table: visibleTable,
			alone: true, epoch: time.Second},
		{name: latencyShort, title: "Kafka -> ClickHouse, exactly once, five epochs a second", model: "visible.yaml", topic: liveTopic, table: visibleTable,
			alone: true, epoch: 200 * time.Millisecond},
	}
}

// The commands that the program runs itself with, beside the jobs' names.
const (
	produceEvents  = "produce"
	produceUsers   = "produce-users"
	producePlays   = "produce-plays"
	produceLikes   = "produce-likes"
	expectRows     = "expect"
	expectJoins    = "expect-joins"
	checkLongPlays = "check-a"
	checkWindows   = "check-b"
	checkTemporal  = "check-temporal"
	checkInterval  = "check-interval"
	watchRows      = "watch"
)

// task is what a child process of this program does.
type task struct {
	Events   int64  `json:"events"`
	Broker   string `json:"broker"`
	Expected string `json:"expected"` // file
	Joins    string `json:"joins"`    // file of what the joins have to put out
	// Target is the table of ClickHouse to write or to watch; its password comes in the environment.
	Target writer.Target `json:"target"`
}

// done is what a child process tells.
type done struct {
	Bytes int64 `json:"bytes,omitempty"` // of the events read or produced
	// Visible is how long rows took to become visible.
	Visible *latency.Result `json:"visible,omitempty"`
}

// runTask is the main function of a child process.
func runTask(ctx context.Context, name string, t task) (done, error) {
	switch name {
	case produceEvents:
		n, err := events.Produce(ctx, t.Broker, inputTopic, events.NewStream(t.Events, seed))
		return done{Bytes: n}, err
	case produceUsers:
		n, err := events.ProduceVersions(ctx, t.Broker, usersTopic)
		return done{Bytes: n}, err
	case producePlays:
		n, err := events.Produce(ctx, t.Broker, playsTopic, events.NewActions(actions(t.Events), seed, events.Play))
		return done{Bytes: n}, err
	case produceLikes:
		n, err := events.Produce(ctx, t.Broker, likesTopic, events.NewActions(actions(t.Events), seed, events.Like))
		return done{Bytes: n}, err
	case expectJoins:
		want, err := check.ExpectJoins(t.Events, actions(t.Events), seed)
		if err != nil {
			return done{}, err
		}
		return done{}, want.Write(t.Joins)
	case expectRows:
		return done{}, check.Expect(t.Events, seed).Write(t.Expected)
	case bare:
		n, err := hand.Bare(ctx, t.Broker, inputTopic)
		return done{Bytes: n}, err
	case clickhouseHand:
		return done{}, writer.Bare(ctx, t.Target, t.Events, seed)
	case clickhouseWriter:
		return done{}, writer.Sink(ctx, t.Target, t.Events, seed)
	case watchRows:
		r, err := latency.Watch(ctx, latency.Options{Broker: t.Broker, Topic: liveTopic, Partitions: partitions, Target: t.Target, Pace: livePace, For: liveTime, Seed: seed})
		return done{Visible: r}, err
	case handA:
		return done{}, hand.Filter(ctx, t.Broker, inputTopic, longPlaysTopic)
	case handB:
		return done{}, hand.Window(ctx, t.Broker, inputTopic, byMinuteTopic)
	case checkLongPlays, checkWindows:
		want, err := check.Read(t.Expected)
		if err != nil {
			return done{}, err
		}
		if name == checkLongPlays {
			return done{}, want.TopicLongPlays(ctx, t.Broker, longPlaysTopic)
		}
		return done{}, want.TopicWindows(ctx, t.Broker, byMinuteTopic)
	case checkTemporal, checkInterval:
		want, err := check.ReadJoins(t.Joins)
		if err != nil {
			return done{}, err
		}
		if name == checkTemporal {
			return done{}, want.TopicProfiles(ctx, t.Broker, profilesTopic)
		}
		return done{}, want.TopicLikedPlays(ctx, t.Broker, likedPlaysTopic)
	default:
		return done{}, fmt.Errorf("there is no task %q", name)
	}
}
