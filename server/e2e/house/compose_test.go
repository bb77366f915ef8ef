package house

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/schema"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// composeFile is what the test reads of a compose file beyond what the schema checks.
type composeFile struct {
	Services map[string]struct {
		Image       string            `yaml:"image"`
		Build       map[string]any    `yaml:"build"`
		Environment map[string]string `yaml:"environment"`
		Ports       []string          `yaml:"ports"`
		Volumes     []string          `yaml:"volumes"`
		Healthcheck struct {
			Test        []string `yaml:"test"`
			Interval    string   `yaml:"interval"`
			Timeout     string   `yaml:"timeout"`
			StartPeriod string   `yaml:"start_period"`
		} `yaml:"healthcheck"`
		StopGracePeriod string `yaml:"stop_grace_period"`
		DependsOn       map[string]struct {
			Condition string `yaml:"condition"`
		} `yaml:"depends_on"`
	} `yaml:"services"`
	Volumes map[string]any `yaml:"volumes"`
}

// composeProblems returns what is wrong with a compose file: first by the specification's own schema, then by our rules.
func composeProblems(text []byte) []string {
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		return []string{err.Error()}
	}
	if err := schema.Validate(document); err != nil {
		return []string{"schema: " + err.Error()}
	}
	var file composeFile
	if err := yaml.Unmarshal(text, &file); err != nil {
		return []string{err.Error()}
	}

	var out []string
	pinned := regexp.MustCompile(`:\d+\.\d+[^:/]*$`)
	hostPorts := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(file.Services)) {
		service := file.Services[name]
		add := func(format string, args ...any) { out = append(out, name+": "+fmt.Sprintf(format, args...)) }

		if service.Build == nil && !pinned.MatchString(service.Image) {
			add("image %q is not pinned to a version", service.Image)
		}
		if len(service.Healthcheck.Test) == 0 || service.Healthcheck.Test[0] == "NONE" {
			add("has no health check")
		}
		// The schema names their format, but validators take that as a remark.
		check := service.Healthcheck
		for _, duration := range []string{check.Interval, check.Timeout, check.StartPeriod, service.StopGracePeriod} {
			if duration == "" {
				continue
			}
			if _, err := time.ParseDuration(duration); err != nil {
				add("%q is not a duration", duration)
			}
		}
		for _, port := range service.Ports {
			loopback, rest, ok := strings.Cut(port, ":")
			if !ok || loopback != "127.0.0.1" {
				add("port %s is not bound to loopback", port)
				continue
			}
			host, _, _ := strings.Cut(rest, ":")
			if other, taken := hostPorts[host]; taken {
				add("port %s is taken by %s", host, other)
			}
			hostPorts[host] = name
		}
		for _, volume := range service.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if _, declared := file.Volumes[source]; !declared && !strings.HasPrefix(source, ".") && !strings.HasPrefix(source, "/") {
				add("volume %s is not declared", source)
			}
		}
		for other, on := range service.DependsOn {
			if _, known := file.Services[other]; !known {
				add("depends on %s, which is no service", other)
			}
			if on.Condition != "service_healthy" {
				add("does not wait until %s is healthy", other)
			}
		}
	}
	return out
}

func TestComposeFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), "docker-compose.yml"))
	require.NoError(t, err)
	require.Empty(t, composeProblems(text))

	var file composeFile
	require.NoError(t, yaml.Unmarshal(text, &file))
	require.ElementsMatch(t, []string{"millrace", "kafka", "clickhouse"}, slices.Collect(maps.Keys(file.Services)))

	kafka := file.Services["kafka"]
	listeners := map[string]bool{}
	for _, listener := range strings.Split(kafka.Environment["KAFKA_LISTENERS"], ",") {
		name, _, _ := strings.Cut(listener, "://")
		listeners[name] = true
	}
	for _, mapped := range strings.Split(kafka.Environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"], ",") {
		name, _, _ := strings.Cut(mapped, ":")
		require.True(t, listeners[name], "a protocol is given for %s, which is no listener", name)
	}
	// Kafka reads the id as 16 bytes in URL-safe base64 and does not start on anything else.
	require.Regexp(t, `^[A-Za-z0-9_-]{22}$`, kafka.Environment["CLUSTER_ID"])

	// What the build names has to be there.
	build := file.Services["millrace"].Build
	dockerfile, err := os.ReadFile(filepath.Join(root(t), build["context"].(string), build["dockerfile"].(string)))
	require.NoError(t, err)
	for _, line := range strings.Split(string(dockerfile), "\n") {
		if image, ok := strings.CutPrefix(line, "FROM "); ok {
			require.Regexp(t, `^[a-z]+:\d+\.\d+`, image, "a base image is not pinned")
		}
	}
}

func TestComposeProblemsAreFound(t *testing.T) {
	// Each replaces a text of the real file, so that the rules are seen to fail on it.
	text, err := os.ReadFile(filepath.Join(root(t), "docker-compose.yml"))
	require.NoError(t, err)
	tests := []struct{ name, old, new, want string }{
		{"a key outside the schema", "    restart: unless-stopped", "    restarts: unless-stopped", "schema: "},
		{"a value of the wrong type", `      - "127.0.0.1:9092:9092"`, "      - [9092]", "schema: "},
		{"a duration that is none", "interval: 5s", "interval: often", "is not a duration"},
		{"not YAML", "services:", "services: [", "yaml: "},
		{"latest", "apache/kafka:4.3.1", "apache/kafka:latest", "not pinned"},
		{"no tag", "clickhouse/clickhouse-server:26.7", "clickhouse/clickhouse-server", "not pinned"},
		{"every interface", `"127.0.0.1:8123:8123"`, `"8123:8123"`, "not bound to loopback"},
		{"a port twice", `"127.0.0.1:8123:8123"`, `"127.0.0.1:9092:8123"`, "is taken by"},
		{"an undeclared volume", "  kafka-data:\n  click", "  click", "kafka-data is not declared"},
		{"an unknown dependency", "      kafka:\n        condition", "      redpanda:\n        condition", "is no service"},
		{"no wait", "condition: service_healthy", "condition: service_started", "does not wait"},
		{"no health check", `test: ["CMD", "wget"`, `test: ["NONE", "wget"`, "no health check"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			broken := strings.Replace(string(text), tt.old, tt.new, 1)
			require.NotEqual(t, string(text), broken, "nothing was replaced")
			require.Contains(t, strings.Join(composeProblems([]byte(broken)), "\n"), tt.want)
		})
	}
}
