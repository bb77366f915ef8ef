package browser

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestComponent shows that a component takes its own folder and its line in the list, and nothing in the application: a server is built with
// one more than there are, and a walk finds it in the palette with its icon, fills in its form and reads its help, in both languages.
func TestComponent(t *testing.T) {
	w := prepare(t)
	w.Component = "Scale"
	w.URL, w.Password = serve(t, with(t, "scale"))
	run(t, w, "component.walk")
}

// with builds a server that has the component of a folder of testdata as well. The source tree stays as it is.
func with(t *testing.T, component string) string {
	t.Helper()
	dir := t.TempDir()
	list := filepath.Join(root(t), "components", "all", "all.go")
	source, err := os.ReadFile(list)
	require.NoError(t, err)
	text := string(source)
	for before, after := range map[string]string{
		"import (\n":     "import (\n\t\"millrace/components/" + component + "\"\n",
		"\treturn all\n": "\tadd(" + component + ".Spec())\n\treturn all\n",
	} {
		require.Equal(t, 1, strings.Count(text, before), "%s has changed: this test puts a line at %q", list, before)
		text = strings.Replace(text, before, after, 1)
	}
	longer := filepath.Join(dir, "all.go")
	require.NoError(t, os.WriteFile(longer, []byte(text), 0o600))

	replace := map[string]string{list: longer}
	files, err := filepath.Glob(filepath.Join(root(t), "server", "e2e", "browser", "testdata", component, "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		replace[filepath.Join(root(t), "components", component, filepath.Base(f))] = f
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	said := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(said, overlay, 0o600))

	binary := filepath.Join(dir, "millrace")
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", said, "-o", binary, "./server")
	build.Dir = root(t)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "building with the component: %s", out)
	return binary
}
