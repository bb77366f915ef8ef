package app

import "time"

// Meter turns a growing count of rows, sampled from time to time, into rows a second. The zero Meter is empty; it belongs to one goroutine.
type Meter struct {
	samples []sample // oldest first
	rates   []float64
}

type sample struct {
	at   time.Time
	rows int64
}

const (
	// rateWindow is over how long the present rate is taken: an epoch or a few, so that it does not flicker.
	rateWindow = 5 * time.Second
	// rateHistory is how many rates are kept.
	rateHistory = 120
)

// Add takes a sample.
func (m *Meter) Add(at time.Time, rows int64) {
	if n := len(m.samples); n > 0 {
		last := m.samples[n-1]
		if rows < last.rows {
			// Rows that were read but not committed were taken back by a recovery.
			m.samples = m.samples[:0]
		} else if d := at.Sub(last.at).Seconds(); d > 0 {
			m.rates = append(m.rates, float64(rows-last.rows)/d)
			if over := len(m.rates) - rateHistory; over > 0 {
				m.rates = m.rates[over:]
			}
		}
	}
	m.samples = append(m.samples, sample{at, rows})
	for len(m.samples) > 2 && at.Sub(m.samples[0].at) > rateWindow {
		m.samples = m.samples[1:]
	}
}

// Rate is the rate over the window, 0 before two samples.
func (m *Meter) Rate() float64 {
	if len(m.samples) < 2 {
		return 0
	}
	first, last := m.samples[0], m.samples[len(m.samples)-1]
	d := last.at.Sub(first.at).Seconds()
	if d <= 0 {
		return 0
	}
	return float64(last.rows-first.rows) / d
}

// History returns the rates between the samples, oldest first.
func (m *Meter) History() []float64 { return append([]float64{}, m.rates...) }
