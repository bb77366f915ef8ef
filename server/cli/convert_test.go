package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestConvertThereAndBack writes models as scripts and the pipelines of a script as models, and compares fingerprints.
func TestConvertThereAndBack(t *testing.T) {
	for _, file := range []string{"testdata/plays.yaml", "testdata/windows.yaml"} {
		dir := t.TempDir()
		r := run(t, "model", "convert", file, "--to", "sql", "-o", dir)
		require.Equal(t, exitOK, r.code, r.err)
		require.Equal(t, fingerprints(t, file), fingerprints(t, dir))
	}
	dir := t.TempDir()
	r := run(t, "model", "convert", "testdata/report.sql", "--to", "yaml", "-o", dir)
	require.Equal(t, exitOK, r.code, r.err)
	require.ElementsMatch(t, fingerprints(t, "testdata/report.sql"), fingerprints(t, dir))

	r = run(t, "model", "convert", "testdata/report.sql", "--to", "yaml", "-o", dir)
	require.Equal(t, exitFailed, r.code, "what is there is not written over")
	require.Contains(t, r.err, "exists")
}

// fingerprints are those of a file's models, or of all files of a folder.
func fingerprints(t *testing.T, path string) []string {
	t.Helper()
	files := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		files, err = filepath.Glob(filepath.Join(path, "*"))
		require.NoError(t, err)
	}
	var out []string
	for _, f := range files {
		r := run(t, "model", "fingerprint", f)
		require.Equal(t, exitOK, r.code, r.err)
		for _, line := range strings.Split(strings.TrimSpace(r.out), "\n") {
			sum, _, _ := strings.Cut(line, " ")
			out = append(out, sum)
		}
	}
	require.NotEmpty(t, out)
	return out
}

// TestDoorsPage: the page on converting shows what converting gives.
func TestDoorsPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "language", "doors.md"))
	require.NoError(t, err)
	type example struct{ ext, text string }
	var examples []example
	for i, part := range strings.Split(string(page), "```") {
		info, text, _ := strings.Cut(part, "\n")
		switch {
		case i%2 == 1 && info == "yaml":
			examples = append(examples, example{"yaml", text})
		case i%2 == 1 && info == "sql script":
			examples = append(examples, example{"sql", text})
		}
	}
	require.Len(t, examples, 4)
	for i := 0; i < len(examples); i += 2 {
		from, to := examples[i], examples[i+1]
		require.NotEqual(t, from.ext, to.ext)
		file := filepath.Join(t.TempDir(), "example."+from.ext)
		require.NoError(t, os.WriteFile(file, []byte(from.text), 0o600))
		r := run(t, "model", "convert", file, "--to", to.ext)
		require.Equal(t, exitOK, r.code, r.err)
		require.Equal(t, to.text, r.out)
	}
}
