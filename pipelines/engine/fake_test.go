package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sort"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/control"
)

// event is a row of the test stream: key, value, text and event time.
type event struct {
	key, val int64
	text     string
	ts       int64 // microseconds
}

func eventSchema() *schema.Schema {
	return &schema.Schema{
		Fields: []schema.Field{
			{Name: "k", Type: schema.Of(schema.Int64)},
			{Name: "v", Type: schema.Of(schema.Int64), Nullable: true},
			{Name: "s", Type: schema.Of(schema.String), Nullable: true},
			{Name: "ts", Type: schema.TimestampOf(6), Nullable: true},
		},
		EventTime: &schema.EventTime{Column: "ts", OutOfOrder: schema.Duration(2 * time.Second), MaxFuture: schema.Duration(time.Hour), Idle: schema.Duration(time.Minute)},
	}
}

// scripted is a source whose partitions hold given events. It can be made to fail.
type scripted struct {
	parts [][]event
	// failEvery makes about one read in so many fail; 0 never.
	failEvery int
	mu        sync.Mutex
	reads     int
	// perEpoch is how many reads a partition answers before it waits for the end of the epoch; 0 is no bound.
	perEpoch int
	// endless keeps partitions open at their end; add appends to them then.
	endless bool
	// recordTime, when not 0, is the broker's time of every record.
	recordTime int64
	// lagAfter makes readers say how much is left only once they have read something, as Kafka's do.
	lagAfter bool
	// onRead, when set, is called before each read with the partition.
	onRead func(part int)
}

func (s *scripted) Partitions(context.Context) ([]component.Partition, error) {
	out := make([]component.Partition, len(s.parts))
	for i := range out {
		out[i] = component.Partition{ID: strconv.Itoa(i), Ordinal: int32(i)}
	}
	return out, nil
}

func (s *scripted) Close() error { return nil }

func (s *scripted) Open(_ context.Context, p component.Partition, from component.Position, _ bool) (component.Reader, error) {
	i, err := strconv.Atoi(p.ID)
	if err != nil {
		return nil, err
	}
	at := 0
	if from != "" {
		if at, err = strconv.Atoi(string(from)); err != nil {
			return nil, err
		}
	}
	return &scriptedReader{src: s, at: at, part: i}, nil
}

// add appends events to an endless partition.
func (s *scripted) add(part int, e ...event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts[part] = append(s.parts[part], e...)
}

func (s *scripted) rows(part int) []event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parts[part]
}

type scriptedReader struct {
	src  *scripted
	at   int
	part int
	size int
	read bool // a read has given rows
	// count counts the reads of the running epoch, by its context.
	epoch context.Context
	count int
}

var errInjected = errors.New("injected failure")

// read is how many reads there were.
func (s *scripted) read() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

func (r *scriptedReader) Read(ctx context.Context) (*component.Chunk, error) {
	if r.src.onRead != nil {
		r.src.onRead(r.part)
	}
	r.src.mu.Lock()
	r.src.reads++
	fail := r.src.failEvery > 0 && r.src.reads%r.src.failEvery == 0
	r.src.mu.Unlock()
	if fail {
		return nil, errInjected
	}
	if r.epoch != ctx {
		r.epoch, r.count = ctx, 0
	}
	if r.count++; r.src.perEpoch > 0 && r.count > r.src.perEpoch {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	rows := r.src.rows(r.part)
	if r.at >= len(rows) {
		if r.src.endless {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return nil, io.EOF
	}
	n := min(r.size, len(rows)-r.at)
	b := batchOf(rows[r.at:r.at+n], r.at)
	r.at, r.read = r.at+n, true
	var times []int64
	if r.src.recordTime != 0 {
		for range n {
			times = append(times, r.src.recordTime)
		}
	}
	return &component.Chunk{Batch: b, RecordTimes: times, Next: component.Position(strconv.Itoa(r.at)), Records: n, Bytes: int64(n) * 10}, nil
}

func (r *scriptedReader) Lag() int64 {
	if r.src.lagAfter && !r.read {
		return -1
	}
	return int64(len(r.src.rows(r.part)) - r.at)
}

func (r *scriptedReader) Close() error { return nil }

// target stands for a table that survives the job: rows applied by token, or by committed transaction.
type target struct {
	mu     sync.Mutex
	rows   []string
	tokens map[string]bool
	marker string
	// failApply makes about one apply or commit in so many fail, half of them after having been carried out.
	failEvery int
	calls     int
	// taking, when not 0, is how long it takes to take an epoch, or a batch of a transaction.
	taking time.Duration
}

func (t *target) take() {
	if t.taking > 0 {
		<-time.After(t.taking)
	}
}

func newTarget() *target { return &target{tokens: map[string]bool{}} }

func (t *target) sorted() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := append([]string(nil), t.rows...)
	sort.Strings(out)
	return out
}

// changeJSON writes a row as JSON, behind its kind when it is no insert.
func changeJSON(b *batch.Batch, r int) string {
	row := string(rowJSON(b, r))
	if k := b.Kind(r); k != batch.Insert {
		return k.String() + " " + row
	}
	return row
}

// changes returns the rows as they came, each behind its kind.
func (t *target) changes() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]string, len(t.rows))
	for i, row := range t.rows {
		if out[i] = row; row[0] == '{' {
			out[i] = batch.Insert.String() + " " + row
		}
	}
	return out
}

func (t *target) inject() (before, after error) {
	t.calls++
	if t.failEvery > 0 && t.calls%t.failEvery == 0 {
		if t.calls/t.failEvery%2 == 0 {
			return errInjected, nil
		}
		return nil, errInjected
	}
	return nil, nil
}

type stagedFake struct{ t *target }

func (s *stagedFake) Promise() component.Promise {
	return component.Promise{ExactlyOnce: true, Why: "tokens"}
}
func (s *stagedFake) Close() error                             { return nil }
func (s *stagedFake) Check(*batch.Batch) []component.RowReject { return nil }
func (s *stagedFake) Limits() component.ChunkLimits            { return component.ChunkLimits{Rows: 50} }
func (s *stagedFake) ChunkKey(*batch.Batch) []uint64           { return nil }
func (s *stagedFake) Apply(_ context.Context, c component.ChunkRef, rows []*batch.Batch) error {
	s.t.take()
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	before, after := s.t.inject()
	if before != nil {
		return before
	}
	if !s.t.tokens[c.Token] {
		s.t.tokens[c.Token] = true
		for _, b := range rows {
			for i := range b.Rows() {
				s.t.rows = append(s.t.rows, changeJSON(b, b.Row(i)))
			}
		}
	}
	return after
}

type txFake struct {
	t    *target
	mu   sync.Mutex
	open []string
}

func (s *txFake) Promise() component.Promise {
	return component.Promise{ExactlyOnce: true, Why: "transactions"}
}
func (s *txFake) Close() error { return nil }
func (s *txFake) Recover(context.Context) (string, error) {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	return s.t.marker, nil
}
func (s *txFake) NewWriter() (component.TxWriter, error) { return s, nil }
func (s *txFake) Begin(context.Context) error            { s.open = nil; return nil }
func (s *txFake) Flush(context.Context) error            { return nil }
func (s *txFake) Abort(context.Context) error            { s.open = nil; return nil }
func (s *txFake) Write(_ context.Context, b *batch.Batch) error {
	s.t.take()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range b.Rows() {
		s.open = append(s.open, changeJSON(b, b.Row(i)))
	}
	return nil
}

func (s *txFake) Commit(_ context.Context, manifest string) error {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	before, after := s.t.inject()
	if before != nil {
		return before
	}
	s.t.rows, s.t.marker = append(s.t.rows, s.open...), manifest
	return after
}

// fixture is a registry with the fake source and two fake sinks, and the pieces a job needs.
type fixture struct {
	src *scripted
	// more are further sources, by the parameters of their scans.
	more map[string]*scripted
	out  map[string]*target
	opt  Options
	dir  string
	mani *control.Memory
}

func newFixture(t *testing.T, src *scripted, sinks ...string) *fixture {
	f := &fixture{src: src, out: map[string]*target{}, dir: t.TempDir(), mani: control.NewMemory()}
	for _, s := range sinks {
		f.out[s] = newTarget()
	}
	text := component.Text{En: "test", Zh: "测试"}
	icon := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"/>`
	source := component.Spec{Name: "scripted", Version: 1, Kind: component.KindSource, Title: text, Summary: text, Help: text, Icon: icon,
		Source: &component.SourceDef{Plan: func(*component.Planning, component.Params) (*plan.Scan, bool) { return nil, false },
			Open: func(_ context.Context, oc component.SourceContext) (component.Source, error) {
				from := src
				if named := f.more[string(oc.Params)]; named != nil {
					from = named
				}
				return &sized{scripted: from, rows: oc.BatchRows}, nil
			}}}
	sinkDef := func(name string, open func(target *target) component.Sink) component.Spec {
		return component.Spec{Name: name, Version: 1, Kind: component.KindSink, Title: text, Summary: text, Help: text, Icon: icon, MinInputs: 1, MaxInputs: 1,
			Sink: &component.SinkDef{Plan: func(*component.Planning, component.Params, *plan.Node) (*plan.Sink, bool) { return nil, false },
				Accepts: []plan.ChangeMode{plan.Append},
				Open: func(_ context.Context, sc component.SinkContext) (component.Sink, error) {
					return open(f.out[sc.Sink]), nil
				}}}
	}
	reg, err := component.NewRegistry(source,
		sinkDef("staged", func(t *target) component.Sink { return &stagedFake{t} }),
		sinkDef("tx", func(t *target) component.Sink { return &txFake{t: t} }))
	require.NoError(t, err)
	lease, err := f.mani.Acquire(t.Context(), "p", "test")
	require.NoError(t, err)
	f.opt = Options{Fingerprint: "sha256:test", Pipeline: "p", Installation: "i", Registry: reg, Manifests: f.mani, Lease: lease, Dir: f.dir,
		Epoch: 3 * time.Millisecond, Retry: time.Minute, Bounded: true}
	return f
}

// sized gives the readers the engine's batch size.
type sized struct {
	*scripted
	rows int
}

func (s *sized) Open(ctx context.Context, p component.Partition, from component.Position, fresh bool) (component.Reader, error) {
	r, err := s.scripted.Open(ctx, p, from, fresh)
	if err == nil {
		r.(*scriptedReader).size = s.rows
	}
	return r, err
}

func col(s *schema.Schema, name string) *expr.Expr {
	i := s.Index(name)
	return &expr.Expr{Op: expr.OpColumn, Type: s.Fields[i].Type, Nullable: s.Fields[i].Nullable, Column: i, Name: name}
}

func scanNode() *plan.Node {
	s := eventSchema()
	return &plan.Node{ID: "m/src", Op: &plan.Scan{Component: "scripted", Version: 1, Params: json.RawMessage("{}"), Source: s, Checked: s.Names()}, Schema: s}
}

func sinkNode(id, component string, in *plan.Node) *plan.Node {
	return &plan.Node{ID: id, Op: &plan.Sink{Component: component, Version: 1, Params: json.RawMessage("{}")}, Inputs: []*plan.Node{in}, Schema: in.Schema}
}

// windowNode counts, sums and counts distinct values by text.
func windowNode(in *plan.Node, size, slide time.Duration) *plan.Node {
	s := in.Schema
	kind := plan.Tumble
	if slide != size {
		kind = plan.Hop
	}
	agg := func(name, fn string, arg *expr.Expr, distinct bool) plan.AggColumn {
		return plan.AggColumn{Name: name, Agg: expr.Agg{Func: fn, Arg: arg, Distinct: distinct, Type: schema.Of(schema.Int64), Nullable: fn != "count"}}
	}
	op := &plan.Window{Kind: kind, Time: s.Index("ts"), Size: size.Microseconds(), Slide: slide.Microseconds(),
		Keys: []plan.Column{{Name: "s", Expr: col(s, "s")}},
		Aggs: []plan.AggColumn{agg("n", "count", nil, false), agg("total", "sum", col(s, "v"), false), agg("users", "count", col(s, "k"), true),
			agg("top", "max", col(s, "v"), false)}}
	ts := schema.TimestampOf(6)
	return &plan.Node{ID: "m/win", Op: op, Inputs: []*plan.Node{in}, Schema: &schema.Schema{Fields: []schema.Field{
		{Name: plan.WindowStart, Type: ts}, {Name: plan.WindowEnd, Type: ts}, {Name: "s", Type: schema.Of(schema.String), Nullable: true},
		{Name: "n", Type: schema.Of(schema.Int64)}, {Name: "total", Type: schema.Of(schema.Int64), Nullable: true},
		{Name: "users", Type: schema.Of(schema.Int64)}, {Name: "top", Type: schema.Of(schema.Int64), Nullable: true}},
		EventTime: &schema.EventTime{Column: plan.WindowStart}}}
}

// randomEvents makes partitions of events about step apart, out of order by up to disorder and now and then later than that.
func randomEvents(seed uint64, parts, n int, disorder time.Duration) [][]event {
	rnd := rand.New(rand.NewPCG(seed, 1))
	base := time.Date(2024, 3, 9, 22, 0, 0, 0, time.UTC).UnixMicro()
	out := make([][]event, parts)
	for p := range out {
		for i := range n {
			ts := base + int64(i)*200_000 - rnd.Int64N(disorder.Microseconds()+1)
			if rnd.IntN(50) == 0 {
				ts -= 30_000_000
			}
			out[p] = append(out[p], event{key: rnd.Int64N(20), val: rnd.Int64N(1000), text: fmt.Sprintf("g%d", rnd.IntN(4)), ts: ts})
		}
	}
	return out
}

func runJob(t *testing.T, f *fixture, p *plan.Plan) Stats {
	t.Helper()
	f.opt.Plan = p
	j, err := New(f.opt)
	require.NoError(t, err)
	require.NoError(t, j.Run(t.Context()))
	return j.Stats()
}
