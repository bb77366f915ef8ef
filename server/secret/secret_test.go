package secret

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
)

func keyOf(b byte) []byte { return bytes.Repeat([]byte{b}, KeyBytes) }

func ring(t testing.TB, keys ...byte) *Keyring {
	t.Helper()
	var all [][]byte
	for _, k := range keys {
		all = append(all, keyOf(k))
	}
	k, err := New(all...)
	require.NoError(t, err)
	return k
}

func requireCode(t *testing.T, err error, code diag.Code) {
	t.Helper()
	var d diag.Diagnostic
	require.ErrorAs(t, err, &d)
	require.Equal(t, code, d.Code)
	require.NotEmpty(t, d.Fix)
}

var here = Place{"connection:1", "password"}

func TestSealAndOpen(t *testing.T) {
	k := ring(t, 1)
	for _, plain := range []string{"", "hunter2", strings.Repeat("长", 10_000)} {
		sealed := k.Seal(here, []byte(plain))
		require.NotEqual(t, sealed, k.Seal(here, []byte(plain)), "no two look alike")
		if plain != "" {
			require.NotContains(t, sealed, plain)
		}
		got, err := k.Open(here, sealed)
		require.NoError(t, err)
		require.Equal(t, plain, string(got))
	}
}

func TestAnotherPlaceDoesNotOpen(t *testing.T) {
	k := ring(t, 1)
	sealed := k.Seal(here, []byte("hunter2"))
	for _, at := range []Place{{}, {"connection:2", "password"}, {"connection:1", "passwor"}, {"connection:1password", ""}, {"", "connection:1password"},
		{"connection:1p", "assword"}} {
		_, err := k.Open(at, sealed)
		requireCode(t, err, CodeDamaged)
	}
}

// Every change of a sealed text, of any bit of any of its characters, is found.
func TestTampering(t *testing.T) {
	k := ring(t, 1)
	sealed := k.Seal(here, []byte("hunter2"))
	for i := range len(sealed) {
		for bit := range 8 {
			changed := []byte(sealed)
			changed[i] ^= 1 << bit
			plain, err := k.Open(here, string(changed))
			require.Error(t, err, "%d.%d", i, bit)
			require.Nil(t, plain)
			require.NotContains(t, err.Error(), "hunter2")
		}
		_, err := k.Open(here, sealed[:i])
		require.Error(t, err)
	}
	for _, more := range []string{sealed + "A", sealed + "\n", sealed + ".", sealed + "=", " " + sealed} {
		_, err := k.Open(here, more)
		requireCode(t, err, CodeDamaged)
	}
}

// stored is a Resealer over a map.
type stored map[Place]string

func (s stored) Reseal(_ context.Context, again func(Place, string) (string, error)) (int, error) {
	n := 0
	for at, sealed := range s {
		fresh, err := again(at, sealed)
		if err != nil {
			return n, err
		}
		if fresh != sealed {
			n++
		}
		s[at] = fresh
	}
	return n, nil
}

func TestRotation(t *testing.T) {
	old, both, fresh := ring(t, 1), ring(t, 2, 1), ring(t, 2)
	s := stored{here: old.Seal(here, []byte("a")), {"connection:2", "password"}: both.Seal(Place{"connection:2", "password"}, []byte("b"))}
	require.False(t, both.Newest(s[here]))
	_, err := fresh.Open(here, s[here])
	requireCode(t, err, CodeUnknownKey)

	n, err := both.Reseal(t.Context(), s, stored{})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = both.Reseal(t.Context(), s)
	require.NoError(t, err)
	require.Zero(t, n)
	plain, err := fresh.Open(here, s[here])
	require.NoError(t, err, "the old key is no longer needed")
	require.Equal(t, "a", string(plain))
	_, err = old.Open(here, s[here])
	requireCode(t, err, CodeUnknownKey)
	_, err = ring(t, 3).Reseal(t.Context(), s)
	requireCode(t, err, CodeUnknownKey)
	require.Len(t, both.IDs(), 2)
}

func TestKeys(t *testing.T) {
	std, url := base64.StdEncoding.EncodeToString(keyOf(0xfb)), base64.RawURLEncoding.EncodeToString(keyOf(0xfb))
	for _, text := range []string{std, url, " " + std + "\n", std + "," + base64.StdEncoding.EncodeToString(keyOf(2))} {
		k, err := Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, ring(t, 0xfb).IDs()[0], k.IDs()[0])
	}
	for _, text := range []string{"", ",", "hunter2", std[:20], std + "," + "hunter2", std + std, strings.Repeat("!", 44)} {
		_, err := Parse(text)
		requireCode(t, err, CodeKey)
		require.NotContains(t, err.Error(), "hunter2")
	}
	_, err := New(keyOf(1)[:31])
	requireCode(t, err, CodeKey)
}

func TestDigest(t *testing.T) {
	k := ring(t, 1, 2)
	d := k.Digest(here, []byte("hunter2"))
	require.Len(t, d, 32)
	require.Equal(t, d, k.Digest(here, []byte("hunter2")))
	require.NotEqual(t, d, k.Digest(here, []byte("hunter3")))
	require.NotEqual(t, d, k.Digest(Place{"connection:1", "passwordh"}, []byte("unter2")))
	require.NotEqual(t, d, ring(t, 2, 1).Digest(here, []byte("hunter2")))
}

func TestKeyringIsNotShown(t *testing.T) {
	k := ring(t, 7)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("keys", "ring", k)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("keys", "ring", k)
	asJSON, err := json.Marshal(struct{ K *Keyring }{k})
	require.NoError(t, err)
	for _, shown := range []string{fmt.Sprintf("%v", k), fmt.Sprintf("%+v", struct{ K *Keyring }{k}), fmt.Sprintf("%#v %s %x %d", k, k, k, k), log.String(), string(asJSON)} {
		require.NotContains(t, shown, "7 7")
		require.NotContains(t, shown, "0707")
		require.NotContains(t, shown, base64.StdEncoding.EncodeToString(keyOf(7))[:8])
	}
}

func TestFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(dir, FileName)
	k, err := Load("", dir)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	again, err := Load("", dir)
	require.NoError(t, err)
	require.Equal(t, k.IDs(), again.IDs())

	require.NoError(t, AddKey(dir))
	rotated, err := Load("", dir)
	require.NoError(t, err)
	require.Equal(t, k.IDs(), rotated.IDs()[1:])
	info, err = os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())

	given, err := Load(base64.StdEncoding.EncodeToString(keyOf(1)), dir)
	require.NoError(t, err)
	require.Equal(t, ring(t, 1).IDs(), given.IDs(), "the variable goes before the file")
	_, err = Load("hunter2", dir)
	requireCode(t, err, CodeKey)

	require.NoError(t, os.Chmod(path, 0o640))
	_, err = Load("", dir)
	requireCode(t, err, CodeKeyFile)
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.WriteFile(path, []byte("broken"), 0o600))
	_, err = Load("", dir)
	requireCode(t, err, CodeKey)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left beside it")
}

func TestFileIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	ids := make([]string, 8)
	errs := make([]error, len(ids))
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var k *Keyring
			if k, errs[i] = Load("", dir); errs[i] == nil {
				ids[i] = k.IDs()[0]
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	for _, id := range ids {
		require.Equal(t, ids[0], id)
	}
}

// FuzzOpen shows that no text brings Open down, and that none opens that was not sealed.
func FuzzOpen(f *testing.F) {
	k, err := New(keyOf(1))
	require.NoError(f, err)
	sealed := k.Seal(here, []byte("hunter2"))
	f.Add(sealed, here.Object, here.Field)
	f.Add("v1."+k.IDs()[0]+".", "", "")
	f.Add("v1..AAAA", "a", "b")
	f.Fuzz(func(t *testing.T, text, object, field string) {
		plain, err := k.Open(Place{object, field}, text)
		if err != nil {
			require.Nil(t, plain)
			return
		}
		// Only what was sealed above, in this process or in one that shares its corpus.
		require.Equal(t, here, Place{object, field})
		require.Equal(t, "hunter2", string(plain))
	})
}

// FuzzSeal shows that whatever is sealed opens where it belongs, and nowhere else.
func FuzzSeal(f *testing.F) {
	k, err := New(keyOf(1))
	require.NoError(f, err)
	f.Add([]byte("hunter2"), "connection:1", "password")
	f.Fuzz(func(t *testing.T, plain []byte, object, field string) {
		sealed := k.Seal(Place{object, field}, plain)
		got, err := k.Open(Place{object, field}, sealed)
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, got))
		_, err = k.Open(Place{object, field + "x"}, sealed)
		require.Error(t, err)
		_, err = k.Open(Place{object + "x", field}, sealed)
		require.Error(t, err)
	})
}

// FuzzParse shows that no text brings Parse down.
func FuzzParse(f *testing.F) {
	f.Add(base64.StdEncoding.EncodeToString(keyOf(1)) + ",x")
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := Parse(text); err == nil {
			require.NotEmpty(t, k.IDs())
		}
	})
}
