package web

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestApplication(t *testing.T) {
	_, err := fs.Stat(dist, "dist/.gitkeep")
	require.NoError(t, err, "dist is embedded, with its dot files")

	// Built or not, there is a page that the server can write its base path and nonce into.
	for name, files := range map[string]fs.FS{"application": Application(), "bare": within(bare, "bare")} {
		index, err := fs.ReadFile(files, "index.html")
		require.NoError(t, err, name)
		require.Contains(t, string(index), `<base href="/" />`, name)
		require.Contains(t, string(index), `<meta name="csp-nonce" content="" />`, name)
	}
}
