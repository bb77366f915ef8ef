package grants_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, file, got string) {
	t.Helper()
	file = filepath.Join("testdata", file)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run the test with -update")
	require.Equal(t, string(want), got)
}

func TestWhy(t *testing.T) {
	day := 24 * time.Hour
	var out strings.Builder
	for _, c := range []struct {
		name   string
		given  []grants.Policy
		revoke string
		who    grants.Principal
		action grants.Action
		object grants.Object
	}{
		{"the owner's team", nil, "", ann().Principal, grants.Read, object("plays")},
		{"two grants, one of them for a time", []grants.Policy{until(allow("1", "role:analyst", grants.Read, "db:ads.music"), 30*day), allow("2", "user:bob", grants.Manage, "catalog:ads")}, "", bob().Principal, grants.Read, object("plays")},
		{"everything, as administrator", nil, "", root().Principal, grants.Write, object("prices")},
		{"nothing granted", nil, "", bob().Principal, grants.Read, object("plays")},
		{"nothing granted, and nobody's table", nil, "", bob().Principal, grants.Manage, object("prices")},
		{"discovering is not reading", []grants.Policy{allow("1", "role:analyst", grants.Discover, "*")}, "", bob().Principal, grants.Read, object("plays")},
		{"a deny outweighs", []grants.Policy{until(deny("1", "user:ann", grants.Read, "catalog:ads"), day)}, "", ann().Principal, grants.Read, object("plays")},
		{"a deny of less", []grants.Policy{deny("1", "team:charts", grants.Discover, "table:plays")}, "", ann().Principal, grants.Write, object("plays")},
		{"a deny of what is not granted either", []grants.Policy{deny("1", "user:bob", grants.Read, "*")}, "", bob().Principal, grants.Read, object("plays")},
		{"expired", []grants.Policy{until(allow("1", "team:shop", grants.Write, "db:ads.music"), -day)}, "", bob().Principal, grants.Write, object("plays")},
		{"taken back", []grants.Policy{allow("1", "user:bob", grants.Read, "table:plays")}, "1", bob().Principal, grants.Discover, object("plays")},
		{"a pipeline's team", nil, "", grants.Team("shop", "Shop"), grants.Write, object("plays")},
		{"a database", []grants.Policy{allow("1", "user:bob", grants.Write, "db:ads.music")}, "", bob().Principal, grants.Write, grants.Object{Catalog: "ads", DB: "music"}},
		{"a catalog", nil, "", bob().Principal, grants.Manage, grants.Object{Catalog: "ads"}},
		{"nobody", []grants.Policy{allow("1", "role:analyst", grants.Read, "*")}, "", grants.Principal{Name: "nobody"}, grants.Read, object("plays")},
	} {
		o := newOffice(t, c.given...)
		if c.revoke != "" {
			require.NoError(t, o.Revoke(t.Context(), ann(), c.revoke, grants.Options{Note: "the report is done"}))
		}
		e, err := o.Why(t.Context(), c.who, c.action, c.object)
		require.NoError(t, err)
		require.Equal(t, o.May(c.who, c.action, c.object), e.Allowed)
		out.WriteString("== " + c.name + ": " + e.Verdict + "\n" + e.Text["en"] + "\n" + e.Text["zh"] + "\n")
	}
	golden(t, "why.golden", out.String())

	o := newOffice(t, until(deny("1", "user:ann", grants.Read, "catalog:ads"), day))
	e, err := o.Why(t.Context(), ann().Principal, grants.Read, object("plays"))
	require.NoError(t, err)
	e.Text = nil
	text, err := json.MarshalIndent(e, "", "  ")
	require.NoError(t, err)
	golden(t, "why.json", string(text)+"\n")
}
