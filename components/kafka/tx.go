package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/models/diag"
)

// Recover fences every earlier instance and returns the manifest of the last committed transaction.
//
// The order matters: InitProducerID first, which completes a commit that was decided and aborts everything else, then the marker. A
// marker read before it could be overtaken by a commit still under way.
func (s *sink) Recover(ctx context.Context) (string, error) {
	if s.dead != nil {
		return "", s.dead
	}
	if s.tx != nil {
		s.tx.Close()
		s.tx = nil
	}
	s.failed.Store(nil)
	s.delivered.Store(false)
	s.held = nil
	n, err := s.topicPartitions(ctx)
	if err != nil {
		return "", err
	}
	tx, err := s.transactional()
	if err != nil {
		return "", err
	}
	if _, _, err := tx.ProducerID(ctx); err != nil {
		tx.Close()
		return "", s.fatal(err, "fencing earlier instances of the sink")
	}
	manifest, err := readMarker(ctx, s.plain, s.id)
	if err != nil {
		tx.Close()
		return "", err
	}
	s.tx, s.partitions = tx, n
	return manifest, nil
}

func (s *sink) transactional() (*kgo.Client, error) {
	return s.cluster.client(
		kgo.TransactionalID(s.id),
		kgo.TransactionTimeout(s.params.TransactionTimeout),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchMaxBytes(int32(s.params.BatchBytes)),
		kgo.ProducerBatchCompression(codec(s.params.Compression)),
		kgo.MaxBufferedRecords(1<<20),
		kgo.MaxBufferedBytes(int(s.params.BufferBytes)),
		kgo.ProducerLinger(0),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.UnknownTopicRetries(3),
		kgo.DisableClientMetrics(),
	)
}

func codec(name string) kgo.CompressionCodec {
	switch name {
	case "lz4":
		return kgo.Lz4Compression()
	case "zstd":
		return kgo.ZstdCompression()
	case "snappy":
		return kgo.SnappyCompression()
	default:
		return kgo.NoCompression()
	}
}

// Begin starts the epoch's transaction.
func (s *sink) Begin(context.Context) error {
	switch {
	case s.dead != nil:
		return s.dead
	case s.tx == nil:
		return fmt.Errorf("beginning a transaction: the sink was not recovered")
	}
	if err := s.tx.BeginTransaction(); err != nil {
		return s.fatal(err, "beginning a transaction")
	}
	return nil
}

// acknowledged is called by the client for each record.
func (s *sink) acknowledged(_ *kgo.Record, err error) {
	if err == nil {
		if !s.delivered.Load() { // reading is cheaper than writing it a million times
			s.delivered.Store(true)
		}
		return
	}
	if s.failed.Load() == nil {
		s.failed.CompareAndSwap(nil, &err)
	}
}

// produced returns what went wrong with records of the open transaction. One lost record fails the epoch (I3).
func (s *sink) produced() error {
	failed := s.failed.Load()
	if failed == nil {
		return nil
	}
	return s.fatal(*failed, fmt.Sprintf("writing to topic %q", s.params.Topic))
}

// Flush sends what was held back and waits until everything written is acknowledged.
func (s *sink) Flush(ctx context.Context) error {
	if s.tx == nil {
		return s.notOpen()
	}
	if err := s.produceHeld(ctx); err != nil {
		return err
	}
	if err := s.tx.Flush(ctx); err != nil {
		return fmt.Errorf("flushing to topic %q: %w", s.params.Topic, err)
	}
	return s.produced()
}

// Commit adds the marker and ends the transaction. The marker also makes sure that the transaction is never empty, which the client
// would not commit.
func (s *sink) Commit(ctx context.Context, manifest string) error {
	if err := s.Flush(ctx); err != nil {
		return err
	}
	record, err := markerRecord(s.id, s.oc.Pipeline, s.oc.Sink, manifest)
	if err != nil {
		return err
	}
	if err := s.tx.ProduceSync(ctx, record).FirstErr(); err != nil {
		return s.fatal(err, "writing the commit marker")
	}
	if err := s.settle(ctx, CommitsTopic, record.Partition); err != nil {
		return err
	}
	err = s.tx.EndTransaction(ctx, kgo.TryCommit)
	var refused *kerr.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, kerr.OperationNotAttempted):
		return diag.Fail(CodeCommitFailed, err, "", "committing the transaction: the client gave it up before")
	case fenced(err):
		// The coordinator answered: it has not committed what another instance, or the transaction's timeout, took over.
		return s.fatal(err, "committing the transaction")
	case errors.As(err, &refused) && !refused.Retriable && refused.Code != kerr.UnknownServerError.Code:
		return diag.Fail(CodeCommitFailed, err, "", "committing the transaction: the coordinator refused")
	default:
		return &CommitUnknown{Err: err}
	}
}

// settle waits until the client itself sees the partition it has just written to.
//
// Records of a topic that the client is new to can be acknowledged before the client's own list of partitions has the topic (kgo v1.22.2,
// storePartitionsUpdate). Ending a transaction asks that list whether anything was written: a commit would be sent as an abort, and no
// error told.
func (s *sink) settle(ctx context.Context, topic string, partition int32) error {
	for {
		leader, _, err := s.tx.PartitionLeader(topic, partition)
		switch {
		case err == nil && leader >= 0:
			return nil
		case err != nil && !kerr.IsRetriable(err):
			return s.fatal(err, fmt.Sprintf("ending the transaction: looking for topic %q", topic))
		}
		if err := backoff(ctx, settlePause); err != nil {
			return fmt.Errorf("ending the transaction: topic %q is not known: %w", topic, err)
		}
	}
}

// Abort takes everything since Begin back.
func (s *sink) Abort(ctx context.Context) error {
	if s.tx == nil {
		return s.notOpen()
	}
	s.held = nil
	if err := s.tx.AbortBufferedRecords(ctx); err != nil {
		return fmt.Errorf("dropping what was not sent to topic %q: %w", s.params.Topic, err)
	}
	if s.delivered.Load() {
		if err := s.settle(ctx, s.params.Topic, 0); err != nil {
			return err
		}
	}
	if err := s.tx.EndTransaction(ctx, kgo.TryAbort); err != nil {
		return s.fatal(err, "aborting the transaction")
	}
	s.failed.Store(nil)
	return nil
}

func (s *sink) notOpen() error {
	if s.dead != nil {
		return s.dead
	}
	return fmt.Errorf("writing to topic %q: no transaction is open", s.params.Topic)
}

// fatal names what a producer's error means. A fenced instance never does anything again: the client would otherwise ask for a new
// epoch and fence the rightful instance in turn.
func (s *sink) fatal(err error, what string) error {
	switch {
	case s.dead != nil:
		return s.dead
	case fenced(err):
		// Not permanent: whether this process may go on, with a new instance that fences in turn, is the lease's decision and not the sink's.
		// Mostly it may: an epoch took longer than transaction_timeout, and it was the coordinator that fenced.
		s.dead = diag.Fail(CodeFenced, err, "If no other process runs this pipeline, an epoch took longer than transaction_timeout: raise it.", "%s: this instance was fenced", what)
		return s.dead
	case errors.Is(err, kerr.MessageTooLarge), errors.Is(err, kerr.RecordListTooLarge):
		return component.Permanent(CodeRecordTooLarge, err, "Raise batch_bytes of the sink and max.message.bytes of the topic, or drop large columns.",
			"%s: a record is larger than allowed", what)
	case isMissing(err), errors.Is(err, kerr.TopicAuthorizationFailed), errors.Is(err, kerr.TransactionalIDAuthorizationFailed), errors.Is(err, kerr.ClusterAuthorizationFailed):
		return classify(err, what)
	default:
		return diag.Fail(CodeProduceFailed, err, "", "%s", what)
	}
}

func isMissing(err error) bool {
	return errors.Is(err, kerr.UnknownTopicOrPartition) || errors.Is(err, kerr.UnknownTopicID)
}

func isExisting(err error) bool { return errors.Is(err, kerr.TopicAlreadyExists) }
