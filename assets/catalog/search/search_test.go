package search_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog/search"
	"millrace/assets/grants"
)

var update = flag.Bool("update", false, "write the goldens")

// sees is a viewer of some tables, by name, and of the things of one team.
type sees struct {
	tables string
	team   string
	asked  *int
}

func (s sees) Key() string { return s.tables + " " + s.team }
func (s sees) Discover(o grants.Object) bool {
	if s.asked != nil {
		*s.asked++
	}
	return s.tables == "*" || slices.Contains(strings.Fields(s.tables), o.Table)
}
func (s sees) Sees(team string) bool { return team == "" || team == s.team }

var everything = sees{tables: "*", team: "music"}

// source is a list of changes, in their order.
type source struct {
	changes []search.Change
	fail    error
}

func (s *source) Version(context.Context) (int64, error) { return int64(len(s.changes)), s.fail }
func (s *source) Since(_ context.Context, after int64) ([]search.Change, int64, error) {
	return slices.Clone(s.changes[after:]), int64(len(s.changes)), s.fail
}
func (s *source) add(entries ...search.Entry) {
	for _, e := range entries {
		s.changes = append(s.changes, search.Change{Entry: e})
	}
}

func columns(list string) (out []search.Column) {
	for c := range strings.SplitSeq(list, ",") {
		name, about, _ := strings.Cut(strings.TrimSpace(c), ":")
		out = append(out, search.Column{Name: name, Type: "string", Description: strings.TrimSpace(about)})
	}
	return out
}

// music is a small hub.
func music() *source {
	s := &source{}
	s.add(
		search.Entry{Kind: search.Table, ID: "t1", Name: "ods.music.play_events", Type: "stream", Layer: "ODS", Domain: "music", Tags: []string{"core", "播放"}, Team: "music",
			Description: "What listeners do with songs, as it comes from their devices.", Columns: columns("user_id, song_id, event: play or skip, ms_played: 播放时长, exp_group")},
		search.Entry{Kind: search.Table, ID: "t2", Name: "dwd.music.long_plays", Type: "store", Layer: "CDM", Domain: "music", Team: "music",
			Description: "Plays of more than half a minute. 超过半分钟的播放明细，用于推荐。", Columns: columns("userId, songId, seconds")},
		search.Entry{Kind: search.Table, ID: "t3", Name: "dim.music.songs", Type: "dimension", Layer: "CDM", Domain: "music", Tags: []string{"core"}, Team: "catalog",
			Description: "歌曲维度表", Columns: columns("song_id, title: 歌名, artist_name: who sings, album")},
		search.Entry{Kind: search.Table, ID: "t4", Name: "ads.pay.revenue_daily", Type: "store", Layer: "ADS", Domain: "pay", Team: "pay",
			Description: "Daily revenue by HTTPServer region", Columns: columns("day, region, revenue, listeners")},
		search.Entry{Kind: search.Document, ID: "d1", Name: "cdm.music.long_plays", Type: "view", Team: "music", Description: "Listening longer than 30 s"},
		search.Entry{Kind: search.Document, ID: "d2", Name: "ads.pay.secret_play_model", Type: "view", Team: "pay"},
		search.Entry{Kind: search.Connection, ID: "c1", Name: "broker", Type: "kafka", Description: "the embedded broker"},
	)
	return s
}

func open(t *testing.T, dir string) *search.Index {
	t.Helper()
	ix, err := search.Open(search.Options{Dir: dir, Origin: "here"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ix.Close()) })
	return ix
}

func indexOf(t *testing.T, s search.Source) (*search.Index, *search.Follower) {
	t.Helper()
	ix := open(t, t.TempDir())
	f := search.NewFollower(ix, map[string]search.Source{"hub": s}, nil)
	f.Teams = func(context.Context) (map[string]string, error) {
		return map[string]string{"music": "Music Team", "pay": "支付团队", "catalog": "Catalog"}, nil
	}
	require.NoError(t, f.Update(t.Context()))
	return ix, f
}

func find(t *testing.T, ix *search.Index, who search.Viewer, q search.Query) ([]string, search.Page) {
	t.Helper()
	page, err := ix.Search(t.Context(), who, q)
	require.NoError(t, err)
	ids := []string{}
	for _, h := range page.Hits {
		ids = append(ids, h.ID)
	}
	return ids, page
}

// TestQuestions keeps the answers to questions, with what is marked in them, as a golden.
func TestQuestions(t *testing.T) {
	ix, _ := indexOf(t, music())
	var b strings.Builder
	for _, text := range []string{
		"play", "plays", "playing", "played", "playEvents", "play_events", "playevents", "PLAY EVENTS", "ods.music.play_events", "long_plays", "user_id", "userid", "songs", "lis",
		"listener", "reveneu", "revenu", "revnue", "artst", "playz", "播放", "放", "播放时长", "歌曲", "歌", "歌名", "半分钟明细", "推荐播放", "ｐｌａｙ", "core", "支付团队", "music team",
		"kafka", "broker", "server http", "the plays of a song", "revenue by region", "nothing at all", "=play", "", "  ", "_", "half minute plays longer",
	} {
		fmt.Fprintf(&b, "? %s\n", text)
		_, page := find(t, ix, everything, search.Query{Text: text})
		for _, h := range page.Hits {
			fmt.Fprintf(&b, "  %s %s\n", h.Kind, h.Name)
			for _, m := range h.Highlights {
				fmt.Fprintf(&b, "    %s %s\n", m.Field, marked(m))
			}
		}
	}
	golden := "testdata/questions.golden"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "run the test with -update")
	require.Equal(t, string(want), b.String())
}

func marked(h search.Highlight) string {
	runes := []rune(h.Text)
	out, at := "", 0
	for _, s := range h.Spans {
		out += string(runes[at:s[0]]) + "[" + string(runes[s[0]:s[1]]) + "]"
		at = s[1]
	}
	return out + string(runes[at:])
}

func TestFilters(t *testing.T) {
	ix, _ := indexOf(t, music())
	for _, c := range []struct {
		q    search.Query
		want []string
	}{
		{search.Query{Text: "play", Kinds: []search.Kind{search.Document}}, []string{"d1"}},
		{search.Query{Text: "play", Layers: []string{"CDM"}}, []string{"t2"}},
		{search.Query{Domains: []string{"pay"}}, []string{"t4"}},
		{search.Query{Tags: []string{"core"}}, []string{"t3", "t1"}},
		{search.Query{Tags: []string{"core", "播放"}}, []string{"t1"}},
		{search.Query{Teams: []string{"catalog"}}, []string{"t3"}},
		{search.Query{Types: []string{"stream", "kafka"}}, []string{"c1", "t1"}},
		{search.Query{Text: "listeners", Names: true}, []string{}},
		{search.Query{Text: "long_pl", Names: true}, []string{"d1", "t2"}},
		{search.Query{Text: "play", Offset: search.MaxDepth + 1}, []string{}},
		{search.Query{Text: "play", Offset: -1}, []string{}},
	} {
		ids, _ := find(t, ix, everything, c.q)
		require.Equal(t, c.want, ids, "%+v", c.q)
	}
}

// TestVisibility has a viewer find what may be seen of much that may not, page by page, and learn nothing of the rest.
func TestVisibility(t *testing.T) {
	s := &source{}
	var mine []string
	for i := range 500 {
		id := fmt.Sprintf("t%03d", i)
		if i%10 == 0 {
			mine = append(mine, id)
		}
		s.add(search.Entry{Kind: search.Table, ID: id, Name: fmt.Sprintf("ods.a.events_%03d", i)})
	}
	ix, _ := indexOf(t, s)
	who := sees{tables: strings.Join(mine, " ")}
	var got []string
	for offset := 0; ; offset += 7 {
		ids, page := find(t, ix, who, search.Query{Text: "events", Offset: offset, Limit: 7})
		got = append(got, ids...)
		require.Equal(t, offset+7 < len(mine), page.More)
		if !page.More {
			break
		}
		require.Len(t, ids, 7, "what is hidden leaves no gaps")
	}
	require.Equal(t, mine, got)

	// What nobody may see looks like what is not there, in a search for much and for little.
	_, hidden := find(t, ix, sees{}, search.Query{Text: "events_123"})
	_, nothing := find(t, ix, sees{}, search.Query{Text: "xyzzy"})
	require.Equal(t, nothing, hidden)

	// It is decided once.
	asked := 0
	who.asked, who.team = &asked, "counted"
	find(t, ix, who, search.Query{Text: "events"})
	first := asked
	require.LessOrEqual(t, first, 500+21)
	find(t, ix, who, search.Query{Text: "events"})
	require.Equal(t, first+21, asked, "only what is told is asked for again")
}

func TestUse(t *testing.T) {
	s := &source{}
	for i := range 5 {
		s.add(search.Entry{Kind: search.Table, ID: fmt.Sprint("t", i), Name: fmt.Sprintf("ods.a%d.events", i)})
	}
	s.add(search.Entry{Kind: search.Table, ID: "other", Name: "ods.b.things", Description: "has nothing to do with events but to name them among many other words that are here"})
	ix, _ := indexOf(t, s)
	ids, _ := find(t, ix, everything, search.Query{Text: "events"})
	require.Equal(t, []string{"t0", "t1", "t2", "t3", "t4", "other"}, ids)
	ix.SetUses(map[string]float64{"table:t3": 40, "table:other": 3})
	ids, _ = find(t, ix, everything, search.Query{Text: "events"})
	require.Equal(t, []string{"t3", "t0", "t1", "t2", "t4", "other"}, ids, "use weighs, but does not drown the text")
	ids, _ = find(t, ix, everything, search.Query{})
	require.Equal(t, []string{"t3", "other"}, ids[:2])
}

func TestFollow(t *testing.T) {
	s := music()
	ix, f := indexOf(t, s)
	// A second server has an index of its own.
	other, g := indexOf(t, s)

	renamed := s.changes[0].Entry
	renamed.Name = "ods.music.touches"
	s.add(renamed)
	s.changes = append(s.changes, search.Change{Entry: search.Entry{Kind: search.Table, ID: "t2"}, Gone: true}, search.Change{Entry: search.Entry{Kind: search.Table, ID: "never"}, Gone: true})
	for _, one := range []struct {
		ix *search.Index
		f  *search.Follower
	}{{ix, f}, {other, g}} {
		ids, _ := find(t, one.ix, everything, search.Query{Text: "touches"})
		require.Empty(t, ids)
		require.NoError(t, one.f.Update(t.Context()))
		ids, _ = find(t, one.ix, everything, search.Query{Text: "touches"})
		require.Equal(t, []string{"t1"}, ids)
		ids, _ = find(t, one.ix, everything, search.Query{Text: "long_plays"})
		require.Equal(t, []string{"d1"}, ids)
		at, err := one.ix.Position("hub")
		require.NoError(t, err)
		require.Equal(t, int64(len(s.changes)), at)
	}

	s.fail = errors.New("the store is away")
	require.ErrorContains(t, f.Update(t.Context()), "the store is away")
	ids, _ := find(t, ix, everything, search.Query{Text: "touches"})
	require.Len(t, ids, 1, "what is known is still found")
	s.fail = nil

	// The store was put back from a backup.
	s.changes = s.changes[:3]
	require.NoError(t, f.Update(t.Context()))
	ids, _ = find(t, ix, everything, search.Query{})
	require.Equal(t, []string{"t3", "t2", "t1"}, ids)
}

func TestRun(t *testing.T) {
	s := music()
	ix := open(t, t.TempDir())
	_, page := find(t, ix, everything, search.Query{})
	require.False(t, page.Complete)
	f := search.NewFollower(ix, map[string]search.Source{"hub": s}, nil)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.Run(ctx, time.Hour)
	}()
	require.Eventually(t, func() bool {
		_, page := find(t, ix, everything, search.Query{})
		return page.Complete && len(page.Hits) > 0
	}, 10*time.Second, time.Millisecond)
	stop()
	<-done
}

// TestReopen finds an index again as it was left, and makes one anew that cannot be used.
func TestReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	s := music()
	fill := func() {
		ix, err := search.Open(search.Options{Dir: dir, Origin: "here"})
		require.NoError(t, err)
		require.NoError(t, search.NewFollower(ix, map[string]search.Source{"hub": s}, nil).Update(t.Context()))
		require.NoError(t, ix.Close())
	}
	position := func(origin string) int64 {
		ix, err := search.Open(search.Options{Dir: dir, Origin: origin})
		require.NoError(t, err)
		defer func() { require.NoError(t, ix.Close()) }()
		at, err := ix.Position("hub")
		require.NoError(t, err)
		ids, _ := find(t, ix, everything, search.Query{Text: "play_events"})
		require.Equal(t, at > 0, len(ids) > 0)
		return at
	}
	require.Zero(t, position("here"), "there was none")
	fill()
	require.Equal(t, int64(len(s.changes)), position("here"))
	require.Zero(t, position("elsewhere"), "it is of another installation")

	for name, damage := range map[string]func(path string) error{
		"cut":     func(path string) error { return os.Truncate(path, 20) },
		"garbage": func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("garbage", 5000)), 0o600) },
		"gone":    os.Remove,
	} {
		for _, pattern := range []string{"root.bolt", "*.zap"} {
			require.NoError(t, os.RemoveAll(dir))
			fill()
			files, err := filepath.Glob(filepath.Join(dir, pattern))
			require.NoError(t, err)
			require.NotEmpty(t, files)
			for _, f := range files {
				require.NoError(t, damage(f))
			}
			require.Zero(t, position("here"), "%s %s", pattern, name)
			fill()
			require.Equal(t, int64(len(s.changes)), position("here"))
		}
	}
}

func TestClosed(t *testing.T) {
	ix, err := search.Open(search.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	require.NoError(t, ix.Close())
	require.NoError(t, ix.Close())
	_, err = ix.Search(t.Context(), everything, search.Query{})
	require.ErrorIs(t, err, search.ErrClosed)
	_, err = ix.Position("hub")
	require.ErrorIs(t, err, search.ErrClosed)
	require.ErrorIs(t, ix.Apply("hub", 1, nil), search.ErrClosed)
	require.ErrorIs(t, ix.Refresh(), search.ErrClosed)
	require.ErrorIs(t, ix.Merge(t.Context()), search.ErrClosed)
}

// uses is a store of uses.
type uses struct {
	kept []map[string]search.Use
	fail error
}

func (u *uses) AddUses(_ context.Context, add map[string]search.Use) error {
	if u.fail == nil {
		u.kept = append(u.kept, add)
	}
	return u.fail
}

func (u *uses) EachUse(_ context.Context, each func(age int, key string, u search.Use)) error {
	for i, day := range u.kept {
		for key, use := range day {
			each(14*(len(u.kept)-1-i), key, use)
		}
	}
	return u.fail
}

func TestWeights(t *testing.T) {
	c, store := search.NewCounter(), &uses{}
	require.NoError(t, c.Flush(t.Context(), store))
	require.Empty(t, store.kept)
	c.Viewed("table:a")
	c.Queried("table:a")
	c.Queried("table:b")
	store.fail = errors.New("away")
	require.ErrorContains(t, c.Flush(t.Context(), store), "away")
	store.fail = nil
	require.NoError(t, c.Flush(t.Context(), store))
	c.Queried("table:b")
	require.NoError(t, c.Flush(t.Context(), store))
	got, err := search.Weights(t.Context(), store, map[string]int{"b": 2})
	require.NoError(t, err)
	require.InDeltaMapValues(t, map[string]float64{"table:a": 0.6, "table:b": 0.5 + 1 + 10}, got, 1e-9)
}

func FuzzSearch(f *testing.F) {
	for _, s := range []string{"play_events", "播放 x", "aB1_-c.D", "=", "\xff\xfe", "ｐｌ", "HTTPServerID"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		s := &source{}
		s.add(search.Entry{Kind: search.Table, ID: "x", Name: name, Description: text, Columns: []search.Column{{Name: name, Description: text}}})
		ix, err := search.Open(search.Options{Dir: t.TempDir()})
		require.NoError(t, err)
		defer func() { require.NoError(t, ix.Close()) }()
		require.NoError(t, search.NewFollower(ix, map[string]search.Source{"hub": s}, nil).Update(t.Context()))
		for _, q := range []string{name, text} {
			page, err := ix.Search(t.Context(), everything, search.Query{Text: q})
			require.NoError(t, err)
			for _, h := range page.Hits {
				for _, m := range h.Highlights {
					runes := []rune(m.Text)
					for _, s := range m.Spans {
						require.True(t, 0 <= s[0] && s[0] < s[1] && s[1] <= len(runes), "%+v", m)
					}
				}
			}
		}
	})
}
