package control

import (
	"errors"
	"math/rand/v2"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
)

// Codes of what control itself refuses or reports.
const (
	// CodeFailed is a run that failed with an error that has no code of its own.
	CodeFailed diag.Code = "pipeline.failed"
	// CodeNoWorker is a pipeline that no worker has room for.
	CodeNoWorker diag.Code = "pipeline.no_worker"
	// CodeNotFound is a pipeline that does not exist.
	CodeNotFound diag.Code = "pipeline.not_found"
	// CodeNameTaken is a name that another pipeline has.
	CodeNameTaken diag.Code = "pipeline.name_taken"
	// CodeChanged is a pipeline that somebody else has changed at the same time.
	CodeChanged diag.Code = "pipeline.changed"
	// CodeNotStopped is what needs a pipeline that no worker runs.
	CodeNotStopped diag.Code = "pipeline.not_stopped"
	// CodeConfirm is a reset that was not confirmed with the pipeline's name.
	CodeConfirm diag.Code = "pipeline.confirm"
	// CodeSettings are settings out of range.
	CodeSettings diag.Code = "pipeline.settings"
	// CodeNoVersion is a version the pipeline does not have.
	CodeNoVersion diag.Code = "pipeline.no_version"
	// CodeHeld is a pipeline that a worker runs while somebody wants to run it by hand.
	CodeHeld diag.Code = "pipeline.held"
	// CodeBadPlan is a plan that cannot be read or deployed.
	CodeBadPlan diag.Code = "pipeline.plan"
)

// failure is why a run ended, in the words people see.
type failure struct {
	code        diag.Code
	reason, fix string
	permanent   bool
}

func failureOf(err error) failure {
	f := failure{code: CodeFailed, reason: err.Error()}
	var d diag.Diagnostic
	if errors.As(err, &d) {
		f.code, f.fix = d.Code, d.Fix
	}
	var permanent *component.PermanentError
	f.permanent = errors.As(err, &permanent)
	return f
}

// Pauses between starts, and when they end.
const (
	firstPause = time.Second
	maxPause   = 5 * time.Minute
	// fastFailure is a run that failed within this time.
	fastFailure = time.Minute
	// crashLoop is how many fast failures for one reason, one after the other, are enough.
	crashLoop = 6
)

// backoff counts failures of a pipeline.
type backoff struct {
	pause time.Duration
	code  diag.Code
	fast  int
}

// failed counts a run that failed after some time. It returns the pause before the next, or true when enough is enough.
func (b *backoff) failed(f failure, after time.Duration) (pause time.Duration, loop bool) {
	if after >= fastFailure {
		*b = backoff{}
	} else {
		if b.code != f.code {
			b.fast = 0
		}
		b.fast++
	}
	b.code = f.code
	if b.fast >= crashLoop {
		return 0, true
	}
	b.pause = min(max(2*b.pause, firstPause), maxPause)
	// Pipelines that failed together do not all come back together.
	return b.pause*3/4 + rand.N(b.pause/2), false
}
