package design

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/clickhouse/design"
	"millrace/configs"
	"millrace/server/app"
	"millrace/server/e2e/rig"
)

func TestMain(m *testing.M) { os.Exit(rig.Main(m)) }

// output is a model whose rows land in a table that is designed for them.
type output struct {
	name string
	zone string // UTC where empty
	// tables are entries of the catalog, below "tables:", and files what they read, by name; $dir stands for their folder.
	tables string
	files  map[string]string
	// nodes and edges are those of the model, without the sink; from is the node whose rows land.
	nodes, edges, from string
	// columns are what is read of the table, and want the rows, as JSON arrays, in any order.
	columns string
	want    []string
	// proposal looks at what was proposed.
	proposal func(*testing.T, design.Proposal)
}

// bench is a workspace with a ClickHouse whose tables are designed.
type bench struct {
	*rig.Workspace
	t    *testing.T
	db   *rig.Database
	desk *app.Workbench
}

// newBench writes the catalog with the tables given and opens a workbench on it.
func newBench(t *testing.T, w *rig.Workspace, d *rig.Database, head, tables string) *bench {
	t.Helper()
	w.UseClickHouse(d)
	t.Setenv("RIG_OLAP_PASSWORD", d.Password)
	if tables != "" {
		head += "tables:\n" + tables
	}
	w.Catalog(strings.ReplaceAll(head, "$dir", w.Dir))
	desk, err := app.NewWorkbench(configs.Default(), filepath.Join(w.Dir, "catalog.yaml"), nil)
	require.NoError(t, err)
	return &bench{Workspace: w, t: t, db: d, desk: desk}
}

// text writes the model with a sink, which may be none.
func (o *output) text(sink string) string {
	zone := o.zone
	if zone == "" {
		zone = "UTC"
	}
	edges := o.edges
	if sink != "" {
		edges = strings.TrimPrefix(edges+", "+o.from+" -> out", ", ")
	}
	return fmt.Sprintf("format: 1\nkind: view\nname: ads.t.%s\ntime_zone: %s\nnodes:\n%s%sedges: [%s]\n", o.name, zone, o.nodes, sink, edges)
}

// design designs the table of an output, and tries its rows.
func (b *bench) design(t *testing.T, o *output) *app.Designed {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, diags, err := b.desk.Design(ctx, o.name, []byte(o.text("")), b.desk.Catalog, app.DesignOptions{
		Node: o.from, Connection: "olap", Table: "ads." + b.db.Name + "." + o.name, Rows: 30_000, Try: true,
	})
	require.NoError(t, err)
	require.False(t, diags.HasErrors(), "%v", diags)
	require.False(t, out.Proposal.Stopped(), "%+v", out.Proposal.Findings)
	return out
}

// model writes the document that the proposal's parameters complete, and returns its path.
func (b *bench) model(t *testing.T, o *output, p design.Proposal) string {
	t.Helper()
	var params bytes.Buffer
	e := json.NewEncoder(&params)
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(p.Params))
	return b.File(o.name+".yaml", o.text(fmt.Sprintf("  - {id: out, component: clickhouse, params: %s}\n", bytes.TrimSpace(params.Bytes()))))
}

// landed reads a table as JSON arrays.
func (b *bench) landed(t *testing.T, p design.Proposal, columns string) []string {
	t.Helper()
	table := p.Table
	if p.View != "" {
		table = p.View
	}
	text := b.db.With(t).Text(fmt.Sprintf("SELECT %s FROM $db.`%s` FORMAT JSONCompactEachRow SETTINGS output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 1, "+
		"output_format_json_quote_decimals = 1, output_format_json_named_tuples_as_objects = 0, output_format_json_escape_forward_slashes = 0", columns, table))
	if text == "" {
		return nil
	}
	return normal(t, strings.Split(text, "\n"))
}

// normal writes JSON texts alike, numbers as they stand, in order.
func normal(t *testing.T, lines []string) []string {
	t.Helper()
	out := make([]string, len(lines))
	for i, line := range lines {
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		var v any
		require.NoError(t, d.Decode(&v), "%.200s", line)
		b, err := json.Marshal(v)
		require.NoError(t, err)
		out[i] = string(b)
	}
	slices.Sort(out)
	return out
}
