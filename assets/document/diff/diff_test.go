package diff_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/assets/document"
	"millrace/assets/document/diff"
	"millrace/components/all"
	"millrace/pipelines/compile"
)

var update = flag.Bool("update", false, "write the goldens")

func env(t *testing.T) compile.Env {
	t.Helper()
	registry, err := all.Registry()
	require.NoError(t, err)
	tables, diags := catalog.LoadFile("testdata/catalog.yaml", registry)
	require.Empty(t, diags)
	return compile.Env{Registry: registry, Catalog: tables}
}

// TestCompare keeps what is said of two texts, which stand in one file, beside it.
func TestCompare(t *testing.T) {
	env := env(t)
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			old, now, ok := strings.Cut(string(text), "=== new\n")
			require.True(t, ok)
			format := document.YAML
			if strings.HasPrefix(name, "script") {
				format = document.SQL
			}
			a, diags := document.Compile("old", format, old, env)
			require.False(t, diags.HasErrors(), "%v", diags)
			b, diags := document.Compile("new", format, now, env)

			var out strings.Builder
			for _, d := range diags {
				fmt.Fprintf(&out, "%s\n", d.Error())
			}
			d := diff.Compare(a.Side, b.Side)
			for _, s := range d.Sentences() {
				fmt.Fprintf(&out, "%s\n    %s\n", s.En, s.Zh)
			}
			data, err := json.MarshalIndent(d, "", "  ")
			require.NoError(t, err)
			fmt.Fprintf(&out, "%s\n", data)

			golden := strings.TrimSuffix(file, ".txt") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "run the test with -update")
			require.Equal(t, string(want), out.String())

			back := diff.Compare(b.Side, a.Side)
			require.Equal(t, d.Same(), back.Same(), "a difference is one from both sides")
			itself := diff.Compare(a.Side, a.Side)
			require.True(t, itself.Same())
		})
	}
}
