package parts

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// parentMode makes the test binary start a process in the folder it is given
// and then do nothing until it is killed.
const parentMode = "__parts-test-parent"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == parentMode {
		p, err := startProcess(os.Args[2], filepath.Join(os.Args[2], "log"), "sleep", "600")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(p.PID())
		select {}
	}
	os.Exit(Main(m))
}

func TestProcessDiesWithItsParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the kernel's parent-death signal is Linux's")
	}
	parent := exec.Command(os.Args[0], parentMode, t.TempDir())
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	t.Cleanup(func() { _ = parent.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	require.True(t, alive(pid))

	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return !alive(pid) }, 10*time.Second, 10*time.Millisecond)
}

func TestProcessStopsByForceWhenItMust(t *testing.T) {
	dir := t.TempDir()
	p, err := startProcess(dir, filepath.Join(dir, "log"), "sh", "-c", `trap "" TERM; echo ready; while :; do sleep 0.05; done`)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(filepath.Join(dir, "log"))
		return err == nil && string(text) == "ready\n"
	}, 10*time.Second, 10*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, p.Stop(ctx), "it did not stop and was killed")
	require.NoError(t, p.Stop(t.Context()), "stopping what is gone is harmless")

	_, err = startProcess(dir, filepath.Join(dir, "log"), "no-such-program")
	require.ErrorContains(t, err, "starting no-such-program")
}

// alive says whether the process runs; one that ended and was not yet reaped by
// whoever adopted it does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, fields, _ := strings.Cut(string(stat), ") ") // the name before it may hold blanks
	return !strings.HasPrefix(fields, "Z") && !strings.HasPrefix(fields, "X")
}
