package spill

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func open(t testing.TB, dir string) *Store {
	s, err := Open(dir, 1<<20, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s
}

// A store has what a map has, whatever of it has been written to files by now.
func TestStoreAgainstMap(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	random, model := rand.New(rand.NewPCG(3, 4)), map[string]string{}
	key := func() string { return fmt.Sprintf("%c%d", 'a'+random.IntN(4), random.IntN(20_000)) }
	for range 40 {
		w := s.Write()
		for range random.IntN(3000) {
			k, v := key(), fmt.Sprint(random.Uint64())
			if random.IntN(4) == 0 {
				delete(model, k)
				require.NoError(t, w.Delete([]byte(k)))
				continue
			}
			model[k] = v
			require.NoError(t, w.Put([]byte(k), []byte(v)))
		}
		require.NoError(t, w.Close())

		var asked [][]byte
		for range 200 {
			asked = append(asked, []byte(key()))
		}
		slices.SortFunc(asked, bytes.Compare)
		found := map[string]string{}
		require.NoError(t, s.Load(asked, func(i int, v []byte) error {
			found[string(asked[i])] = string(v)
			return nil
		}))
		for _, k := range asked {
			want, has := model[string(k)]
			got, had := found[string(k)]
			require.Equal(t, has, had, "%s", k)
			require.Equal(t, want, got)
		}
	}
	var got []string
	require.NoError(t, s.Range([]byte("b"), []byte("d"), func(k, v []byte) error {
		require.Equal(t, model[string(k)], string(v))
		got = append(got, string(k))
		return nil
	}))
	want := slices.DeleteFunc(slices.Sorted(maps.Keys(model)), func(k string) bool { return k < "b" || k >= "d" })
	require.Equal(t, want, got)
	require.Positive(t, s.Disk())
	require.EqualValues(t, 1<<20, s.Memory())

	require.NoError(t, s.Close())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries, "a store that is closed leaves nothing behind")
}

func TestErrorsOfCallersStop(t *testing.T) {
	s := open(t, t.TempDir())
	w := s.Write()
	require.NoError(t, w.Put([]byte("a"), []byte("1")))
	require.NoError(t, w.Put([]byte("b"), []byte("2")))
	require.NoError(t, w.Close())
	mine := errors.New("mine")
	calls := 0
	require.ErrorIs(t, s.Load([][]byte{[]byte("a"), []byte("b")}, func(int, []byte) error { calls++; return mine }), mine)
	require.ErrorIs(t, s.Range(nil, nil, func(_, _ []byte) error { calls++; return mine }), mine)
	require.Equal(t, 2, calls)
	require.NoError(t, s.Close())
}

// What a process that was killed has left behind goes; everything else in the folder stays.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	left := open(t, dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "state-1.seg"), nil, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "other"), 0o700))
	require.NoError(t, Sweep(dir))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	_ = left.db.Close()
	left.cache.Unref()
}

// BenchmarkLoad looks sorted keys up of a store much larger than its cache, one of which in two is there.
func BenchmarkLoad(b *testing.B) {
	s, err := Open(b.TempDir(), 16<<20, slog.New(slog.DiscardHandler))
	require.NoError(b, err)
	defer func() { require.NoError(b, s.Close()) }()
	key := func(i uint64) []byte { return fmt.Appendf(nil, "%016x", i*0x9e3779b97f4a7c15) }
	const n = 2_000_000
	w := s.Write()
	for i := range uint64(n) {
		require.NoError(b, w.Put(key(i), []byte("a state of twenty b.")))
	}
	require.NoError(b, w.Close())
	random := rand.New(rand.NewPCG(1, 1))
	for b.Loop() {
		b.StopTimer()
		var keys [][]byte
		for range 65_536 {
			keys = append(keys, key(random.Uint64N(2*n)))
		}
		slices.SortFunc(keys, bytes.Compare)
		b.StartTimer()
		require.NoError(b, s.Load(keys, func(int, []byte) error { return nil }))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/65_536, "ns/key")
	b.ReportMetric(float64(s.Disk())/(1<<20), "MiB")
}
