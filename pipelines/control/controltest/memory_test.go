package controltest

import (
	"sync/atomic"
	"testing"
	"time"
)

func TestMemory(t *testing.T) {
	Run(t, func(*testing.T) Store { return NewMemory() })
	RunFleet(t, func(*testing.T) (Fleet, Clock) {
		m, clock := NewMemory(), &atomic.Int64{}
		clock.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixMicro())
		m.Now = func() time.Time { return time.UnixMicro(clock.Load()) }
		return m, adder{clock}
	})
}

type adder struct{ *atomic.Int64 }

func (a adder) Add(micros int64) { a.Int64.Add(micros) }
