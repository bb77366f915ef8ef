package diag

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func at(l1, c1, l2, c2 int) Span { return Span{Start: Pos{l1, c1}, End: Pos{l2, c2}} }

func render(t *testing.T, source string, o Options, list ...Diagnostic) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, Render(&b, map[string]string{"m.yaml": source}, list, o))
	return b.String()
}

func TestRender(t *testing.T) {
	const source = "format: 1\nwhere: ms_playd > 3\n\tname:\t'x'\n歌曲名: 播放 > ３\ne\u0301t\u00e9 = 1\nlast"
	for _, c := range []struct {
		name string
		d    Diagnostic
		want string
	}{
		{"span and fix", Diagnostic{Code: "sql.unknown_column", File: "m.yaml", Span: at(2, 8, 2, 16), Message: "unknown column ms_playd", Fix: "Did you mean ms_played?"},
			"m.yaml:2:8: error: unknown column ms_playd [sql.unknown_column]\n" +
				"  2 | where: ms_playd > 3\n" +
				"    |        ^^^^^^^^\n" +
				"    fix: Did you mean ms_played?\n"},
		{"unknown end", Diagnostic{Code: "a.b", Severity: Warning, File: "m.yaml", Span: at(1, 1, 0, 0), Message: "m"},
			"m.yaml:1:1: warning: m [a.b]\n  1 | format: 1\n    | ^\n"},
		{"end on a later line", Diagnostic{Code: "a.b", File: "m.yaml", Span: at(1, 9, 2, 3), Message: "m"},
			"m.yaml:1:9: error: m [a.b]\n  1 | format: 1\n    |         ^\n"},
		{"tabs", Diagnostic{Code: "a.b", Severity: Info, File: "m.yaml", Span: at(3, 8, 3, 11), Message: "m"},
			"m.yaml:3:8: info: m [a.b]\n  3 |     name:   'x'\n    |             ^^^\n"},
		{"wide characters", Diagnostic{Code: "a.b", File: "m.yaml", Span: at(4, 6, 4, 8), Message: "m"},
			"m.yaml:4:6: error: m [a.b]\n  4 | 歌曲名: 播放 > ３\n    |         ^^^^\n"},
		{"full width digit", Diagnostic{Code: "a.b", File: "m.yaml", Span: at(4, 11, 4, 12), Message: "m"},
			"m.yaml:4:11: error: m [a.b]\n  4 | 歌曲名: 播放 > ３\n    |                ^^\n"},
		{"combining mark", Diagnostic{Code: "a.b", File: "m.yaml", Span: at(5, 6, 5, 7), Message: "m"},
			"m.yaml:5:6: error: m [a.b]\n  5 | e\u0301té = 1\n    |     ^\n"},
		{"behind the end of the line", Diagnostic{Code: "a.b", File: "m.yaml", Span: at(6, 5, 6, 6), Message: "m"},
			"m.yaml:6:5: error: m [a.b]\n  6 | last\n    |     ^\n"},
		{"line behind the end", Diagnostic{Code: "a.b", File: "m.yaml", Span: at(9, 1, 9, 2), Message: "m", Node: "long", Path: "params.where"},
			"m.yaml:9:1: error: m [a.b]\n    in node long, params.where\n"},
		{"no source", Diagnostic{Code: "a.b", File: "other.yaml", Span: at(1, 2, 1, 3), Message: "m", Path: "edges[0]"},
			"other.yaml:1:2: error: m [a.b]\n    in edges[0]\n"},
		{"no place", Diagnostic{Code: "a.b", File: "m.yaml", Message: "m", Node: "n"}, "m.yaml: error: m [a.b]\n    in node n\n"},
		{"nothing but a message", Diagnostic{Message: "m"}, "error: m\n"},
		{"a hostile message", Diagnostic{Message: "a\x1b[31m\nb\u202ec"}, "error: a\ufffd[31m b\ufffdc\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, render(t, source, Options{}, c.d))
		})
	}
}

func TestRenderColor(t *testing.T) {
	got := render(t, "ab", Options{Color: true}, Diagnostic{Code: "a.b", File: "m.yaml", Span: at(1, 1, 1, 3), Message: "m", Fix: "F."})
	require.Equal(t, "\x1b[1mm.yaml:1:1:\x1b[0m \x1b[1;31merror:\x1b[0m \x1b[1mm\x1b[0m \x1b[2m[a.b]\x1b[0m\n"+
		"\x1b[2m  1\x1b[0m \x1b[2m|\x1b[0m ab\n    \x1b[2m|\x1b[0m \x1b[1;31m^^\x1b[0m\n    \x1b[1;32mfix:\x1b[0m F.\n", got)
}

func TestRenderSourceForms(t *testing.T) {
	d := Diagnostic{File: "m.yaml", Span: at(2, 1, 2, 2), Message: "m"}
	require.Contains(t, render(t, "\ufeffa\r\nb\r\n", Options{}, d), "  2 | b\n    | ^\n", "byte order mark and CRLF")
	require.Contains(t, render(t, "a\n\x1b[31mb", Options{}, d), "  2 | \ufffd[31mb\n    | ^\n", "control characters")
}

func TestRenderLongLine(t *testing.T) {
	line := strings.Repeat("x", 5000) + "BAD" + strings.Repeat("y", 5000)
	got := render(t, line, Options{}, Diagnostic{File: "m.yaml", Span: at(1, 5001, 1, 5004), Message: "m"})
	lines := strings.Split(got, "\n")
	require.Less(t, len(lines[1]), 200)
	require.Equal(t, strings.Index(lines[1], "BAD"), strings.Index(lines[2], "^^^"))
	require.Equal(t, 3, strings.Count(lines[2], "^"))
}

func TestRenderSeveral(t *testing.T) {
	got := render(t, "a", Options{}, Diagnostic{Message: "one"}, Diagnostic{Message: "two"})
	require.Equal(t, "error: one\nerror: two\n", got)
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestRenderWriteError(t *testing.T) {
	require.ErrorContains(t, Render(brokenWriter{}, nil, List{{Message: "m"}}, Options{}), "printing diagnostics: full")
}

func TestSpanIn(t *testing.T) {
	for _, c := range []struct {
		name              string
		inner, base, want Span
	}{
		{"first line", at(1, 3, 1, 5), at(7, 10, 7, 30), at(7, 12, 7, 14)},
		{"later line of a block", at(2, 1, 2, 4), at(7, 5, 9, 2), at(8, 5, 8, 8)},
		{"text that is not verbatim", at(1, 3, 1, 5), at(7, 10, 0, 0), at(7, 10, 0, 0)},
		{"no place inside", Span{}, at(7, 10, 7, 30), at(7, 10, 7, 30)},
		{"no place outside", at(1, 3, 1, 5), Span{}, Span{}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, c.inner.In(c.base)) })
	}
}

func FuzzRender(f *testing.F) {
	f.Add("a\tb\n歌", 1, 2, 1, 3)
	f.Add("\xff\xfe", 1, 1, 9, 9)
	f.Fuzz(func(t *testing.T, source string, l1, c1, l2, c2 int) {
		var b strings.Builder
		require.NoError(t, Render(&b, map[string]string{"f": source}, List{{File: "f", Span: at(l1, c1, l2, c2), Message: source}}, Options{}))
		require.NotContains(t, b.String(), "\x1b")
	})
}
