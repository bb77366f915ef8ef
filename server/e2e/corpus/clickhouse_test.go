package corpus

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/clickhouse/chsql"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/dialect/clickhouse"
	"millrace/server/e2e/rig"
)

// Columns of the tables that hold a scan's rows: their order of arrival and their kind.
const (
	arrivalColumn = "arrival"
	changeColumn  = "change"
)

// rawTypes replaces ClickHouse's types of time by numbers.
var rawTypes = strings.NewReplacer("Date32", "Int32", "DateTime64(6, 'UTC')", "Int64", "DateTime64(3, 'UTC')", "Int64")

// server holds the rows of scans in ClickHouse.
type server struct {
	db *rig.Database
	// tables are the names of tables by what their scan reads.
	tables map[string]string
}

// load makes a table with the rows that a scan gives, as the engine reads them. What two cases read alike is loaded once.
func (s *server) load(t testing.TB, registry *component.Registry, zone string, scan *plan.Node) string {
	t.Helper()
	op := scan.Op.(*plan.Scan)
	key := fmt.Sprintf("%s %s %s %s %v", zone, op.Component, op.Params, head(scan.Schema.Fields), op.Checked)
	if name := s.tables[key]; name != "" {
		return name
	}
	sink := &plan.Node{ID: "rows", Op: &plan.Sink{Component: collector, Version: 1}, Inputs: []*plan.Node{scan}, Schema: scan.Schema, Mode: scan.Mode}
	rows, err := run(t, registry, &plan.Plan{Model: "rows", TimeZone: zone, Sinks: []*plan.Node{sink}}, how{batchRows: 1000})
	require.NoError(t, err)
	name := fmt.Sprintf("t%d", len(s.tables))
	cols := []string{arrivalColumn + " Int64", changeColumn + " UInt8"}
	for _, f := range scan.Schema.Fields {
		typ, err := chsql.Type(f.Type, f.Nullable)
		require.NoError(t, err)
		cols = append(cols, chsql.Quote(f.Name)+" "+rawTypes.Replace(typ))
	}
	s.db.With(t).Text(fmt.Sprintf("CREATE TABLE $db.%s (%s) ENGINE = Memory", name, strings.Join(cols, ", ")))
	var data strings.Builder
	out := json.NewEncoder(&data)
	out.SetEscapeHTML(false)
	for i, r := range rows.changes[sink.ID] {
		cells := []any{i, uint8(r.kind)}
		for j, f := range scan.Schema.Fields {
			cells = append(cells, toJSON(r.values[j], f.Type))
		}
		require.NoError(t, out.Encode(cells))
	}
	if data.Len() > 0 {
		s.db.With(t).Insert(name, "JSONCompactEachRow", strings.NewReader(data.String()))
	}
	s.tables[key] = name
	return name
}

// run answers a plan in ClickHouse. Diagnostics say that the plan is refused.
func (s *server) run(t testing.TB, registry *component.Registry, p *plan.Plan) (*outcome, diag.List, error) {
	t.Helper()
	zone, err := time.LoadLocation(p.TimeZone)
	require.NoError(t, err)
	out := &outcome{changes: map[string][]row{}, rejected: map[rejection]int{}}
	options := clickhouse.Options{RawTimes: true, Tables: func(scan *plan.Node) (clickhouse.Table, error) {
		table := clickhouse.Table{From: s.db.Name + "." + s.load(t, registry, p.TimeZone, scan), Order: []string{arrivalColumn}, RawTimes: true}
		if scan.Mode.Change != plan.Append {
			table.Kind = changeColumn
		}
		return table, nil
	}}
	counted := map[string]bool{}
	for _, sink := range p.Sinks {
		q, diags := clickhouse.Write(p, sink, options)
		if diags.HasErrors() {
			return nil, diags, nil
		}
		settings := url.Values{"output_format_json_quote_64bit_integers": {"1"}, "output_format_json_quote_decimals": {"1"}, "output_format_decimal_trailing_zeros": {"1"},
			"output_format_json_quote_denormals": {"1"}, "output_format_json_named_tuples_as_objects": {"0"}}
		for k, v := range q.Settings {
			settings.Set(k, v)
		}
		rows, err := s.ask(t, q.SQL, settings, sink.Schema.Fields, zone)
		if err != nil {
			return nil, nil, err
		}
		out.changes[sink.ID] = rows
		if q.Errors == "" {
			continue
		}
		errs, err := s.ask(t, q.Errors, settings, []schema.Field{{Type: schema.Of(schema.String)}, {Type: schema.Of(schema.Uint64)}, {Type: schema.Of(schema.Int64)}}, zone)
		if err != nil {
			return nil, nil, err
		}
		fresh := map[string]bool{}
		for _, r := range errs {
			if node := r.values[0].(string); !counted[node] { // what several sinks have below them is counted once
				fresh[node] = true
				out.rejected[rejection{node, diag.RowCode(r.values[1].(uint64)).String()}] += int(r.values[2].(int64))
			}
		}
		maps.Copy(counted, fresh)
	}
	return out, nil, nil
}

// ask sends a query.
func (s *server) ask(t testing.TB, sql string, settings url.Values, fields []schema.Field, zone *time.Location) ([]row, error) {
	text, err := s.db.With(t).Try(sql+"\nFORMAT JSONCompactEachRow", settings.Encode())
	if err != nil {
		return nil, err
	}
	var out []row
	for line := range strings.Lines(string(text)) {
		var cells []any
		dec := json.NewDecoder(strings.NewReader(line))
		dec.UseNumber()
		if err := dec.Decode(&cells); err != nil {
			return nil, fmt.Errorf("reading %q: %w", line, err)
		}
		for i := range cells {
			if cells[i], err = fromJSON(cells[i], fields[i].Type); err != nil {
				return nil, err
			}
		}
		out = append(out, newRow(fields, cells, zone))
	}
	slices.SortFunc(out, row.compare)
	return out, nil
}
