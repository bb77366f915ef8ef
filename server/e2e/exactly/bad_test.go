package exactly

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

// poisons are records that are no events, with the code each is rejected with.
func poisons() []struct{ record, code string } {
	return []struct{ record, code string }{
		{`{"id":1,"user":2,"event":"play","platform":"ios","ms":4`, "row.truncated"},
		{`{"id":1,"user":"many","event":"play","platform":"ios","ms":40000,"ts":1709280000000}`, "row.wrong_type"},
		{`{"id":1,"user":2,"event":"pl` + "\xff\xfe" + `ay","platform":"ios","ms":40000,"ts":1709280000000}`, "row.invalid_utf8"},
		{`{"id":1,"user":2,"event":"play","platform":"ios","ms":NaN,"ts":1709280000000}`, "row.not_a_number"},
		{`{"id":1,"user":2,"event":"play","platform":"ios","ms":40000,"ms":1,"ts":1709280000000}`, "row.duplicate_key"},
		{`{"id":1,"user":92233720368547758070,"event":"play","platform":"ios","ms":40000,"ts":1709280000000}`, "row.out_of_range"},
		{`not an event`, "row.malformed"},
		{`{"id":1,"user":2,"event":"play","platform":"ios","ms":40000,"ts":1709280000000} {}`, "row.trailing_data"},
		{strings.Repeat("[", 200) + strings.Repeat("]", 200), ""},
		{`{"id":1,"deep":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, "row.too_deep"},
		{`{"id":1,"user":2,"event":"play","platform":"ios","ms":40000,"ts":null}`, "row.event_time_missing"},
		{``, "row.truncated"},
	}
}

// poisonStream produces events with a poisoned record of another kind every thousand, and returns how many events there are and the
// code each poison's place must be rejected with.
func (b *bench) poisonStream(topic string) (int64, map[place]string) {
	b.t.Helper()
	kinds := poisons()
	want := map[place]string{}
	var offsets [partitions]int64
	var records []*kgo.Record
	n := int64(len(kinds) * poisonEvery)
	for id := range n {
		e := eventAt(id)
		r := message(e)
		if e.poison {
			kind := kinds[id/poisonEvery%int64(len(kinds))]
			r.Value = []byte(kind.record)
			want[place{e.partition, offsets[e.partition]}] = kind.code
		}
		offsets[e.partition]++
		records = append(records, r)
	}
	b.produce(topic, records...)
	return n, want
}

// TestPoison: one record of a thousand is broken, each in another way.
func TestPoison(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.warehouse()
	topic := b.events()
	n, want := b.poisonStream(topic)
	for at, code := range want {
		if code == "" {
			want[at] = "row.too_deep"
		}
	}
	_, late, s := windows(n)
	model := func(name string) string {
		return b.model(name, "events -> minute, minute -> stored", readEvents, byMinute, toTable(name, "window_start, platform"))
	}

	totals := b.finish(model("letters"))
	require.EqualValues(t, len(want), totals.Rejected)
	require.Equal(t, s.records, totals.RowsIn)
	b.checkRejects("letters", "dead", want)
	b.checkRejects("letters", "late", withCode("", late))
	b.checkWindows(b.windowRows("letters"), n)
	for _, r := range b.Rejects("dead") {
		at := placeOf(b, r.Partition, r.Offset)
		require.Equal(t, topic, strings.SplitN(r.Partition, "/", 2)[0])
		if r.Code != "row.event_time_missing" { // it was a row by then
			require.Equal(t, r.Size, len(r.Raw), "%v", at)
			require.False(t, r.Truncated)
		}
	}

	totals = b.finish("--on-error", "skip", model("skipped"))
	require.EqualValues(t, len(want), totals.Skipped)
	require.Zero(t, totals.Rejected)
	b.checkWindows(b.windowRows("skipped"), n)
	b.checkRejects("skipped", "dead", map[place]string{})

	p := b.start("--on-error", "stop", "--bounded", model("stopped"))
	require.Equal(t, 1, b.exit(p))
	failure := p.Summary().Pipelines[0].Error
	named := false
	for at, code := range want {
		named = named || strings.Contains(failure, code) && strings.Contains(failure, fmt.Sprintf("partition %s/%d, offset %d", topic, at.partition, at.offset))
	}
	require.True(t, named, "the failure names no poison's code and place: %s", failure)

	// --strict makes rejects a failure of the run without changing what it does.
	strict := b.start("--strict", "--bounded", model("strict"))
	require.Equal(t, 5, b.exit(strict))
	b.checkWindows(b.windowRows("strict"), n)
}

// TestFarFuture: events of 2099 stand among the others and move no watermark.
func TestFarFuture(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.warehouse()
	topic := b.events()
	const n = 20_000
	b.produce(topic, messages(0, n/2)...)
	for partition := range int32(partitions) {
		b.produce(topic, &kgo.Record{Partition: partition, Value: []byte(`{"id":-1,"user":1,"event":"play","platform":"far","ms":1,"ts":4070908800000}`)})
	}
	b.produce(topic, messages(n/2, n)...)
	totals := b.finish(b.model("plays", "events -> minute, minute -> stored", readEvents, byMinute, toTable("plays", "window_start, platform")))
	require.EqualValues(t, partitions, totals.Future)
	_, late, _ := windows(n)
	require.EqualValues(t, len(late), totals.Late)
	var near, far []map[string]any
	for _, r := range b.windowRows("plays") {
		if r["platform"] == "far" {
			far = append(far, r)
		} else {
			near = append(near, r)
		}
	}
	b.checkWindows(near, n)
	require.Len(t, far, 1, "the window of 2099 is given out when all is read")
	require.EqualValues(t, partitions, integer(t, far[0]["plays"]))
}

// TestHugeRecord: a record of 20 MB, more than is decoded, is rejected with its beginning and its size; those behind it are read.
func TestHugeRecord(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.warehouse()
	topic := b.events()
	large := "33554432"
	b.setTopic(topic, "max.message.bytes", large)
	const n, size = 4_000, 20_000_000
	b.produce(topic, messages(0, n/2)...)
	huge := append([]byte(`{"id":7,"user":7,"event":"play","platform":"ios","ms":1,"ts":1709280000000,"page":"`), bytes.Repeat([]byte("x"), size)...)
	huge = append(huge[:size-2], `"}`...)
	_, _, s := windows(n / 2)
	b.produce(topic, &kgo.Record{Partition: 1, Value: huge})
	b.produce(topic, messages(n/2, n)...)
	totals := b.finish(b.model("plays", "events -> minute, minute -> stored", readEvents, byMinute, toTable("plays", "window_start, platform")))
	b.checkWindows(b.windowRows("plays"), n)
	_, _, all := windows(n)
	require.EqualValues(t, n+1, totals.RowsIn)
	require.EqualValues(t, len(all.poisoned)+1, totals.Rejected)
	found := 0
	for _, r := range b.Rejects("dead") {
		if r.Code != "row.too_large" {
			continue
		}
		found++
		require.Equal(t, place{1, s.offsets[1]}, placeOf(b, r.Partition, r.Offset))
		require.Equal(t, size, r.Size)
		require.True(t, r.Truncated)
		require.NotEmpty(t, r.Raw)
		require.True(t, bytes.HasPrefix(huge, r.Raw))
	}
	require.Equal(t, 1, found)
}
