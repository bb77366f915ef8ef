package app

import (
	"context"
	"time"

	"millrace/pipelines/engine"
)

// PipelineStatus is a moment of a pipeline, as status pages and metrics show it.
type PipelineStatus struct {
	Name string `json:"name"`
	// Team is the id of the team it belongs to; "" where there are none.
	Team        string `json:"team,omitempty"`
	Fingerprint string `json:"fingerprint"`
	// Sinks has, by operator id, the component and table behind it.
	Sinks map[string]string `json:"sinks"`
	// State is the engine's, or "failed" while the pipeline waits for its next start or for a person.
	State string `json:"state"`
	// Since is when it entered the state.
	Since time.Time `json:"since"`
	// Reason says why it failed. NextTry is when it is started again; zero when trying again would not help.
	Reason  string    `json:"reason,omitempty"`
	NextTry time.Time `json:"next_try,omitzero"`
	// Starts counts how often the job was started.
	Starts int          `json:"starts"`
	Stats  engine.Stats `json:"stats"`
	// RowsPerSecond is how many rows were read a second, over the last few seconds.
	RowsPerSecond float64 `json:"rows_per_second"`
	// History is the rate of the last minutes, oldest first, one value a second; a sparkline.
	History []float64 `json:"history"`
}

// startPatience bounds how long a pipeline that does not get going holds up those behind it.
const startPatience = 20 * time.Second

// AwaitStart waits until a pipeline has left the state "starting", for a while.
func AwaitStart(ctx context.Context, state func() string) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for ctx.Err() == nil && state() == "starting" {
		wait(ctx, 20*time.Millisecond)
	}
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
