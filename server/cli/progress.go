package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"millrace/pipelines/engine"
	"millrace/server/app"
)

const (
	// redraw is how often the lines on a terminal are drawn anew, plainEvery how often a line is written elsewhere.
	redraw     = 250 * time.Millisecond
	plainEvery = 10 * time.Second
)

// printer shows progress on standard error and passes log lines through it, so that neither tears the other. On a terminal it keeps one
// line a pipeline at the bottom; elsewhere it writes plain lines from time to time.
type printer struct {
	streams Streams
	quiet   bool

	mu      sync.Mutex
	drawn   []string // the lines at the bottom of the terminal now
	partial []byte   // of a log line that has not ended
}

var _ io.Writer = (*printer)(nil)

func newPrinter(s Streams, quiet bool) *printer { return &printer{streams: s, quiet: quiet} }

// Write writes log lines above the progress.
func (p *printer) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.drawn) == 0 {
		return p.streams.Err.Write(b)
	}
	p.partial = append(p.partial, b...)
	end := bytes.LastIndexByte(p.partial, '\n') + 1
	if end == 0 {
		return len(b), nil
	}
	var out bytes.Buffer
	p.erase(&out)
	out.Write(p.partial[:end])
	p.partial = append(p.partial[:0], p.partial[end:]...)
	lines := p.drawn
	p.drawn = nil
	p.draw(&out, lines)
	_, err := p.streams.Err.Write(out.Bytes())
	return len(b), err
}

// erase moves to the first drawn line and clears from there on.
func (p *printer) erase(out *bytes.Buffer) {
	if n := len(p.drawn); n > 0 {
		fmt.Fprintf(out, "\x1b[%dA\r\x1b[J", n)
	}
}

func (p *printer) draw(out *bytes.Buffer, lines []string) {
	for _, l := range lines {
		out.WriteString(l)
		out.WriteByte('\n')
	}
	p.drawn = lines
}

// follow shows the progress of runs until the function it returns is called, which takes the lines away again.
func (p *printer) follow(runs []*modelRun) (stop func()) {
	if p.quiet {
		return func() {}
	}
	every := plainEvery
	if p.streams.Live {
		every = redraw
	}
	done, ended := make(chan struct{}), make(chan struct{})
	meters := make([]app.Meter, len(runs))
	go func() {
		defer close(ended)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-done:
				p.show(nil)
				return
			case now := <-tick.C:
				p.show(progressLines(runs, meters, now))
			}
		}
	}()
	return func() { close(done); <-ended }
}

// show replaces the lines at the bottom, or appends them where there is no terminal.
func (p *printer) show(lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out bytes.Buffer
	if p.streams.Live {
		p.erase(&out)
		p.drawn = nil
		if width := p.streams.Width(); width > 0 {
			for i, l := range lines {
				lines[i] = clip(l, width-1)
			}
		}
		p.draw(&out, lines)
		if len(lines) == 0 {
			out.Write(p.partial)
			p.partial = nil
		}
	} else {
		p.draw(&out, lines)
		p.drawn = nil
	}
	// Progress that cannot be written is no reason to stop.
	_, _ = p.streams.Err.Write(out.Bytes())
}

// clip cuts a line to a width in columns. A line that wrapped would be erased by halves.
func clip(s string, width int) string {
	if r := []rune(s); width > 0 && len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return s
}

// progressLines are the lines of all runs, columns aligned.
func progressLines(runs []*modelRun, meters []app.Meter, now time.Time) []string {
	width := 0
	for _, r := range runs {
		width = max(width, len([]rune(r.model.Name)))
	}
	lines := make([]string, len(runs))
	for i, r := range runs {
		s := r.snapshot()
		// While it starts, the count leaps from nothing to what earlier runs have read.
		if s.State != "starting" {
			meters[i].Add(now, s.Totals.RowsIn)
		}
		lines[i] = fmt.Sprintf("%-*s  %s", width, r.model.Name, progressLine(s, meters[i].Rate(), now))
	}
	return lines
}

// progressLine is a moment of one pipeline on one line.
func progressLine(s engine.Stats, rate float64, now time.Time) string {
	t := s.Totals
	parts := []string{
		fmt.Sprintf("%-10s", s.State),
		fmt.Sprintf("%11s rows", count(t.RowsIn)),
		fmt.Sprintf("%9s/s", count(int64(rate+0.5))),
		"lag " + lagText(s.Lag),
		"watermark " + watermarkText(s, now),
		"rejected " + count(t.Rejected+t.Skipped),
		"late " + count(t.Late),
		"epoch " + fmt.Sprint(s.Epoch),
	}
	line := strings.Join(parts, "  ")
	if s.Failure != "" {
		line += "  " + oneLine(s.Failure)
	}
	return line
}

func lagText(lag int64) string {
	if lag < 0 {
		return "–"
	}
	return count(lag)
}

// watermarkText is the watermark with its distance from now where that means something: data may be years old.
func watermarkText(s engine.Stats, now time.Time) string {
	if !s.HasWatermark {
		return "–"
	}
	behind := now.Sub(s.Watermark)
	if behind < 0 || behind > 24*time.Hour {
		return s.Watermark.UTC().Format("2006-01-02 15:04:05Z")
	}
	return s.Watermark.UTC().Format("15:04:05Z") + " (-" + age(behind) + ")"
}

// age writes a duration in at most two units.
func age(d time.Duration) string {
	switch s := int64(d.Seconds()); {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d h %d min", s/3600, s/60%60)
	}
}

// count writes a number with separators: 18,306,411.
func count(n int64) string {
	s := fmt.Sprint(n)
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// oneLine keeps a message on its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
