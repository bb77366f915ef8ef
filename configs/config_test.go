package configs

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"millrace/models/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

const example = "millrace.example.yaml"

func TestDefaultIsValid(t *testing.T) {
	require.Empty(t, Default().Validate())
}

func TestExampleNamesEverySettingWithItsDefault(t *testing.T) {
	got, err := load(t, example)
	require.NoError(t, err)
	require.Equal(t, Default(), got)

	text, err := os.ReadFile(example)
	require.NoError(t, err)
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &document))
	c := Default()
	require.ElementsMatch(t, slices.Collect(maps.Keys(newReader(&c).settings)), leaves("", document.Content[0]))
}

// leaves returns the path of every scalar below node.
func leaves(path string, node *yaml.Node) []string {
	if node.Kind != yaml.MappingNode {
		return []string{path}
	}
	var out []string
	for i := 0; i+1 < len(node.Content); i += 2 {
		out = append(out, leaves(join(path, node.Content[i].Value), node.Content[i+1])...)
	}
	return out
}

// load reads a file as Load does, but apart from the environment of the machine that runs the tests.
func load(t *testing.T, path string, environ ...string) (Config, error) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	c, problems := Parse(filepath.ToSlash(path), text, environ)
	return c, problems.Err()
}

func TestEveryFieldHasAName(t *testing.T) {
	var walk func(reflect.Type)
	walk = func(s reflect.Type) {
		for i := range s.NumField() {
			f := s.Field(i)
			require.Regexp(t, `^[a-z]+(_[a-z]+)*$`, f.Tag.Get("yaml"), "%s.%s", s.Name(), f.Name)
			require.Equal(t, f.Tag.Get("yaml"), f.Tag.Get("json"), "%s.%s", s.Name(), f.Name)
			if f.Type.Kind() == reflect.Struct {
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[Config]())

	// Two settings may not share a variable: log.level_x and log_level.x would.
	c := Default()
	seen := map[string]string{}
	for path := range newReader(&c).settings {
		require.NotContains(t, seen, variable(path))
		seen[variable(path)] = path
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		name    string
		text    string
		environ []string
		want    func(*Config)
	}{
		{name: "nothing", want: func(*Config) {}},
		{name: "comments only", text: "# nothing yet\n", want: func(*Config) {}},
		{name: "null document", text: "~\n", want: func(*Config) {}},
		{name: "empty section", text: "engine:\n  # epoch: 2s\n", want: func(*Config) {}},
		{name: "one setting", text: "engine: {epoch: 1m30s}", want: func(c *Config) { c.Engine.Epoch = Duration(90 * time.Second) }},
		{name: "decimal size", text: "engine: {memory_budget: 2 GB}", want: func(c *Config) { c.Engine.MemoryBudget = 2_000_000_000 }},
		{name: "anchor", text: "embedded: {broker: {port: &p 9100}, olap: {enabled: false, http_port: *p}}", want: func(c *Config) {
			c.Embedded.Broker.Port, c.Embedded.OLAP.HTTPPort, c.Embedded.OLAP.Enabled = 9100, 9100, false
		}},
		{name: "free ports may repeat", text: "listen: 127.0.0.1:0\nembedded: {broker: {port: 0}, olap: {http_port: 0}}", want: func(c *Config) {
			c.Listen, c.Embedded.Broker.Port, c.Embedded.OLAP.HTTPPort = "127.0.0.1:0", 0, 0
		}},
		{name: "MySQL", text: "metadata: {driver: mysql}", environ: []string{"MILLRACE_METADATA_DSN=m:p@tcp(db:3306)/millrace"}, want: func(c *Config) {
			c.Metadata = Metadata{Driver: MySQL, DSN: "m:p@tcp(db:3306)/millrace"}
		}},
		{name: "OIDC", text: "auth: {passwords: false, oidc: {issuer: https://sso, client_id: m, redirect_url: http://127.0.0.1:1/cb, default_role: \"\"}}", want: func(c *Config) {
			c.Auth.Passwords = false
			c.Auth.OIDC = OIDC{Issuer: "https://sso", ClientID: "m", RedirectURL: "http://127.0.0.1:1/cb", Scopes: "openid profile email"}
		}},
		{name: "IPv6", text: `listen: "[::1]:80"`, want: func(c *Config) { c.Listen = "[::1]:80" }},
		{
			name: "environment wins", text: "engine: {batch_rows: 7, parallelism: 4}",
			environ: []string{"MILLRACE_ENGINE_BATCH_ROWS=1", "MILLRACE_EMBEDDED_OLAP_ENABLED=false", "MILLRACE_DATA_DIR=/d"},
			want: func(c *Config) {
				c.Engine.BatchRows, c.Engine.Parallelism, c.Embedded.OLAP.Enabled, c.DataDir = 1, 4, false, "/d"
			},
		},
		{name: "other variables are not ours", environ: []string{"MILLRACE_CACHE=/c", "PATH=/bin", "ENGINE_EPOCH=x", "MILLRACE_SOAK"}, want: func(*Config) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problems := Parse("test.yaml", []byte(tt.text), tt.environ)
			require.Empty(t, problems)
			want := Default()
			tt.want(&want)
			require.Equal(t, want, got)
		})
	}
}

func TestBroken(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			_, err := load(t, file)
			golden(t, strings.TrimSuffix(file, ".yaml")+".golden", err)
		})
	}
	t.Run("environment", func(t *testing.T) {
		_, err := load(t, example, "MILLRACE_ENGINE_EPOCH=soon", "MILLRACE_ENGINE_BATCHROWS=1", "MILLRACE_EMBEDDED_KAFKA=1",
			"MILLRACE_ENGINE_BATCH_ROWS=-5", "MILLRACE_LOG_LEVEL=")
		golden(t, "testdata/broken/environment.golden", err)
	})
}

// golden compares the diagnostics, with the fixes that their messages leave out, with a file.
func golden(t *testing.T, path string, err error) {
	t.Helper()
	var list diag.List
	require.ErrorAs(t, err, &list)
	var b strings.Builder
	for _, d := range list {
		require.NotEmpty(t, d.Fix, d.Message)
		fmt.Fprintf(&b, "%v\n  %s\n", d, d.Fix)
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	want, readErr := os.ReadFile(path)
	require.NoError(t, readErr)
	require.Equal(t, string(want), b.String())
}

func TestLoad(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "missing.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)

	t.Setenv("MILLRACE_ENGINE_EPOCH", "250ms")
	c, err := Load(example)
	require.NoError(t, err)
	require.Equal(t, 250*time.Millisecond, c.Engine.Epoch.Std())

	c, err = Load("")
	require.NoError(t, err)
	require.Equal(t, 250*time.Millisecond, c.Engine.Epoch.Std())

	t.Setenv("MILLRACE_ENGINE_EPOCH", "0s")
	_, err = Load("")
	require.ErrorContains(t, err, "$MILLRACE_ENGINE_EPOCH: error: config.value: engine.epoch is 0s")
}

func TestCheckpointPath(t *testing.T) {
	c := Default()
	require.Equal(t, filepath.Join(".millrace", "checkpoints"), c.CheckpointPath())
	c.Engine.CheckpointDir = "/state"
	require.Equal(t, "/state", c.CheckpointPath())
}

func TestUnits(t *testing.T) {
	sizes := map[string]Size{
		"0B": 0, "1B": 1, "1000B": 1000, "1KiB": 1024, "1536B": 1536, "16MiB": 16 << 20, "2GiB": 2 << 30, "3TiB": 3 << 40,
		"-1MiB": -1 << 20, "9223372036854775807B": 1<<63 - 1,
	}
	for text, want := range sizes {
		var got Size
		require.NoError(t, got.UnmarshalText([]byte(text)))
		require.Equal(t, want, got, text)
		require.NotEmpty(t, got.String())
		var again Size
		require.NoError(t, again.UnmarshalText([]byte(got.String())))
		require.Equal(t, got, again, text)
	}
	for _, text := range []string{"", "16", "MiB", "1.5GiB", "16 mib", "16MiBB", "9223372036854775808B", "8388608TiB", "1e3B", "0x10B"} {
		got := Size(7)
		require.Error(t, got.UnmarshalText([]byte(text)), text)
		require.Equal(t, Size(7), got, "%q left the value alone", text)
	}
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", 90 * time.Second: "1m30s", 10 * time.Minute: "10m", time.Hour: "1h", 90 * time.Minute: "1h30m",
		250 * time.Millisecond: "250ms", 20 * time.Second: "20s", time.Hour + 20*time.Second: "1h0m20s", 30 * time.Hour: "30h", -time.Minute: "-1m",
	} {
		require.Equal(t, want, Duration(d).String())
		var again Duration
		require.NoError(t, again.UnmarshalText([]byte(want)))
		require.Equal(t, d, again.Std())
	}
	b, err := json.Marshal(Default().Engine)
	require.NoError(t, err)
	require.JSONEq(t, `{"epoch":"1s","batch_rows":4096,"parallelism":0,"max_record_bytes":"16MiB","memory_budget":"1GiB","checkpoint_dir":"","gc_percent":400}`, string(b))
}

func TestSecretsAreNotShown(t *testing.T) {
	const secret = "m:hunter2@tcp(db:3306)/millrace"
	c := Default()
	c.Metadata = Metadata{Driver: MySQL, DSN: secret}
	c.Auth.OIDC.ClientSecret = "hunter2"
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("settings", "config", c, "dsn", c.Metadata.DSN)
	asJSON, err := json.Marshal(c)
	require.NoError(t, err)
	asYAML, err := yaml.Marshal(c)
	require.NoError(t, err)
	for _, shown := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %q", c, c, c.Metadata.DSN, c.Metadata.DSN), log.String(), string(asJSON), string(asYAML)} {
		require.NotContains(t, shown, "hunter2")
		require.Contains(t, shown, redacted)
	}
	require.Equal(t, secret, c.Metadata.DSN.Text())
	require.Empty(t, Secret("").String())

	// What is wrong with other settings does not tell them either.
	_, problems := Parse("x.yaml", []byte("metadata: {driver: sqlite, dsn: hunter2, more: 1}\nauth: {oidc: {client_secret: [hunter2]}}"), nil)
	require.NotEmpty(t, problems)
	for _, d := range problems {
		require.NotContains(t, fmt.Sprintf("%+v", d), "hunter2")
	}
}

// FuzzParse shows that no text brings the reader down, and that what it accepts is valid and survives being written and read.
func FuzzParse(f *testing.F) {
	text, err := os.ReadFile(example)
	require.NoError(f, err)
	f.Add(text)
	files, err := filepath.Glob("testdata/broken/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, problems := Parse("fuzz.yaml", text, nil)
		if problems.HasErrors() {
			return
		}
		require.Empty(t, c.Validate())
		if c.Metadata.DSN != "" || c.Auth.OIDC.ClientSecret != "" {
			return // secrets are not written
		}
		written, err := yaml.Marshal(c)
		require.NoError(t, err)
		again, problems := Parse("again.yaml", written, nil)
		require.Empty(t, problems, "%s", written)
		require.Equal(t, c, again)
	})
}
