package engine

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
)

// BenchmarkLane takes a million rows through a lane that filters, computes and counts in windows. Small batches show what is done for each
// of them, whatever it holds.
func BenchmarkLane(b *testing.B) {
	events := randomEvents(1, 1, 1<<16, time.Second)[0]
	for i := range events {
		events[i].ts = events[0].ts + int64(i)*1000
	}
	for _, rows := range []int{64, 4096} {
		b.Run(fmt.Sprintf("batches of %d", rows), func(b *testing.B) {
			keep := &plan.Node{ID: "m/keep/./filter", Op: &plan.Filter{Where: exprOf(b, eventSchema(), "v < 900")}, Inputs: []*plan.Node{scanNode()}, Schema: eventSchema()}
			scan := keep.Inputs[0]
			var columns []plan.Column
			for _, name := range eventSchema().Names() {
				columns = append(columns, plan.Column{Name: name, Expr: exprOf(b, eventSchema(), name)})
			}
			columns[1].Expr = exprOf(b, eventSchema(), "v * 3 + k")
			compute := &plan.Node{ID: "m/compute/./project", Op: &plan.Project{Columns: columns}, Inputs: []*plan.Node{keep}, Schema: eventSchema()}
			opt := Options{BatchRows: rows, Parallelism: 1, StagedBytes: 1 << 40, OnError: DeadLetter,
				Plan: &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", windowNode(compute, time.Minute, time.Minute))}}}
			r, err := newRun(context.Background(), &opt, &stats{})
			require.NoError(b, err)
			r.sinks[opt.Plan.Sinks[0]] = &sinkRun{node: opt.Plan.Sinks[0], staged: &stagedFake{}}
			require.NoError(b, r.buildBarrier())
			l := newLane(r, scan, "0", 0)
			l.out, err = l.build(scan, map[*plan.Node]consumer{})
			require.NoError(b, err)
			var chunks []*component.Chunk
			for from := 0; from < len(events); from += rows {
				chunks = append(chunks, &component.Chunk{Batch: batchOf(events[from:from+rows], from), Records: rows, Next: component.Position(strconv.Itoa(from + rows))})
			}
			for b.Loop() {
				for range 16 {
					l.watermark = minTime // the same rows again, and none of them late
					for _, c := range chunks {
						if err := l.process(c); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			require.Empty(b, l.rejects)
			b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N)/1.048576, "ms/Mrows")
		})
	}
}

// batchOf makes a batch of events whose first has the given offset.
func batchOf(events []event, at int) *batch.Batch {
	s := eventSchema()
	cols := make([]*batch.Builder, len(s.Fields))
	for i, f := range s.Fields {
		cols[i] = batch.NewBuilder(f.Type, len(events))
	}
	b := &batch.Batch{Schema: s, N: len(events)}
	for i, e := range events {
		cols[0].AppendInt(e.key)
		cols[1].AppendInt(e.val)
		cols[2].AppendString(e.text)
		cols[3].AppendInt(e.ts)
		b.Offs = append(b.Offs, int64(at+i))
	}
	for _, c := range cols {
		b.Cols = append(b.Cols, c.Finish())
	}
	return b
}
