package site

import (
	"math"
	"time"

	"millrace/pipelines/engine"
	"millrace/server/httpapi"
)

const (
	// pointEvery is what one point of a series is the mean of, ratePoints how many of them make one of a list's rates.
	pointEvery = 5 * time.Second
	ratePoints = 6
	// seriesPoints and ratesKept are how many are shown: half an hour of both. The points are kept for as long as the oldest rate needs.
	seriesPoints = 360
	ratesKept    = 60
	keptPoints   = (ratesKept + 1) * ratePoints
)

// unknown is a value of a point that is not known.
const unknown = -1

// point is how a pipeline has done for one pointEvery.
type point struct {
	in, out float32 // rows per second
	// lag is in records, delay in milliseconds.
	lag, delay int64
}

// history is how a pipeline has done lately, in memory: about 15 KB and half a KB an operator. Points lie at multiples of pointEvery.
type history struct {
	// slot is the number of the point that has begun; points, a ring, ends before it.
	slot   int64
	points []point
	// busy has, by operator, its share at the end of each point, in hundredths.
	busy map[string][]int8
	// in and out are what had been counted as the open point began, where counted says that this is known.
	in, out int64
	counted bool
}

func slotOf(t time.Time) int64 { return t.UnixNano() / int64(pointEvery) }

// beat takes a moment. counted is false while the pipeline does not run, for what it has counted is not known then.
func (h *history) beat(now time.Time, st *engine.Stats, counted bool) {
	slot := slotOf(now)
	if h.slot == 0 {
		h.slot = slot
	}
	// After a pause of the server the points in between are the mean over it.
	if passed := slot - h.slot; passed > 0 {
		h.close(min(passed, keptPoints), float64(passed), now, st, counted)
		h.slot = slot
	} else if h.counted || !counted {
		return
	}
	h.in, h.out, h.counted = st.Totals.RowsIn, st.Totals.RowsOut, counted
}

// close ends the open point, and those that were passed over.
func (h *history) close(times int64, passed float64, now time.Time, st *engine.Stats, counted bool) {
	p := point{lag: unknown, delay: unknown}
	if counted {
		if h.counted {
			seconds := passed * pointEvery.Seconds()
			p.in = float32(float64(max(0, st.Totals.RowsIn-h.in)) / seconds)
			p.out = float32(float64(max(0, st.Totals.RowsOut-h.out)) / seconds)
		}
		p.lag = max(unknown, st.Lag)
		if st.HasWatermark {
			p.delay = max(0, now.Sub(st.Watermark).Milliseconds())
		}
	}
	if h.busy == nil {
		h.busy = map[string][]int8{}
	}
	before := len(h.points)
	for range times {
		h.points = append(h.points, p)
	}
	shares := map[string]int8{}
	if counted {
		for i := range st.Operators {
			o := &st.Operators[i]
			shares[o.Operator] = int8(math.Round(100 * o.Busy))
			if h.busy[o.Operator] == nil {
				h.busy[o.Operator] = none(before)
			}
		}
	}
	cut := max(0, len(h.points)-keptPoints)
	h.points = h.points[cut:]
	for id, all := range h.busy {
		share, runs := shares[id]
		if !runs {
			share = unknown
		}
		for range times {
			all = append(all, share)
		}
		if h.busy[id] = all[cut:]; !runs && gone(all[cut:]) {
			delete(h.busy, id) // of a version before
		}
	}
}

func none(n int) []int8 {
	out := make([]int8, n)
	for i := range out {
		out[i] = unknown
	}
	return out
}

func gone(all []int8) bool {
	for _, v := range all {
		if v != unknown {
			return false
		}
	}
	return true
}

// ends is when the last point ended.
func (h *history) ends() time.Time { return time.Unix(0, h.slot*int64(pointEvery)).UTC() }

// rates are the means over half a minute each, of whole ones only.
func (h *history) rates(id string) httpapi.PipelineRates {
	out := httpapi.PipelineRates{ID: id, EverySeconds: int(ratePoints * pointEvery / time.Second), Points: []float64{}}
	over := h.slot % ratePoints
	out.At = time.Unix(0, (h.slot-over)*int64(pointEvery)).UTC()
	whole := h.points[:max(0, len(h.points)-int(over))]
	for n := min(ratesKept, len(whole)/ratePoints); n > 0; n-- {
		sum := 0.0
		for _, p := range whole[len(whole)-n*ratePoints:][:ratePoints] {
			sum += float64(p.in)
		}
		out.Points = append(out.Points, tenths(sum/ratePoints))
	}
	return out
}

// series are the points.
func (h *history) series() httpapi.PipelineSeries {
	out := noSeries()
	from := max(0, len(h.points)-seriesPoints)
	out.At = h.ends()
	for _, p := range h.points[from:] {
		out.RowsIn, out.RowsOut = append(out.RowsIn, tenths(float64(p.in))), append(out.RowsOut, tenths(float64(p.out)))
		out.Lag, out.DelayMS = append(out.Lag, known(float64(p.lag), 1)), append(out.DelayMS, known(float64(p.delay), 1))
	}
	for id, all := range h.busy {
		values := make([]*float64, 0, len(all)-from)
		for _, v := range all[from:] {
			values = append(values, known(float64(v), 100))
		}
		out.Busy[id] = values
	}
	return out
}

func noSeries() httpapi.PipelineSeries {
	return httpapi.PipelineSeries{EverySeconds: int(pointEvery / time.Second), RowsIn: []float64{}, RowsOut: []float64{}, Lag: []*float64{}, DelayMS: []*float64{},
		Busy: map[string][]*float64{}}
}

// known returns a part of a whole, nil where it is not known.
func known(v, whole float64) *float64 {
	if v < 0 {
		return nil
	}
	v /= whole
	return &v
}

func tenths(v float64) float64 { return math.Round(v*10) / 10 }

// flow is the rate of two growing counts over the last seconds. The zero flow is empty.
type flow struct {
	samples [6]flowSample // a ring
	n, next int
}

type flowSample struct {
	at      time.Time
	in, out int64
}

// add takes what was counted up to a time.
func (f *flow) add(at time.Time, in, out int64) {
	if f.n > 0 {
		if last := f.samples[(f.next+len(f.samples)-1)%len(f.samples)]; in < last.in || out < last.out {
			*f = flow{} // it counts anew
		}
	}
	f.samples[f.next] = flowSample{at, in, out}
	f.next = (f.next + 1) % len(f.samples)
	f.n = min(f.n+1, len(f.samples))
}

// rates are per second, 0 before two samples.
func (f *flow) rates() (in, out float64) {
	if f.n < 2 {
		return 0, 0
	}
	first, last := f.samples[(f.next+len(f.samples)-f.n)%len(f.samples)], f.samples[(f.next+len(f.samples)-1)%len(f.samples)]
	seconds := last.at.Sub(first.at).Seconds()
	if seconds <= 0 {
		return 0, 0
	}
	return tenths(float64(last.in-first.in) / seconds), tenths(float64(last.out-first.out) / seconds)
}
