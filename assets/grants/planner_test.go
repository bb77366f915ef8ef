package grants_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
)

// The broker is there under two names, of which the team Shop may use both; it may not use foreign, by which others' tables are bound.
const planned = `format: 1
connections:
  broker: {component: kafka, params: {brokers: ["Kafka.example:9092"]}}
  second: {component: kafka, params: {brokers: ["other.example:9092", kafka.example]}}
  foreign: {component: kafka, params: {brokers: ["far.example:9092"]}}
  olap: {component: clickhouse, params: {addresses: ["ch.example:9000"], database: music}}
  their_olap: {component: clickhouse, params: {addresses: ["ch.example"]}}
tables:
  ods.music.plays:
    columns: [{name: user_id, type: int64}, {name: ts, type: timestamp(3)}]
    event_time: ts
    source: {component: kafka, params: {connection: foreign, topic: plays}}
    sink: {component: kafka, params: {connection: foreign, topic: plays}}
  ods.music.likes:
    columns: [{name: user_id, type: int64}, {name: ts, type: timestamp(3)}]
    event_time: ts
    source: {component: kafka, params: {connection: broker, topic: likes}}
  ods.music.hidden:
    columns: [{name: user_id, type: int64}]
    source: {component: kafka, params: {connection: broker, topic: hidden}}
  secret.inner.salaries:
    columns: [{name: user_id, type: int64}]
    source: {component: kafka, params: {connection: broker, topic: salaries}}
  ads.music.counts:
    kind: store
    columns: [{name: user_id, type: int64}]
    sink: {component: clickhouse, params: {connection: their_olap, table: ads.music.counts, physical: music.counts}}
  ads.music.kept:
    kind: store
    columns: [{name: user_id, type: int64}]
    sink: {component: clickhouse, params: {connection: olap, table: ads.music.kept, physical: kept}}
  ads.music.unseen:
    kind: store
    columns: [{name: user_id, type: int64}]
    sink: {component: clickhouse, params: {connection: olap, table: ads.music.unseen, physical: music.unseen}}
`

// hub is what the planner asks, over a catalog file: a table's id is its name.
type hub struct {
	*grants.Places
	catalog component.Catalog
}

func (h hub) Resolve(name string) (grants.Object, bool) {
	_, ok := h.catalog.Table(name)
	return grants.ObjectOf(name, strings.ReplaceAll(name, ".", "_")), ok
}

func (h hub) Owner(name string) (id, label string) {
	if strings.HasPrefix(name, "secret.") {
		return "", ""
	}
	return "charts", "Charts"
}

// plannedEnv is the environment of the team Shop: it reads plays, writes counts, knows of likes and kept, and of nothing else.
func plannedEnv(t *testing.T) (compile.Env, grants.Planner) {
	t.Helper()
	registry, err := all.Registry()
	require.NoError(t, err)
	file, diags := catalog.Parse("catalog.yaml", []byte(planned), registry)
	require.NoError(t, diags.Err())
	table := func(name string) grants.Scope { return grants.TableScope(strings.ReplaceAll(name, ".", "_")) }
	x := grants.NewIndex([]grants.Policy{
		allow("1", "team:shop", grants.Read, table("ods.music.plays")), allow("2", "team:shop", grants.Write, table("ads.music.counts")),
		allow("3", "team:shop", grants.Discover, table("ods.music.likes")), allow("4", "team:shop", grants.Discover, table("ads.music.kept")),
		allow("5", "team:charts", grants.Manage, "catalog:ods"),
	})
	planner := grants.Planner{
		Principal: grants.Team("shop", "Shop"),
		May:       func(p grants.Principal, a grants.Action, o grants.Object) bool { return x.May(p, a, o, start) },
		Hub:       hub{grants.NewPlaces(file, registry), file},
		Connections: func(_ grants.Principal, u compile.Use) compile.Access {
			if slices.Contains([]string{"broker", "second", "olap"}, u.Connection) {
				return compile.Access{}
			}
			return compile.Access{Denied: "it is not the team's"}
		},
	}
	return compile.Env{Registry: registry, Catalog: file, Policy: planner, SQL: query.Models{}}, planner
}

// view is a model of one source and one sink.
func view(source, sink string) string {
	return "format: 1\nkind: view\nname: cdm.music.x\ntime_zone: UTC\nnodes:\n  - {id: in, " + source + "}\n  - {id: out, " + sink + "}\nedges: [in -> out]\n"
}

const (
	console   = "component: console"
	reads     = "component: table, params: {table: ods.music.plays}"
	schemaOf  = "schema: {columns: [{name: user_id, type: int64}]}"
	tableNode = "component: table, params: {table: "
)

func raw(connection, topic string) string {
	return "component: kafka, params: {connection: " + connection + ", topic: " + topic + ", " + schemaOf + "}"
}

func clickhouse(params string) string { return "component: clickhouse, params: {" + params + "}" }

// TestPlanner compiles what a team may and may not, by every door.
func TestPlanner(t *testing.T) {
	env, _ := plannedEnv(t)
	var out strings.Builder
	tell := func(name, file, text string, diags diag.List) {
		out.WriteString("== " + name + "\n")
		if !diags.HasErrors() {
			out.WriteString("granted\n")
			return
		}
		require.NoError(t, diag.Render(&out, map[string]string{file: text}, diags, diag.Options{}))
	}
	for _, c := range [][2]string{
		{"reads what it may, by a binding it may not use", view(reads, console)},
		{"reads what it knows of", view(tableNode+"ods.music.likes}", console)},
		{"reads what it does not know of", view(tableNode+"ods.music.hidden}", console)},
		{"reads what is not there", view(tableNode+"ods.music.hadden}", console)},
		{"misspells what it does not know of", view(tableNode+"secret.inner.salarie}", console)},
		{"misspells what it knows of", view(tableNode+"ods.music.like}", console)},
		{"reads a topic of its own", view(raw("broker", "mine"), console)},
		{"reads the topic of a table it knows of", view(raw("broker", "likes"), console)},
		{"reads it by another name of the broker", view(raw("second", "likes"), console)},
		{"reads the topic of a table it does not know of", view(raw("broker", "hidden"), console)},
		{"reads the topic of a table it reads, by another's connection", view(raw("foreign", "plays"), console)},
		{"names a connection that is not there", view(raw("foreigm", "plays"), console)},
		{"reads files of the machine", view("component: file, params: {path: /etc/passwd, format: csv, "+schemaOf+"}", console)},
		{"writes a table it may", view(reads, clickhouse("connection: olap, table: ads.music.counts, physical: counts"))},
		{"writes a table it knows of", view(reads, clickhouse("connection: olap, table: ads.music.kept"))},
		{"writes that under another name", view(reads, clickhouse("connection: olap, table: ads.shop.new, physical: music.kept"))},
		{"writes a table it does not know of, under another name", view(reads, clickhouse("connection: olap, table: ads.shop.new, physical: unseen"))},
		{"writes under the name of a table it does not know of", view(reads, clickhouse("connection: olap, table: ads.music.unseen, physical: music.free"))},
		{"writes a new table", view(reads, clickhouse("connection: olap, table: ads.shop.new, create: if_missing, order_by: [ts]"))},
		{"writes a new table by another's connection", view(reads, clickhouse("connection: their_olap, table: ads.shop.new"))},
		{"writes the topic of a table it knows of", view(reads, "component: kafka, params: {connection: second, topic: likes}")},
		{"queries in a node", "format: 1\nkind: view\nname: cdm.music.x\ntime_zone: UTC\nnodes:\n  - {id: plays, " + reads + "}\n  - id: q\n    component: sql\n    params:\n      query: |\n" +
			"        SELECT p.user_id FROM plays AS p\n        WHERE p.user_id IN (SELECT user_id FROM ods.music.likes)\n          AND p.user_id IN (SELECT user_id FROM ods.music.hidden)\n  - {id: out, " + console + "}\nedges: [plays -> q, q -> out]\n"},
		{"queries in a node what it does not know of", "format: 1\nkind: view\nname: cdm.music.x\ntime_zone: UTC\nnodes:\n  - {id: plays, " + reads + "}\n  - id: q\n    component: sql\n    params:\n      query: |\n" +
			"        SELECT user_id FROM plays\n        UNION ALL SELECT user_id FROM ods.music.hidden\n  - {id: out, " + console + "}\nedges: [plays -> q, q -> out]\n"},
		{"joins declared entities", "format: 1\nkind: relational_model\nname: cdm.music.x\ntime_zone: UTC\nentities:\n  - {id: plays, table: ods.music.plays}\n  - {id: likes, table: ods.music.likes, columns: []}\n  - {id: hidden, table: ods.music.hidden, columns: []}\n" +
			"joins:\n  - {from: plays, to: likes, on: [{from: user_id, to: user_id}], after: 10m}\n  - {from: plays, to: hidden, on: [{from: user_id, to: user_id}], after: 10m}\nnodes:\n  - {id: out, " + console + "}\nedges: [wide -> out]\n"},
	} {
		_, diags := compile.Text("model.yaml", []byte(c[1]), env)
		tell(c[0], "model.yaml", c[1], diags)
	}
	for _, c := range [][2]string{
		{"queries", "SELECT user_id FROM ods.music.plays;"},
		{"queries what it knows of", "SELECT user_id FROM ods.music.likes;"},
		{"queries what it does not know of", "SELECT user_id FROM ods.music.hidden;"},
		{"queries it in a view", "CREATE VIEW v AS SELECT user_id FROM ods.music.likes;\nSELECT * FROM v;"},
		{"describes what it does not know of", "DESCRIBE ods.music.hidden;"},
		{"describes what it may not read", "DESCRIBE ods.music.likes;"},
		{"takes a hidden catalog into use", "USE CATALOG secret;"},
		{"takes the topic of a table for its own", "CREATE TABLE t (user_id BIGINT) WITH ('connector' = 'kafka', 'connection' = 'broker', 'topic' = 'likes', 'format' = 'json');\nSELECT * FROM t;"},
		{"takes the topic of a hidden table for its own", "CREATE TABLE t (user_id BIGINT) WITH ('connector' = 'kafka', 'connection' = 'second', 'topic' = 'hidden', 'format' = 'json');\nSELECT * FROM t;"},
		{"writes it", "CREATE TABLE t (user_id BIGINT) WITH ('connector' = 'kafka', 'connection' = 'broker', 'topic' = 'likes', 'format' = 'json');\nINSERT INTO t SELECT user_id FROM ods.music.plays;"},
		{"inserts into a table, by a binding it may not use", "INSERT INTO ads.music.counts SELECT user_id FROM ods.music.plays;"},
		{"inserts into a table it reads", "INSERT INTO ods.music.plays SELECT user_id, ts FROM ods.music.plays;"},
		{"inserts into a table it does not know of", "INSERT INTO ads.music.unseen SELECT user_id FROM ods.music.plays;"},
		{"drops what it does not know of", "DROP TABLE ods.music.hidden;"},
		{"drops what is not there", "DROP TABLE ods.music.hadden;"},
		{"explains", "EXPLAIN SELECT user_id FROM ods.music.likes;"},
		{"lists inline rows", "SELECT * FROM (VALUES (1), (2)) AS t(x);"},
	} {
		_, diags := query.NewSession(env).Exec("script.sql", c[1])
		tell(c[0], "script.sql", c[1], diags)
	}
	golden(t, "planner.golden", out.String())
	for line := range strings.Lines(out.String()) {
		if strings.Contains(line, "fix:") {
			require.NotRegexp(t, "hidden|unseen|salaries|secret|foreign|their_olap", line)
		}
	}

	outcomes, diags := query.NewSession(env).Exec("", "USE CATALOG ods; USE music; SHOW TABLES; SHOW CATALOGS;")
	require.Empty(t, diags)
	require.Equal(t, [][]string{{"likes"}, {"plays"}}, outcomes[2].Rows)
	require.NotContains(t, outcomes[3].Rows, []string{"secret"})
}

// TestPlannerOfNode looks at a node of a model that reads what it may not elsewhere.
func TestPlannerOfNode(t *testing.T) {
	env, _ := plannedEnv(t)
	doc, diags := model.Parse("", []byte(view(tableNode+"ods.music.likes}", console)))
	require.Empty(t, diags)
	for _, node := range []string{"in", "out"} {
		f, diags := compile.CompileNode(doc, node, env)
		require.Nil(t, f)
		require.Equal(t, compile.CodeDenied, diags[0].Code)
	}
}

// TestInside plans with the owner's rights what others use by its name, and with theirs again beside it.
func TestInside(t *testing.T) {
	env, _ := plannedEnv(t)
	compiles := func(env compile.Env, table string) bool {
		_, diags := compile.Text("", []byte(view(tableNode+table+"}", console)), env)
		return !diags.HasErrors()
	}
	seen := env.Seen()
	require.False(t, compiles(seen, "ods.music.hidden"))
	inner := seen.Seen().Inside("ods.music.plays")
	require.True(t, compiles(inner, "ods.music.hidden"))
	require.False(t, compiles(inner, "secret.inner.salaries"), "the owner's rights, and no more")
	require.False(t, compiles(seen.Inside("secret.inner.salaries"), "ods.music.plays"), "nobody's rights are none")
	require.False(t, compiles(seen, "ods.music.hidden"))
}

// TestNeeds lists what a plan lives on, by whatever door it was planned.
func TestNeeds(t *testing.T) {
	env, planner := plannedEnv(t)
	for text, want := range map[string]string{
		view(reads, console): "read ods.music.plays",
		view(reads, clickhouse("connection: olap, table: ads.music.counts")):                       "write ads.music.counts, read ods.music.plays",
		view(reads, clickhouse("connection: olap, table: ads.shop.new, physical: counts")):         "write ads.music.counts, read ods.music.plays",
		view(raw("second", "likes"), "component: kafka, params: {connection: broker, topic: new}"): "read ods.music.likes",
	} {
		open := env
		open.Policy = nil
		p, diags := compile.Text("", []byte(text), open)
		require.NoError(t, diags.Err())
		stored, err := plan.Marshal(p)
		require.NoError(t, err)
		p, err = plan.Unmarshal(stored)
		require.NoError(t, err)
		needs, err := grants.Needs(p, planner.Hub, env.Catalog, env.Registry)
		require.NoError(t, err)
		var got []string
		for _, n := range needs {
			got = append(got, string(n.Action)+" "+n.Name)
		}
		require.Equal(t, want, strings.Join(got, ", "), text)
	}
}

// TestPlacesAreKnown holds every component that uses a connection to say what it reads or writes there.
func TestPlacesAreKnown(t *testing.T) {
	registry, err := all.Registry()
	require.NoError(t, err)
	for _, spec := range registry.All() {
		if !slices.ContainsFunc(spec.Fields, func(f component.Field) bool { return f.Type == component.FieldConnection }) {
			continue
		}
		switch spec.Kind {
		case component.KindSource:
			require.NotNil(t, spec.Source.Physical, spec.Name)
		case component.KindSink:
			require.NotNil(t, spec.Sink.Physical, spec.Name)
		}
	}
}
