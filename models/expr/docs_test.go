package expr

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFunctionsPage keeps docs/language/functions.md equal to the table of functions; -update writes it.
func TestFunctionsPage(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Functions\n\nWritten from the table in models/expr; the rules behind them are in [expressions.md](expressions.md).\n")
	for _, group := range []string{"string", "math", "time", "json", "collection", "conditional", "aggregate"} {
		fmt.Fprintf(&b, "\n## %s%s\n", strings.ToUpper(group[:1]), group[1:])
		for _, f := range Functions() {
			if f.Group != group {
				continue
			}
			fmt.Fprintf(&b, "\n### %s\n\n", f.Name)
			if len(f.Aliases) > 0 {
				fmt.Fprintf(&b, "Also %s.\n\n", strings.Join(f.Aliases, ", "))
			}
			for _, s := range f.Signatures {
				fmt.Fprintf(&b, "    %s\n", s)
			}
			fmt.Fprintf(&b, "\n%s\n\nExample: `%s`\n", f.Doc, f.Example)
		}
	}
	const page = "../../docs/language/functions.md"
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(b.String()), 0o644))
	}
	got, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, b.String(), string(got), "run go test ./models/expr -run TestFunctionsPage -update")
}
