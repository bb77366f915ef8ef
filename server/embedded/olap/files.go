package olap

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// engines are the table and database engines the application user may use:
// those that keep their data inside the data folder.
var engines = [...]string{
	"Atomic", "Memory", "MergeTree", "ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree",
	"CollapsingMergeTree", "VersionedCollapsingMergeTree", "CoalescingMergeTree", "View", "MaterializedView",
	"Null", "Buffer", "Merge", "Join", "Set", "Log", "TinyLog", "StripeLog", "Dictionary",
}

// startSQL opens the servers; the statement after it is a pipe that ends when
// the child is to stop.
const startSQL = "SYSTEM START LISTEN HTTP;\nSYSTEM START LISTEN TCP;\n"

// layout names the files of a data folder.
type layout struct{ dir string }

func (l layout) lock() string     { return filepath.Join(l.dir, "lock") }
func (l layout) ports() string    { return filepath.Join(l.dir, "ports.json") }
func (l layout) password() string { return filepath.Join(l.dir, "password") }
func (l layout) store() string    { return filepath.Join(l.dir, "store") }
func (l layout) log() string      { return filepath.Join(l.dir, "clickhouse.log") }
func (l layout) config() string   { return filepath.Join(l.dir, "config", "config.xml") }
func (l layout) users() string    { return filepath.Join(l.dir, "config", "users.xml") }
func (l layout) start() string    { return filepath.Join(l.dir, "config", "start.sql") }

// loadPassword returns the remembered password, or makes one up and keeps it.
func loadPassword(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err == nil {
		if p := strings.TrimSpace(string(data)); p != "" {
			return p, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	password := rand.Text()
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keeping the password: %w", err)
	}
	return password, nil
}

// writeConfig writes the three files the child starts from. Passwords are in
// them as SHA-256 only.
func writeConfig(l layout, user, password string, maxMemory int64) error {
	for _, dir := range []string{filepath.Dir(l.config()), l.store()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("creating %s: %w", dir, err)
		}
	}
	for name, text := range map[string]string{
		l.config(): configXML(l, maxMemory),
		l.users():  usersXML(user, password, maxMemory),
		l.start():  startSQL,
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}

func configXML(l layout, maxMemory int64) string {
	// Caches are sized for a part that shares its machine: ClickHouse's own
	// defaults (5 GiB of marks) assume that it owns it.
	return `<clickhouse>
  <logger><level>warning</level><log>` + escape(l.log()) + `</log><size>8M</size><count>2</count></logger>
  <users_config>` + escape(l.users()) + `</users_config>
  <listen_host>127.0.0.1</listen_host>
  <max_server_memory_usage>` + strconv.FormatInt(maxMemory, 10) + `</max_server_memory_usage>
  <max_connections>256</max_connections>
  <mark_cache_size>` + strconv.FormatInt(min(maxMemory/16, 64<<20), 10) + `</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <query_log>
    <database>system</database>
    <table>query_log</table>
    <ttl>event_date + INTERVAL 3 DAY DELETE</ttl>
    <flush_interval_milliseconds>7500</flush_interval_milliseconds>
  </query_log>
</clickhouse>
`
}

func usersXML(user, password string, maxMemory int64) string {
	hash := sha256.Sum256([]byte(password))
	var grants strings.Builder
	grants.WriteString("        <query>GRANT SHOW, SELECT, INSERT, ALTER, CREATE, DROP, TRUNCATE, OPTIMIZE, KILL QUERY, SYSTEM, dictGet ON *.*</query>\n")
	for _, e := range engines {
		grants.WriteString("        <query>GRANT TABLE ENGINE ON " + e + "</query>\n")
	}
	return `<clickhouse>
  <profiles>
    <default>
      <cancel_http_readonly_queries_on_client_close>1</cancel_http_readonly_queries_on_client_close>
      <log_queries>1</log_queries>
      <max_memory_usage>` + strconv.FormatInt(maxMemory/4*3, 10) + `</max_memory_usage>
    </default>
  </profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password></password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT SYSTEM LISTEN ON *.*</query>
      </grants>
    </default>
    <` + user + `>
      <password_sha256_hex>` + hex.EncodeToString(hash[:]) + `</password_sha256_hex>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
` + grants.String() + `      </grants>
    </` + user + `>
  </users>
</clickhouse>
`
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}
