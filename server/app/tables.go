package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// TableState is a moment of a table in the embedded ClickHouse.
type TableState struct {
	// Name is database.table.
	Name  string `json:"name"`
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
	// Grown is by how many rows it has grown within the last minute, or since it was first looked at; expired rows count against it.
	Grown int64 `json:"grown"`
}

// TableGrowth remembers tables' sizes for a minute. It belongs to one goroutine.
type TableGrowth struct{ seen map[string][]sample }

// Mark fills in Grown.
func (g *TableGrowth) Mark(now time.Time, tables []TableState) {
	next := make(map[string][]sample, len(tables))
	for i := range tables {
		t := &tables[i]
		seen := slices.Concat(g.seen[t.Name], []sample{{now, t.Rows}})
		for len(seen) > 2 && now.Sub(seen[1].at) >= time.Minute {
			seen = seen[1:]
		}
		next[t.Name] = seen
		t.Grown = t.Rows - seen[0].rows
	}
	g.seen = next
}

// tablesQuery counts what active parts hold: exact for MergeTree tables, and it reads no data. 64-bit numbers come
// as texts when that is asked for, so that none loses digits.
const tablesQuery = `
SELECT concat(t.database, '.', t.name) AS name, toInt64(ifNull(t.total_rows, 0)) AS rows, toInt64(ifNull(t.total_bytes, 0)) AS bytes
FROM system.tables AS t
WHERE t.engine LIKE '%MergeTree' AND t.database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema')
ORDER BY name
FORMAT JSON
SETTINGS output_format_json_quote_64bit_integers = 1`

// Tables lists the tables of the embedded ClickHouse with what they hold; nil while it does not run.
func (a *App) Tables(ctx context.Context) ([]TableState, error) {
	s := a.parts.server()
	if s == nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.HTTPURL()+"/", strings.NewReader(tablesQuery))
	if err != nil {
		return nil, fmt.Errorf("listing tables: %w", err)
	}
	req.Header.Set("X-ClickHouse-User", s.User())
	req.Header.Set("X-ClickHouse-Key", s.Password())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("listing tables: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if err != nil {
		return nil, fmt.Errorf("listing tables: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("listing tables: ClickHouse answered %s: %.200s", resp.Status, body)
	}
	var out struct {
		Data []struct {
			Name  string `json:"name"`
			Rows  int64  `json:"rows,string"`
			Bytes int64  `json:"bytes,string"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &out); err != nil {
		return nil, fmt.Errorf("listing tables: %w", err)
	}
	tables := make([]TableState, 0, len(out.Data))
	for _, d := range out.Data {
		tables = append(tables, TableState{Name: d.Name, Rows: d.Rows, Bytes: d.Bytes})
	}
	return tables, nil
}
