package kafka

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/models/diag"
)

const (
	// CommitsTopic holds the last commit marker of every sink, by transactional id.
	CommitsTopic = "millrace-commits"
	// commitsPartitions is part of the format: a marker's partition follows from it and from the key.
	commitsPartitions = 8
)

// marker is the value of a record in CommitsTopic.
type marker struct {
	Pipeline string `json:"pipeline"`
	Sink     string `json:"sink"`
	Manifest string `json:"manifest"`
}

func markerPartition(id string) int32 { return keyPartition([]byte(id), commitsPartitions) }

func markerRecord(id, pipeline, sink, manifest string) (*kgo.Record, error) {
	value, err := json.Marshal(marker{Pipeline: pipeline, Sink: sink, Manifest: manifest})
	if err != nil {
		return nil, fmt.Errorf("encoding the commit marker: %w", err)
	}
	return &kgo.Record{Topic: CommitsTopic, Partition: markerPartition(id), Key: []byte(id), Value: value}, nil
}

// ensureCommitsTopic creates CommitsTopic where it is missing, and checks that it keeps every sink's last marker for ever.
func ensureCommitsTopic(ctx context.Context, cl *kgo.Client, admin *kadm.Client) error {
	topic, err := describe(ctx, cl, CommitsTopic)
	if isMissing(err) {
		set := func(s string) *string { return &s }
		// Small segments and eager cleaning keep what recovery has to read short.
		configs := map[string]*string{"cleanup.policy": set("compact"), "segment.bytes": set("16777216"), "min.cleanable.dirty.ratio": set("0.1")}
		if err := createTopic(ctx, admin, CommitsTopic, commitsPartitions, -1, configs); err != nil {
			return err
		}
		for topic, err = describe(ctx, cl, CommitsTopic); isMissing(err) && backoff(ctx, retryPause) == nil; topic, err = describe(ctx, cl, CommitsTopic) {
		}
	}
	if err != nil {
		return classify(err, fmt.Sprintf("finding topic %q", CommitsTopic))
	}
	if n := len(topic.Partitions); n < commitsPartitions {
		return component.Permanent(CodeCommitsTopic, nil, "Add partitions, or delete it while no pipeline writes to this cluster.",
			"topic %q has %d partitions and needs %d", CommitsTopic, n, commitsPartitions)
	}
	described, err := admin.DescribeTopicConfigs(ctx, CommitsTopic)
	if err != nil {
		return classify(err, fmt.Sprintf("describing topic %q", CommitsTopic))
	}
	config, err := described.On(CommitsTopic, nil)
	if err == nil {
		err = config.Err
	}
	if errors.Is(err, kerr.TopicAuthorizationFailed) {
		return nil // who may not describe it relies on who created it
	}
	if err != nil {
		return classify(err, fmt.Sprintf("describing topic %q", CommitsTopic))
	}
	for _, c := range config.Configs {
		if c.Key == "cleanup.policy" && c.Value != nil && strings.TrimSpace(*c.Value) != "compact" {
			return component.Permanent(CodeCommitsTopic, nil, "Set cleanup.policy=compact on it.",
				"topic %q has cleanup.policy=%s: markers of idle pipelines would be deleted", CommitsTopic, *c.Value)
		}
	}
	return nil
}

// readMarker returns the manifest of the last committed marker of id, or "". See the package comment for why it reads uncommitted.
// It must be called after fencing, so that no transaction of id is open.
func readMarker(ctx context.Context, cl *kgo.Client, id string) (string, error) {
	partition := markerPartition(id)
	from := newDirect(cl, CommitsTopic, partition, false)
	end, err := from.offset(ctx, atEnd)
	if err != nil {
		return "", classify(err, "reading the commit markers")
	}
	next, err := from.offset(ctx, atStart)
	if err != nil {
		return "", classify(err, "reading the commit markers")
	}
	var (
		last    string
		pending = map[int64]string{} // markers of id in transactions not seen to end, by producer
	)
	for next < end {
		f, err := from.fetch(ctx, next)
		if err != nil {
			var ke *kerr.Error
			if errors.As(err, &ke) && !ke.Retriable || ctx.Err() != nil {
				return "", classify(err, "reading the commit markers")
			}
			if err := backoff(ctx, retryPause); err != nil {
				return "", classify(err, "reading the commit markers")
			}
			continue
		}
		for _, r := range f.records {
			if r.Attrs.IsControl() {
				if m, ok := pending[r.ProducerID]; ok && committed(r) {
					last = m
				}
				delete(pending, r.ProducerID)
				continue
			}
			if string(r.Key) != id || r.Value == nil {
				continue
			}
			var m marker
			if err := json.Unmarshal(r.Value, &m); err != nil || m.Manifest == "" {
				return "", &component.PermanentError{Err: diag.Fail(CodeMarkerUnreadable, err, "",
					"the commit marker at offset %d of %s/%d cannot be read", r.Offset, CommitsTopic, partition)}
			}
			if r.Attrs.IsTransactional() {
				pending[r.ProducerID] = m.Manifest
			} else {
				last = m.Manifest
			}
		}
		next = f.next
	}
	return last, nil
}

// committed reports whether a control record ends a transaction with a commit: its key is version and type, both int16, and type 1 is
// commit (Kafka protocol guide, "Control Batches").
func committed(r *kgo.Record) bool {
	return len(r.Key) >= 4 && binary.BigEndian.Uint16(r.Key[2:]) == 1
}
