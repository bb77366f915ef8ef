package cli

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/configs"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/app"
)

// watched is a writer that calls then once when the text holds until.
type watched struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	until string
	then  func()
	once  sync.Once
}

func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Write(b)
	if strings.Contains(w.buf.String(), w.until) {
		w.once.Do(w.then)
	}
	return len(b), nil
}

func (w *watched) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}

func TestProgressLine(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for want, s := range map[string]engine.Stats{
		"starting              0 rows          0/s  lag –  watermark –  rejected 0  late 0  epoch 0": {State: "starting", Lag: -1},
		"running      18,306,411 rows     12,480/s  lag 1,026,300  watermark 07:59:56Z (-4 s)  rejected 3  late 7  epoch 8112": {
			State: "running", Lag: 1_026_300, Epoch: 8112, HasWatermark: true, Watermark: now.Add(-4 * time.Second),
			Totals: control.Totals{RowsIn: 18_306_411, Rejected: 2, Skipped: 1, Late: 7}},
		"recovering            5 rows          0/s  lag 0  watermark 2013-01-01 05:00:00Z  rejected 0  late 0  epoch 1  the broker is gone": {
			State: "recovering", Epoch: 1, HasWatermark: true, Watermark: time.Date(2013, 1, 1, 5, 0, 0, 0, time.UTC), Failure: "the broker\n is gone",
			Totals: control.Totals{RowsIn: 5}},
	} {
		rate := 0.0
		if s.State == "running" {
			rate = 12_480
		}
		require.Equal(t, want, progressLine(s, rate, now))
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -12345: "−12,345", 1_000_000: "1,000,000"} {
		require.Equal(t, want, count(n))
	}
}

// screen applies what was written to a terminal: lines, cursor up, clear to the end.
func screen(t *testing.T, written string) []string {
	t.Helper()
	lines := []string{""}
	for written != "" {
		switch {
		case strings.HasPrefix(written, "\x1b["):
			end := strings.IndexAny(written, "AJ")
			if written[end] == 'A' {
				var n int
				_, err := fmt.Sscanf(written[2:end], "%d", &n)
				require.NoError(t, err)
				require.Less(t, n, len(lines))
				lines = lines[:len(lines)-n] // nothing is drawn between moving up and clearing
			}
			written = written[end+1:]
		case written[0] == '\r':
			lines[len(lines)-1] = ""
			written = written[1:]
		case written[0] == '\n':
			lines = append(lines, "")
			written = written[1:]
		default:
			lines[len(lines)-1] += written[:1]
			written = written[1:]
		}
	}
	return lines[:len(lines)-1]
}

// TestPrinterKeepsLogsWhole writes logs from several goroutines while progress is drawn: every line survives whole, and the progress is
// gone in the end.
func TestPrinterKeepsLogsWhole(t *testing.T) {
	out := &watched{until: "\x00", then: func() {}}
	p := newPrinter(Streams{Err: out, Live: true, Width: func() int { return 60 }}, false)
	runs := []*modelRun{{model: &app.Model{Name: "a.b.one"}, stats: engine.Stats{State: "running"}}, {model: &app.Model{Name: "a.b.two"}, stats: engine.Stats{State: "running"}}}
	log := logger(p, configs.Default().Log, slog.LevelInfo)
	meters := make([]app.Meter, 2)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 50 {
				log.Info("line", "g", g, "i", i)
			}
		})
	}
	for i := range 50 {
		p.show(progressLines(runs, meters, time.Unix(int64(i), 0)))
	}
	wg.Wait()
	p.show(nil)
	got := screen(t, out.text())
	require.Len(t, got, 200)
	for _, l := range got {
		require.Regexp(t, `^time=\S+ level=INFO msg=line g=\d i=\d+$`, l)
	}
}

func TestPrinterWithoutTerminal(t *testing.T) {
	var out bytes.Buffer
	p := newPrinter(Streams{Err: &out}, false)
	p.show([]string{"one", "two"})
	p.show([]string{"three"})
	require.Equal(t, "one\ntwo\nthree\n", out.String(), "no control characters")
}
