package docs

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the tables that repeat the code anew")

// page is a Markdown file of the documentation.
type page struct {
	// name is its path from the module's folder, with slashes.
	name string
	path string
	text string
}

// fence is a fenced block of a page.
type fence struct {
	page string
	// info is what stands behind the opening backquotes; line is the line of the block's first line.
	info string
	line int
	text string
}

func root(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	_, err = os.Stat(filepath.Join(folder, "go.mod"))
	require.NoError(t, err, "these tests moved, root did not")
	return folder
}

// pages reads all of docs, and the pages beside it.
func pages(t *testing.T) []page {
	t.Helper()
	folder := root(t)
	paths, err := filepath.Glob(filepath.Join(folder, "*.md"))
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(filepath.Join(folder, "docs"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(path, ".md") {
			paths = append(paths, path)
		}
		return err
	}))
	var out []page
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		name, err := filepath.Rel(folder, path)
		require.NoError(t, err)
		out = append(out, page{filepath.ToSlash(name), path, string(text)})
	}
	require.NotEmpty(t, out)
	return out
}

// fences returns the blocks of a page between lines of three backquotes.
func (p page) fences(t *testing.T) []fence {
	t.Helper()
	var out []fence
	var open *fence
	var body []string
	for i, line := range strings.Split(p.text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case open == nil && strings.HasPrefix(trimmed, "```"):
			open, body = &fence{page: p.name, info: strings.TrimPrefix(trimmed, "```"), line: i + 2}, nil
		case open != nil && trimmed == "```":
			open.text = strings.Join(body, "\n") + "\n"
			out, open = append(out, *open), nil
		case open != nil:
			body = append(body, line)
		}
	}
	require.Nil(t, open, "%s: a block is not closed", p.name)
	return out
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	unslug  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	code    = regexp.MustCompile("`[^`\n]*`")
)

// TestLinks: every link within the repository leads to a file or folder, and to a heading where it names one.
func TestLinks(t *testing.T) {
	all := pages(t)
	headings := map[string]map[string]bool{}
	for _, p := range all {
		slugs := map[string]bool{}
		for _, m := range heading.FindAllStringSubmatch(p.text, -1) {
			slugs[slug(m[1])] = true
		}
		headings[p.path] = slugs
	}
	for _, p := range all {
		text := p.text
		for _, f := range p.fences(t) {
			text = strings.Replace(text, f.text, "\n", 1)
		}
		for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
			to, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			target := p.path
			if to != "" {
				target = filepath.Join(filepath.Dir(p.path), filepath.FromSlash(to))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", p.name, m[1])
				continue
			}
			if slugs := headings[target]; anchor != "" && slugs != nil && !slugs[anchor] {
				t.Errorf("%s: there is no heading for the link to %s", p.name, m[1])
			}
		}
	}
}

// slug is the anchor that a heading gets.
func slug(title string) string {
	return strings.ReplaceAll(strings.ToLower(unslug.ReplaceAllString(strings.TrimSpace(title), "")), " ", "-")
}
