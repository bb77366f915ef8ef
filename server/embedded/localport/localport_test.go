package localport

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChooseRemembersPorts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ports.json")
	first, err := Choose(file, []string{"http", "tcp"}, nil)
	require.NoError(t, err)
	require.NotEqual(t, first["http"], first["tcp"])

	again, err := Choose(file, []string{"http", "tcp"}, nil)
	require.NoError(t, err)
	require.Equal(t, first, again)

	l := hold(t, first["http"])
	defer func() { require.NoError(t, l.Close()) }()
	moved, err := Choose(file, []string{"http", "tcp"}, nil)
	require.NoError(t, err)
	require.NotEqual(t, first["http"], moved["http"], "a taken port is left alone")
	require.Equal(t, first["tcp"], moved["tcp"])
}

func TestChooseWantedPort(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ports.json")
	l := hold(t, 0)
	port := l.Addr().(*net.TCPAddr).Port
	_, err := Choose(file, []string{"http"}, map[string]int{"http": port})
	require.ErrorContains(t, err, "choosing the http port", "a wanted port that is taken is an error, not another port")

	require.NoError(t, l.Close())
	got, err := Choose(file, []string{"http"}, map[string]int{"http": port})
	require.NoError(t, err)
	require.Equal(t, port, got["http"])
}

func TestChooseSurvivesADamagedFile(t *testing.T) {
	for name, content := range map[string]string{
		"cut short": `{"http": 1`, "wrong type": `{"http":"x"}`, "out of range": `{"http":70000}`, "negative": `{"http":-1}`, "empty": "",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "ports.json")
			require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
			got, err := Choose(file, []string{"http"}, nil)
			require.NoError(t, err)
			require.Positive(t, got["http"])
		})
	}
}

func TestChooseReportsAMissingFolder(t *testing.T) {
	_, err := Choose(filepath.Join(t.TempDir(), "no", "ports.json"), []string{"http"}, nil)
	require.ErrorContains(t, err, "remembering ports")
}

func hold(t *testing.T, port int) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l
}
