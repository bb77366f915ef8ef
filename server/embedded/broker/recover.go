package broker

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// openTxn is a transaction that has records in a partition and no end there.
type openTxn struct {
	partition
	producer int64
	epoch    int16
}

// recoverTransactions writes the abort markers that a crash kept from being
// written. It runs the broker on a port of its own meanwhile.
func recoverTransactions(ctx context.Context, logDir string, log *slog.Logger) (err error) {
	unfinished, err := findOpenTxns(logDir)
	if err != nil || len(unfinished) == 0 {
		return err
	}
	cluster, err := open(logDir, 0, true)
	if err != nil {
		return err
	}
	defer cluster.Close()
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...))
	if err != nil {
		return fmt.Errorf("making a client: %w", err)
	}
	defer client.Close()
	for _, txn := range unfinished {
		if err := abort(ctx, client, txn); err != nil {
			return fmt.Errorf("aborting producer %d's transaction in %s/%d: %w", txn.producer, txn.topic, txn.id, err)
		}
		log.Info("aborted a transaction left open by a crash", "topic", txn.topic, "partition", txn.id, "producer", txn.producer)
	}
	return nil
}

func abort(ctx context.Context, client *kgo.Client, txn openTxn) error {
	topic := kmsg.NewWriteTxnMarkersRequestMarkerTopic()
	topic.Topic, topic.Partitions = txn.topic, []int32{txn.id}
	marker := kmsg.NewWriteTxnMarkersRequestMarker()
	marker.ProducerID, marker.ProducerEpoch = txn.producer, txn.epoch
	marker.Topics = append(marker.Topics, topic)
	request := kmsg.NewPtrWriteTxnMarkersRequest()
	request.Markers = append(request.Markers, marker)

	response, err := request.RequestWith(ctx, client)
	if err != nil {
		return err
	}
	for _, m := range response.Markers {
		for _, t := range m.Topics {
			for _, p := range t.Partitions {
				err = errors.Join(err, kerr.ErrorForCode(p.ErrorCode))
			}
		}
	}
	return err
}

// findOpenTxns reads the batch headers of all partitions' segments.
func findOpenTxns(logDir string) ([]openTxn, error) {
	segments, err := filepath.Glob(filepath.Join(logDir, "partitions", "*", "*.dat"))
	if err != nil {
		return nil, fmt.Errorf("listing segments: %w", err)
	}
	byPartition := map[string][]string{}
	for _, s := range segments {
		dir := filepath.Dir(s)
		byPartition[dir] = append(byPartition[dir], s)
	}
	var found []openTxn
	for dir, files := range byPartition {
		p, err := parsePartitionDir(filepath.Base(dir))
		if err != nil {
			return nil, err
		}
		slices.SortFunc(files, func(a, b string) int { return int(segmentBase(a) - segmentBase(b)) })
		live := map[int64]int16{}
		for _, f := range files {
			if err := scanSegment(f, live); err != nil {
				return nil, fmt.Errorf("reading %s: %w", f, err)
			}
		}
		for producer, epoch := range live {
			found = append(found, openTxn{p, producer, epoch})
		}
	}
	slices.SortFunc(found, func(a, b openTxn) int {
		if c := strings.Compare(a.topic, b.topic); c != 0 {
			return c
		}
		return int(a.id - b.id)
	})
	return found, nil
}

func segmentBase(file string) int64 {
	base, err := strconv.ParseInt(strings.TrimSuffix(filepath.Base(file), ".dat"), 10, 64)
	if err != nil {
		return -1
	}
	return base
}

// parsePartitionDir undoes kfake's naming: the escaped topic, a dash, the partition.
func parsePartitionDir(name string) (partition, error) {
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return partition{}, fmt.Errorf("%q is not a partition's folder", name)
	}
	id, err := strconv.ParseInt(name[i+1:], 10, 32)
	if err != nil {
		return partition{}, fmt.Errorf("%q is not a partition's folder: %w", name, err)
	}
	topic, err := url.PathUnescape(name[:i])
	if err != nil {
		return partition{}, fmt.Errorf("%q is not a partition's folder: %w", name, err)
	}
	return partition{topic, int32(id)}, nil
}

// Places in a record batch's header, as the Kafka protocol fixes them:
// https://kafka.apache.org/documentation/#recordbatch
const (
	batchLengthAt     = 8  // int32: bytes after this field
	batchAttributesAt = 21 // int16
	batchProducerAt   = 43 // int64
	batchEpochAt      = 51 // int16
	batchHeader       = 61

	attributeTransactional = 1 << 4
	attributeControl       = 1 << 5
)

// scanSegment adds to live the producers whose transactions begin in the
// segment, with their epochs, and removes those whose transactions end. A last
// batch that is cut short ends the scan: the broker cuts it off as well.
func scanSegment(name string, live map[int64]int16) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	var header [batchHeader]byte
	for at := int64(0); ; {
		if _, err := f.ReadAt(header[:], at); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		length := int64(int32(binary.BigEndian.Uint32(header[batchLengthAt:])))
		next := at + batchLengthAt + 4 + length
		if length < batchHeader-batchLengthAt-4 || next > info.Size() {
			return nil
		}
		attributes := binary.BigEndian.Uint16(header[batchAttributesAt:])
		producer := int64(binary.BigEndian.Uint64(header[batchProducerAt:]))
		switch {
		case attributes&attributeControl != 0:
			delete(live, producer)
		case attributes&attributeTransactional != 0:
			live[producer] = int16(binary.BigEndian.Uint16(header[batchEpochAt:]))
		}
		at = next
	}
}
