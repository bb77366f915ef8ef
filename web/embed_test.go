package web

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDist(t *testing.T) {
	_, err := fs.Stat(Dist(), ".gitkeep")
	require.NoError(t, err, "dist is embedded, with its dot files")

	_, err = fs.Stat(Dist(), "index.html")
	require.Equal(t, Built(), err == nil)
}
