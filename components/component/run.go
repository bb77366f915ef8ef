package component

import (
	"context"
	"log/slog"
	"time"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// SourceContext is what a source is opened with.
type SourceContext struct {
	// Params are the parameters of the plan's Scan, as the component wrote them (JSON).
	Params []byte
	// Connections resolves a connection with its secrets.
	Connections Connections
	Registry    *Registry
	// Target says which columns to decode, and which of them may reject a row.
	Target DecodeTarget
	// BatchRows is the largest number of rows of a chunk.
	BatchRows int
	// MaxRecordBytes bounds one record.
	MaxRecordBytes int
	// Pipeline names the pipeline, for client ids and consumer groups.
	Pipeline string
	// Bounded says that reading ends at what is there when the source opens.
	Bounded bool
	Start   StartAt
	Log     *slog.Logger
}

// StartAt says where partitions without a remembered position begin.
// The zero StartAt leaves it to what the source itself is configured to do.
type StartAt struct {
	// Earliest begins at the beginning, Latest behind what is there; otherwise Time, when not zero, at the first record of that time.
	Earliest bool
	Latest   bool
	Time     time.Time
}

// DecodeTarget tells a decoder what to produce.
type DecodeTarget struct {
	// Schema holds the wanted columns.
	Schema *schema.Schema
	// Columns names all columns the source declares, wanted or not, for formats that find cells by position; nil means those of Schema.
	Columns []string
	// Checked has one entry a column: a value that does not fit rejects the row where true, and becomes NULL where false.
	Checked []bool
	// BatchRows is the expected rows of a batch.
	BatchRows int
	// TimeZone is where zoneless timestamps are read; nil is UTC.
	TimeZone *time.Location
	// MaxRecordBytes bounds one record.
	MaxRecordBytes int
}

// Connections resolves connections for running parts.
type Connections interface {
	// Open returns the parameters of a connection with secrets resolved.
	Open(name string) (*Connection, error)
}

// Position is where to go on reading a partition: opaque to the engine, JSON-safe text, growing (invariant I2) in the order
// the source defines.
type Position string

// Partition is one independently read, ordered stretch of a source.
type Partition struct {
	// ID is stable and unique within the source: "play_events/3", a file's path.
	ID string
	// Ordinal breaks ties between rows of equal event time; it is stable for the life of the pipeline and assigned by the source
	// (a Kafka partition's number), or -1 to let the engine number partitions in order of discovery.
	Ordinal int32
}

// Source is a running source.
type Source interface {
	// Partitions lists what there is to read now. The engine asks again from time to time unless the run is bounded.
	Partitions(ctx context.Context) ([]Partition, error)
	// Open returns a reader that goes on at from; an empty position starts at StartAt, or at the beginning when fresh is false
	// (a partition that appeared while running is read whole).
	Open(ctx context.Context, p Partition, from Position, fresh bool) (Reader, error)
	Close() error
}

// Committer is implemented by a source that wants to be told what is durable (I1: acknowledge after durable).
type Committer interface {
	Commit(ctx context.Context, positions map[string]Position) error
}

// Reader reads one partition in order, on one goroutine.
type Reader interface {
	// Read returns the next chunk. It waits at most until ctx ends (then ctx's error) and returns io.EOF when a bounded partition is at
	// its end. A chunk may be empty of rows and still move the position.
	Read(ctx context.Context) (*Chunk, error)
	// Lag returns how many records lie behind the current position, and -1 when that is not known.
	Lag() int64
	Close() error
}

// Chunk is what a Read returns.
type Chunk struct {
	// Batch holds the decoded rows with Offs set; nil when there are none. Marks are not set by the source: the engine stamps.
	Batch *batch.Batch
	// RecordTimes, when not nil, has the broker's time of each physical row in microseconds; event times are judged against it.
	RecordTimes []int64
	// Rejects are records that did not become rows.
	Rejects []Reject
	// Next is where to go on behind this chunk.
	Next Position
	// Records and Bytes count what was read, rejects included.
	Records int
	Bytes   int64
	// Waited is how much of the Read went by waiting for records to be there; 0 where that is not known.
	Waited time.Duration
}

// Reject is a record or row that goes to the dead-letter queue.
type Reject struct {
	Code diag.RowCode
	// Path names the column or place within the record ("device.os"), never a value.
	Path string
	// Offset is the record's offset in its partition.
	Offset int64
	// Raw is the record, or its first bytes when Truncated; Size its true length.
	Raw       []byte
	Size      int
	Truncated bool
}

// Decoder turns records into rows. It belongs to one goroutine.
type Decoder interface {
	// Decode appends the rows of one record and returns how many there were; a reject means that none was appended.
	Decode(record []byte) (rows int, reject *Reject)
	// Finish hands over the rows since the last Finish.
	Finish() *batch.Batch
}

// StreamDecoder is implemented by formats whose records are found in a stream of bytes (files).
type StreamDecoder interface {
	// Split is like a bufio.SplitFunc: it returns the first record in data and where the next begins, or nil, 0 when more data is
	// needed. A nil record with an advance is a stretch without a record. atEOF says no more will come.
	Split(data []byte, atEOF bool) (record []byte, advance int)
	// Header is called with the first record where the format has a header line; used says that it was one.
	Header(record []byte) (used bool, err error)
}

// Encoder turns rows into records. It belongs to one goroutine.
type Encoder interface {
	// Encode calls emit for each selected row of b with its record; the bytes are valid only during the call.
	Encode(b *batch.Batch, emit func(row int, record []byte) error) error
}

// RowChecker is implemented by a TxWriter whose target cannot take every row.
type RowChecker interface {
	// Check lists the selected rows of b that Write would fail on; the engine rejects them and writes the others.
	Check(b *batch.Batch) []RowReject
}

// EncodeChecker is implemented by encoders of formats that cannot express every value (JSON has no NaN). A sink rejects the rows it
// lists before it encodes; Encode fails on them.
type EncodeChecker interface {
	// Check lists the selected rows of b that the format cannot express.
	Check(b *batch.Batch) []RowReject
}

// SinkContext is what a sink is opened with.
type SinkContext struct {
	Params      []byte
	Connections Connections
	Registry    *Registry
	// Schema and Mode describe the rows and their changes.
	Schema *schema.Schema
	Mode   plan.Mode
	// Identity are the columns that tell the rows apart, nil when none are known to; see plan.Identity.
	Identity []string
	// Sink is the operator id of the sink; Pipeline and Installation complete its identity.
	Sink         string
	Pipeline     string
	Installation string
	Log          *slog.Logger
}

// Sink is a running sink: also a StagedSink or a TxSink.
type Sink interface {
	// Promise says what the sink guarantees as it is configured and as it found its target.
	Promise() Promise
	Close() error
}

// Promise is what a sink guarantees.
type Promise struct {
	ExactlyOnce bool
	// Why is one sentence.
	Why string
}

// StagedSink stages rows as chunks which are applied after the epoch was committed.
type StagedSink interface {
	Sink
	// Check validates rows against the target before they are staged; a row it lists is rejected. It does not reach the target.
	Check(b *batch.Batch) []RowReject
	// Limits bound a chunk.
	Limits() ChunkLimits
	// ChunkKey groups rows that may share a chunk with a bounded number of distinct values (partitions of the target); nil means
	// all may. It returns one value a physical row.
	ChunkKey(b *batch.Batch) []uint64
	// Apply writes a chunk. It is called in order, one at a time, and again with the same token after a crash: the token makes the
	// second time have no effect. rows are the chunk's batches.
	Apply(ctx context.Context, c ChunkRef, rows []*batch.Batch) error
}

// ChangeReducer is implemented by a StagedSink whose target keeps one row a key.
type ChangeReducer interface {
	// Reduce takes all rows of an epoch, in order, and returns what is left to apply: at most one change a key. So the order in which
	// chunks come to the target within an epoch means nothing. An error fails the pipeline.
	Reduce(rows []*batch.Batch) ([]*batch.Batch, error)
}

// ChunkLimits bound a chunk; zero means no bound.
type ChunkLimits struct {
	Rows  int
	Bytes int
	Keys  int
}

// ChunkRef identifies a chunk.
type ChunkRef struct {
	// Token is unique to the chunk's content: manifest id, sink, ordinal.
	Token string
	// Manifest is the id of the manifest that committed the chunk.
	Manifest string
	// Generation grows whenever the pipeline starts afresh, and Epoch with every commit since: together they order all chunks that the
	// pipeline ever wrote, and they are the same when a chunk is applied again.
	Generation int64
	Epoch      int64
	Ordinal    int
	// Retry says that an earlier attempt may have been carried out.
	Retry bool
}

// RowReject names a physical row a sink cannot take.
type RowReject struct {
	Row  int32
	Code diag.RowCode
	Path string
}

// PermanentError marks an error of a sink or source that trying again will not mend.
type PermanentError struct{ Err error }

// Permanent returns a PermanentError of a diagnostic: diag.Fail for what trying again will not mend.
func Permanent(code diag.Code, cause error, fix, format string, args ...any) error {
	return &PermanentError{Err: diag.Fail(code, cause, fix, format, args...)}
}

// Error returns the wrapped error's text.
func (e *PermanentError) Error() string { return e.Err.Error() }

// Unwrap returns the wrapped error.
func (e *PermanentError) Unwrap() error { return e.Err }

// TxSink writes rows inside a transaction per epoch.
type TxSink interface {
	Sink
	// Recover fences every earlier instance of this sink, ends what they left open, and returns the id of the last manifest whose
	// transaction was committed, or "" when there is none.
	Recover(ctx context.Context) (manifest string, err error)
	// NewWriter returns a writer for one task; Write may be called from several tasks at once, each with its own writer.
	NewWriter() (TxWriter, error)
	// Begin starts the epoch's transaction. No Write is under way.
	Begin(ctx context.Context) error
	// Flush waits until everything written is acknowledged by the target within the open transaction.
	Flush(ctx context.Context) error
	// Commit ends the transaction with the marker of the manifest. An error for which Unknown is true means that it may have been
	// carried out: the engine then recovers.
	Commit(ctx context.Context, manifest string) error
	// Abort takes everything since Begin back.
	Abort(ctx context.Context) error
}

// TxWriter writes rows of one task.
type TxWriter interface {
	// Write hands the selected rows over; it may block (back-pressure) and may return before they are acknowledged.
	Write(ctx context.Context, b *batch.Batch) error
}
