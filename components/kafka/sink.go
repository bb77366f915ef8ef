package kafka

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/models/batch"
	"millrace/models/plan"
)

// sink writes one topic, each epoch in a transaction. Begin, Flush, Commit, Abort and Recover are called one at a time, with no
// Write under way; writers run side by side.
type sink struct {
	oc      component.SinkContext
	params  sinkParams
	cluster *cluster
	encoder func() (component.Encoder, error)
	// plain is a client without transactions, for looking things up.
	plain *kgo.Client
	admin *kadm.Client
	id    string
	keys  []int
	// upsert says that the topic tells the row each key has now. The changes of a retract stream wait in held, with what is to come of
	// them in its reducer, until the epoch's last one is there.
	upsert  bool
	reducer *changelog.Reducer
	mu      sync.Mutex
	held    []*batch.Batch

	// tx is the transactional client that Recover made; partitions is what the topic had then.
	tx         *kgo.Client
	partitions int32
	writers    int32
	// dead is what ended this instance for good: another one took over.
	dead error

	failed atomic.Pointer[error]
	// delivered says that the client tx has written a record of the topic.
	delivered atomic.Bool
	promise   func(*kgo.Record, error)

	closing sync.Once
}

var _ component.TxSink = (*sink)(nil)

// openSink reaches the cluster and makes sure that the topic, and the topic of the commit markers, are there.
func openSink(ctx context.Context, oc component.SinkContext) (component.Sink, error) {
	p, err := component.DecodeJSON(sinkSpec().Fields, oc.Params)
	if err != nil {
		return nil, &component.PermanentError{Err: err}
	}
	s := &sink{oc: oc, params: sinkParamsOf(p), id: transactionalID(oc.Installation, oc.Pipeline, oc.Sink)}
	s.promise = s.acknowledged
	format, formatParams, err := formatOf(oc.Registry, p)
	if err != nil {
		return nil, err
	}
	s.encoder = func() (component.Encoder, error) { return format.Format.NewEncoder(formatParams, oc.Schema) }
	for _, name := range s.params.Key {
		i := oc.Schema.Index(name)
		if i < 0 {
			return nil, component.Permanent(CodeKeyColumn, nil, "", "the rows have no key column %q", name)
		}
		s.keys = append(s.keys, i)
	}
	s.upsert = s.params.Changelog == changelog.ParamUpsert
	if s.upsert && oc.Mode.Change == plan.Retract {
		s.reducer = &changelog.Reducer{Change: oc.Mode.Change, Key: s.keys, Names: s.params.Key}
	}
	conn, err := oc.Connections.Open(s.params.Connection)
	if err != nil {
		return nil, err
	}
	if s.cluster, err = openCluster(conn, "millrace-"+oc.Pipeline, newLogger(oc.Log)); err != nil {
		return nil, err
	}
	if s.plain, err = s.cluster.client(kgo.DisableClientMetrics()); err != nil {
		return nil, err
	}
	s.admin = kadm.NewClient(s.plain)
	ctx, cancel := context.WithTimeout(ctx, s.cluster.timeout)
	defer cancel()
	if _, err = s.topicPartitions(ctx); err == nil {
		err = ensureCommitsTopic(ctx, s.plain, s.admin)
	}
	if err != nil {
		s.plain.Close()
		return nil, err
	}
	return s, nil
}

// topicPartitions returns how many partitions the topic has, and creates it where that is wanted: producing to a topic that is not
// there would fail record by record.
func (s *sink) topicPartitions(ctx context.Context) (int32, error) {
	what := fmt.Sprintf("writing topic %q through connection %q", s.params.Topic, s.params.Connection)
	topic, err := describe(ctx, s.plain, s.params.Topic)
	if isMissing(err) && s.params.Create == createIfMissing {
		configs := map[string]*string{}
		if s.params.Retention > 0 {
			ms := strconv.FormatInt(s.params.Retention.Milliseconds(), 10)
			configs["retention.ms"] = &ms
		}
		if s.upsert {
			// Only the last record of a key means something. With a retention, keys that nobody writes any more go too.
			policy := "compact"
			if s.params.Retention > 0 {
				policy = "compact,delete"
			}
			configs["cleanup.policy"] = &policy
		}
		if err := createTopic(ctx, s.admin, s.params.Topic, int32(s.params.Partitions), int16(s.params.Replication), configs); err != nil {
			return 0, err
		}
		// A new topic takes a moment to be known to every broker.
		for topic, err = describe(ctx, s.plain, s.params.Topic); isMissing(err) && backoff(ctx, retryPause) == nil; topic, err = describe(ctx, s.plain, s.params.Topic) {
		}
	}
	if err != nil {
		return 0, classify(err, what)
	}
	return int32(len(topic.Partitions)), nil
}

// createTopic creates a topic; one that is there already is fine.
func createTopic(ctx context.Context, admin *kadm.Client, topic string, partitions int32, replication int16, configs map[string]*string) error {
	made, err := admin.CreateTopics(ctx, partitions, replication, configs, topic)
	if err != nil {
		return classify(err, fmt.Sprintf("creating topic %q", topic))
	}
	if r := made[topic]; r.Err != nil && !isExisting(r.Err) {
		if kerr.IsRetriable(r.Err) {
			return classify(r.Err, fmt.Sprintf("creating topic %q", topic))
		}
		return component.Permanent(CodeTopicNotCreatable, r.Err, "", "creating topic %q: the cluster refused %s", topic, r.ErrMessage)
	}
	return nil
}

// transactionalID names a sink to the cluster: installation/pipeline/sink, each part escaped, so that no two sinks share one. Ids that
// would pass what a topic's name may measure end in a hash.
func transactionalID(installation, pipeline, sink string) string {
	id := url.PathEscape(installation) + "/" + url.PathEscape(pipeline) + "/" + url.PathEscape(sink)
	const most = 249
	if len(id) <= most {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	tail := "~" + hex.EncodeToString(sum[:])
	return id[:most-len(tail)] + tail
}

// Promise: rows and marker are one transaction.
func (s *sink) Promise() component.Promise {
	return component.Promise{ExactlyOnce: true, Why: "An epoch's rows and its commit marker are one Kafka transaction; readers have to read committed."}
}

// Close ends the sink. A transaction that is open is taken back by the cluster after the transaction timeout or by the next
// instance's Recover, whichever comes first.
func (s *sink) Close() error {
	s.closing.Do(func() {
		if s.tx != nil {
			s.tx.Close()
		}
		s.plain.Close()
	})
	return nil
}
