package engine

import (
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/control"
)

const codeNoEventTime = diag.RowEventTimeMissing

// Options configure a job. The zero value of a field with a default takes it.
type Options struct {
	// Plan is the physical plan, optimized; Fingerprint is its identity. Version is the deployed version it belongs to, 0 for a plan that
	// was not deployed: checkpoints of two versions are told apart although their plans compute the same.
	Plan        *plan.Plan
	Fingerprint string
	Version     int64
	// Carry says what is kept of a checkpoint that another version made; nil refuses to start from one.
	Carry *Carry
	// Pipeline is the pipeline's id; Installation tells installations that share a broker apart.
	Pipeline     string
	Installation string

	Registry    *component.Registry
	Connections component.Connections
	Manifests   control.Manifests
	Lease       control.Lease
	// Fence is asked before everything that others can see or that cannot be taken back; it returns an error once the lease may be over,
	// as far as this process can tell by itself. nil is a lease that does not end.
	Fence func() error
	// Dir is the pipeline's own checkpoint folder; it exists.
	Dir string

	// Epoch is the time between two barriers; default 1 s.
	Epoch time.Duration
	// BatchRows is the largest number of rows of a batch; default 4096. It does not change any answer.
	BatchRows int
	// Parallelism is how many partitions are processed at once; default GOMAXPROCS. It does not change any answer.
	Parallelism int
	// MaxRecordBytes bounds a record; default 16 MiB.
	MaxRecordBytes int
	// StagedBytes ends an epoch early when its staged output and rejects reach it; default 128 MiB. StateBytes bounds operator state;
	// default 2 GiB. Together with the readers' buffers they bound memory (I8).
	StagedBytes int64
	StateBytes  int64
	// Memory, when not nil, is what several jobs share: each of the two bounds is then also what the others leave of it.
	Memory *Memory
	// OnError says what becomes of failed rows; default DeadLetter.
	OnError Policy

	// Bounded ends the job at what is there when it starts.
	Bounded bool
	Start   component.StartAt
	// Discover is how often sources are asked for new partitions; default 5 s.
	Discover time.Duration
	// Retry bounds how long the job tries to recover from a failure before it gives up; default 10 min. Progress starts it anew.
	Retry time.Duration

	Now func() time.Time
	Log *slog.Logger
}

func (o *Options) setDefaults() error {
	if o.Plan == nil || o.Pipeline == "" || o.Registry == nil || o.Manifests == nil || o.Dir == "" {
		return fmt.Errorf("starting the engine: plan, pipeline, registry, manifests and folder must be given")
	}
	setDefault(&o.Epoch, time.Second)
	setDefault(&o.BatchRows, 4096)
	setDefault(&o.Parallelism, runtime.GOMAXPROCS(0))
	setDefault(&o.MaxRecordBytes, 16<<20)
	setDefault(&o.StagedBytes, 128<<20)
	setDefault(&o.StateBytes, 2<<30)
	setDefault(&o.OnError, DeadLetter)
	setDefault(&o.Discover, 5*time.Second)
	setDefault(&o.Retry, 10*time.Minute)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}
