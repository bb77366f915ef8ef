package sqltext

import (
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/antlr4-go/antlr/v4"
	"github.com/stretchr/testify/require"

	"millrace/models/sqltext/parser"
)

// maxStates is the bound on the parser's prediction tables that the grammar's short decisions give. 8,000 different texts, half of them
// scripts and two thirds broken, were measured to fill 1228, the last thousand of them adding 9. Expressions alone, when the grammar had nothing
// else, filled 564.
const maxStates = 1600

// states counts the states in the generated parser's and lexer's shared tables.
func states() (n int) {
	p, l := parser.NewMillraceSQLParser(nil), parser.NewMillraceSQLLexer(nil)
	for _, d := range p.GetInterpreter().DecisionToDFA() {
		n += d.Len()
	}
	for _, d := range l.Interpreter.DecisionToDFA() {
		n += d.Len()
	}
	return n
}

func TestPredictionTablesAreBounded(t *testing.T) {
	n := rounds(80, 25000)
	expression, script := sources(n), scripts()
	both := func() {
		ParseExpr(expression())
		ParseScript(script())
	}
	for range n {
		both()
	}
	first, before := states(), heap()
	for range n {
		both()
	}
	t.Logf("%d states after %d texts, %d after %d; heap %d KiB, then %d KiB", first, 2*n, states(), 4*n, before>>10, heap()>>10)
	require.Less(t, states(), maxStates)
	require.Less(t, heap(), before+1<<20, "parsing holds on to memory")
}

// rounds returns how often a test repeats: few in a run with everything else, many when MILLRACE_SOAK is set. The race detector makes
// the parser some twenty times slower.
func rounds(few, many int) int {
	if os.Getenv("MILLRACE_SOAK") == "" {
		return few
	}
	return many
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// aheadStream notes how many tokens the longest decision looked at. The parser marks the stream when a decision begins and
// seeks back when it is made.
type aheadStream struct {
	*stream
	from, longest int
}

func (s *aheadStream) Mark() int {
	s.from = s.Index()
	return 0
}

func (s *aheadStream) Consume() {
	s.stream.Consume()
	// Looking at the token behind the consumed one makes one more.
	s.longest = max(s.longest, s.Index()-s.from+1)
}

func (s *aheadStream) Seek(i int) {
	s.stream.Seek(i)
	s.from = 1 << 30 // consuming goes on without a decision
}

func TestDecisionsLookAtThreeTokens(t *testing.T) {
	valid, _ := cases(t, "testdata/valid.txt")
	m := maker{rand.New(rand.NewPCG(5, 6))}
	for range 500 {
		valid = append(valid, Format(m.expr(3)))
	}
	for _, text := range valid {
		tokens, ok := (&mender{src: newSource(text)}).mend(newLexer(text))
		require.True(t, ok)
		requireShortDecisions(t, text, tokens, func(p *parser.MillraceSQLParser) { p.ExpressionOnly() })
	}
	scripts, _ := cases(t, "testdata/statements_valid.txt")
	for range 100 {
		scripts = append(scripts, FormatStatement(m.statement(2)))
	}
	for _, text := range scripts {
		// The whole text by the rule for scripts, which also shows that it reads what the cutting into statements reads.
		tokens, ok := (&mender{src: newSource(text), script: true}).mend(newLexer(text))
		require.True(t, ok)
		requireShortDecisions(t, text, tokens, func(p *parser.MillraceSQLParser) { p.Script() })
	}
}

func requireShortDecisions(t *testing.T, text string, tokens []antlr.Token, entry func(*parser.MillraceSQLParser)) {
	t.Helper()
	s := &aheadStream{stream: newStream(newLexer(text), tokens), from: 1 << 30}
	p := parser.NewMillraceSQLParser(s)
	p.RemoveErrorListeners()
	l := &listener{parser: p}
	p.AddErrorListener(l)
	p.GetInterpreter().SetPredictionMode(antlr.PredictionModeSLL)
	entry(p)
	require.Empty(t, l.faults, text)
	require.LessOrEqual(t, s.longest, 3, text)
}

func TestParallelParsing(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				e, diags := ParseExpr("event = 'play' AND ms_played > 30000 AND device.os IN ('ios', 'android')")
				if len(diags) > 0 || hasBad(e) {
					t.Error("parallel parsing differs")
				}
			}
		})
	}
	wg.Wait()
}

func FuzzParseExpr(f *testing.F) {
	for _, file := range []string{"testdata/valid.txt", "testdata/broken.txt"} {
		var t testing.T
		list, _ := cases(&t, file)
		for _, s := range list {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, diags := ParseExpr(text)
		require.NotNil(t, e)
		for _, d := range diags {
			require.True(t, d.Span.Start.Known())
			require.NotEmpty(t, d.Message)
		}
		if diags.HasErrors() {
			return
		}
		require.False(t, hasBad(e))
		out := Format(e)
		again, diags := ParseExpr(out)
		require.Empty(t, diags, "%q as %q", text, out)
		require.Equal(t, dump(e), dump(again), out)
	})
}

func BenchmarkParseExpr(b *testing.B) {
	for name, text := range map[string]string{
		"filter": "event = 'play' AND ms_played > 30000",
		"case":   "CASE WHEN platform IN ('ios', 'android') AND device.os IS NOT NULL THEN CAST(ms_played AS DOUBLE) / 1000.0 ELSE COALESCE(x, 0) END",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParseExpr(text)
			}
		})
	}
}
