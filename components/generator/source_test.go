package generator

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
)

// planned plans the generator with parameters written as JSON.
func planned(t *testing.T, params string) (*plan.Scan, diag.List) {
	t.Helper()
	v, err := model.ParseJSON([]byte(params))
	require.NoError(t, err)
	var diags diag.List
	p, ok := component.Decode(fields(), v, "params", &diags)
	if !ok {
		return nil, diags
	}
	scan, ok := planSource(&component.Planning{Diags: &diags}, p)
	require.Equal(t, ok, len(diags) == 0, "%v", diags)
	return scan, diags
}

// opened opens the generator with some of its columns, or all when none are named.
func opened(t *testing.T, params string, oc component.SourceContext, columns ...string) component.Source {
	t.Helper()
	scan, diags := planned(t, params)
	require.Empty(t, diags)
	oc.Params = scan.Params
	if oc.BatchRows == 0 {
		oc.BatchRows = 7
	}
	oc.Target.Schema = scan.Source
	if len(columns) > 0 {
		oc.Target.Schema = &schema.Schema{EventTime: scan.Source.EventTime}
		for _, name := range columns {
			oc.Target.Schema.Fields = append(oc.Target.Schema.Fields, scan.Source.Fields[scan.Source.Index(name)])
		}
	}
	s, err := openSource(t.Context(), oc)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func readerOf(t *testing.T, s component.Source, partition int, from component.Position, fresh bool) component.Reader {
	t.Helper()
	parts, err := s.Partitions(t.Context())
	require.NoError(t, err)
	require.Equal(t, int32(partition), parts[partition].Ordinal)
	r, err := s.Open(t.Context(), parts[partition], from, fresh)
	require.NoError(t, err)
	return r
}

// rows reads up to limit rows and returns them with their offsets.
func rows(t *testing.T, r component.Reader, limit int) (out [][]any, offs []int64) {
	t.Helper()
	for len(out) < limit {
		c, err := r.Read(t.Context())
		if errors.Is(err, io.EOF) {
			return out, offs
		}
		require.NoError(t, err)
		require.NoError(t, c.Batch.Check())
		require.Equal(t, c.Batch.N, c.Records)
		require.Len(t, c.RecordTimes, c.Batch.N)
		require.Positive(t, c.Bytes)
		for i := range c.Batch.N {
			out = append(out, rowOf(c.Batch, i))
		}
		offs = append(offs, c.Batch.Offs...)
		require.Equal(t, strconv.FormatInt(offs[len(offs)-1]+1, 10), string(c.Next))
	}
	return out, offs
}

func rowOf(b *batch.Batch, i int) []any {
	var out []any
	for _, c := range b.Cols {
		out = append(out, c.Value(i))
	}
	return out
}

// The rows of the source and the records of AppendJSON are the same events.
func TestRowsAreTheRecords(t *testing.T) {
	for _, stream := range Streams() {
		s := opened(t, `{"stream":"`+stream+`","seed":3,"rate":0,"count":1000,"partitions":3,"order":"late","late_share":0.1,"duplicate_share":0.1}`,
			component.SourceContext{Bounded: true})
		events := s.(*source).events
		total := 0
		for p := range 3 {
			got, offs := rows(t, readerOf(t, s, p, "", true), 1000)
			total += len(got)
			for i, row := range got {
				require.Equal(t, int64(i), offs[i])
				var record map[string]any
				require.NoError(t, json.Unmarshal(events.AppendJSON(nil, p, offs[i]), &record))
				require.Len(t, record, len(row))
				for c, f := range Schema(stream).Fields {
					require.Equal(t, asJSON(t, f, row[c]), record[f.Name], f.Name)
				}
			}
		}
		require.Equal(t, 1000, total, "the partitions share the count")
	}
}

// asJSON returns what encoding/json makes of a column's value.
func asJSON(t *testing.T, f schema.Field, v any) any {
	t.Helper()
	switch v := v.(type) {
	case nil:
		require.True(t, f.Nullable, f.Name)
		return nil
	case int64:
		if f.Type.Kind == schema.Timestamp {
			return time.UnixMicro(v).UTC().Format("2006-01-02T15:04:05.000Z")
		}
		return float64(v)
	case []any:
		out := map[string]any{}
		for i, member := range f.Type.Fields {
			out[member.Name] = asJSON(t, member, v[i])
		}
		return out
	default:
		return v
	}
}

func TestGoesOnAnywhere(t *testing.T) {
	const params = `{"rate":0,"count":200,"partitions":2,"order":"late","duplicate_share":0.3}`
	whole, _ := rows(t, readerOf(t, opened(t, params, component.SourceContext{}), 1, "", true), 100)
	require.Len(t, whole, 100)
	for at := range 101 {
		s := opened(t, params, component.SourceContext{BatchRows: 1 + at%13})
		rest, offs := rows(t, readerOf(t, s, 1, component.Position(strconv.Itoa(at)), at%2 == 0), 100)
		require.Len(t, rest, 100-at)
		for i := range rest {
			require.Equal(t, whole[at+i], rest[i])
			require.Equal(t, int64(at+i), offs[i])
		}
	}
}

func TestOnlyWantedColumns(t *testing.T) {
	s := opened(t, `{"rate":0,"count":20}`, component.SourceContext{}, "ms_played", "device")
	all, _ := rows(t, readerOf(t, opened(t, `{"rate":0,"count":20}`, component.SourceContext{}), 0, "", true), 20)
	some, _ := rows(t, readerOf(t, s, 0, "", true), 20)
	require.Len(t, some, 20)
	for i := range some {
		require.Equal(t, []any{all[i][3], all[i][8]}, some[i])
	}
}

func TestStartAt(t *testing.T) {
	oc := component.SourceContext{Start: component.StartAt{Time: DefaultStart().Add(time.Second)}}
	s := opened(t, `{"rate":0,"partitions":2}`, oc)
	_, offs := rows(t, readerOf(t, s, 1, "", true), 1)
	require.Equal(t, int64(5000), offs[0], "partition 1 has every second of 10,000 a second")
	_, offs = rows(t, readerOf(t, s, 1, "", false), 1)
	require.Zero(t, offs[0], "a partition that is not fresh is read whole")
}

func TestPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opening := time.Now()
		s := opened(t, `{"rate":1000,"count":10000,"partitions":2}`, component.SourceContext{BatchRows: 4096})
		r := readerOf(t, s, 0, "", true)
		read := func() int {
			c, err := r.Read(t.Context())
			require.NoError(t, err)
			return c.Records
		}
		require.Equal(t, 10, read(), "20 ms of half the rate")
		require.Equal(t, 18*time.Millisecond, time.Since(opening), "the tenth event is due")

		<-time.After(time.Second)
		require.Equal(t, int64(500), r.Lag(), "what came due while nobody read")
		require.Equal(t, 500, read(), "and is read at once")
		require.Zero(t, r.Lag())
		got := 510
		for got < 5000 {
			got += read()
		}
		require.Equal(t, 9998*time.Millisecond, time.Since(opening), "delays do not add up")
		_, err := r.Read(t.Context())
		require.ErrorIs(t, err, io.EOF)
		require.Zero(t, r.Lag())
	})
}

func TestSlowPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opening := time.Now()
		r := readerOf(t, opened(t, `{"rate":1,"partitions":2}`, component.SourceContext{}), 1, "", true)
		for i := range 3 {
			// The engine ends its waiting once an epoch.
			for {
				ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
				c, err := r.Read(ctx)
				cancel()
				if err == nil {
					require.Equal(t, 1, c.Records)
					break
				}
				require.ErrorIs(t, err, context.DeadlineExceeded)
			}
			require.Equal(t, time.Duration(2*i)*time.Second, time.Since(opening))
		}
	})
}

func TestNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := opened(t, `{"rate":100,"start":"now"}`, component.SourceContext{}, "ts", "user_id")
		fixed, _ := rows(t, readerOf(t, opened(t, `{"rate":100}`, component.SourceContext{}, "ts", "user_id"), 0, "500", false), 50)
		<-time.After(time.Hour)
		opening := time.Now().UnixMicro()
		r := readerOf(t, s, 0, "500", false)
		for i := range 50 {
			c, err := r.Read(t.Context())
			require.NoError(t, err)
			for k := range c.Batch.N {
				at := opening + (c.Batch.Offs[k]-500)*10_000
				require.Equal(t, at, c.RecordTimes[k])
				require.Equal(t, at/1000*1000, c.Batch.Cols[0].I64[k])
				require.LessOrEqual(t, at, time.Now().UnixMicro())
				if c.Batch.Offs[k] == int64(500+i) {
					require.Equal(t, fixed[i][1], c.Batch.Cols[1].Value(k), "all but the time is as ever")
				}
			}
		}
	})
}

func TestLag(t *testing.T) {
	r := readerOf(t, opened(t, `{"rate":0,"count":20}`, component.SourceContext{}), 0, "", true)
	require.Equal(t, int64(20), r.Lag())
	rows(t, r, 14)
	require.Equal(t, int64(6), r.Lag())
	r = readerOf(t, opened(t, `{"rate":0}`, component.SourceContext{}), 0, "", true)
	require.Equal(t, int64(-1), r.Lag())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := r.Read(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestPlan(t *testing.T) {
	scan, diags := planned(t, `{}`)
	require.Empty(t, diags)
	require.Equal(t, Name, scan.Component)
	require.True(t, fieldsOf(PlayEvents, scan))
	require.Zero(t, scan.Source.EventTime.OutOfOrder, "in order")

	scan, diags = planned(t, `{"stream":"live_rooms","order":"late","disorder":"3s"}`)
	require.Empty(t, diags)
	require.True(t, fieldsOf(LiveRooms, scan))
	require.Equal(t, schema.Duration(3*time.Second), scan.Source.EventTime.OutOfOrder)

	for params, want := range map[string]struct {
		code diag.Code
		path string
	}{
		`{"stream":"play"}`:            {component.CodeUnknownOption, "params.stream"},
		`{"start":"yesterday"}`:        {CodeBadStart, "params.start"},
		`{"start":"now","rate":0}`:     {CodeRateNeeded, "params.rate"},
		`{"duplicate_share":0.95}`:     {CodeBadShare, "params.duplicate_share"},
		`{"duplicate_share":-1}`:       {component.CodeOutOfRange, "params.duplicate_share"},
		`{"rate":-1}`:                  {component.CodeOutOfRange, "params.rate"},
		`{"partitions":0}`:             {component.CodeOutOfRange, "params.partitions"},
		`{"count":10000000000000}`:     {component.CodeOutOfRange, "params.count"},
		`{"order":"late","late_by":1}`: {component.CodeWrongKind, "params.late_by"},
	} {
		_, diags := planned(t, params)
		require.Len(t, diags, 1, params)
		require.Equal(t, want.code, diags[0].Code, params)
		require.Equal(t, want.path, diags[0].Path, params)
	}
}

// fieldsOf reports whether a scan has the columns of a stream.
func fieldsOf(stream string, scan *plan.Scan) bool {
	return schema.FieldsEqual(Schema(stream).Fields, scan.Source.Fields)
}

func TestOpenRefused(t *testing.T) {
	requirePermanent := func(err error, code diag.Code) {
		t.Helper()
		var permanent *component.PermanentError
		require.ErrorAs(t, err, &permanent)
		if code != "" {
			var d diag.Diagnostic
			require.ErrorAs(t, err, &d)
			require.Equal(t, code, d.Code)
		}
	}
	scan, _ := planned(t, `{"rate":0}`)
	_, err := openSource(t.Context(), component.SourceContext{Params: scan.Params, Bounded: true})
	requirePermanent(err, CodeEndless)
	_, err = openSource(t.Context(), component.SourceContext{Params: []byte(`{"stream":`)})
	requirePermanent(err, "")

	s := opened(t, `{"rate":0,"partitions":2}`, component.SourceContext{})
	for _, id := range []string{"play_events/2", "play_events/-1", "live_rooms/0", ""} {
		_, err := s.Open(t.Context(), component.Partition{ID: id}, "", true)
		requirePermanent(err, CodeBadPosition)
	}
	for _, from := range []component.Position{"x", "-1", "99999999999999999999", "9223372036854775807"} {
		_, err := s.Open(t.Context(), component.Partition{ID: "play_events/0"}, from, true)
		requirePermanent(err, CodeBadPosition)
	}

	for _, f := range []schema.Field{{Name: "other", Type: schema.Of(schema.Int64)}, {Name: "user_id", Type: schema.Of(schema.String)}} {
		s, err := openSource(t.Context(), component.SourceContext{Params: scan.Params, Target: component.DecodeTarget{Schema: &schema.Schema{Fields: []schema.Field{f}}}})
		require.NoError(t, err)
		_, err = s.Open(t.Context(), component.Partition{ID: "play_events/0"}, "", true)
		requirePermanent(err, "")
	}
}

func TestSpecIsWellFormed(t *testing.T) {
	_, err := component.NewRegistry(Spec())
	require.NoError(t, err)
	require.Nil(t, Schema("other"))
}

func BenchmarkRead(b *testing.B) {
	params, err := component.Encode(fields(), component.NewParams(map[string]any{"stream": PlayEvents, "partitions": int64(1),
		"users": int64(DefaultUsers), "start": DefaultStart().Format(time.RFC3339), "order": orderOrdered}))
	require.NoError(b, err)
	s, err := openSource(b.Context(), component.SourceContext{Params: params, BatchRows: 4096, Target: component.DecodeTarget{Schema: Schema(PlayEvents)}})
	require.NoError(b, err)
	r, err := s.Open(b.Context(), component.Partition{ID: PlayEvents + "/0"}, "", true)
	require.NoError(b, err)
	total := 0
	for b.Loop() {
		c, err := r.Read(b.Context())
		require.NoError(b, err)
		total += c.Records
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "events/s")
}
