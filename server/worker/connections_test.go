package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/components/reach"
	"millrace/configs"
	"millrace/models/diag"
	"millrace/server/secret"
	"millrace/server/store"
)

// TestOnlyItsOwnConnectionLeadsToAPart opens what a pipeline would: the connection that the server keeps for an embedded part leads there, one
// that somebody has made does not, also when the part has moved since the worker began.
func TestOnlyItsOwnConnectionLeadsToAPart(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	meta, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, store.FileName)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, meta.Close()) })
	registry, err := all.Registry()
	require.NoError(t, err)
	keys, err := secret.Load("", dir)
	require.NoError(t, err)
	// The server's hub makes the connections, the worker's opens them.
	server, err := catalog.NewHub(ctx, catalog.Deps{Store: meta.Hub(), Registry: registry, Sealer: Sealer{keys}})
	require.NoError(t, err)
	guard, err := Guard(configs.Network{})
	require.NoError(t, err)
	hub, err := catalog.NewHub(ctx, catalog.Deps{Store: meta.Hub(), Registry: registry, Sealer: Sealer{keys}, Reach: guard})
	require.NoError(t, err)
	connections := HubConnections{Hub: hub, Guard: guard}

	part := func(address string) {
		spec, ok := registry.Get(component.KindConnection, "kafka")
		require.True(t, ok)
		p, err := component.ParamsOf(spec.Fields, map[string]any{"brokers": []any{address}})
		require.NoError(t, err)
		require.NoError(t, server.EnsureBuiltin(ctx, &component.Connection{Name: "broker", Component: "kafka", Params: p}, ""))
	}
	dial := func(name, address string) error {
		c, err := connections.Open(name)
		if err != nil {
			return err
		}
		conn, err := c.Dial(ctx, "tcp", address)
		if err == nil {
			err = conn.Close()
		}
		return err
	}
	// What another process has changed is known within a quarter of a second.
	soon := func(holds func() bool, what string) {
		t.Helper()
		require.Eventually(t, holds, 10*time.Second, 20*time.Millisecond, what)
	}
	for _, name := range []string{"first", "moved"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		t.Cleanup(func() { _ = listener.Close() })
		address := listener.Addr().String()
		_, err = server.CreateConnection(ctx, catalog.ConnectionInput{Name: name, Component: "kafka", Team: "t1",
			Params: json.RawMessage(fmt.Sprintf(`{"brokers":[%q]}`, address))})
		require.NoError(t, err)
		soon(func() bool { return dial(name, address) == nil }, "nothing of ours is there yet")
		part(address)
		for _, way := range []string{address, "localhost:" + port(t, address)} {
			soon(func() bool {
				var refused *diag.Failure
				return errors.As(dial(name, way), &refused) && refused.Code == reach.CodeDenied
			}, way)
		}
		require.NoError(t, dial("broker", address))
	}
}

func port(t *testing.T, address string) string {
	t.Helper()
	_, p, err := net.SplitHostPort(address)
	require.NoError(t, err)
	return p
}
