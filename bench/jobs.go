package main

import (
	"context"
	"fmt"

	"millrace/bench/check"
	"millrace/bench/events"
	"millrace/bench/hand"
)

// The topics, named as the models name them.
const (
	inputTopic     = "events"
	longPlaysTopic = "long_plays"
	byMinuteTopic  = "by_minute"
	partitions     = 4
	byMinuteTable  = "by_minute"
)

// The jobs' names.
const (
	bare       = "bare"
	handA      = "hand-a"
	handB      = "hand-b"
	engineA    = "engine-a"
	engineB    = "engine-b"
	engineOLAP = "engine-b-olap"
)

// job is one thing to measure.
type job struct {
	name   string
	title  string
	beside string // the job whose figures are the measure of this one's
	model  string // the engine's model; empty for a loop
	topic  string // where its rows go; empty: nowhere, or to ClickHouse
	check  string // the command that compares its rows; empty: none, or ClickHouse's
}

// jobs returns all jobs in the order of the report.
func jobs() []job {
	return []job{
		{name: bare, title: "consume, touch lengths"},
		{name: handA, title: "(a) by hand -> Kafka", beside: bare, topic: longPlaysTopic, check: checkLongPlays},
		{name: engineA, title: "(a) Millrace -> Kafka, exactly once", beside: handA, model: "long_plays.yaml", topic: longPlaysTopic, check: checkLongPlays},
		{name: handB, title: "(b) by hand -> Kafka", beside: bare, topic: byMinuteTopic, check: checkWindows},
		{name: engineB, title: "(b) Millrace -> Kafka, exactly once", beside: handB, model: "by_minute.yaml", topic: byMinuteTopic, check: checkWindows},
		{name: engineOLAP, title: "(b) Millrace -> ClickHouse, exactly once", beside: handB, model: "by_minute_olap.yaml"},
	}
}

// The commands that the program runs itself with, beside the jobs' names.
const (
	produceEvents  = "produce"
	expectRows     = "expect"
	checkLongPlays = "check-a"
	checkWindows   = "check-b"
)

// task is what a child process of this program does.
type task struct {
	Events   int64  `json:"events"`
	Broker   string `json:"broker"`
	Expected string `json:"expected"` // file
}

// done is what a child process tells.
type done struct {
	Bytes int64 `json:"bytes,omitempty"` // of the events read or produced
}

// runTask is the main function of a child process.
func runTask(ctx context.Context, name string, t task) (done, error) {
	switch name {
	case produceEvents:
		n, err := events.Produce(ctx, t.Broker, inputTopic, t.Events, seed)
		return done{Bytes: n}, err
	case expectRows:
		return done{}, check.Expect(t.Events, seed).Write(t.Expected)
	case bare:
		n, err := hand.Bare(ctx, t.Broker, inputTopic)
		return done{Bytes: n}, err
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
	default:
		return done{}, fmt.Errorf("there is no task %q", name)
	}
}
