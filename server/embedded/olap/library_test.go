package olap

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindLibrary(t *testing.T) {
	dir := t.TempDir()
	cache := filepath.Join(dir, "cache")
	cached := filepath.Join(cache, "chdb", LibraryVersion, libraryFile)
	require.NoError(t, os.MkdirAll(filepath.Dir(cached), 0o700))
	other := filepath.Join(dir, "other.so")
	empty := filepath.Join(dir, "empty.so")
	for name, text := range map[string]string{cached: "x", other: "x", empty: ""} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	missing := filepath.Join(dir, "missing.so")

	for name, c := range map[string]struct {
		explicit, env, cache string
		want                 string
		reason               string
	}{
		"explicit first":           {explicit: other, env: missing, cache: cache, want: other},
		"then the environment":     {env: other, cache: cache, want: other},
		"then the cache":           {cache: cache, want: cached},
		"explicit is binding":      {explicit: missing, env: other, cache: cache, reason: "the configuration names " + missing},
		"environment is binding":   {env: missing, cache: cache, reason: "MILLRACE_CHDB_LIB names " + missing},
		"an empty file is no file": {explicit: empty, cache: cache, reason: "not a library file"},
		"a folder is no file":      {explicit: dir, cache: cache, reason: "not a library file"},
		"nowhere":                  {cache: filepath.Join(dir, "nothing"), reason: "libchdb was not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("MILLRACE_CHDB_LIB", c.env)
			t.Setenv("MILLRACE_CACHE", c.cache)
			got, err := FindLibrary(c.explicit)
			if c.want != "" {
				require.NoError(t, err)
				require.Equal(t, c.want, got)
				return
			}
			var typed *LibraryError
			require.ErrorAs(t, err, &typed)
			require.NotEmpty(t, typed.Searched)
			require.ErrorContains(t, err, c.reason)
			require.ErrorContains(t, err, "the embedded ClickHouse is off")
		})
	}
}

func TestRunChildRefusesWrongArguments(t *testing.T) {
	for name, args := range map[string][]string{
		"none":         {},
		"unknown flag": {"-x"},
		"no ports":     {"-library", "a", "-data", "b"},
		"too many":     append(childArgs{"a", "b", 1, 2}.flags(), "more"),
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, 2, RunChild(args)) })
	}
}
