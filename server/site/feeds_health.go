package site

import (
	"fmt"
	"slices"
	"time"

	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/httpapi"
)

const (
	// busyFrom is the share of the time from which what works is busy, blockedFrom the one from which a source is held up.
	busyFrom, blockedFrom = 0.8, 0.5
	// worthNaming is the least share of an operator that is said to be a bottleneck.
	worthNaming = 0.1
	// recoveryTime is how long a run may take to find its broker or its database again before it counts as failed.
	recoveryTime = 10 * time.Second
)

// signs are what the health of a pipeline is told by.
type signs struct {
	status *control.Status
	stats  *engine.Stats
	// sources are the operator ids of the scans.
	sources []string
	// moving says that rows have come or gone in the last seconds, heard that the pipeline's worker lives.
	moving, heard bool
	// recovering is since when it has been.
	recovering time.Duration
}

// health tells how a pipeline is.
func (s *signs) health() httpapi.Health {
	switch s.status.State {
	case control.Stopped, control.Ended, control.Draining:
		return httpapi.HealthStopped
	case control.Failed, control.CrashLooping, control.Waiting, control.Blocked:
		return httpapi.HealthFailed
	case control.Recovering:
		if s.recovering >= recoveryTime {
			return httpapi.HealthFailed
		}
		return httpapi.HealthStarting
	case control.Running:
		return s.load()
	}
	return httpapi.HealthStarting
}

// load tells how a pipeline that runs is.
func (s *signs) load() httpapi.Health {
	busiest := s.stats.Busy
	for i := range s.stats.Operators {
		busiest = max(busiest, s.stats.Operators[i].Busy)
	}
	switch {
	case !s.heard:
		return httpapi.HealthUnconfirmed
	case heldUp(s.stats.Operators, s.sources) != nil:
		return httpapi.HealthBackpressured
	case busiest >= busyFrom:
		return httpapi.HealthBusy
	case !s.moving && s.stats.Lag <= 0:
		return httpapi.HealthIdle
	}
	return httpapi.HealthRunning
}

// heldUp returns the source that is held up most, nil where none is.
func heldUp(ops []engine.OperatorStats, sources []string) *engine.OperatorStats {
	var most *engine.OperatorStats
	for i := range ops {
		for _, id := range sources {
			if o := &ops[i]; o.Operator == id && o.Blocked > blockedFrom && (most == nil || o.Blocked > most.Blocked) {
				most = o
			}
		}
	}
	return most
}

// vitals follow the health of a pipeline from beat to beat. The zero vitals know nothing.
type vitals struct {
	health httpapi.Health
	since  time.Time
	// other is what the last beat has found instead of health.
	other httpapi.Health
	// recovering is when a recovery was first seen, zero outside one.
	recovering time.Time
}

// beat takes a moment's signs. How a running pipeline is changes only when two beats agree, so that it does not flicker; what it does changes
// at once.
func (v *vitals) beat(now time.Time, s *signs) {
	switch {
	case s.status.State != control.Recovering:
		v.recovering = time.Time{}
	case v.recovering.IsZero():
		v.recovering = now
	default:
		s.recovering = now.Sub(v.recovering)
	}
	found := s.health()
	if found == v.health {
		v.other = ""
		return
	}
	if ofLoad(found) && ofLoad(v.health) && v.other != found {
		v.other = found
		return
	}
	since := now
	if !ofLoad(found) || v.health == "" {
		since = s.status.Since // which the pipeline itself knows
	}
	*v = vitals{health: found, since: since, recovering: v.recovering}
}

// ofLoad reports whether a health is that of a pipeline that runs.
func ofLoad(h httpapi.Health) bool {
	switch h {
	case httpapi.HealthBackpressured, httpapi.HealthBusy, httpapi.HealthRunning, httpapi.HealthIdle, httpapi.HealthUnconfirmed:
		return true
	}
	return false
}

// Bottleneck is the operator that others wait for.
type Bottleneck struct {
	Operator string `json:"operator"`
	Node     string `json:"node"`
	// Why is a sentence; Busy, Source and Blocked are what it says: the operator's share, the source that waits most, and that one's share.
	Why     string    `json:"why"`
	Busy    float64   `json:"busy"`
	Source  string    `json:"source"`
	Blocked float64   `json:"blocked"`
	Since   time.Time `json:"since"`
}

// bottleneck finds it: the first operator behind a source that is held up which is busy, and not held up itself. Where none is busy by
// itself, because several share their time, it is the one with the largest share. ops have inputs before consumers; inputs has the
// operators that each one reads. nil is none.
func bottleneck(ops []engine.OperatorStats, sources []string, inputs map[string][]string) *Bottleneck {
	source := heldUp(ops, sources)
	if source == nil {
		return nil
	}
	behind := map[string]bool{}
	for i := range ops {
		behind[ops[i].Operator] = ops[i].Blocked > blockedFrom && slices.Contains(sources, ops[i].Operator)
	}
	var found *engine.OperatorStats
	for i := range ops {
		o := &ops[i]
		under := false
		for _, in := range inputs[o.Operator] {
			under = under || behind[in]
		}
		if !under {
			continue
		}
		behind[o.Operator] = true
		if o.Blocked > blockedFrom {
			continue
		}
		if o.Busy >= busyFrom {
			found = o
			break
		}
		if found == nil || o.Busy > found.Busy {
			found = o
		}
	}
	if found == nil || found.Busy < worthNaming {
		return nil
	}
	return &Bottleneck{Operator: found.Operator, Node: found.Node, Busy: found.Busy, Source: source.Operator, Blocked: source.Blocked,
		Why: fmt.Sprintf("It works %.0f %% of the time, and %s waits %.0f %% of the time for what lies behind it.", 100*found.Busy, named(source), 100*source.Blocked)}
}

// named is what people call an operator.
func named(o *engine.OperatorStats) string {
	if o.Node != "" {
		return o.Node
	}
	return o.Operator
}
