package segment

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func sample() []Section {
	return []Section{
		{Kind: "window", Op: "m/win", Shard: "3", Full: true, Version: 1, Payload: []byte("state of a lane")},
		{Kind: "chunk", Op: "m/歌曲", Shard: "0", Version: 7, Payload: []byte{}},
		{Kind: "rejects", Version: 1, Payload: []byte{0, 255, 'M', 'R', 'S', 'E', 'G', 0}},
	}
}

func TestRoundTrip(t *testing.T) {
	for name, want := range map[string][]Section{"several": sample(), "none": nil, "large": {{Kind: "chunk", Version: 1, Payload: make([]byte, 1<<20)}}} {
		dir := t.TempDir()
		n, err := Write(dir, name, want)
		require.NoError(t, err)
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, info.Size(), n, name)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "rows of the user stand in it")
		got, err := Read(dir, name)
		require.NoError(t, err)
		require.Equal(t, want, got, name)

		_, err = Write(dir, name, sample())
		require.ErrorIs(t, err, os.ErrExist, "a file is never written twice")
		got, err = Read(dir, name)
		require.NoError(t, err)
		require.Equal(t, want, got, "and the first one stays")
	}
	_, err := Read(t.TempDir(), "gone")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NotErrorIs(t, err, ErrCorrupt)
	_, err = Write(filepath.Join(t.TempDir(), "no such folder"), "x", nil)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func encoded(t testing.TB, sections []Section) []byte {
	t.Helper()
	dir := t.TempDir()
	_, err := Write(dir, "x", sections)
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(dir, "x"))
	require.NoError(t, err)
	return data
}

func TestEveryDamageIsFound(t *testing.T) {
	data := encoded(t, sample())
	_, err := Decode(data)
	require.NoError(t, err)
	for n := range data {
		_, err := Decode(data[:n])
		require.ErrorIs(t, err, ErrCorrupt, "cut to %d of %d bytes", n, len(data))
		for bit := range 8 {
			damaged := append([]byte{}, data...)
			damaged[n] ^= 1 << bit
			_, err := Decode(damaged)
			require.ErrorIs(t, err, ErrCorrupt, "bit %d of byte %d was flipped", bit, n)
		}
	}
	_, err = Decode(append(data[:len(data):len(data)], 0))
	require.ErrorIs(t, err, ErrCorrupt, "a byte behind the end")
	_, err = Decode(append(data[:len(data):len(data)], data...))
	require.ErrorIs(t, err, ErrCorrupt, "the file twice")

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x"), data[:len(data)-1], 0o600))
	_, err = Read(dir, "x")
	require.ErrorIs(t, err, ErrCorrupt)
	require.ErrorContains(t, err, "reading segment x")
}

// section encodes one by hand, with the right checksum whatever it holds.
func section(header string, payload []byte) []byte {
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(header)))
	out = binary.LittleEndian.AppendUint64(append(out, header...), uint64(len(payload)))
	sum := crc32.Checksum(append([]byte(header), payload...), castagnoli())
	return binary.LittleEndian.AppendUint32(append(out, payload...), sum)
}

func TestWhatTheSumCannotFind(t *testing.T) {
	end := func(n byte) []byte { return section(`{"kind":"end","version":1}`, []byte{n, 0, 0, 0}) }
	one := section(`{"kind":"chunk","version":1}`, []byte("x"))
	for name, c := range map[string]struct {
		parts [][]byte
		want  string
	}{
		"no end":                   {[][]byte{one}, "it ends within section 1"},
		"a section too few":        {[][]byte{one, end(2)}, "its end does not fit"},
		"a section too many":       {[][]byte{one, one, end(1)}, "its end does not fit"},
		"a short count":            {[][]byte{section(`{"kind":"end"}`, []byte{0})}, "its end does not fit"},
		"a header that is no JSON": {[][]byte{section("{", nil), end(1)}, "header of section 0"},
		"a header of a gibibyte":   {[][]byte{{0, 0, 0, 0x40}, make([]byte, 64)}, "it ends within section 0"},
		"a payload of an exbibyte": {[][]byte{section(`{}`, nil)[:6], {0, 0, 0, 0, 0, 0, 0, 0x10}, make([]byte, 64)}, "it ends within section 0"},
		"a payload that wraps":     {[][]byte{section(`{}`, nil)[:6], {255, 255, 255, 255, 255, 255, 255, 255}, make([]byte, 64)}, "it ends within section 0"},
	} {
		data := []byte(magic)
		for _, p := range c.parts {
			data = append(data, p...)
		}
		_, err := Decode(data)
		require.ErrorIs(t, err, ErrCorrupt, name)
		require.ErrorContains(t, err, c.want, name)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encoded(f, sample()))
	f.Add(encoded(f, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Decode(data)
		if err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
			return
		}
		again, err := Decode(encoded(t, got))
		require.NoError(t, err)
		require.Equal(t, len(got), len(again))
		for i := range got {
			require.Equal(t, string(got[i].Payload), string(again[i].Payload))
			got[i].Payload, again[i].Payload = nil, nil
		}
		require.Equal(t, got, again)
	})
}
