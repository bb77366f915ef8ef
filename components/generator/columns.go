package generator

import (
	"fmt"

	"millrace/models/batch"
	"millrace/models/schema"
)

// column is one column of a stream: its place in the schema and in batches.
type column struct {
	schema.Field
	fill func(b *batch.Builder, ev *event)
}

// Schema returns the columns of a stream, with the event time on ts, or nil when there is no such stream.
func Schema(name string) *schema.Schema {
	s := streamOf(name)
	if s == nil {
		return nil
	}
	out := &schema.Schema{EventTime: schema.EventTimeOn("ts")}
	for i := range s.columns {
		out.Fields = append(out.Fields, s.columns[i].Field)
	}
	return out
}

func intColumn(name, description string, get func(*event) int64) column {
	return column{schema.Field{Name: name, Type: schema.Of(schema.Int64), Description: description},
		func(b *batch.Builder, ev *event) { b.AppendInt(get(ev)) }}
}

func textColumn(name, description string, get func(*event) string) column {
	return column{schema.Field{Name: name, Type: schema.Of(schema.String), Description: description},
		func(b *batch.Builder, ev *event) { b.AppendString(get(ev)) }}
}

func timeColumn() column {
	return column{schema.Field{Name: "ts", Type: schema.TimestampOf(3), Description: "when it happened"},
		func(b *batch.Builder, ev *event) { b.AppendInt(ev.ts) }}
}

func userColumn() column {
	return intColumn("user_id", "who; 1 is the most active", func(ev *event) int64 { return ev.user })
}

func playColumns() []column {
	return []column{
		userColumn(),
		intColumn("song_id", "which song; 1 is the most played", func(ev *event) int64 { return ev.song }),
		textColumn("event", "play, skip, like, collect, download, comment or share", func(ev *event) string { return ev.event }),
		intColumn("ms_played", "how long the song was heard, in milliseconds; 0 unless play or skip", func(ev *event) int64 { return ev.ms }),
		textColumn("platform", "android, ios, web or desktop", func(ev *event) string { return ev.platform }),
		textColumn("exp_group", "the user's variant of the experiment "+ExperimentOfGroup, func(ev *event) string { return ev.variant }),
		timeColumn(),
		textColumn("page", "where in the application", func(ev *event) string { return ev.page }),
		deviceColumn(),
		textColumn("net", "wifi, 5g, 4g or offline", func(ev *event) string { return ev.net }),
		textColumn("lang", "the application's language", func(ev *event) string { return ev.lang }),
		sessionColumn(),
	}
}

func deviceColumn() column {
	text := schema.Of(schema.String)
	fields := []schema.Field{{Name: "os", Type: text}, {Name: "ver", Type: text}}
	return column{schema.Field{Name: "device", Type: schema.RowOf(fields...), Description: "operating system or browser, and the application's version"},
		func(b *batch.Builder, ev *event) {
			b.Field(0).AppendString(ev.os)
			b.Field(1).AppendString(ev.ver)
			b.CloseRow()
		}}
}

func sessionColumn() column {
	return column{schema.Field{Name: "session", Type: schema.Of(schema.String), Description: "16 hexadecimal digits"},
		func(b *batch.Builder, ev *event) {
			var text [16]byte
			b.AppendBytes(appendHex(text[:0], ev.session))
		}}
}

func exposureColumns() []column {
	return []column{
		userColumn(),
		textColumn("experiment", "which experiment", func(ev *event) string { return ev.experiment }),
		textColumn("variant", "what the user sees of it, always the same", func(ev *event) string { return ev.variant }),
		timeColumn(),
		textColumn("page", "where in the application", func(ev *event) string { return ev.page }),
	}
}

func liveColumns() []column {
	gift := intColumn("gift_value", "what the gift cost, in coins; NULL unless gift", func(ev *event) int64 { return ev.gift })
	gift.Nullable = true
	fill := gift.fill
	gift.fill = func(b *batch.Builder, ev *event) {
		if ev.gift == 0 {
			b.AppendNull()
			return
		}
		fill(b, ev)
	}
	return []column{
		intColumn("room_id", "which room; 1 is the busiest", func(ev *event) int64 { return ev.room }),
		userColumn(),
		textColumn("event", "enter, leave, comment, like, gift or follow", func(ev *event) string { return ev.event }),
		gift,
		timeColumn(),
	}
}

// filler fills the batches of one reader with the wanted columns.
type filler struct {
	schema   *schema.Schema
	columns  []*column
	builders []*batch.Builder
}

// newFiller checks that the wanted columns are the stream's.
func newFiller(s *stream, want *schema.Schema, rows int) (*filler, error) {
	f := &filler{schema: want}
	for i := range want.Fields {
		w := &want.Fields[i]
		var found *column
		for j := range s.columns {
			if c := &s.columns[j]; c.Name == w.Name {
				found = c
			}
		}
		switch {
		case found == nil:
			return nil, fmt.Errorf("the stream %s has no column %q", s.name, w.Name)
		case !found.Type.Equal(w.Type):
			return nil, fmt.Errorf("column %q of the stream %s is %s, not %s", w.Name, s.name, found.Type, w.Type)
		}
		f.columns = append(f.columns, found)
		f.builders = append(f.builders, batch.NewBuilder(w.Type, rows))
	}
	return f, nil
}

func (f *filler) add(ev *event) {
	for i, c := range f.columns {
		c.fill(f.builders[i], ev)
	}
}

func (f *filler) finish(rows int) *batch.Batch {
	b := &batch.Batch{Schema: f.schema, N: rows, Cols: make([]*batch.Vector, len(f.builders))}
	for i, c := range f.builders {
		b.Cols[i] = c.Finish()
	}
	return b
}
