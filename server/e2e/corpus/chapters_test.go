package corpus

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The kinds of outcomes.
const (
	kindRows        = "rows"
	kindChanges     = "changes"
	kindPlan        = "plan"
	kindDiagnostics = "diagnostics"
	kindListing     = "listing"
)

// clickhousePrefix begins the line that says why ClickHouse does not give the same rows.
const clickhousePrefix = "clickhouse: "

// chapter is a file of cases.
type chapter struct {
	path, name string
	prose      string
	cases      []*testCase
}

// testCase is a rule with what shows it.
type testCase struct {
	name, rule string
	// clickhouse says why ClickHouse differs; empty where it does not.
	clickhouse string
	// lang is sql or yaml.
	lang, text string
	kind, want string
}

// chapters reads all cases.
func chapters(t *testing.T) []*chapter {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var out []*chapter
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		out = append(out, readChapter(t, file, string(text)))
	}
	return out
}

func readChapter(t *testing.T, path, text string) *chapter {
	t.Helper()
	c := &chapter{path: path, name: strings.TrimSuffix(filepath.Base(path), ".txt")}
	parts := strings.Split("\n"+text, "\n=== ")
	c.prose = strings.TrimPrefix(parts[0], "\n")
	require.NotEmpty(t, strings.TrimSpace(c.prose), "%s does not say what it is about", path)
	seen := map[string]bool{}
	for _, p := range parts[1:] {
		name, body, _ := strings.Cut(strings.TrimRight(p, "\n")+"\n", "\n")
		at := path + ": " + name
		require.False(t, seen[name], "%s is there twice", at)
		seen[name] = true
		sections := strings.Split("\n"+body, "\n---- ")
		require.Len(t, sections, 3, "%s has a rule, what is run and what comes of it", at)
		tc := &testCase{name: name, rule: strings.TrimSpace(sections[0])}
		if i := strings.Index(tc.rule, "\n"+clickhousePrefix); i >= 0 {
			tc.rule, tc.clickhouse = tc.rule[:i], strings.TrimSpace(tc.rule[i+1+len(clickhousePrefix):])
		}
		require.True(t, strings.HasSuffix(tc.rule, "."), "%s: a rule is a sentence", at)
		tc.lang, tc.text, _ = strings.Cut(sections[1], "\n")
		tc.text = strings.TrimRight(tc.text, "\n") + "\n"
		require.Contains(t, []string{"sql", "yaml"}, tc.lang, at)
		tc.kind, tc.want, _ = strings.Cut(sections[2], "\n")
		require.Contains(t, []string{kindRows, kindChanges, kindPlan, kindDiagnostics, kindListing}, tc.kind, at)
		c.cases = append(c.cases, tc)
	}
	return c
}

// write is the chapter's file with other outcomes.
func (c *chapter) write(got map[string]string) string {
	var b strings.Builder
	b.WriteString(c.prose)
	for _, tc := range c.cases {
		rule := tc.rule
		if tc.clickhouse != "" {
			rule += "\n" + clickhousePrefix + tc.clickhouse
		}
		outcome, ok := got[tc.name]
		if !ok {
			outcome = tc.want
		}
		b.WriteString("\n=== " + tc.name + "\n" + rule + "\n---- " + tc.lang + "\n" + tc.text + "---- " + tc.kind + "\n" + outcome)
	}
	return b.String()
}
