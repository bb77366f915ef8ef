package all_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/all"
	"millrace/components/component"
)

var update = flag.Bool("update", false, "write the pages of docs/components anew")

const pagesDir = "../../docs/components"

// generated begins every page that this test writes, and tells them from pages written by hand.
const generated = "<!-- Written from the component's Spec by make generate. Do not edit. -->\n\n"

// TestComponentPages keeps docs/components equal to the Specs: a page a component in English, one in zh/ in Chinese, an index of each, and
// no page of a component that is gone. -update writes them.
func TestComponentPages(t *testing.T) {
	r, err := all.Registry()
	require.NoError(t, err)
	want := componentPages(r)
	var have []string
	for _, pattern := range []string{"*.md", "zh/*.md"} {
		found, err := filepath.Glob(filepath.Join(pagesDir, pattern))
		require.NoError(t, err)
		have = append(have, found...)
	}
	for _, path := range have {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		name, err := filepath.Rel(pagesDir, path)
		require.NoError(t, err)
		if _, known := want[filepath.ToSlash(name)]; known || !strings.HasPrefix(string(text), generated) {
			continue
		}
		if *update {
			require.NoError(t, os.Remove(path))
			continue
		}
		t.Errorf("%s is the page of a component that does not exist; run make generate", path)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		path := filepath.Join(pagesDir, filepath.FromSlash(name))
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, []byte(want[name]), 0o644))
			continue
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err, "run make generate")
		require.Equal(t, want[name], string(text), "%s is not what its Spec says; run make generate", path)
	}
}

// componentPages returns the pages by their name within docs/components.
func componentPages(r *component.Registry) map[string]string {
	pages := map[string]string{
		"README.md": generated + index(r, "Components", []string{"Component", "What it does"}, kindTitles(), func(t component.Text) string { return t.En }) +
			"\nThe same pages in Chinese are in [zh/](zh/README.md). Which ClickHouse columns hold which types is in\n[clickhouse-types.md](clickhouse-types.md).\n",
		"zh/README.md": generated + index(r, "组件", []string{"组件", "作用"}, kindTitlesZh(), func(t component.Text) string { return t.Zh }),
	}
	for _, s := range r.All() {
		pages[pageName(s)] = generated + component.Docs(s)
		pages["zh/"+pageName(s)] = generated + component.DocsZh(s)
	}
	return pages
}

// pageName has the kind in it, for a source and a sink may share a name.
func pageName(s *component.Spec) string { return s.Kind.String() + "-" + s.Name + ".md" }

func kinds() []component.Kind {
	return []component.Kind{component.KindSource, component.KindTransform, component.KindSink, component.KindFormat, component.KindConnection}
}

func kindTitles() []string {
	return []string{"Sources", "Transforms", "Sinks", "Formats", "Connections"}
}

func kindTitlesZh() []string { return []string{"来源", "转换", "写入端", "格式", "连接"} }

func index(r *component.Registry, title string, head, titles []string, of func(component.Text) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", title)
	for i, kind := range kinds() {
		fmt.Fprintf(&b, "\n## %s\n\n| %s | %s |\n| --- | --- |\n", titles[i], head[0], head[1])
		for _, s := range r.All() {
			if s.Kind == kind {
				fmt.Fprintf(&b, "| [%s](%s) | %s |\n", s.Name, pageName(s), of(s.Summary))
			}
		}
	}
	return b.String()
}
