package rig

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/parts"
)

// passwordEnv is the environment variable in which a run finds ClickHouse's password; Connections writes it, UseClickHouse sets it.
const passwordEnv = "RIG_OLAP_PASSWORD"

// Database is a ClickHouse database of the test's own.
type Database struct {
	*parts.Database
	t testing.TB
}

// ClickHouse returns an empty database on the server that the test process shares; see parts.ClickHouse.
func ClickHouse(t testing.TB) *Database {
	t.Helper()
	return &Database{parts.ClickHouse(t), t}
}

// With returns the database for use by a test within the test that it belongs to.
func (d *Database) With(t testing.TB) *Database { return &Database{d.Database, t} }

// Text runs a statement and returns what it prints as TSV (or in the FORMAT it names), without blanks at the end. In every
// statement $db stands for the database's name.
func (d *Database) Text(sql string) string {
	d.t.Helper()
	return strings.TrimSpace(string(d.send(sql, "", nil)))
}

// Raw returns what a query prints byte by byte, for a FORMAT that is no text.
func (d *Database) Raw(sql string) []byte {
	d.t.Helper()
	return d.send(sql, "", nil)
}

// Rows returns a query's rows as the cells of TSV: NULL is \N.
func (d *Database) Rows(sql string) [][]string {
	d.t.Helper()
	var out [][]string
	for line := range strings.Lines(string(d.send(sql, "", nil))) {
		out = append(out, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return out
}

// Insert fills a table of the database from data in one of ClickHouse's own input formats, under settings such as
// "format_csv_null_representation=NA".
func (d *Database) Insert(table, format string, data io.Reader, settings ...string) {
	d.t.Helper()
	d.send("INSERT INTO $db."+table+" FORMAT "+format, strings.Join(settings, "&"), data)
}

func (d *Database) send(sql, settings string, data io.Reader) []byte {
	d.t.Helper()
	text, err := d.try(sql, settings, data)
	require.NoError(d.t, err)
	return text
}

// Try is Raw under settings such as "join_use_nulls=1&session_timezone=UTC", for a query that may fail.
func (d *Database) Try(sql, settings string) ([]byte, error) {
	d.t.Helper()
	return d.try(sql, settings, nil)
}

func (d *Database) try(sql, settings string, data io.Reader) ([]byte, error) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 2*time.Minute)
	defer cancel()
	sql = strings.ReplaceAll(sql, "$db", d.Name)
	address := d.HTTPURL + "/?wait_end_of_query=1"
	if settings != "" {
		address += "&" + settings
	}
	if data == nil {
		data = strings.NewReader(sql)
	} else {
		address += "&query=" + url.QueryEscape(sql)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, data)
	require.NoError(d.t, err)
	req.Header.Set("X-ClickHouse-User", d.User)
	req.Header.Set("X-ClickHouse-Key", d.Password)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(d.t, err)
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ClickHouse: %s\n%s", text, sql)
	}
	return text, nil
}

// Difference returns up to 20 rows that two queries do not have equally often, with how often each has them; nothing means that
// both give the same rows, cell by cell. Columns meet by position, are named as the first query names them, and must have types
// of which a common one holds both: Int64 and UInt64 have none.
func (d *Database) Difference(got, want string) string {
	d.t.Helper()
	text := d.Text(fmt.Sprintf(`SELECT * EXCEPT (side), countIf(side = 'got') AS got, countIf(side = 'want') AS want
		FROM (SELECT 'got' AS side, * FROM (%s) UNION ALL SELECT 'want' AS side, * FROM (%s))
		GROUP BY ALL HAVING got <> want ORDER BY ALL LIMIT 20
		SETTINGS use_variant_as_common_type = 0 FORMAT TSVWithNames`, got, want))
	if !strings.Contains(text, "\n") {
		return "" // the names alone
	}
	return text
}

// Connections is the head of a catalog file: the format, and the connections "queue" and "olap", each where it is not nil. The
// password is not in it; see UseClickHouse.
func Connections(k *Kafka, d *Database) string {
	var b strings.Builder
	b.WriteString("format: 1\nconnections:\n")
	if k != nil {
		fmt.Fprintf(&b, "  queue: {component: kafka, params: {brokers: [%s]}}\n", quoted(k.Addrs))
	}
	if d != nil {
		fmt.Fprintf(&b, "  olap:\n    component: clickhouse\n    params: {addresses: [%q], database: %q, username: %q, password: {env: %s}}\n",
			d.Addr, d.Name, d.User, passwordEnv)
	}
	return b.String()
}

// UseClickHouse gives later runs the password that the catalog of Connections asks for.
func (w *Workspace) UseClickHouse(d *Database) { w.Setenv(passwordEnv, d.Password) }

// quoted lists texts as a YAML flow sequence does.
func quoted(texts []string) string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = strconv.Quote(s)
	}
	return strings.Join(out, ", ")
}

// Count returns how many rows a table of the database has; the table's name may have a WHERE behind it.
func (d *Database) Count(table string) int {
	d.t.Helper()
	n, err := strconv.Atoi(d.Text("SELECT count() FROM $db." + table))
	require.NoError(d.t, err)
	return n
}
