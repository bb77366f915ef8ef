package control

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"
)

// Manifest commits an epoch: it names everything a restart needs. It is immutable; what it names is immutable too.
type Manifest struct {
	// ID is random, so that no two attempts at an epoch ever share a name, a file or a deduplication token.
	ID       string `json:"id"`
	Pipeline string `json:"pipeline"`
	// Epoch counts from 1 without gaps. Previous is the id of the manifest before, empty for the first.
	Epoch    int64  `json:"epoch"`
	Previous string `json:"previous,omitempty"`
	// Generation is the epoch of the lease under which the first manifest of the chain was made: a pipeline that starts afresh counts its
	// epochs from 1 again, under a later lease.
	Generation int64 `json:"generation,omitempty"`
	// Plan is the fingerprint of the plan that ran.
	Plan string `json:"plan"`
	// Version is the deployed version that made it, 0 where nothing was deployed.
	Version int64 `json:"version,omitempty"`
	// Sources has an entry for each partition that was ever opened.
	Sources []PartitionState `json:"sources,omitempty"`
	// Watermarks has, by operator id, the watermark up to which the operator has put its results out.
	Watermarks map[string]int64 `json:"watermarks,omitempty"`
	// State lists the state files in the order in which they are read: a later section replaces or extends an earlier one.
	State []FileRef `json:"state,omitempty"`
	// Staged lists the chunks of this epoch, by sink and ordinal.
	Staged []Chunk `json:"staged,omitempty"`
	// Rejects is the file of the epoch's dead letters and late rows.
	Rejects *RejectFile `json:"rejects,omitempty"`
	// Totals count since the pipeline's beginning.
	Totals Totals `json:"totals"`
	// Finished says that a bounded run came to its end.
	Finished bool `json:"finished,omitempty"`
}

// PartitionState is how far one partition of a source was read.
type PartitionState struct {
	// Source is the scan's operator id.
	Source    string `json:"source"`
	Partition string `json:"partition"`
	Ordinal   int32  `json:"ordinal"`
	Position  string `json:"position"`
	// Watermark is in microseconds; HasWatermark is false before the first row.
	Watermark    int64 `json:"watermark,omitempty"`
	HasWatermark bool  `json:"has_watermark,omitempty"`
	Idle         bool  `json:"idle,omitempty"`
	// Ended says that a bounded partition was read to its end.
	Ended bool `json:"ended,omitempty"`
}

// FileRef names a file of the checkpoint folder.
type FileRef struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// Chunk is one staged, immutable piece of a sink's output.
type Chunk struct {
	Sink    string `json:"sink"`
	Ordinal int    `json:"ordinal"`
	File    string `json:"file"`
	// Section is the section of the file.
	Section int   `json:"section"`
	Rows    int64 `json:"rows"`
	Bytes   int64 `json:"bytes"`
}

// RejectFile is a file of dead letters and late rows, kept until retention takes it.
type RejectFile struct {
	File  string `json:"file"`
	Dead  int64  `json:"dead"`
	Late  int64  `json:"late"`
	Bytes int64  `json:"bytes"`
}

// Totals count rows since a pipeline's beginning. What was read is either put out, filtered, aggregated, or counted here (I3).
type Totals struct {
	RowsIn int64 `json:"rows_in"`
	// RowsOut counts rows handed to sinks; Rejected those in the dead-letter queue, Skipped those the pipeline's policy drops.
	RowsOut  int64 `json:"rows_out"`
	Rejected int64 `json:"rejected"`
	Skipped  int64 `json:"skipped"`
	Late     int64 `json:"late"`
	// Future counts rows whose event time was too far ahead to move the watermark.
	Future int64 `json:"future"`
	// Duplicates counts rows a dedupe dropped.
	Duplicates int64 `json:"duplicates"`
	BytesIn    int64 `json:"bytes_in"`
}

// Add adds o.
func (t *Totals) Add(o Totals) {
	t.RowsIn += o.RowsIn
	t.RowsOut += o.RowsOut
	t.Rejected += o.Rejected
	t.Skipped += o.Skipped
	t.Late += o.Late
	t.Future += o.Future
	t.Duplicates += o.Duplicates
	t.BytesIn += o.BytesIn
}

// NewID returns a random 128-bit id in hexadecimal.
func NewID() string {
	var b [16]byte
	// rand.Read never fails since Go 1.24.
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Lease is the right to commit a pipeline's manifests. Epoch grows with every acquisition: a commit under an older one is refused.
type Lease struct {
	Pipeline string
	Holder   string
	Epoch    int64
	Expires  time.Time
}

// Head is what is remembered of a pipeline.
type Head struct {
	// Committed is the last committed manifest, nil before the first.
	Committed *Manifest
	// Prepared is a manifest whose commit point lies elsewhere (a Kafka transaction's marker) and is not known to have been reached.
	Prepared *Manifest
	// Applied has, by sink, the id of the last manifest whose chunks were all applied.
	Applied map[string]string
	// Recent are the committed manifests still kept, oldest first, Committed included.
	Recent []*Manifest
}

// Manifests remembers manifests. Commits are conditional: they succeed only under the newest lease and on top of the manifest
// they name as previous (I5: checkpoints are atomic and versioned).
type Manifests interface {
	Head(ctx context.Context, pipeline string) (Head, error)
	// Prepare remembers m without making it the head; an earlier prepared manifest is replaced.
	Prepare(ctx context.Context, l Lease, m *Manifest) error
	// Commit makes m the head and forgets what was prepared, in one conditional update, and keeps the last few manifests.
	Commit(ctx context.Context, l Lease, m *Manifest) error
	// SetApplied records that all chunks of a manifest were applied by a sink.
	SetApplied(ctx context.Context, l Lease, sink, manifest string) error
}

// KeepManifests is how many committed manifests are kept, the head included.
const KeepManifests = 3

// Leases hands out the right to run a pipeline.
type Leases interface {
	Acquire(ctx context.Context, pipeline, holder string) (Lease, error)
	Release(ctx context.Context, l Lease) error
}

// Errors of the store.
var (
	// ErrFenced means that another holder has taken the lease: this one must stop at once and write nothing more.
	ErrFenced = errors.New("another worker has taken this pipeline over")
	// ErrConflict means that the head is not the manifest the commit builds on.
	ErrConflict = errors.New("the pipeline's last manifest is not the one this commit builds on")
)
