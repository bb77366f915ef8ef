package kafka

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// quiet is how long the same message is held back after it was logged: while a broker is down the client repeats itself.
const quiet = 30 * time.Second

// logger passes the client's warnings and errors on, each text at most once in a while.
type logger struct {
	to   *slog.Logger
	mu   sync.Mutex
	seen map[string]*repeat
	now  func() time.Time
}

type repeat struct {
	at   time.Time
	held int
}

func newLogger(to *slog.Logger) *logger {
	if to == nil {
		to = slog.New(slog.DiscardHandler)
	}
	return &logger{to: to, seen: map[string]*repeat{}, now: time.Now}
}

// Level returns the least severe level the client need format.
func (l *logger) Level() kgo.LogLevel { return kgo.LogLevelWarn }

// Log writes one message of the client.
func (l *logger) Log(level kgo.LogLevel, message string, keyvals ...any) {
	l.mu.Lock()
	r, now := l.seen[message], l.now()
	if r != nil && now.Sub(r.at) < quiet {
		r.held++
		l.mu.Unlock()
		return
	}
	held := 0
	if r != nil {
		held = r.held
	}
	l.seen[message] = &repeat{at: now}
	l.mu.Unlock()

	if held > 0 {
		keyvals = append(keyvals[:len(keyvals):len(keyvals)], "repeated", held)
	}
	to := slog.LevelWarn
	if level == kgo.LogLevelError {
		to = slog.LevelError
	}
	l.to.Log(context.Background(), to, "kafka: "+message, keyvals...)
}
