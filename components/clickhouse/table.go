package clickhouse

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"millrace/components/component"
)

// MinWindow is the smallest number of remembered insert tokens for which the sink promises exactly once.
const MinWindow = 100

// tableInfo is what the server says of a table.
type tableInfo struct {
	name         tableName
	engine       string
	engineFull   string
	partitionKey string
	sortingKey   string
	// window is how many insert tokens the table remembers; 0 when it remembers none.
	window int64
}

// replicated reports whether the engine coordinates its replicas.
func replicated(engine string) bool {
	return strings.HasPrefix(engine, "Replicated") || strings.HasPrefix(engine, "Shared")
}

// remembers reports whether an engine can remember insert tokens.
func remembers(engine string) bool { return strings.HasSuffix(engine, "MergeTree") }

func windowSetting(engine string) string {
	if replicated(engine) {
		return "replicated_deduplication_window"
	}
	return "non_replicated_deduplication_window"
}

// windowOf finds the window in a table's own settings, which follow SETTINGS in engine_full; otherwise the server's default holds.
func windowOf(engine, engineFull string, serverDefault int64) int64 {
	if !remembers(engine) {
		return 0
	}
	_, settings, _ := strings.Cut(engineFull, " SETTINGS ")
	for _, s := range strings.Split(settings, ",") {
		key, value, _ := strings.Cut(s, "=")
		if strings.TrimSpace(key) != windowSetting(engine) {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64); err == nil {
			return n
		}
	}
	return serverDefault
}

// promise decides what the sink guarantees from the table itself, first in the list, and from the tables its views fill.
func promise(tables []tableInfo) component.Promise {
	for i, t := range tables {
		what := "The table " + t.name.sql()
		if i > 0 {
			what = "The table " + t.name.sql() + ", which a materialized view fills,"
		}
		switch {
		case !remembers(t.engine):
			return component.Promise{Why: fmt.Sprintf("%s has the engine %s, which does not recognize a repeated insert; use a MergeTree.", what, t.engine)}
		case t.window < MinWindow:
			return component.Promise{Why: fmt.Sprintf("%s remembers %d inserts, %d are needed; ALTER TABLE %s MODIFY SETTING %s = 1000.",
				what, t.window, MinWindow, t.name.sql(), windowSetting(t.engine))}
		}
	}
	return component.Promise{ExactlyOnce: true, Why: fmt.Sprintf("Every chunk is one insert under a token of its own, and the table remembers the last %d.", tables[0].window)}
}

// server asks a ClickHouse server about its tables.
type server struct{ conn driver.Conn }

// databaseOf completes a name with the connection's database.
func (s server) complete(ctx context.Context, n tableName) (tableName, error) {
	if n.database != "" {
		return n, nil
	}
	err := s.conn.QueryRow(ctx, "SELECT currentDatabase()").Scan(&n.database)
	return n, err
}

// zone returns the server's time zone, in which it takes dates of times whose column names none.
func (s server) zone(ctx context.Context) (*time.Location, error) {
	var name string
	if err := s.conn.QueryRow(ctx, "SELECT timezone()").Scan(&name); err != nil {
		return nil, err
	}
	if z, err := time.LoadLocation(name); err == nil {
		return z, nil
	}
	return time.UTC, nil // it only decides how rows are grouped
}

// columns lists a table's columns; none when there is no such table.
func (s server) columns(ctx context.Context, n tableName) ([]tableColumn, error) {
	rows, err := s.conn.Query(ctx, "SELECT name, type, default_kind FROM system.columns WHERE database = ? AND table = ? ORDER BY position", n.database, n.table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []tableColumn
	for rows.Next() {
		var c tableColumn
		if err := rows.Scan(&c.name, &c.typ, &c.defaultKind); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// maxViews bounds how many tables behind materialized views are looked at.
const maxViews = 256

// tables describes a table and every table that materialized views fill from it, directly or through others.
func (s server) tables(ctx context.Context, n tableName) ([]tableInfo, error) {
	var out []tableInfo
	seen := map[tableName]bool{}
	for todo := []tableName{n}; len(todo) > 0; todo = todo[1:] {
		if seen[todo[0]] {
			continue
		}
		seen[todo[0]] = true
		if len(seen) > maxViews {
			return nil, fmt.Errorf("more than %d tables hang on %s", maxViews, n.sql())
		}
		t, views, err := s.table(ctx, todo[0])
		if err != nil {
			return nil, fmt.Errorf("describing %s: %w", todo[0].sql(), err)
		}
		out = append(out, t)
		for _, v := range views {
			target, err := s.viewTarget(ctx, v)
			if err != nil {
				return nil, fmt.Errorf("describing the view %s: %w", v.sql(), err)
			}
			if target.table != "" {
				todo = append(todo, target)
			}
		}
	}
	return out, nil
}

// table describes one table and names the views that read what is inserted into it.
func (s server) table(ctx context.Context, n tableName) (tableInfo, []tableName, error) {
	t := tableInfo{name: n}
	var databases, names []string
	row := s.conn.QueryRow(ctx, "SELECT engine, engine_full, partition_key, sorting_key, dependencies_database, dependencies_table FROM system.tables WHERE database = ? AND name = ?", n.database, n.table)
	if err := row.Scan(&t.engine, &t.engineFull, &t.partitionKey, &t.sortingKey, &databases, &names); err != nil {
		return t, nil, err
	}
	if remembers(t.engine) {
		source := "system.merge_tree_settings"
		if replicated(t.engine) {
			source = "system.replicated_merge_tree_settings"
		}
		var text string
		// Who may not read the server's settings gets the table's own or none.
		if err := s.conn.QueryRow(ctx, "SELECT value FROM "+source+" WHERE name = ?", windowSetting(t.engine)).Scan(&text); err != nil {
			text = "0"
		}
		byDefault, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			byDefault = 0
		}
		t.window = windowOf(t.engine, t.engineFull, byDefault)
	}
	var views []tableName
	for i := range min(len(databases), len(names)) {
		views = append(views, tableName{databases[i], names[i]})
	}
	return t, views, nil
}

// viewTarget returns where a materialized view writes; an empty name when it is no materialized view.
func (s server) viewTarget(ctx context.Context, n tableName) (tableName, error) {
	var engine, ddl, id string
	row := s.conn.QueryRow(ctx, "SELECT engine, create_table_query, toString(uuid) FROM system.tables WHERE database = ? AND name = ?", n.database, n.table)
	if err := row.Scan(&engine, &ddl, &id); err != nil {
		return tableName{}, err
	}
	if engine != "MaterializedView" {
		return tableName{}, nil
	}
	return targetOf(n, ddl, id), nil
}

var viewTo = regexp.MustCompile("^CREATE MATERIALIZED VIEW (?:IF NOT EXISTS )?(?:`(?:[^`\\\\]|\\\\.)+`|[^ `.]+)(?:\\.(?:`(?:[^`\\\\]|\\\\.)+`|[^ `.]+))?(?: UUID '[^']*')?(?: REFRESH .+?)? TO " +
	"(?:(?:`((?:[^`\\\\]|\\\\.)+)`|([^ `.]+))\\.)?(?:`((?:[^`\\\\]|\\\\.)+)`|([^ `.(]+))")

// targetOf reads a view's target out of its DDL; a view without TO has an inner table named after its id.
func targetOf(view tableName, ddl, id string) tableName {
	m := viewTo.FindStringSubmatch(ddl)
	if m == nil {
		inner := ".inner." + view.table
		if strings.Trim(id, "0-") != "" {
			inner = ".inner_id." + id
		}
		return tableName{view.database, inner}
	}
	unquote := strings.NewReplacer(`\\`, `\`, "\\`", "`").Replace
	target := tableName{unquote(m[1]) + m[2], unquote(m[3]) + m[4]}
	if target.database == "" {
		target.database = view.database
	}
	return target
}
