package design

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/plan"
	"millrace/server/app"
	"millrace/server/e2e/rig"
)

// TestOutputsLand: every output lands cell for cell through the first proposal, tried beforehand in a scratch table, then by the program.
func TestOutputsLand(t *testing.T) {
	d, w := rig.ClickHouse(t), rig.NewWorkspace(t)
	all := outputs()
	tables := ""
	for _, o := range all {
		tables += o.tables
		for name, text := range o.files {
			w.File(name, text)
		}
	}
	b := newBench(t, w, d, rig.Connections(nil, d), tables)
	args := []string{"--bounded"}
	designed := map[string]*app.Designed{}
	for i := range all {
		o := &all[i]
		t.Run("design "+o.name, func(t *testing.T) {
			out := b.design(t, o)
			designed[o.name] = out
			args = append(args, b.model(t, o, out.Proposal))
			if o.proposal != nil {
				o.proposal(t, out.Proposal)
			}
			trial := out.Trial
			require.NotNil(t, trial)
			require.Zero(t, trial.LossyCells, "%+v", trial.Lossy)
			require.Zero(t, trial.Rejected, "%+v", trial.Rejects)
			require.Equal(t, trial.Expected, trial.Landed)
			require.Equal(t, len(o.want), trial.Landed)
			require.True(t, trial.ExactlyOnce, trial.Promise)
			require.Positive(t, trial.Bytes)
		})
	}
	require.Equal(t, "0", d.Text("SELECT count() FROM system.tables WHERE database = '$db'"), "scratch tables are dropped")
	if t.Failed() {
		return
	}
	sum := w.Run(args...)
	for i := range all {
		o := &all[i]
		t.Run("land "+o.name, func(t *testing.T) {
			p := sum.Pipelines[i]
			require.Equal(t, "ads.t."+o.name, p.Name)
			require.Zero(t, p.Rejected)
			require.True(t, strings.HasPrefix(p.Sinks[0].Promise, "exactly once"), p.Sinks[0].Promise)
			require.Equal(t, normal(t, o.want), b.landed(t, designed[o.name].Proposal, o.columns))
		})
	}
	t.Logf("%d outputs landed", len(all))
}

// TestCommand: millrace design does the same from the command line, for a sink as it stands in a model, and tells by its exit code that a
// mistake was stopped.
func TestCommand(t *testing.T) {
	d, w := rig.ClickHouse(t), rig.NewWorkspace(t)
	newBench(t, w, d, rig.Connections(nil, d), "")
	o := output{name: "totals", from: "totals", edges: "rows -> totals",
		nodes: listens + "  - {id: totals, component: aggregate, params: {group_by: [user], aggregates: [count(*) AS plays]}}\n"}
	model := w.File("totals.yaml", o.text("  - {id: out, component: clickhouse, params: {connection: olap, table: ads."+d.Name+".totals}}\n"))
	design := func(args ...string) *rig.Process {
		t.Helper()
		return w.Start(append([]string{"design", "--catalog", filepath.Join(w.Dir, "catalog.yaml")}, args...)...)
	}
	p := design(model, "out", "--try")
	require.NoError(t, p.Wait(time.Minute), "%s", p.Stderr())
	require.Contains(t, string(p.Stdout()), "ENGINE = ReplacingMergeTree(`_version`, `_deleted`)\nORDER BY (`user`)")
	require.Contains(t, string(p.Stdout()), "2 landed of 2 expected, 0 refused, 0 cells changed.")

	p = design(model, "out", "--json")
	require.NoError(t, p.Wait(time.Minute), "%s", p.Stderr())
	var answer app.Designed
	require.NoError(t, json.Unmarshal(p.Stdout(), &answer))
	require.Equal(t, []string{"user"}, answer.Proposal.OrderBy)
	require.Equal(t, plan.Retract, answer.Input.Mode.Change)
	require.EqualValues(t, 2, answer.Input.Stats.Rows, "of each group the row it has now")
	require.Equal(t, "0", d.Text("SELECT count() FROM system.tables WHERE database = '$db'"))

	for args, code := range map[string]int{`{"engine": "merge_tree"}`: 3, `{"engin": "merge_tree"}`: 2, `{} {}`: 2} {
		p = design(model, "out", "--pins", args)
		var exit *exec.ExitError
		require.ErrorAs(t, p.Wait(time.Minute), &exit)
		require.Equal(t, code, exit.ExitCode(), "%s", p.Stderr())
	}
}
