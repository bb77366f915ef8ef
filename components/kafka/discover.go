package kafka

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/components/infer"
	"millrace/components/internal/changelog"
	"millrace/models/schema"
)

const (
	// sampleBytes bounds what is kept of one topic's records, sampleWait how long the next ones are waited for.
	sampleBytes = 16 << 20
	sampleWait  = 2 * time.Second
	// cleanupPolicy is the setting of a topic that says whether its records replace each other.
	cleanupPolicy = "cleanup.policy"
)

// discover lists the topics, each with what its newest records say of its columns.
func discover(ctx context.Context, conn *component.Connection, o component.Discovery, yield func(component.Found) bool) error {
	c, err := openCluster(conn, "millrace-discover", newLogger(nil))
	if err != nil {
		return err
	}
	cl, err := c.client()
	if err != nil {
		return err
	}
	defer cl.Close()
	t := topics{cluster: c, conn: conn, admin: kadm.NewClient(cl), o: o}
	names, err := t.list(ctx)
	if err != nil {
		return classify(err, "listing the topics")
	}
	for i, name := range names {
		found, err := t.look(ctx, name)
		if err != nil {
			return classify(err, "looking at the topic "+name)
		}
		o.Report(i+1, len(names))
		if !yield(found) {
			return nil
		}
	}
	return nil
}

// topics looks at the topics of a cluster.
type topics struct {
	cluster    *cluster
	conn       *component.Connection
	admin      *kadm.Client
	o          component.Discovery
	details    kadm.TopicDetails
	start, end kadm.ListedOffsets
	cleanup    map[string]string
}

// list finds the topics and asks for all of them at once what can be asked so.
func (t *topics) list(ctx context.Context) ([]string, error) {
	var err error
	if t.details, err = t.admin.ListTopics(ctx); err != nil {
		return nil, err
	}
	var names []string
	for name, d := range t.details {
		if !d.IsInternal && !strings.HasPrefix(name, "__") && name != CommitsTopic && t.o.Wants(name) && d.Err == nil {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	slices.Sort(names)
	if t.start, err = t.admin.ListStartOffsets(ctx, names...); err != nil {
		return nil, err
	}
	if t.end, err = t.admin.ListCommittedOffsets(ctx, names...); err != nil {
		return nil, err
	}
	t.cleanup = map[string]string{}
	configs, err := t.admin.DescribeTopicConfigs(ctx, names...)
	if err != nil {
		return names, nil //nolint:nilerr // whoever may not read the settings learns the rest
	}
	for _, r := range configs {
		for _, kv := range r.Configs {
			if kv.Key == cleanupPolicy {
				t.cleanup[r.Name] = kv.MaybeValue()
			}
		}
	}
	return names, nil
}

func (t *topics) look(ctx context.Context, name string) (component.Found, error) {
	found := component.Found{Physical: name, Table: name, Kind: component.TableStream, Columns: nil,
		Facts: component.Facts{Rows: t.records(name), Bytes: -1, Partitions: len(t.details[name].Partitions), Cleanup: t.cleanup[name]}}
	if db, table, ok := strings.Cut(name, "."); ok {
		found.DB, found.Table = db, table
	}
	if t.cleanup[name] == "" {
		found.Notes = append(found.Notes, "The topic's settings may not be read here: whether its records replace each other is not known.")
	}
	params := map[string]any{"connection": t.conn.Name, "topic": name}
	if t.o.Samples > 0 {
		records, err := t.sample(ctx, name)
		if err != nil {
			return found, err
		}
		if t.o.KeepSamples {
			for _, r := range records {
				found.Samples = append(found.Samples, r.Value)
			}
		}
		explain(&found, records, params)
	}
	p, err := component.ParamsOf(sourceSpec().Fields, params)
	if err != nil {
		return found, err
	}
	found.Source = &component.Binding{Component: Name, Params: p}
	return found, nil
}

// records counts what a reader could still see; it is an upper bound in a compacted topic.
func (t *topics) records(name string) int64 {
	total := int64(0)
	for p, end := range t.end[name] {
		start, ok := t.start.Lookup(name, p)
		if !ok || start.Err != nil || end.Err != nil {
			return -1
		}
		total += end.Offset - start.Offset
	}
	return total
}

// sample reads the newest records of a topic, about as many from each partition.
func (t *topics) sample(ctx context.Context, name string) ([]*kgo.Record, error) {
	from, left := map[int32]kgo.Offset{}, map[int32]int64{}
	partitions := max(1, len(t.end[name]))
	share := int64((t.o.Samples + partitions - 1) / partitions)
	for p, end := range t.end[name] {
		start, ok := t.start.Lookup(name, p)
		if !ok || start.Err != nil || end.Err != nil || end.Offset <= start.Offset {
			continue
		}
		from[p], left[p] = kgo.NewOffset().At(max(start.Offset, end.Offset-share)), end.Offset
	}
	if len(from) == 0 {
		return nil, nil
	}
	// Control records are kept, for one may be the last that comes.
	cl, err := t.cluster.client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{name: from}), kgo.FetchMaxBytes(sampleBytes),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords())
	if err != nil {
		return nil, err
	}
	defer cl.Close()
	var out []*kgo.Record
	size := 0
	for len(left) > 0 && len(out) < t.o.Samples && size < sampleBytes {
		fetches, waited := poll(ctx, cl)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, e := range fetches.Errors() {
			if !waited {
				return nil, e.Err
			}
		}
		if waited {
			break // aborted transactions and compaction leave offsets that no record has
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if r.Offset+1 >= left[r.Partition] {
				delete(left, r.Partition)
			}
			if !r.Attrs.IsControl() && len(out) < t.o.Samples {
				out, size = append(out, r), size+len(r.Key)+len(r.Value)
			}
		})
	}
	slices.SortStableFunc(out, func(a, b *kgo.Record) int { return a.Timestamp.Compare(b.Timestamp) })
	return out, nil
}

// poll waits for records for a while; waited says that none came.
func poll(ctx context.Context, cl *kgo.Client) (_ kgo.Fetches, waited bool) {
	bounded, cancel := context.WithTimeout(ctx, sampleWait)
	defer cancel()
	fetches := cl.PollFetches(bounded)
	return fetches, bounded.Err() != nil && fetches.NumRecords() == 0
}

// explain says what the records of a topic are: their format and columns, the event time, and the key of those that replace each other.
func explain(found *component.Found, records []*kgo.Record, params map[string]any) {
	var values [][]byte
	for _, r := range records {
		if r.Value != nil {
			values = append(values, r.Value)
		}
	}
	if len(values) == 0 {
		found.Notes = append(found.Notes, "The topic has no record that could tell its columns.")
		return
	}
	s, notes, err := infer.Infer(values, "json")
	if err != nil {
		found.Notes = append(found.Notes, "The records are not JSON objects: each is taken for one text.")
		params["format"] = "raw"
		if s, notes, err = infer.Infer(values, "raw"); err != nil {
			return
		}
	}
	found.Schema, found.Notes = s, append(found.Notes, notes...)
	if s.EventTime == nil {
		found.Notes = append(found.Notes, "The records' own timestamps can stand in: declare a timestamp(3) column and name it in timestamp_column.")
	}
	if params["format"] == "raw" {
		return
	}
	key, format, matched := keyOf(s, records)
	compacted := strings.Contains(found.Facts.Cleanup, "compact")
	switch {
	case len(key) > 0 && compacted:
		found.Kind, s.Key = component.TableChangelog, key
		params[changelog.Param], params["key_format"] = changelog.ParamUpsert, format
		for _, k := range key {
			s.Fields[s.Index(k)].Nullable = false
		}
		found.Notes = append(found.Notes, fmt.Sprintf("The topic is compacted and the records' keys are (%s) in %d of %d samples: each record is taken for the row its key has now.",
			strings.Join(key, ", "), matched, matched))
	case len(key) > 0:
		found.Notes = append(found.Notes, fmt.Sprintf("The records' keys are (%s) in %d of %d samples; the topic is not compacted, so every record is taken for a row of its own.",
			strings.Join(key, ", "), matched, matched))
	case compacted:
		found.Notes = append(found.Notes, "The topic is compacted, but its records' keys are not among their columns: every record is taken for a row of its own.")
	}
}

// keyOf finds the columns whose values are the records' keys, in every sample that has a key and a value, and how those are written.
func keyOf(s *schema.Schema, records []*kgo.Record) (key []string, format string, matched int) {
	for _, r := range records {
		if r.Key == nil || r.Value == nil {
			continue
		}
		var row map[string]json.RawMessage
		if json.Unmarshal(r.Value, &row) != nil {
			continue
		}
		k, f := keyOfRecord(s, r.Key, row)
		switch {
		case len(k) == 0:
			return nil, "", 0
		case matched == 0:
			key, format = k, f
		default:
			// A second column may have had the same value by chance; what holds for all is the key.
			if f != format {
				return nil, "", 0
			}
			key = slices.DeleteFunc(key, func(c string) bool { return !slices.Contains(k, c) })
			if len(key) == 0 {
				return nil, "", 0
			}
		}
		matched++
	}
	if format == keyText && len(key) > 1 {
		key = key[:1] // equal in every sample; the first is as good
	}
	return key, format, matched
}

// keyOfRecord returns the columns that could make up one record's key: all that equal a plain one, or those that a JSON object names.
func keyOfRecord(s *schema.Schema, key []byte, row map[string]json.RawMessage) ([]string, string) {
	var object map[string]json.RawMessage
	var out []string
	if bytes.HasPrefix(bytes.TrimSpace(key), []byte("{")) && json.Unmarshal(key, &object) == nil {
		for _, f := range s.Fields {
			if v, ok := object[f.Name]; ok {
				if !bytes.Equal(v, row[f.Name]) || !keyable(f.Type) {
					return nil, ""
				}
				out = append(out, f.Name)
			}
		}
		if len(out) != len(object) {
			return nil, ""
		}
		return out, keyObject
	}
	for _, f := range s.Fields {
		if v, ok := row[f.Name]; ok && keyable(f.Type) && bytes.Equal(plainText(v), key) {
			out = append(out, f.Name)
		}
	}
	return out, keyText
}

// plainText is a JSON value without the quotes of a text.
func plainText(v json.RawMessage) []byte {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return []byte(s)
	}
	return v
}
