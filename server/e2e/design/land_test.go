package design

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

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
