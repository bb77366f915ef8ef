package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"millrace/server/e2e/parts"
)

// binaryEnv names a ready binary to test instead of one built from this tree.
const binaryEnv = "MILLRACE_BIN"

// Main runs a package's tests as parts.Main does, and removes the binary that they built.
func Main(m *testing.M) int {
	code := parts.Main(m)
	if err := built.remove(); err != nil {
		fmt.Fprintln(os.Stderr, "removing the built binary:", err)
		code = max(code, 1)
	}
	return code
}

// Binary returns the path of a millrace built from this tree, once per test process, or of $MILLRACE_BIN.
func Binary(t testing.TB) string {
	t.Helper()
	path, err := built.path()
	if err != nil {
		t.Fatalf("building millrace: %v", err)
	}
	return path
}

// built is the one binary of a test process.
var built binary

type binary struct {
	once sync.Once
	dir  string // of the binary; empty where it is somebody else's
	file string
	err  error
}

func (b *binary) path() (string, error) {
	b.once.Do(func() {
		if b.file = os.Getenv(binaryEnv); b.file != "" {
			b.file, b.err = filepath.Abs(b.file)
			return
		}
		if b.dir, b.err = os.MkdirTemp("", "millrace-binary-"); b.err != nil {
			return
		}
		b.file = filepath.Join(b.dir, "millrace")
		cmd := exec.Command("go", "build", "-o", b.file, "./server")
		cmd.Dir, b.err = sourceRoot()
		if b.err != nil {
			return
		}
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			b.err = fmt.Errorf("running go build: %w\n%s", err, out)
		}
	})
	return b.file, b.err
}

func (b *binary) remove() error {
	if b.dir == "" {
		return nil
	}
	return os.RemoveAll(b.dir)
}

// sourceRoot is the top folder of this source tree.
func sourceRoot() (string, error) {
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) {
		return "", fmt.Errorf("finding the source tree: the tests were built without source paths (-trimpath); set %s", binaryEnv)
	}
	return filepath.Join(filepath.Dir(file), "..", "..", ".."), nil
}
