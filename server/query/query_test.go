package query

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/pipelines/compile"
)

const tables = `format: 1
connections:
  olap: {component: clickhouse, params: {addresses: ["127.0.0.1:1"]}}
  queue: {component: kafka, params: {brokers: ["127.0.0.1:1"]}}
tables:
  ads.a.plays: {kind: store, columns: [{name: id, type: int64}], sink: {component: clickhouse, params: {connection: olap, table: ads.a.plays}}}
  ods.a.plays: {columns: [{name: id, type: int64}], source: {component: kafka, params: {connection: queue, topic: plays}}}
`

func service(t *testing.T, l Limits) *Service {
	t.Helper()
	registry, err := all.Registry()
	require.NoError(t, err)
	file, diags := catalog.Parse("catalog.yaml", []byte(tables), registry)
	require.NoError(t, diags.Err())
	return New(Deps{
		Env: func(context.Context, grants.Principal) (compile.Env, error) {
			return compile.Env{Registry: registry, Catalog: file}, nil
		},
		Connections: func(context.Context) (component.Connections, error) { return file, nil },
		Limits:      l,
	})
}

type rows []json.RawMessage

func (*rows) Begin(string, []Column) error { return nil }
func (r *rows) Rows(more []json.RawMessage) error {
	*r = append(*r, more...)
	return nil
}

func TestRefused(t *testing.T) {
	s := service(t, Limits{})
	for text, want := range map[string]diag.Diagnostic{
		"SELECT id FROM ads.a.plays;\nINSERT INTO ads.a.plays SELECT id FROM ads.a.plays": {Code: CodeStatement, Span: diag.Span{Start: diag.Pos{Line: 2, Column: 1}}},
		"SELECT id\nFROM ods.a.plays": {Code: CodeElsewhere, Span: diag.Span{Start: diag.Pos{Line: 2, Column: 12}}},
		"USE ads.a":                   {Code: CodeStatement},
	} {
		_, err := s.Prepare(t.Context(), grants.Principal{}, text)
		require.ErrorIs(t, err, diag.ErrInvalid)
		var list diag.List
		require.True(t, errors.As(err, &list))
		require.Equal(t, want.Code, list[0].Code)
		require.Equal(t, want.Span.Start, list[0].Span.Start)
		require.NotEmpty(t, list[0].Fix)
	}
}

// TestLimitOfKnown bounds what the catalog answers, and needs no server for it.
func TestLimitOfKnown(t *testing.T) {
	p, err := service(t, Limits{Rows: 2}).Prepare(t.Context(), grants.Principal{}, "SHOW FUNCTIONS")
	require.NoError(t, err)
	var got rows
	sum, err := p.Run(t.Context(), 0, &got)
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.True(t, sum.More)
}

// TestPlaces takes places, and gives them back.
func TestPlaces(t *testing.T) {
	s := service(t, Limits{PerUser: 1, Running: 2})
	ann, bob, eve := grants.Principal{Subject: "user:ann"}, grants.Principal{Subject: "user:bob"}, grants.Principal{Subject: "user:eve"}
	ctx, r, err := s.begin(t.Context(), ann, "x")
	require.NoError(t, err)
	_, _, err = s.begin(t.Context(), ann, "x")
	require.ErrorIs(t, err, diag.ErrLimit)
	_, other, err := s.begin(t.Context(), bob, "x")
	require.NoError(t, err)
	_, _, err = s.begin(t.Context(), eve, "x")
	require.ErrorIs(t, err, diag.ErrLimit)
	require.ErrorIs(t, s.Cancel(bob, r.ID, false), diag.ErrNotFound)
	require.NoError(t, s.Cancel(bob, r.ID, true))
	require.ErrorIs(t, ended(ctx, errors.New("gone")), diag.ErrConflict)
	s.end(r)
	s.end(other)
	require.Empty(t, s.Running(ann, true))
}
