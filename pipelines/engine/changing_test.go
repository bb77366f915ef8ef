package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/control"
)

// changing is a scripted source whose events say in their text which change they are.
type changing struct{ *sized }

func (c changing) Open(ctx context.Context, p component.Partition, from component.Position, fresh bool) (component.Reader, error) {
	r, err := c.sized.Open(ctx, p, from, fresh)
	return changingReader{r}, err
}

type changingReader struct{ component.Reader }

func (r changingReader) Read(ctx context.Context) (*component.Chunk, error) {
	c, err := r.Reader.Read(ctx)
	if err != nil || c.Batch == nil {
		return c, err
	}
	for i := range c.Batch.N {
		for k := batch.Insert; k <= batch.Delete; k++ {
			if string(c.Batch.Cols[2].Bytes(i)) == k.String() {
				c.Batch.Kinds = append(c.Batch.Kinds, k)
			}
		}
	}
	return c, nil
}

// keeping is a staged sink that notes changes with their kinds. With keys it keeps the last change of each key of an epoch.
type keeping struct {
	*stagedFake
	mode  plan.Mode
	refs  map[string][2]int64 // generation and epoch of each token
	keyed bool
}

var _ component.ChangeReducer = (*keeping)(nil)

// Check refuses negative values.
func (s *keeping) Check(b *batch.Batch) []component.RowReject {
	var out []component.RowReject
	for i := range b.Rows() {
		if row := b.Row(i); b.Cols[1].I64[row] < 0 {
			out = append(out, component.RowReject{Row: int32(row), Code: diag.RowSinkRefused, Path: "v"})
		}
	}
	return out
}

func (s *keeping) Reduce(rows []*batch.Batch) ([]*batch.Batch, error) {
	if !s.keyed {
		return rows, nil
	}
	last := map[int64][2]int{}
	for n, b := range rows {
		for i := range b.N {
			last[b.Cols[0].I64[i]] = [2]int{n, i}
		}
	}
	var out []*batch.Batch
	for n, b := range rows {
		var keep []int32
		for i := range b.N {
			if last[b.Cols[0].I64[i]] == [2]int{n, i} {
				keep = append(keep, int32(i))
			}
		}
		out = append(out, b.Gather(keep))
	}
	return out, nil
}

func (s *keeping) Apply(ctx context.Context, c component.ChunkRef, rows []*batch.Batch) error {
	s.t.mu.Lock()
	if known, again := s.refs[c.Token]; again && known != [2]int64{c.Generation, c.Epoch} {
		s.t.mu.Unlock()
		return fmt.Errorf("chunk %s was of epoch %v, and is applied again as of generation %d, epoch %d", c.Token, known, c.Generation, c.Epoch)
	}
	s.refs[c.Token] = [2]int64{c.Generation, c.Epoch}
	s.t.mu.Unlock()
	return s.stagedFake.Apply(ctx, c, rows)
}

// noted is how the target notes an event, without its time.
func noted(e event) string {
	kind := e.text + " "
	if e.text == batch.Insert.String() {
		kind = ""
	}
	return fmt.Sprintf(`%s{"k":%d,"v":%d,"s":"%s"`, kind, e.key, e.val, e.text)
}

// changesFixture is a fixture whose source gives changes and whose sink keeps them.
func changesFixture(t *testing.T, src *scripted, keyed bool) (*fixture, *keeping) {
	f := newFixture(t, src, "m/out")
	sink := &keeping{stagedFake: &stagedFake{f.out["m/out"]}, refs: map[string][2]int64{}, keyed: keyed}
	source, _ := f.opt.Registry.Get(component.KindSource, "scripted")
	staged, _ := f.opt.Registry.Get(component.KindSink, "staged")
	source.Source.Open = func(_ context.Context, oc component.SourceContext) (component.Source, error) {
		return changing{&sized{scripted: src, rows: oc.BatchRows}}, nil
	}
	staged.Sink.Open = func(_ context.Context, oc component.SinkContext) (component.Sink, error) {
		sink.mode = oc.Mode
		return sink, nil
	}
	reg, err := component.NewRegistry(*source, *staged)
	require.NoError(t, err)
	f.opt.Registry = reg
	return f, sink
}

func changesPlan() *plan.Plan {
	scan := scanNode()
	scan.Mode = plan.Mode{Change: plan.Upsert, Key: []string{"k"}}
	out := sinkNode("m/out", "staged", scan)
	out.Mode = scan.Mode
	return &plan.Plan{Model: "m", Sinks: []*plan.Node{out}}
}

// changeEvents makes partitions of changes; key k lies in partition k % parts.
func changeEvents(parts, n int) [][]event {
	out := make([][]event, parts)
	for i := range n {
		e := event{key: int64(i * i % 40), val: int64(i), text: batch.RowKind(i % 4).String(), ts: at(int64(i))}
		if i%50 == 49 {
			e.val = -e.val
		}
		out[int(e.key)%parts] = append(out[int(e.key)%parts], e)
	}
	return out
}

// TestKindsReachTheSink: what a source says of its rows holds up to the target, through staging, retries and restarts.
func TestKindsReachTheSink(t *testing.T) {
	parts := changeEvents(3, 400)
	var want []string
	refused := 0
	for _, p := range parts {
		for _, e := range p {
			if e.val < 0 {
				refused++
				continue
			}
			want = append(want, noted(e))
		}
	}
	for _, c := range []struct{ rows, failReads, failSink int }{{1024, 0, 0}, {1, 0, 0}, {7, 41, 3}, {16, 0, 5}} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, sink := changesFixture(t, &scripted{parts: parts, failEvery: c.failReads, perEpoch: 4}, false)
				f.out["m/out"].failEvery = c.failSink
				f.opt.BatchRows = c.rows
				st := runJob(t, f, changesPlan())
				require.Equal(t, plan.Mode{Change: plan.Upsert, Key: []string{"k"}}, sink.mode)
				var got []string
				for _, row := range sink.t.rows {
					got = append(got, row[:strings.LastIndex(row, ",")])
				}
				require.ElementsMatch(t, want, got)
				require.EqualValues(t, refused, st.Totals.Rejected)
				require.Equal(t, c.failReads+c.failSink > 0, st.Restarts > 0, "failures must have been met")
				for _, ref := range sink.refs {
					require.EqualValues(t, f.opt.Lease.Epoch, ref[0], "no start was a fresh one")
				}
			})
		})
	}
}

// TestReducedChanges: of each epoch a sink that keeps one row a key is given the last change of each key.
func TestReducedChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parts := changeEvents(2, 300)
		f, sink := changesFixture(t, &scripted{parts: parts, perEpoch: 4}, true)
		f.opt.BatchRows = 16
		runJob(t, f, changesPlan())
		last := map[int64]string{}
		for _, p := range parts {
			for _, e := range p {
				if e.val >= 0 {
					last[e.key] = noted(e)
				}
			}
		}
		kept := map[int64]string{}
		for _, row := range sink.t.rows {
			var k int64
			_, err := fmt.Sscanf(row[strings.IndexByte(row, '{'):], `{"k":%d,`, &k)
			require.NoError(t, err)
			kept[k] = row[:strings.LastIndex(row, ",")]
		}
		require.Equal(t, last, kept)
		require.Less(t, len(sink.t.rows), 290, "several changes of a key in an epoch are one")
	})
}

// TestGeneration: a pipeline that starts afresh goes on under a later generation, and one that goes on keeps its own.
func TestGeneration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := changesFixture(t, &scripted{parts: changeEvents(1, 50)}, false)
		run := func() map[int64]bool {
			clear(sink.refs)
			lease, err := f.mani.Acquire(t.Context(), "p", "test")
			require.NoError(t, err)
			f.opt.Lease = lease
			runJob(t, f, changesPlan())
			seen := map[int64]bool{}
			for _, ref := range sink.refs {
				seen[ref[0]] = true
			}
			return seen
		}
		first := run()
		require.Equal(t, map[int64]bool{2: true}, first, "the lease that the fixture took is the first")
		f.src.parts[0] = append(f.src.parts[0], event{key: 1, val: 1, text: "+U", ts: at(60)})
		require.Equal(t, first, run(), "going on is no new generation")

		fresh := control.NewMemory()
		for range 3 {
			_, err := fresh.Acquire(t.Context(), "p", "test")
			require.NoError(t, err)
		}
		f.mani, f.opt.Manifests = fresh, fresh // as if the manifests were forgotten, and the lease was not
		require.Equal(t, map[int64]bool{4: true}, run())
	})
}

// TestRejectedChangeTellsItsKind: who mends a dead letter has to know whether the row came or went.
func TestRejectedChangeTellsItsKind(t *testing.T) {
	b := eventBatch([]event{{1, 1, "a", 0}, {2, 2, "b", 0}}, 0, minTime)
	l := newLane(nil, nil, "0", 0)
	require.Empty(t, l.describe(scanNode(), b, 0).Change)
	b.Kinds = []batch.RowKind{batch.Insert, batch.Delete}
	require.Empty(t, l.describe(scanNode(), b, 0).Change)
	require.Equal(t, "-D", l.describe(scanNode(), b, 1).Change)
}
