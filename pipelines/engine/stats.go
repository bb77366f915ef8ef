package engine

import (
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"millrace/pipelines/control"
)

// Stats is a moment of a running job, for progress lines and status pages.
type Stats struct {
	Totals control.Totals `json:"totals"`
	// Epoch is the last committed one, Committed when that was.
	Epoch     int64     `json:"epoch"`
	Committed time.Time `json:"committed,omitzero"`
	// Watermark is the least over the partitions that count; HasWatermark is false while there is none.
	Watermark    time.Time `json:"watermark,omitzero"`
	HasWatermark bool      `json:"has_watermark"`
	// Lag is the number of records not read yet, -1 while unknown.
	Lag        int64            `json:"lag"`
	Partitions []PartitionStats `json:"partitions,omitempty"`
	StateBytes int64            `json:"state_bytes"`
	// State is "starting", "running", "recovering", "draining" or "ended"; Failure the last error while recovering.
	State   string `json:"state"`
	Failure string `json:"failure,omitempty"`
	// Restarts counts recoveries since the job started.
	Restarts int64 `json:"restarts"`
	// Promises says per sink what is guaranteed.
	Promises map[string]string `json:"promises,omitempty"`
	// CheckpointBytes is the size of the last epoch's files; CheckpointTime how long its commit took.
	CheckpointBytes int64         `json:"checkpoint_bytes"`
	CheckpointTime  time.Duration `json:"checkpoint_time"`
}

// PartitionStats is a moment of one source partition.
type PartitionStats struct {
	Source    string    `json:"source"`
	Partition string    `json:"partition"`
	Position  string    `json:"position"`
	Watermark time.Time `json:"watermark,omitzero"`
	Idle      bool      `json:"idle"`
	Lag       int64     `json:"lag"`
}

// stats is what a job publishes. Rows counts as they come, so that a progress line moves within an epoch; all else is set at
// barriers.
type stats struct {
	live atomic.Int64 // rows read since the last barrier

	mu  sync.Mutex
	now Stats
}

func (s *stats) rows(_ *lane, n int64) { s.live.Add(n) }

func (s *stats) update(f func(*Stats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.now)
}

func (s *stats) snapshot() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.now
	out.Totals.RowsIn += s.live.Load()
	return out
}

// barrier publishes what a barrier has found.
func (s *stats) barrier(r *run) {
	parts := make([]PartitionStats, 0, len(r.lanes))
	lag := int64(0)
	for _, l := range r.lanes {
		p := PartitionStats{Source: l.source, Partition: l.partition, Position: string(l.position), Idle: l.idle, Lag: -1}
		if l.watermark != minTime {
			p.Watermark = time.UnixMicro(l.watermark).UTC()
		}
		if l.reader != nil {
			p.Lag = l.reader.Lag()
		}
		if l.ended {
			p.Lag = 0
		}
		if p.Lag < 0 || lag < 0 {
			lag = -1
		} else {
			lag += p.Lag
		}
		parts = append(parts, p)
	}
	sort.Slice(parts, func(i, j int) bool {
		return parts[i].Source < parts[j].Source || parts[i].Source == parts[j].Source && parts[i].Partition < parts[j].Partition
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live.Store(0)
	s.now.Totals, s.now.Partitions, s.now.Lag, s.now.StateBytes = r.totals, parts, lag, r.stateBytes()
	s.now.HasWatermark = r.watermark != minTime && r.watermark != maxTime
	if s.now.HasWatermark {
		s.now.Watermark = time.UnixMicro(r.watermark).UTC()
	}
}
