package exactly

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
)

func TestMain(m *testing.M) {
	code := rig.Main(m)
	// The process that is ClickHouse comes by here too, having started none.
	shared.close()
	os.Exit(code)
}

// shared is the one broker of the process, for all tests that do not break it.
var shared sharedKafka

type sharedKafka struct {
	mu     sync.Mutex
	dir    string
	broker *parts.Kafka
}

func (s *sharedKafka) start() (*parts.Kafka, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broker != nil {
		return s.broker, nil
	}
	var err error
	if s.dir, err = os.MkdirTemp("", "millrace-exactly-"); err != nil {
		return nil, err
	}
	s.broker, err = parts.StartKafka(context.Background(), parts.KafkaOptions{Dir: s.dir})
	return s.broker, err
}

func (s *sharedKafka) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broker != nil {
		s.broker.Kill() // nobody reads its data again
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

// soak says that whole matrices are wanted, not pairs.
func soak() bool { return os.Getenv("MILLRACE_SOAK") != "" }

// often is a number of times: few by default, many in a soak.
func often(few, many int) int {
	if soak() {
		return many
	}
	return few
}

// chance returns the source of a test's random moments.
func chance(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("MILLRACE_SEED"); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err, "MILLRACE_SEED")
	}
	t.Logf("MILLRACE_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}
