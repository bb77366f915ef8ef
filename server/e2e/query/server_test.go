package query

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/models/diag"
	"millrace/server/app"
	"millrace/server/cli"
	"millrace/server/cli/client"
	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/server/rejects"
)

// serve starts a server with its embedded parts and logs this test in; it returns a client.
func serve(t *testing.T) *client.Client {
	t.Helper()
	parts.RequireChDB(t)
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	out, err := os.Create(filepath.Join(dir, "out"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = out.Close() })
	cmd := exec.Command(rig.Binary(t), "serve", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0")
	cmd.Env = rig.Env()
	cmd.Stdout, cmd.Stderr = out, out
	p, err := parts.StartProcess(cmd)
	require.NoError(t, err)
	t.Cleanup(func() {
		p.Kill()
		rig.EndWorkers(filepath.Join(dir, "data"))
		rig.AwaitClickHouse(t, filepath.Join(dir, "data"))
	})
	said := func(pattern string) string {
		var found []string
		require.Eventually(t, func() bool {
			text, err := os.ReadFile(out.Name())
			require.NoError(t, err)
			found = regexp.MustCompile(pattern).FindStringSubmatch(string(text))
			return found != nil
		}, time.Minute, 20*time.Millisecond, pattern)
		return found[1]
	}
	url := said(`serves (http://[^ ]+)`)
	password := said(`with the password (\S+)`)
	said(`(ClickHouse runs)`)
	api, err := client.New(client.Profile{URL: url})
	require.NoError(t, err)
	var me struct {
		CSRF string `json:"csrf_token"`
	}
	require.NoError(t, api.Post(t.Context(), "/auth/login", map[string]string{"name": "admin", "password": password}, &me))
	var token struct {
		Secret string `json:"secret"`
	}
	require.NoError(t, api.Post(t.Context(), "/tokens", map[string]any{"name": "test", "scopes": []string{"view", "edit", "operate", "administer"}, "days": 1}, &token, client.Header("X-Csrf-Token", me.CSRF)))
	profile := client.Profile{URL: url, Token: token.Secret}
	require.NoError(t, profile.Save())
	api, err = client.New(profile)
	require.NoError(t, err)
	return api
}

// millrace runs a command and returns what it prints.
func millrace(t *testing.T, code int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	got := cli.Run(ctx, args, cli.Streams{Out: &out, Err: &errs, Width: func() int { return 0 }})
	require.Equal(t, code, got, "millrace %s\n%s\n%s", strings.Join(args, " "), out.String(), errs.String())
	return out.String() + errs.String()
}

const catalogText = `format: 1
tables:
  ods.music.plays:
    kind: stream
    columns: [{name: user_id, type: int64, nullable: false}, {name: ms_played, type: int32}, {name: ts, type: timestamp(3), nullable: false}]
    event_time: ts
    source: {component: kafka, params: {connection: broker, topic: plays, format: json}}
  ads.music.long_plays:
    kind: store
    columns: [{name: user_id, type: int64, nullable: false}, {name: ms_played, type: int32}]
    sink: {component: clickhouse, params: {connection: olap, table: ads.music.long_plays, physical: long_plays}}
`

const longPlays = `format: 1
kind: view
name: cdm.music.long
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: table, params: {table: ods.music.plays}}
  - {id: long, component: filter, params: {where: "ms_played > 30000"}}
  - {id: narrow, component: compute, params: {columns: [user_id, ms_played]}}
  - {id: out, component: clickhouse, params: {connection: olap, table: ads.music.long_plays, physical: long_plays, create: if_missing}}
edges: [plays -> long -> narrow -> out]
`

// TestThroughTheServer goes by the command line alone from nothing to a pipeline whose rows are queried, whose dead letter is mended and
// replayed once.
func TestThroughTheServer(t *testing.T) {
	api := serve(t)
	var made struct{ ID string }
	require.NoError(t, api.Post(t.Context(), "/teams", map[string]string{"name": "music"}, &made))

	files := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(files, "catalog.yaml"), []byte(catalogText), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(files, "long.yaml"), []byte(longPlays), 0o600))
	require.Contains(t, millrace(t, 2, "apply", "-f", files), "say with --team")
	require.Equal(t, "table       ods.music.plays  created\ntable       ads.music.long_plays  created\ndocument    cdm.music.long  created, version 1\n", millrace(t, 0, "apply", "-f", files, "--team", "music"))
	require.Equal(t, "table       ods.music.plays  unchanged\ntable       ads.music.long_plays  unchanged\ndocument    cdm.music.long  unchanged\n", millrace(t, 0, "apply", "-f", files))
	require.Contains(t, millrace(t, 0, "get", "tables"), "ads.music.long_plays  store")
	require.Contains(t, millrace(t, 1, "get", "table", "ads.music.none"), "there is none of the name")

	var broker struct {
		Items []struct {
			Params struct {
				Brokers []string `json:"brokers"`
			} `json:"params"`
		} `json:"items"`
	}
	require.NoError(t, api.Get(t.Context(), "/connections", &broker, client.Query("component", "kafka")))
	k := rig.DialKafka(t, broker.Items[0].Params.Brokers...)
	k.CreateTopic("plays", 1)
	for i := range 100 {
		k.Produce(&kgo.Record{Topic: "plays", Value: fmt.Appendf(nil, `{"user_id":%d,"ms_played":%d,"ts":"2026-01-01T00:00:00Z"}`, i, 1000*i)})
	}
	k.Produce(&kgo.Record{Topic: "plays", Value: []byte(`{"user_id":"nobody","ms_played":99000,"ts":"2026-01-01T00:00:00Z"}`)})

	require.Contains(t, millrace(t, 0, "deploy", "cdm.music.long"), "version 1")
	require.Contains(t, millrace(t, 0, "start", "cdm.music.long", "--from", "earliest"), "running")
	ask := func(sql string) string { return millrace(t, 0, "query", "--json", sql) }
	require.Eventually(t, func() bool {
		return strings.HasPrefix(millrace(t, 0, "query", "--json", "SELECT COUNT(*) AS n, MAX(user_id) AS m FROM ads.music.long_plays"), `{"n":69,"m":99}`)
	}, time.Minute, 200*time.Millisecond)
	require.Contains(t, ask("SELECT user_id FROM ads.music.long_plays ORDER BY user_id DESC LIMIT 2"), "{\"user_id\":99}\n{\"user_id\":98}\n2 rows of")
	require.Contains(t, millrace(t, 3, "query", "SELECT nothing FROM ads.music.long_plays"), "query.unknown_column")
	require.Contains(t, millrace(t, 3, "query", "SELECT * FROM ods.music.plays"), "query.not_in_clickhouse")
	require.Contains(t, millrace(t, 0, "status", "cdm.music.long"), "running")

	// The first rows of a preview come within a second; it commits nothing.
	began := time.Now()
	answer, err := api.Do(t.Context(), "POST", "/preview", strings.NewReader(fmt.Sprintf(`{"text":%q,"node":"long","rows":3,"earliest":true}`, longPlays)), client.Header("Content-Type", "application/json"))
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	lines := json.NewDecoder(answer.Body)
	var line map[string]json.RawMessage
	require.NoError(t, lines.Decode(&line))
	require.Contains(t, line, "columns")
	line = nil
	require.NoError(t, lines.Decode(&line))
	require.JSONEq(t, `{"user_id":31,"ms_played":31000,"ts":"2026-01-01T00:00:00Z"}`, string(line["row"]))
	t.Logf("the first row of a preview came after %s", time.Since(began).Round(time.Millisecond))

	listed := millrace(t, 0, "rejects", "cdm.music.long", "--json")
	var item rejects.Item
	require.NoError(t, json.Unmarshal([]byte(listed), &item), listed)
	require.Contains(t, string(item.Raw), "nobody")
	pipeline, err := lookUp(t.Context(), api, "/pipelines", "cdm.music.long")
	require.NoError(t, err)
	path := "/pipelines/" + pipeline + "/rejects"
	chosen := func(raw string) map[string]any {
		one := map[string]any{"id": item.ID}
		if raw != "" {
			one["raw"] = base64.StdEncoding.EncodeToString([]byte(raw))
		}
		return map[string]any{"rejects": []any{one}}
	}
	var tried app.Tried
	require.NoError(t, api.Post(t.Context(), path+"/try", chosen(""), &tried))
	require.NotEmpty(t, tried.Records[0].Code)
	mended := strings.ReplaceAll(string(item.Raw), `"nobody"`, "1000")
	tried = app.Tried{}
	require.NoError(t, api.Post(t.Context(), path+"/try", chosen(mended), &tried))
	require.Equal(t, 1, tried.Records[0].Rows)
	require.JSONEq(t, `{"user_id":1000,"ms_played":99000}`, string(tried.Sinks[0].Rows[0]))
	require.ErrorIs(t, api.Post(t.Context(), path+"/replay", chosen(""), nil), diag.ErrConflict, "it would be rejected again")
	require.Contains(t, ask("SELECT COUNT(*) AS n FROM ads.music.long_plays"), `{"n":69}`)
	require.NoError(t, api.Post(t.Context(), path+"/replay", chosen(mended), nil))
	require.Contains(t, ask("SELECT COUNT(*) AS n, MAX(user_id) AS m FROM ads.music.long_plays"), `{"n":70,"m":1000}`)
	require.ErrorIs(t, api.Post(t.Context(), path+"/replay", chosen(mended), nil), diag.ErrConflict, "once")
	require.Contains(t, ask("SELECT COUNT(*) AS n FROM ads.music.long_plays"), `{"n":70}`)
	require.Contains(t, millrace(t, 0, "rejects", "cdm.music.long", "--json"), `"replayed":{`)
	var lineOfAudit struct {
		Items []struct{ Action string } `json:"items"`
	}
	require.NoError(t, api.Get(t.Context(), "/audit", &lineOfAudit, client.Query("limit", "5")))
	require.Equal(t, "rejects.replay", lineOfAudit.Items[0].Action)

	require.Contains(t, millrace(t, 0, "stop", "cdm.music.long"), "stopped")
	millrace(t, 0, "logs", "cdm.music.long")
	require.Contains(t, millrace(t, 0, "delete", "pipeline", "cdm.music.long"), "deleted")
}

// lookUp returns the id of what has a name.
func lookUp(ctx context.Context, api *client.Client, path, name string) (string, error) {
	for it, err := range client.All[struct{ ID, Name string }](ctx, api, path) {
		if err != nil || it.Name == name {
			return it.ID, err
		}
	}
	return "", fmt.Errorf("%s has none of the name %s", path, name)
}
