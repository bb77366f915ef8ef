package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/plan"
	"millrace/models/schema"
)

// namedScan reads the fixture's source of a name.
func namedScan(name string) *plan.Node {
	n := scanNode()
	n.ID = "m/" + name
	n.Op.(*plan.Scan).Params = json.RawMessage(name)
	return n
}

// joinNode joins two nodes with columns k and ts.
func joinNode(t testing.TB, id string, op plan.Op, left, right *plan.Node) *plan.Node {
	s, err := plan.SchemaOf(op, []*schema.Schema{left.Schema, right.Schema})
	require.NoError(t, err)
	return &plan.Node{ID: id, Op: op, Inputs: []*plan.Node{left, right}, Schema: s}
}

func temporalNode(t testing.TB, id string, left, right *plan.Node) *plan.Node {
	return joinNode(t, id, &plan.TemporalJoin{Kind: plan.LeftOuter, Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 3}, left, right)
}

// onTime leaves the events that are not late by their partition's watermark.
func onTime(parts [][]event, disorder int64) (out []event, late int64) {
	for _, p := range parts {
		wm := int64(minTime)
		for _, e := range p {
			if e.ts >= wm {
				out = append(out, e)
			} else {
				late++
			}
			wm = max(wm, e.ts-disorder)
		}
	}
	return out, late
}

func eventText(e *event, suffix string) string {
	if e == nil {
		return fmt.Sprintf(`"k%s":null,"v%[1]s":null,"s%[1]s":null,"ts%[1]s":null`, suffix)
	}
	return fmt.Sprintf(`"k%s":%d,"v%[1]s":%[3]d,"s%[1]s":"%[4]s","ts%[1]s":"%[5]s"`, suffix, e.key, e.val, e.text, stamp(e.ts))
}

// versionAt is the version of a dimension that holds at an event's time, when all of the dimension was there first.
func versionAt(dim []event, e event) *event {
	var last, first *event
	for i := range dim {
		v := &dim[i]
		if v.key != e.key {
			continue
		}
		if v.ts <= e.ts && (last == nil || v.ts > last.ts) {
			last = v
		}
		if first == nil || v.ts < first.ts {
			first = v
		}
	}
	if last == nil {
		return first
	}
	return last
}

// dimension makes versions of keys 0 to 14, each time once.
func dimension(seed uint64, parts, n int) [][]event {
	out := randomEvents(seed, parts, n, 2*time.Second)
	for p := range out {
		for i := range out[p] {
			e := &out[p][i]
			e.key, e.ts = e.key*3/4, e.ts/1000*1000+int64(p)*317+int64(i)%300
		}
	}
	return out
}

func flat(parts [][]event) (out []event) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func temporalWant(facts, dim [][]event) (rows []string, late int64) {
	on, late := onTime(facts, 2_000_000)
	all := flat(dim)
	for _, e := range on {
		rows = append(rows, "{"+eventText(&e, "")+","+eventText(versionAt(all, e), "_1")+"}")
	}
	sort.Strings(rows)
	return rows, late
}

// A bounded run reads the dimension first, whatever fails on the way.
func TestTemporalJoinWhateverTheSettings(t *testing.T) {
	facts, dim := randomEvents(31, 3, 300, 2*time.Second), dimension(32, 2, 60)
	want, late := temporalWant(facts, dim)
	for _, c := range []struct{ rows, parallelism, failReads, failSink int }{{1024, 4, 0, 0}, {1, 1, 0, 0}, {7, 3, 41, 3}, {3, 2, 29, 0}} {
		for _, sink := range []string{"staged", "tx"} {
			t.Run(fmt.Sprintf("%+v/%s", c, sink), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f := newFixture(t, &scripted{parts: facts, failEvery: c.failReads, perEpoch: 4}, "m/out")
					f.more = map[string]*scripted{`"dim"`: {parts: dim, failEvery: c.failReads, perEpoch: 4}}
					f.out["m/out"].failEvery = c.failSink
					f.opt.BatchRows, f.opt.Parallelism = c.rows, c.parallelism
					st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", sink, temporalNode(t, "m/tj", scanNode(), namedScan(`"dim"`)))}})
					require.Equal(t, want, f.out["m/out"].sorted())
					require.Equal(t, late, st.Totals.Late)
					require.Equal(t, c.failReads+c.failSink > 0, st.Restarts > 0, "failures must have been met")
				})
			})
		}
	}
}

func TestIntervalJoinWhateverTheSettings(t *testing.T) {
	left, right := randomEvents(33, 3, 250, 2*time.Second), randomEvents(34, 2, 250, 2*time.Second)
	op := &plan.IntervalJoin{Kind: plan.FullOuter, Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 3, Lower: -1_000_000, Upper: 3_000_000}
	var want []string
	onL, lateL := onTime(left, 2_000_000)
	onR, lateR := onTime(right, 2_000_000)
	met := map[int]bool{}
	for _, l := range onL {
		alone := true
		for j, r := range onR {
			if l.key == r.key && l.ts+op.Lower <= r.ts && r.ts <= l.ts+op.Upper {
				alone, met[j] = false, true
				want = append(want, "{"+eventText(&l, "")+","+eventText(&r, "_1")+"}")
			}
		}
		if alone {
			want = append(want, "{"+eventText(&l, "")+","+eventText(nil, "_1")+"}")
		}
	}
	for j, r := range onR {
		if !met[j] {
			want = append(want, "{"+eventText(nil, "")+","+eventText(&r, "_1")+"}")
		}
	}
	sort.Strings(want)
	for _, c := range []struct{ rows, parallelism, failReads, failSink int }{{1024, 4, 0, 0}, {1, 1, 0, 0}, {7, 3, 41, 37}, {3, 2, 29, 0}} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, &scripted{parts: left, failEvery: c.failReads, perEpoch: 4}, "m/out")
				f.more = map[string]*scripted{`"right"`: {parts: right, failEvery: c.failReads, perEpoch: 3}}
				f.out["m/out"].failEvery = c.failSink
				f.opt.BatchRows, f.opt.Parallelism = c.rows, c.parallelism
				st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", joinNode(t, "m/ij", op, scanNode(), namedScan(`"right"`)))}})
				require.Equal(t, want, f.out["m/out"].sorted())
				require.Equal(t, lateL+lateR, st.Totals.Late)
			})
		})
	}
}

// watched counts the reads of a source, by partition.
type watched struct {
	*scripted
	reads map[int]int
}

func watch(s *scripted) *watched {
	w := &watched{s, map[int]int{}}
	s.onRead = func(part int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		w.reads[part]++
	}
	return w
}

// through reports whether every partition was read to its end, in reads of one row each.
func (w *watched) through() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, p := range w.parts {
		if w.reads[i] <= len(p) {
			return false
		}
	}
	return true
}

// A scan waits for the dimensions that its rows will meet, along a chain and across one.
func TestFactsWaitForDimensions(t *testing.T) {
	facts := randomEvents(35, 2, 40, 2*time.Second)
	for name, build := range map[string]struct {
		plan func(t *testing.T) *plan.Node
		// after lists for each source which ones are read through before its first row.
		after map[string][]string
	}{
		"one": {func(t *testing.T) *plan.Node { return temporalNode(t, "m/a", namedScan(`"facts"`), namedScan(`"x"`)) },
			map[string][]string{`"facts"`: {`"x"`}}},
		"a chain": {func(t *testing.T) *plan.Node {
			return temporalNode(t, "m/b", temporalNode(t, "m/a", namedScan(`"facts"`), namedScan(`"x"`)), namedScan(`"y"`))
		}, map[string][]string{`"facts"`: {`"x"`, `"y"`}}},
		"a dimension with a dimension": {func(t *testing.T) *plan.Node {
			return temporalNode(t, "m/b", namedScan(`"facts"`), temporalNode(t, "m/a", namedScan(`"x"`), namedScan(`"y"`)))
		}, map[string][]string{`"facts"`: {`"x"`, `"y"`}, `"x"`: {`"y"`}}},
		"one scan on both sides": {func(t *testing.T) *plan.Node {
			s := namedScan(`"facts"`)
			return temporalNode(t, "m/a", s, s)
		}, nil},
		"two scans that need each other": {func(t *testing.T) *plan.Node {
			x, y := namedScan(`"x"`), namedScan(`"y"`)
			a, b := temporalNode(t, "m/a", x, y), temporalNode(t, "m/b", y, x)
			return &plan.Node{ID: "m/u", Op: &plan.Union{}, Inputs: []*plan.Node{a, b}, Schema: a.Schema}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, nil, "m/out")
				f.opt.BatchRows = 1
				sources := map[string]*watched{}
				f.more = map[string]*scripted{}
				for source, parts := range map[string][][]event{`"facts"`: facts, `"x"`: dimension(36, 2, 30), `"y"`: dimension(37, 1, 30)} {
					s := &scripted{parts: parts, perEpoch: 4}
					f.more[source], sources[source] = s, watch(s)
				}
				for source, first := range build.after {
					s := sources[source]
					counted := s.onRead
					s.onRead = func(part int) {
						for _, d := range first {
							if !sources[d].through() {
								t.Errorf("%s is read before %s", source, d)
							}
						}
						counted(part)
					}
				}
				st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", build.plan(t))}})
				require.Positive(t, st.Totals.RowsOut)
				require.Zero(t, st.Restarts)
				if name == "one" {
					want, _ := temporalWant(facts, dimension(36, 2, 30))
					require.Equal(t, want, f.out["m/out"].sorted())
				}
			})
		})
	}
}

// A busy dimension never has nothing left to read; it has been read through once what was there at the beginning was read. A partition
// without a record never says so, and is taken for read through when it has been silent for a while.
func TestReadThroughWithoutEnd(t *testing.T) {
	for _, empty := range []bool{false, true} {
		t.Run(fmt.Sprintf("empty partition %v", empty), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				facts := &scripted{parts: [][]event{{{1, 1, "f", at(100)}, {2, 2, "f", at(101)}, {1, 3, "f", at(200)}}}, endless: true, lagAfter: true}
				dim := &scripted{parts: [][]event{nil}, endless: true, lagAfter: true, perEpoch: 1}
				for i := range int64(20) {
					dim.parts[0] = append(dim.parts[0], event{i % 3, i, "d", at(i)})
				}
				if empty {
					dim.parts = append(dim.parts, nil)
				}
				added := int64(0)
				dim.onRead = func(part int) {
					if part == 0 && added < 1000 {
						added++
						dim.add(0, event{9, added, "busy", at(20 + added)})
					}
				}
				f := newFixture(t, facts, "m/out")
				f.more = map[string]*scripted{`"dim"`: dim}
				f.opt.Bounded, f.opt.BatchRows, f.opt.Epoch = false, 1, 200*time.Millisecond
				f.opt.Plan = &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", temporalNode(t, "m/tj", scanNode(), namedScan(`"dim"`)))}}
				j, err := New(f.opt)
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { done <- j.Run(ctx) }()
				pass(2 * time.Second)
				require.Zero(t, facts.read(), "the dimension is not read through")
				pass(6 * time.Second)
				if empty {
					require.Zero(t, facts.read(), "one partition has not said anything yet")
					pass(quiet)
				}
				require.Positive(t, facts.read())
				// The empty partition holds the dimension's watermark back until it is idle; row 200 waits for the facts' own.
				pass(2 * time.Minute)
				rows := f.out["m/out"].sorted()
				require.Len(t, rows, 2)
				require.Contains(t, rows[0], `"v_1":19,"s_1":"d"`)
				cancel()
				require.NoError(t, <-done)

				// What was read through stays so.
				f.opt.Bounded = false
				facts.add(0, event{2, 4, "f", at(300)})
				ctx, cancel = context.WithTimeout(t.Context(), 2*time.Minute)
				defer cancel()
				j, err = New(f.opt)
				require.NoError(t, err)
				require.NoError(t, j.Run(ctx))
				rows = f.out["m/out"].sorted()
				require.Len(t, rows, 3)
				require.True(t, strings.Contains(rows[1], `"v":3`) || strings.Contains(rows[0], `"v":3`))
			})
		})
	}
}
