package control

import (
	"encoding/json"
	"time"

	"millrace/models/diag"
)

// Pipeline is a deployed pipeline: whose it is, and what is wanted of it. What it does is Observed.
type Pipeline struct {
	// ID names the pipeline for good; a name that is used again is another pipeline, which inherits nothing.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Team is the team whose principal it runs as.
	Team string `json:"team"`
	// Document is the model document it was made of, empty where there is none.
	Document string `json:"document,omitempty"`
	// Version is the one that is wanted, and the newest.
	Version   int64     `json:"version"`
	Revision  int64     `json:"revision"`
	CreatedAt time.Time `json:"created_at"`
	Desired   Desired   `json:"desired"`
}

// Version is what was deployed at one time. It is immutable.
type Version struct {
	Pipeline string `json:"pipeline"`
	Number   int64  `json:"version"`
	// Plan is the physical plan as models/plan writes it; workers run it as it stands, and never plan anew. Fingerprint is its identity.
	Plan        json.RawMessage `json:"plan,omitempty"`
	Fingerprint string          `json:"fingerprint"`
	// Text is the model's text; Document and DocumentVersion say where it came from.
	Text            string   `json:"text,omitempty"`
	Document        string   `json:"document,omitempty"`
	DocumentVersion int64    `json:"document_version,omitempty"`
	Settings        Settings `json:"settings"`
	// RolledBackTo is the version this one repeats, 0 where it is new.
	RolledBackTo int64     `json:"rolled_back_to,omitempty"`
	CreatedAt    time.Time `json:"created_at"`
	CreatedBy    Actor     `json:"created_by"`
	// ApprovedBy approved exactly this plan; empty where nobody had to.
	ApprovedBy string `json:"approved_by,omitempty"`
}

// Settings are a version's own; zero values take the worker's configuration.
type Settings struct {
	EpochMS     int64 `json:"epoch_ms,omitempty"`
	Parallelism int   `json:"parallelism,omitempty"`
	// OnError is "stop", "dead_letter" or "skip"; empty is dead_letter.
	OnError string `json:"on_error,omitempty"`
	// Start is where a first run begins.
	Start Start `json:"start,omitzero"`
	// MemoryBytes bounds operator state; 0 is what the worker can spare.
	MemoryBytes int64 `json:"memory_bytes,omitempty"`
}

// StartKind says where a run without a checkpoint begins.
type StartKind string

// The kinds of starts. The empty one leaves it to what the source is configured to do.
const (
	StartCheckpoint StartKind = "checkpoint"
	StartEarliest   StartKind = "earliest"
	StartLatest     StartKind = "latest"
	StartTime       StartKind = "time"
)

// Start is a place to begin at; Time is set with StartTime only.
type Start struct {
	From StartKind `json:"from,omitempty"`
	Time time.Time `json:"time,omitzero"`
}

// Want is what is wanted of a pipeline.
type Want string

// What may be wanted.
const (
	WantRunning Want = "running"
	WantStopped Want = "stopped"
)

// How a run is ended.
type How string

// Drain commits what was read; Now ends at once, and what was not committed is read again.
const (
	Drain How = "drain"
	Now   How = "now"
)

// Desired is what is wanted of a pipeline, by whom and why.
type Desired struct {
	Want Want `json:"want"`
	// How the run before ends.
	How How `json:"how,omitempty"`
	// Generation grows with each wish: a worker that runs an older one ends that run first.
	Generation int64 `json:"generation"`
	// Restarts counts restarts that were asked for.
	Restarts int64 `json:"restarts"`
	// Start goes before the version's where there is no checkpoint.
	Start Start     `json:"start,omitzero"`
	Cause Cause     `json:"cause"`
	At    time.Time `json:"at"`
}

// CauseKind is what kind of reason something happened for.
type CauseKind string

// The kinds of causes.
const (
	ByPerson CauseKind = "person"
	// ByEngine is a failure, or the end of what there was to do.
	ByEngine CauseKind = "engine"
	// ByRevocation is the loss of a grant the pipeline lived on.
	ByRevocation CauseKind = "revocation"
	ByUpgrade    CauseKind = "upgrade"
	ByDemo       CauseKind = "demo"
	// ByWorker is the end or the loss of a worker.
	ByWorker CauseKind = "worker"
)

// Cause says why something happened. Reason is a sentence, or empty where the kind says it all.
type Cause struct {
	Kind   CauseKind `json:"kind"`
	Actor  Actor     `json:"actor,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// Actor is who did something.
type Actor struct {
	// Subject is "user:<id>", "team:<id>" or "system".
	Subject string `json:"subject"`
	Name    string `json:"name"`
}

// State is what a pipeline does.
type State string

// The states.
const (
	Starting State = "starting"
	Running  State = "running"
	// Recovering is a run that lost its broker, its database or its disk, and starts over from its last epoch until they are back.
	Recovering State = "recovering"
	Draining   State = "draining"
	// Stopped is what a person, a revocation or an upgrade asked for.
	Stopped State = "stopped"
	// Ended is a run that read all there was.
	Ended State = "ended"
	// Waiting is the pause before the next start of a run that failed.
	Waiting State = "waiting"
	// Failed cannot be mended by trying again: a person has to act.
	Failed State = "failed"
	// CrashLooping failed again and again for the same reason, soon after it had started: a person has to act.
	CrashLooping State = "crash_looping"
	// Blocked is a pipeline that is wanted and that no worker can take.
	Blocked State = "blocked"
)

// Final reports whether the engine has ended the run by itself: it is not started again before somebody asks for it.
func (s State) Final() bool { return s == Failed || s == CrashLooping || s == Ended }

// Observed is what a worker last said of a pipeline.
type Observed struct {
	Pipeline string `json:"-"`
	State    State  `json:"state"`
	// Generation and Version are of the wish the worker acts on.
	Generation int64 `json:"generation"`
	Version    int64 `json:"version"`
	// Worker runs it under the lease of this epoch.
	Worker     string `json:"worker,omitempty"`
	LeaseEpoch int64  `json:"lease_epoch"`
	// Since is when it entered the state.
	Since time.Time `json:"since"`
	// Code, Reason and Fix say why it failed, waits or recovers.
	Code   diag.Code `json:"code,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Fix    string    `json:"fix,omitempty"`
	// NextTry is when a pipeline that waits is started again.
	NextTry time.Time `json:"next_try,omitzero"`
	// Stats is the engine's moment of the run, its Stats as JSON; nil before the first run.
	Stats json.RawMessage `json:"stats,omitempty"`
	// ConfirmedAt is when a worker last said so.
	ConfirmedAt time.Time `json:"confirmed_at"`
	// Seq grows with each observation of any pipeline.
	Seq int64 `json:"seq"`
}

// EventKind is what happened to a pipeline.
type EventKind string

// What happens: by wish, and by itself.
const (
	EventDeployed   EventKind = "deployed"
	EventStart      EventKind = "start_requested"
	EventStop       EventKind = "stop_requested"
	EventRestart    EventKind = "restart_requested"
	EventRolledBack EventKind = "rolled_back"
	EventReset      EventKind = "reset"
	EventScaled     EventKind = "scaled"
	EventDeleted    EventKind = "deleted"

	// EventClaimed is a worker that takes the pipeline; its params name the worker before, where that was lost.
	EventClaimed EventKind = "claimed"
	// EventReleased is a worker that gives the pipeline back although it is wanted, because it ends.
	EventReleased EventKind = "released"
	// EventState is a state that was entered.
	EventState EventKind = "state"
)

// Event is one line of a pipeline's timeline. Lines are only ever added.
type Event struct {
	Pipeline string    `json:"-"`
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Kind     EventKind `json:"kind"`
	Cause    Cause     `json:"cause"`
	// State and Code belong to EventState.
	State State     `json:"state,omitempty"`
	Code  diag.Code `json:"code,omitempty"`
	// Params complete the sentence a page makes of the event: worker, version, lease_epoch and the like.
	Params map[string]string `json:"params,omitempty"`
}

// LogLine is one line a pipeline has logged.
type LogLine struct {
	// Number counts a pipeline's lines.
	Number  int64     `json:"number"`
	At      time.Time `json:"at"`
	Level   string    `json:"level"`
	Message string    `json:"message"`
	// Attrs are the line's attributes as text.
	Attrs map[string]string `json:"attrs,omitempty"`
}

// KeepLogLines is how many lines of a pipeline are kept.
const KeepLogLines = 1000

// WorkerInfo is a worker process, between its joining and its end. A process that lost its lease joins again under another id.
type WorkerInfo struct {
	ID      string `json:"id"`
	Host    string `json:"host"`
	PID     int    `json:"pid"`
	Version string `json:"version"`
	// Home names the server that started it, empty where it joined by itself.
	Home string `json:"home,omitempty"`
	// Capacity is how many pipelines it takes.
	Capacity int       `json:"capacity"`
	JoinedAt time.Time `json:"joined_at"`
	// BeatAt is its last heartbeat by the store's clock, and ExpiresAt when its lease is over without another one.
	BeatAt    time.Time `json:"beat_at"`
	ExpiresAt time.Time `json:"expires_at"`
	// Leaving says that it was asked to end, and drains.
	Leaving bool `json:"leaving,omitempty"`
	// Pipelines is how many it has.
	Pipelines int `json:"pipelines"`
}
