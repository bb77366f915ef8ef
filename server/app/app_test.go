package app

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/configs"
	"millrace/pipelines/engine"
	"millrace/server/store"
)

func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

func testConfig(t *testing.T) configs.Config {
	c := configs.Default()
	c.DataDir = t.TempDir()
	c.Engine.Epoch = configs.Duration(20 * time.Millisecond)
	c.Embedded.Broker.Port, c.Embedded.OLAP.HTTPPort, c.Embedded.OLAP.TCPPort = 0, 0, 0
	return c
}

func openApp(t *testing.T, c configs.Config) *App {
	t.Helper()
	w, err := NewWorkbench(c, "", nil)
	require.NoError(t, err)
	a, err := w.Open(t.Context(), c, quietLog())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Close()) })
	return a
}

func compileModel(t *testing.T, w *Workbench, text string) *Model {
	t.Helper()
	m, diags := w.Compile("test.yaml", []byte(text), nil)
	require.NotNil(t, m, diags)
	return m
}

const bounded = `format: 1
kind: view
name: a.b.bounded
nodes:
  - {id: plays, component: generator, params: {rate: 0, count: 2000}}
  - {id: out, component: console, params: {limit: 1}}
edges: [plays -> out]
`

const endless = `format: 1
kind: view
name: a.b.endless
nodes:
  - {id: plays, component: generator, params: {rate: 5000}}
  - {id: out, component: console, params: {limit: 1}}
edges: [plays -> out]
`

const toKafka = `format: 1
kind: view
name: a.b.to_kafka
nodes:
  - {id: plays, component: generator, params: {rate: 0, count: 1000}}
  - {id: out, component: kafka, params: {connection: broker, topic: plays, create: if_missing, retention: 1h}}
edges: [plays -> out]
`

func runOnce(t *testing.T, a *App, m *Model, o RunOptions) (engine.Stats, error) {
	t.Helper()
	p, err := a.Prepare(t.Context(), m, o)
	require.NoError(t, err)
	err = p.Run(t.Context())
	require.NoError(t, p.Release(t.Context()))
	return p.Stats(), err
}

func TestPipeline(t *testing.T) {
	a := openApp(t, testConfig(t))
	m := compileModel(t, a.Workbench, bounded)
	s, err := runOnce(t, a, m, RunOptions{Bounded: true})
	require.NoError(t, err)
	require.EqualValues(t, 2000, s.Totals.RowsOut)
	require.DirExists(t, filepath.Join(a.Config.DataDir, "checkpoints", "a.b.bounded"))

	s, err = runOnce(t, a, m, RunOptions{Bounded: true, Fresh: true})
	require.NoError(t, err)
	require.EqualValues(t, 2000, s.Totals.RowsOut, "fresh counts anew")
	for _, p := range a.Parts() {
		require.Equal(t, "off", p.State, "%s was not needed, so it was not started", p.Name)
	}
}

// TestBrokerStartsWhenNeeded runs into the embedded broker, twice on one data folder.
func TestBrokerStartsWhenNeeded(t *testing.T) {
	c := testConfig(t)
	for range 2 {
		a := openApp(t, c)
		m := compileModel(t, a.Workbench, toKafka)
		s, err := runOnce(t, a, m, RunOptions{Bounded: true, Fresh: true})
		require.NoError(t, err)
		require.EqualValues(t, 1000, s.Totals.RowsOut)
		require.Equal(t, "running", a.Parts()[0].State)
		require.NoError(t, a.Close())
		a.lock, a.store, a.parts = nil, nil, nil // closed; the clean-up has nothing left to do
	}
}

func TestPartOff(t *testing.T) {
	c := testConfig(t)
	c.Embedded.Broker.Enabled = false
	a := openApp(t, c)
	_, err := runOnce(t, a, compileModel(t, a.Workbench, toKafka), RunOptions{Bounded: true})
	require.ErrorIs(t, err, ErrOff)
	require.ErrorContains(t, err, "embedded.broker.enabled")
}

// TestMissingLibrary says what is off and how to get it, and lets everything else go on.
func TestMissingLibrary(t *testing.T) {
	t.Setenv("MILLRACE_CHDB_LIB", filepath.Join(t.TempDir(), "none.so"))
	a := openApp(t, testConfig(t))
	_, err := a.connections().Open(OLAPPart)
	require.ErrorIs(t, err, ErrOff)
	require.ErrorContains(t, err, "make fetch")
	require.ErrorContains(t, err, "build/fetch-chdb.sh")
	state := a.Parts()[1]
	require.Equal(t, "off", state.State)
	require.Contains(t, state.Fix, "make fetch")
}

func TestFolderInUse(t *testing.T) {
	a := openApp(t, testConfig(t))
	_, err := a.Workbench.Open(t.Context(), a.Config, quietLog())
	require.ErrorIs(t, err, store.ErrInUse)
}

// TestSupervisor runs a pipeline that fails beside one that does not.
func TestPreviewLeavesNothing(t *testing.T) {
	c := testConfig(t)
	w, err := NewWorkbench(c, "", nil)
	require.NoError(t, err)
	conns := w.PreviewConnections(c, quietLog())
	p, diags, err := w.Preview(t.Context(), "m.yaml", []byte(endless), "plays", conns, PreviewOptions{Rows: 3, Timeout: 10 * time.Second, Log: quietLog()})
	require.NoError(t, errors.Join(err, conns.Close()))
	require.Empty(t, diags)
	require.Len(t, p.Rows, 3, "a source without an end is read until there are rows enough")
	require.False(t, p.Ended)
	entries, err := os.ReadDir(c.DataDir)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestMeter(t *testing.T) {
	var m Meter
	at := time.Unix(0, 0)
	for i := range 10 {
		m.Add(at.Add(time.Duration(i)*time.Second), int64(i*100))
	}
	require.InDelta(t, 100, m.Rate(), 1e-9)
	require.Len(t, m.History(), 9)
	m.Add(at.Add(10*time.Second), 50)
	require.Zero(t, m.Rate(), "a recovery took rows back: the rate starts anew")
}
