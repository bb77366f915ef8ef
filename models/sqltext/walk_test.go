package sqltext

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func upper(e Expr) Expr {
	if n, ok := e.(*Name); ok {
		return &Name{n.Place, []NamePart{{Text: strings.ToUpper(n.Parts[0].Text)}}}
	}
	return e
}

func selected(t *testing.T, text string) Expr {
	t.Helper()
	q, diags := ParseQuery("SELECT " + text)
	require.Empty(t, diags)
	return q.Body.(*Select).Items[0].Expr
}

func TestWalkAndMap(t *testing.T) {
	for text, want := range map[string]string{
		"sum(a) FILTER (WHERE b) OVER (w PARTITION BY c ORDER BY d)": "SUM(A) FILTER (WHERE B) OVER (w PARTITION BY C ORDER BY D)",
		"CASE a WHEN b THEN c ELSE d END":                            "CASE A WHEN B THEN C ELSE D END",
		"(a, b) IN (SELECT c FROM t) AND EXISTS (SELECT d FROM t)":   "(A, B) IN (SELECT c FROM t) AND EXISTS (SELECT d FROM t)",
		"NOT a + b LIKE c ESCAPE d OR e BETWEEN f AND g":             "NOT A + B LIKE C ESCAPE D OR E BETWEEN F AND G",
		"a[b] IS NULL AND f(c).x IS DISTINCT FROM CAST(d AS bigint)": "A[B] IS NULL AND F(C).x IS DISTINCT FROM CAST(D AS bigint)",
		"a IN (b, (c, d)) = (SELECT e)":                              "A IN (B, (C, D)) = (SELECT e)",
	} {
		e := selected(t, text)
		before := dump(e)
		require.Equal(t, want, Format(Map(e, upper)))
		require.Equal(t, before, dump(e), "Map changes nothing in place")
		var names []string
		Walk(e, func(e Expr) bool {
			if n, ok := e.(*Name); ok {
				names = append(names, n.Parts[0].Text)
			}
			return true
		})
		require.NotEmpty(t, names)
	}
	require.Nil(t, Map(nil, upper))
	Walk(nil, func(Expr) bool { panic("nothing to visit") })
}

func TestWalkStops(t *testing.T) {
	var seen []string
	Walk(selected(t, "f(a, g(b)) + c"), func(e Expr) bool {
		seen = append(seen, dump(e))
		call, ok := e.(*Call)
		return !ok || call.Name != "G"
	})
	require.Equal(t, []string{"(+ (F a (G b)) c)", "(F a (G b))", "a", "(G b)", "c"}, seen)
}

// A Map that changes nothing gives the very tree.
func TestMapSharesWhatStays(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(13, 14))}
	for range 200 {
		e := m.expr(3)
		require.Same(t, e, Map(e, func(e Expr) Expr { return e }))
	}
}
