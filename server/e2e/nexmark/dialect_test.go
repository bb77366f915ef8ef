package nexmark

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/components/all"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/dialect/clickhouse"
	"millrace/pipelines/query"
	"millrace/server/e2e/rig"
)

// testDialect has ClickHouse answer the queries' own plans, over tables of persons, auctions and bids: ClickHouse has no row that is NULL, and
// two of the three in every event are.
func testDialect(t *testing.T, db *rig.Database) {
	tables, err := os.ReadFile(filepath.Join(queriesPath, "tables.sql"))
	require.NoError(t, err)
	registry, err := all.Registry()
	require.NoError(t, err)
	file, diags := catalog.Parse("catalog.yaml", []byte("format: 1\nconnections:\n  events: {component: kafka, params: {brokers: [nowhere]}}\n"), registry)
	require.Empty(t, diags)
	queries := readQueries(t)
	for _, q := range plannedQueries {
		t.Run(q.name, func(t *testing.T) {
			db := db.With(t)
			outcomes, diags := query.NewSession(compile.Env{Registry: registry, Catalog: file}).Exec(q.name, string(tables)+queries[q.name])
			require.NoError(t, diags.Err())
			p := outcomes[len(outcomes)-1].Plan
			require.NotNil(t, p)
			require.Len(t, p.Sinks, 1)
			written, diags := clickhouse.Write(p, p.Sinks[0], clickhouse.Options{Tables: func(scan *plan.Node) (clickhouse.Table, error) {
				name := strings.Split(scan.ID, "/")[1]
				return clickhouse.Table{From: db.Name + "." + name}, nil
			}})
			require.NoError(t, diags.Err())
			settings := url.Values{}
			for name, value := range written.Settings {
				settings.Set(name, value)
			}
			_, err := db.Try(fmt.Sprintf("CREATE TABLE $db.dialect_%s ENGINE = MergeTree ORDER BY tuple() AS %s", q.name, written.SQL), settings.Encode())
			require.NoError(t, err)
			requireResult(t, db, q, "SELECT * FROM $db.dialect_"+q.name)
			if written.Errors != "" {
				rejected, err := db.Try(written.Errors, settings.Encode())
				require.NoError(t, err)
				require.Empty(t, string(rejected))
			}
		})
	}
}
