package engine

import (
	"errors"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"millrace/models/diag"
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
	// DiskBytes is what state beyond memory takes on disk, apart from checkpoints.
	DiskBytes int64 `json:"disk_bytes,omitempty"`
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
	// Busy is the share, 0 to 1, of the time between the last two barriers in which the busiest lane, or what stands behind all of them, had
	// work: at 1 the pipeline takes no more.
	Busy float64 `json:"busy"`
	// Operators are those of the plan, inputs before consumers.
	Operators []OperatorStats `json:"operators,omitempty"`
	// Epochs are the last few, the oldest first: who follows them once a second misses none.
	Epochs []EpochStats `json:"epochs,omitempty"`
}

// EpochStats is one epoch, as far as it got.
type EpochStats struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	// DurationMS is the time from the moment the lanes stood still for it until its output was visible.
	DurationMS int64 `json:"duration_ms"`
	// Bytes is the size of its files, Rows how many records it has read.
	Bytes int64 `json:"bytes"`
	Rows  int64 `json:"rows"`
	// Failed is the code of what kept it from being committed or applied; its rows are in a later epoch then.
	Failed diag.Code `json:"failed,omitempty"`
}

// keptEpochs is how many epochs a moment tells of.
const keptEpochs = 5

// epoch adds an epoch. What was published before is not touched: others may be reading it.
func (s *Stats) epoch(e EpochStats) {
	before := s.Epochs[max(0, len(s.Epochs)+1-keptEpochs):]
	s.Epochs = append(slices.Clone(before), e)
}

// failed adds the epoch that was under way when a run failed.
func (s *Stats) failed(at time.Time, err error) {
	number := s.Epoch
	if n := len(s.Epochs); n == 0 || s.Epochs[n-1].Number >= number {
		number++ // the last one that was committed was applied as well
	}
	code := control.CodeFailed
	var d diag.Diagnostic
	if errors.As(err, &d) {
		code = d.Code
	}
	if n := len(s.Epochs); n > 0 && s.Epochs[n-1].Failed != "" && s.Epochs[n-1].Number == number {
		s.Epochs = s.Epochs[: n-1 : n-1] // it has failed before
	}
	s.epoch(EpochStats{Number: number, At: at, Failed: code})
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

// counted puts what operators have done since the last barrier on top of what they had done before. An attempt after a failure goes on
// counting.
func counted(before, now []OperatorStats) []OperatorStats {
	totals := make(map[string]*OperatorStats, len(before))
	for i := range before {
		totals[before[i].Operator] = &before[i]
	}
	for i := range now {
		if was := totals[now[i].Operator]; was != nil {
			now[i].RowsIn += was.RowsIn
			now[i].RowsOut += was.RowsOut
		}
	}
	return now
}

// barrier publishes what a barrier has found.
func (s *stats) barrier(r *run) {
	ops, busiest := r.measured()
	var state, disk int64
	for i := range ops {
		state, disk = state+ops[i].StateBytes, disk+ops[i].DiskBytes
	}
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
	s.now.Totals, s.now.Partitions, s.now.Lag, s.now.StateBytes = r.totals, parts, lag, state
	s.now.DiskBytes = disk
	s.now.Busy, s.now.Operators = busiest, counted(s.now.Operators, ops)
	s.now.HasWatermark = r.watermark != minTime && r.watermark != maxTime
	if s.now.HasWatermark {
		s.now.Watermark = time.UnixMicro(r.watermark).UTC()
	}
}
