package grants_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/models/diag"
)

func TestParse(t *testing.T) {
	for _, good := range []string{"*", "catalog:ads", "catalog:广告", "db:ads.music", "db:广告.音乐", "table:0af3", "catalog:with space", "catalog:*"} {
		s, err := grants.ParseScope(good)
		require.NoError(t, err)
		require.Equal(t, good, string(s))
	}
	for _, bad := range []string{"", "**", "catalog:", "catalog:a.b", "db:", "db:a", "db:.b", "db:a.", "db:a.b.c", "table:", "table:a.b", "table:a b", "table:表",
		"tables:a", "catalog:a\nb", "catalog:\xff", "catalog:a\x00", "db:a.b\u0085", "table:" + strings.Repeat("a", 65), "catalog:" + strings.Repeat("a", 250)} {
		_, err := grants.ParseScope(bad)
		require.Equal(t, grants.CodeScope, code(t, err), "%q", bad)
		require.ErrorIs(t, err, diag.ErrInvalid)
	}
	for _, good := range []string{"user:ann", "team:0af3", "role:analyst"} {
		_, err := grants.ParseSubject(good)
		require.NoError(t, err)
	}
	for _, bad := range []string{"", "user", "user:", "users:a", "user:a b", "user:a:b", "user:é", "*", "role:*", "system", "user:" + strings.Repeat("a", 65)} {
		_, err := grants.ParseSubject(bad)
		require.Equal(t, grants.CodeSubject, code(t, err), "%q", bad)
	}
	_, err := grants.ParseAction("Read")
	require.Equal(t, grants.CodeAction, code(t, err))
}

// FuzzParseScope holds that a scope that is read is one of an object's, so that no policy is about nothing, and that it fits a column.
func FuzzParseScope(f *testing.F) {
	for _, s := range []string{"*", "catalog:ads", "db:ads.music", "table:0af3", "db:a.b.c", "catalog:\xff", "db:..", "table:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := grants.ParseScope(text)
		if err != nil {
			require.True(t, utf8.ValidString(err.Error()))
			require.Less(t, len(err.Error()), 1000)
			return
		}
		require.Equal(t, text, string(s))
		require.LessOrEqual(t, len(text), 255)
		kind, name, _ := strings.Cut(text, ":")
		var o grants.Object
		switch kind {
		case "catalog":
			o.Catalog = name
		case "db":
			o.Catalog, o.DB, _ = strings.Cut(name, ".")
		case "table":
			o.Table = name
		}
		require.Contains(t, o.Scopes(), s)
		// And the index files it where the object is looked for.
		p := grants.Policy{ID: "1", Subject: "user:u", Action: grants.Read, Scope: s, Effect: grants.Allow}
		require.True(t, grants.NewIndex([]grants.Policy{p}).May(grants.Principal{Subject: "user:u"}, grants.Read, o, start))
	})
}

// FuzzParseSubject holds that what is read is a kind and an id without anything that could be taken for more.
func FuzzParseSubject(f *testing.F) {
	for _, s := range []string{"user:ann", "team:0af3", "role:analyst", "user:a:b", "user:", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := grants.ParseSubject(text)
		if err != nil {
			require.True(t, utf8.ValidString(err.Error()))
			return
		}
		kind, id := s.Kind()
		require.Contains(t, []string{"user", "team", "role"}, kind)
		require.Equal(t, text, kind+":"+id)
		require.NotContains(t, id, ":")
	})
}
