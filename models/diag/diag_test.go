package diag

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNearest(t *testing.T) {
	columns := []string{"user_id", "song_id", "event", "ms_played", "歌曲名"}
	for name, want := range map[string]string{
		"user_id":   "user_id",
		"USER_ID":   "user_id",
		"usr_id":    "user_id",
		"user_di":   "user_id", // a transposition is one step
		"msplayed":  "ms_played",
		"evnet":     "event",
		"e":         "",
		"platform":  "",
		"歌曲":        "歌曲名",
		"":          "",
		"song_name": "song_id",
	} {
		require.Equal(t, want, Nearest(name, columns), name)
	}
	require.Empty(t, Nearest("x", nil))
	require.Equal(t, "abd", Nearest("abc", []string{"abd", "abe"}), "the earlier one")
}

// naive is the same distance by its recurrence.
func naive(a, b []rune) int {
	switch {
	case len(a) == 0:
		return len(b)
	case len(b) == 0:
		return len(a)
	}
	n, m := len(a)-1, len(b)-1
	cost := 1
	if a[n] == b[m] {
		cost = 0
	}
	d := min(naive(a[:n], b)+1, naive(a, b[:m])+1, naive(a[:n], b[:m])+cost)
	if n > 0 && m > 0 && a[n] == b[m-1] && a[n-1] == b[m] {
		d = min(d, naive(a[:n-1], b[:m-1])+1)
	}
	return d
}

func TestDistance(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	word := func() string {
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteRune([]rune("abc歌")[r.IntN(4)])
		}
		return b.String()
	}
	for range 500 {
		a, b := word(), word()
		require.Equal(t, naive([]rune(a), []rune(b)), distance(a, b), "%q and %q", a, b)
		require.Equal(t, distance(a, b), distance(b, a))
	}
}

func TestEveryRowCodeIsComplete(t *testing.T) {
	form := regexp.MustCompile(`^row\.[a-z0-9_]+$`)
	names, messages := map[Code]bool{}, map[string]bool{}
	require.Len(t, RowCodes(), int(rowCodes)-1)
	for i, c := range RowCodes() {
		require.Equal(t, RowCode(i+1), c)
		require.Regexp(t, form, string(c.Code()), "code %d", c)
		require.Equal(t, string(c.Code()), c.String())
		require.NotEmpty(t, c.Message(), c)
		require.NotContains(t, c.Message(), "%", c)
		require.Regexp(t, `^[A-Z].*\.$`, c.Fix(), "%s: a fix is a sentence", c)
		require.False(t, names[c.Code()], "%s is there twice", c)
		require.False(t, messages[c.Message()], "%s says what another code says", c)
		names[c.Code()], messages[c.Message()] = true, true
	}
	require.Empty(t, RowOK.Code())
	require.Empty(t, RowOK.Message())
	// A number that a newer version wrote.
	require.Equal(t, Code("row.unknown"), rowCodes.Code())
	require.Equal(t, "unknown row error", rowCodes.Message())
	require.Empty(t, rowCodes.Fix())
}
