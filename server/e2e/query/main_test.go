package query

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/pipelines/compile"
	"millrace/server/e2e/rig"
	"millrace/server/query"
)

func TestMain(m *testing.M) { os.Exit(rig.Main(m)) }

// world is a catalog over a database, with a service that answers as anybody.
type world struct {
	t       *testing.T
	db      *rig.Database
	file    *catalog.File
	service *query.Service
	queried []string
}

// ann is who asks.
func ann() grants.Principal { return grants.Principal{Subject: grants.UserSubject("ann"), Name: "ann"} }

// policy denies what its names say.
type policy struct {
	compile.AllowAll
	hidden, unreadable string
}

func (p policy) Discover(table string) bool { return table != p.hidden }

func (p policy) Read(table string) compile.Access {
	if table == p.unreadable {
		return compile.Access{Denied: "ann lacks read on it", Fix: "Request read."}
	}
	return compile.Access{}
}

// newWorld makes the database's tables, and a catalog of what tables declares.
func newWorld(t *testing.T, limits query.Limits, tables string, ddl ...string) *world {
	t.Helper()
	w := &world{t: t, db: rig.ClickHouse(t)}
	for _, statement := range ddl {
		w.db.Text(statement)
	}
	t.Setenv("RIG_OLAP_PASSWORD", w.db.Password)
	registry, err := all.Registry()
	require.NoError(t, err)
	text := rig.Connections(nil, w.db) + strings.ReplaceAll(tables, "$db", w.db.Name)
	file, diags := catalog.Parse("catalog.yaml", []byte(text), registry)
	require.NoError(t, diags.Err(), "%s", text)
	w.file = file
	w.service = query.New(query.Deps{
		Env: func(context.Context, grants.Principal) (compile.Env, error) {
			return compile.Env{Registry: registry, Catalog: file, Policy: policy{hidden: "ads.a.hidden", unreadable: "ads.a.unreadable"}}, nil
		},
		Connections: func(context.Context) (component.Connections, error) { return file, nil },
		Queried:     func(tables []string) { w.queried = append(w.queried, tables...) },
		Limits:      limits,
	})
	return w
}

// answer is what a query gave.
type answer struct {
	id      string
	columns []string
	rows    []string
	// first is called with the id once the answer has begun.
	first func(id string)
	sum   query.Summary
}

func (a *answer) Begin(id string, columns []query.Column) error {
	a.id = id
	for _, c := range columns {
		null := ""
		if !c.Nullable {
			null = " not null"
		}
		a.columns = append(a.columns, fmt.Sprintf("%s %s%s", c.Name, c.Type, null))
	}
	if a.first != nil {
		a.first(id)
	}
	return nil
}

func (a *answer) Rows(rows []json.RawMessage) error {
	for _, r := range rows {
		a.rows = append(a.rows, string(r))
	}
	return nil
}

// ask answers a text.
func (w *world) ask(ctx context.Context, text string, most int64) (*answer, error) {
	w.t.Helper()
	p, err := w.service.Prepare(ctx, ann(), text)
	if err != nil {
		return nil, err
	}
	a := &answer{}
	a.sum, err = p.Run(ctx, most, a)
	return a, err
}

// rows answers a text that is right.
func (w *world) rows(text string) []string {
	w.t.Helper()
	a, err := w.ask(w.t.Context(), text, 0)
	require.NoError(w.t, err, text)
	return a.rows
}
