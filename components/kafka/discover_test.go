package kafka

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/models/schema"
)

func (g *rig) found(o component.Discovery) map[string]component.Found {
	g.t.Helper()
	conn, err := g.Open("events")
	require.NoError(g.t, err)
	o.Registry = g.reg
	out := map[string]component.Found{}
	require.NoError(g.t, discover(g.ctx(), conn, o, func(f component.Found) bool { out[f.Physical] = f; return true }))
	return out
}

func (g *rig) send(topic string, partition int32, pairs ...[2]string) {
	g.t.Helper()
	for _, p := range pairs {
		r := &kgo.Record{Topic: topic, Partition: partition, Value: []byte(p[1])}
		if p[0] != "" {
			r.Key = []byte(p[0])
		}
		require.NoError(g.t, g.client.ProduceSync(g.ctx(), r).FirstErr())
	}
}

func TestDiscover(t *testing.T) {
	g := newRig(t)
	compact := map[string]*string{"cleanup.policy": kgoString("compact")}
	for topic, config := range map[string]map[string]*string{"ods.plays": nil, "songs": compact, "prices": compact, "blobs": nil, "empty": nil, CommitsTopic: compact} {
		_, err := g.admin.CreateTopic(g.ctx(), 3, 1, config, topic)
		require.NoError(t, err)
	}
	for i := range 60 {
		g.send("ods.plays", int32(i%3), [2]string{"", fmt.Sprintf(`{"user_id":%d,"ts":%d}`, i, 1700000000000+i)})
		g.send("songs", int32(i%3), [2]string{fmt.Sprint(i), fmt.Sprintf(`{"song_id":%d,"title":"t%d","rank":%d}`, i, i, i/2)})
	}
	g.send("prices", 0, [2]string{`{"shop":"a","song":1}`, `{"shop":"a","song":1,"price":1.5}`}, [2]string{`{"shop":"b","song":1}`, ""})
	g.send("blobs", 0, [2]string{"", "hello"})

	all := g.found(component.Discovery{Samples: 30})
	require.Len(t, all, 5, "commit markers are nobody's table")

	plays := all["ods.plays"]
	require.Equal(t, "ods", plays.DB)
	require.Equal(t, "plays", plays.Table)
	require.Equal(t, component.TableStream, plays.Kind)
	require.Equal(t, int64(60), plays.Facts.Rows)
	require.Equal(t, 3, plays.Facts.Partitions)
	require.Equal(t, "ts", plays.Schema.EventTime.Column)
	require.Contains(t, strings.Join(plays.Notes, "\n"), `"ts" is taken for the event time: its name says so.`)
	require.Equal(t, "ods.plays", plays.Source.Params.String("topic"))
	require.Equal(t, "json", plays.Source.Params.String("format"))

	songs := all["songs"]
	require.Equal(t, component.TableChangelog, songs.Kind)
	require.Equal(t, []string{"song_id"}, songs.Schema.Key)
	require.False(t, songs.Schema.Fields[0].Nullable)
	require.Equal(t, "upsert", songs.Source.Params.String("changelog"))
	require.Equal(t, keyText, songs.Source.Params.String("key_format"))
	require.Contains(t, strings.Join(songs.Notes, "\n"), "are (song_id) in 30 of 30 samples")

	require.Equal(t, []string{"shop", "song"}, all["prices"].Schema.Key)
	require.Equal(t, keyObject, all["prices"].Source.Params.String("key_format"))

	require.Equal(t, "raw", all["blobs"].Source.Params.String("format"))
	require.Equal(t, schema.Of(schema.String), all["blobs"].Schema.Fields[0].Type)
	require.Nil(t, all["empty"].Schema)
	require.NotEmpty(t, all["empty"].Notes)

	require.Len(t, g.found(component.Discovery{Pattern: "[ps]*"}), 2)
	one := g.found(component.Discovery{Names: []string{"songs", "gone"}, Samples: 5, KeepSamples: true})
	require.Len(t, one, 1)
	require.Len(t, one["songs"].Samples, 5)
	require.Nil(t, g.found(component.Discovery{})["songs"].Schema, "names alone are not sampled")
}

func TestDiscoverEndsWhenItIsTold(t *testing.T) {
	g := newRig(t)
	for i := range 5 {
		_, err := g.admin.CreateTopic(g.ctx(), 1, 1, nil, fmt.Sprint("t", i))
		require.NoError(t, err)
	}
	conn, err := g.Open("events")
	require.NoError(t, err)
	n, last := 0, 0
	o := component.Discovery{Progress: func(done, total int) { last = done; require.Equal(t, 5, total) }}
	require.NoError(t, discover(g.ctx(), conn, o, func(component.Found) bool { n++; return n < 2 }))
	require.Equal(t, 2, n)
	require.Equal(t, 2, last)
}

func kgoString(s string) *string { return &s }
