package engine

import (
	"math"
	"time"

	"millrace/models/plan"
)

// aligner cuts event time into slices, the pieces of windows that no window boundary divides. A slice is named by its key; keys are
// slide apart.
//
// Slides up to an hour are counted in instants from the zone's wall clock at that instant, so that the hour a clock is set back
// gives two rounds of windows. Longer slides are counted on the wall clock itself, so that a day is a day also when it has 23 or 25
// hours; there the key is the wall-clock time, read as if it were UTC.
type aligner struct {
	slide, size int64
	wall        bool
	zone        *time.Location

	// from, to bound the stretch of time for which offset is the zone's offset.
	from, to, offset int64
}

func newAligner(w *plan.Window, zone *time.Location) *aligner {
	return &aligner{slide: w.Slide, size: w.Size, zone: zone, wall: w.Slide > int64(time.Hour/time.Microsecond), from: 1, to: 0}
}

// offsetAt returns the zone's offset in microseconds at an instant.
func (a *aligner) offsetAt(t int64) int64 {
	if t >= a.from && t < a.to {
		return a.offset
	}
	at := time.UnixMicro(t).In(a.zone)
	_, off := at.Zone()
	start, end := at.ZoneBounds()
	a.from, a.to, a.offset = math.MinInt64, math.MaxInt64, int64(off)*1e6
	if !start.IsZero() {
		a.from = start.UnixMicro()
	}
	if !end.IsZero() {
		a.to = end.UnixMicro()
	}
	return a.offset
}

// slice returns the key of the slice an instant falls into.
func (a *aligner) slice(t int64) int64 {
	off := a.offsetAt(t)
	key := floorTo(t+off, a.slide)
	if a.wall {
		return key
	}
	return key - off
}

// instant returns the instant at which the slice of a key begins.
func (a *aligner) instant(key int64) int64 {
	if !a.wall {
		return key
	}
	u := time.UnixMicro(key).UTC()
	return time.Date(u.Year(), u.Month(), u.Day(), u.Hour(), u.Minute(), u.Second(), u.Nanosecond(), a.zone).UnixMicro()
}

// firstOpen returns the key of the end of the first window over the slice that is still open under a watermark, and false when all
// are closed.
func (a *aligner) firstOpen(slice, mark int64) (int64, bool) {
	for end := slice + a.slide; end <= slice+a.size; end += a.slide {
		if a.instant(end) > mark {
			return end, true
		}
	}
	return 0, false
}

// firstStart returns the start of the first window that ends behind a watermark: no window given out later starts before it.
func (a *aligner) firstStart(watermark int64) int64 {
	if watermark == minTime || watermark == maxTime {
		return watermark
	}
	return a.instant(a.slice(watermark) + a.slide - a.size)
}

func floorTo(t, step int64) int64 {
	r := t % step
	if r < 0 {
		r += step
	}
	return t - r
}
