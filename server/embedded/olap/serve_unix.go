//go:build linux || darwin

package olap

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"github.com/creack/pty"
	"github.com/ebitengine/purego"
	"golang.org/x/sys/unix"
)

// stopGrace is how long the servers may take to stop before the child ends
// anyway. ClickHouse's storage survives that as it survives kill -9.
const stopGrace = 15 * time.Second

// serve runs ClickHouse in this process until told to stop, then ends the
// process. It returns only when the library cannot be used.
func serve(a childArgs) error {
	// The library keeps thread-local state between its calls.
	runtime.LockOSThread()

	library, err := purego.Dlopen(a.library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return fmt.Errorf("loading %s: %w", a.library, err)
	}
	for _, symbol := range []string{"chdb_set_signal_handlers_enabled", "query_stable_v2"} {
		if _, err := purego.Dlsym(library, symbol); err != nil {
			return fmt.Errorf("%s is not a libchdb of version %s: %w", a.library, LibraryVersion, err)
		}
	}
	var setSignalHandlers func(enabled int32)
	purego.RegisterLibFunc(&setSignalHandlers, library, "chdb_set_signal_handlers_enabled")
	var query func(argc int32, argv unsafe.Pointer) *localResult
	purego.RegisterLibFunc(&query, library, "query_stable_v2")

	// First of all calls: otherwise ClickHouse replaces Go's handlers, and a
	// recoverable nil dereference kills the process.
	setSignalHandlers(0)

	// The last "queries file" is a pipe that nobody writes to. ClickHouse waits
	// for its end, and ends with it.
	hold, release, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("making the stop pipe: %w", err)
	}
	parent, terminal, err := beInteractive()
	if err != nil {
		return err
	}
	stopWhenTold(parent, release, terminal)

	l := layout{a.dataDir}
	argv := cArgs([]string{
		"clickhouse",
		"--path=" + l.store(),
		"--config-file=" + l.config(), // always: a config.xml in the working folder would be read otherwise
		"--listen_host=127.0.0.1",
		fmt.Sprintf("--http_port=%d", a.httpPort),
		fmt.Sprintf("--tcp_port=%d", a.tcpPort),
		"--log-level=warning", // of config.xml it takes the file alone
		"--interactive",       // see beInteractive
		"--queries-file", l.start(), fmt.Sprintf("/dev/fd/%d", hold.Fd()),
	})
	result := query(int32(len(argv)-1), unsafe.Pointer(&argv[0]))
	runtime.KeepAlive(argv)
	runtime.KeepAlive(hold)
	code := 0
	if message := result.error(); message != "" {
		fmt.Fprintln(os.Stderr, "olap child:", message)
		code = 1
	}
	// Go's exit goes straight to the kernel; C++ exit handlers would crash here.
	os.Exit(code)
	return nil
}

// beInteractive makes a terminal the standard input, and returns what that was, and the terminal's other end.
//
// Without a terminal the library ends the whole process on any error of a connection, as one that is closed or reset in the middle of its
// first packet. With one it notes the error and serves on, as ClickHouse's server does. Its prompt is never reached: it would ask for a
// command when the pipe that it waits for ends, and by then the terminal has hung up.
func beInteractive() (parent, terminal *os.File, err error) {
	fd, err := syscall.Dup(syscall.Stdin)
	if err != nil {
		return nil, nil, fmt.Errorf("keeping the standard input: %w", err)
	}
	syscall.CloseOnExec(fd)
	parent = os.NewFile(uintptr(fd), "parent")
	terminal, input, err := pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("opening a terminal, which the library needs to survive the errors of connections: %w", err)
	}
	if err := unix.Dup2(int(input.Fd()), syscall.Stdin); err != nil {
		return nil, nil, fmt.Errorf("taking a terminal as the standard input: %w", err)
	}
	return parent, terminal, input.Close()
}

// stopWhenTold closes files on SIGTERM, and when parent ends because the parent process closed its end or died.
func stopWhenTold(parent io.Reader, files ...io.Closer) {
	var once sync.Once
	stop := func() {
		once.Do(func() {
			for _, f := range files {
				_ = f.Close()
			}
			time.AfterFunc(stopGrace, func() { os.Exit(3) })
		})
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	// Ctrl-C is for the parent, which then stops this process in its own time. A
	// client that hangs up must not kill the server through a thread that Go does
	// not know.
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
	go func() {
		<-signals
		stop()
	}()
	go func() {
		_, _ = io.Copy(io.Discard, parent)
		stop()
	}()
}

// cArgs lays out argv as C wants it: strings ending in NUL, the list in NULL.
func cArgs(args []string) []*byte {
	argv := make([]*byte, len(args)+1)
	for i, a := range args {
		argv[i] = &append([]byte(a), 0)[0]
	}
	return argv
}

// localResult mirrors struct local_result_v2 of chdb.h.
type localResult struct {
	_            unsafe.Pointer // buf
	_            uintptr        // length
	_            unsafe.Pointer // vec
	_            float64        // elapsed
	_            uint64         // rowsRead
	_            uint64         // bytesRead
	errorMessage *byte
}

func (r *localResult) error() string {
	if r == nil || r.errorMessage == nil {
		return ""
	}
	const limit = 8 << 10
	message := unsafe.Slice(r.errorMessage, limit)
	for i := range limit {
		if message[i] == 0 {
			return string(message[:i])
		}
	}
	return string(message)
}
