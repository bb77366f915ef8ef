package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/assets/catalog/search"
	"millrace/assets/document"
	"millrace/assets/lineage"
	"millrace/models/diag"
	"millrace/pipelines/control"
)

func draft(name string) document.Document {
	return document.Document{ID: control.NewID(), Name: name, Team: "t1", Format: document.YAML, Kind: "view", Draft: "format: 1\n"}
}

func lines(t *testing.T, s *Store) []string {
	t.Helper()
	var rows []AuditRow
	require.NoError(t, s.read.Order("id").Find(&rows).Error)
	var out []string
	for _, r := range rows {
		out = append(out, r.Action)
	}
	return out
}

func TestDocuments(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		s.now = func() time.Time { return now }
		ana := audit.With(t.Context(), audit.Actor{Subject: "user:ana", Name: "Ana"})
		ben := audit.With(t.Context(), audit.Actor{Subject: "user:ben", Name: "Ben"})

		made, err := s.CreateDocument(ana, draft("a.b.云"))
		require.NoError(t, err)
		require.Equal(t, int64(1), made.Revision)
		require.Equal(t, now, made.CreatedAt)
		require.Equal(t, "Ana", made.CreatedBy)
		require.True(t, made.Edited)
		_, err = s.CreateDocument(ana, draft("a.b.云"))
		require.ErrorIs(t, err, diag.ErrConflict)
		requireCode(t, err, document.CodeNameTaken)

		// Names are compared by their bytes.
		_, err = s.CreateDocument(ana, draft("a.b.X"))
		require.NoError(t, err)
		_, err = s.CreateDocument(ana, draft("a.b.x"))
		require.NoError(t, err)

		now = now.Add(time.Second)
		made.Draft = "not: [a model"
		saved, err := s.SaveDocument(ana, made)
		require.NoError(t, err)
		require.Equal(t, int64(2), saved.Revision)
		require.Equal(t, "not: [a model", saved.Draft)
		require.Equal(t, now, saved.UpdatedAt)
		_, err = s.SaveDocument(ben, made)
		require.ErrorIs(t, err, diag.ErrStale, "the revision is the one before")
		require.Equal(t, []string{"document.create", "document.create", "document.create"}, lines(t, s), "drafts that follow each other are one line")
		saved, err = s.SaveDocument(ben, saved)
		require.NoError(t, err)
		require.Equal(t, "document.save", lines(t, s)[3])

		all, err := s.Documents(t.Context(), document.Filter{})
		require.NoError(t, err)
		require.Len(t, all, 3)
		require.Equal(t, "a.b.X", all[0].Name)
		require.Empty(t, all[0].Draft, "lists leave drafts out")
		all, err = s.Documents(t.Context(), document.Filter{Name: "B.云", Teams: []string{"t1"}, Kinds: []string{"view"}})
		require.NoError(t, err)
		require.Len(t, all, 1)
		for _, f := range []document.Filter{{Teams: []string{}}, {Name: "_"}, {Name: "%"}, {After: "a.b.云"}, {Virtual: new(true)}, {Published: new(true)}, {Kinds: []string{"sql"}}} {
			all, err = s.Documents(t.Context(), f)
			require.NoError(t, err)
			require.Empty(t, all, "%+v", f)
		}

		saved.Name = "a.b.x"
		_, err = s.SaveDocument(ben, saved)
		requireCode(t, err, document.CodeNameTaken)
		_, err = s.Document(t.Context(), "nothing")
		require.ErrorIs(t, err, diag.ErrNotFound)
	})
}

func TestVersions(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		ctx := audit.With(t.Context(), audit.Actor{Subject: "user:ana", Name: "Ana"})
		d, err := s.CreateDocument(ctx, draft("cdm.m.v"))
		require.NoError(t, err)
		edges := []lineage.Edge{{Source: lineage.Ref{ID: "t9", Name: "ods.m.t"}, Sink: lineage.Ref{ID: "v1", Name: "cdm.m.v"}, Columns: []lineage.Column{{From: "a", To: "b", Direct: true}}}}
		v := document.Version{Name: d.Name, Format: d.Format, Kind: "view", Virtual: true, Text: d.Draft, Message: "first 一", Fingerprint: "sha256:1",
			Inputs: []lineage.Ref{{ID: "t9", Name: "ods.m.t"}}, Author: "user:ana", AuthorName: "Ana"}
		before := d
		d, first, err := s.PublishVersion(ctx, d, v, edges)
		require.NoError(t, err)
		require.Equal(t, 1, first.Number)
		require.Equal(t, 1, d.Published)
		require.True(t, d.Virtual)
		require.False(t, d.Edited)
		_, _, err = s.PublishVersion(ctx, before, v, edges)
		require.ErrorIs(t, err, diag.ErrStale)

		got, err := s.DocumentVersion(ctx, d.ID, 1)
		require.NoError(t, err)
		require.Equal(t, first, got)
		_, err = s.DocumentVersion(ctx, d.ID, 2)
		require.ErrorIs(t, err, diag.ErrNotFound)

		d.Draft = "format: 1\nname: x\n"
		d, err = s.SaveDocument(ctx, d)
		require.NoError(t, err)
		require.True(t, d.Edited)
		d.Draft = v.Text
		d, err = s.SaveDocument(ctx, d)
		require.NoError(t, err)
		require.False(t, d.Edited, "the text of the version again")
		d, _, err = s.PublishVersion(ctx, d, v, edges)
		require.NoError(t, err)
		list, err := s.DocumentVersions(ctx, d.ID, 0, 10)
		require.NoError(t, err)
		require.Equal(t, []int{2, 1}, []int{list[0].Number, list[1].Number})
		require.Empty(t, list[0].Text)
		list, err = s.DocumentVersions(ctx, d.ID, 2, 10)
		require.NoError(t, err)
		require.Len(t, list, 1)

		// Another model reads this one: it stays.
		reader, err := s.CreateDocument(ctx, draft("ads.m.r"))
		require.NoError(t, err)
		reader, _, err = s.PublishVersion(ctx, reader, document.Version{Name: reader.Name, Text: "r"}, []lineage.Edge{{Source: lineage.Ref{ID: "v1", Name: "cdm.m.v"}}})
		require.NoError(t, err)
		requireCode(t, s.DeleteDocument(ctx, d.ID, d.Revision), document.CodeInUse)
		require.ErrorIs(t, s.DeleteDocument(ctx, reader.ID, reader.Revision-1), diag.ErrStale)
		require.NoError(t, s.DeleteDocument(ctx, reader.ID, reader.Revision))
		require.NoError(t, s.DeleteDocument(ctx, d.ID, d.Revision))
		require.ErrorIs(t, s.DeleteDocument(ctx, d.ID, d.Revision), diag.ErrNotFound)
		_, err = s.DocumentVersion(ctx, d.ID, 1)
		require.NoError(t, err, "versions outlive their document")

		again, err := s.CreateDocument(ctx, draft("cdm.m.v"))
		require.NoError(t, err, "the name is free again")
		require.NotEqual(t, d.ID, again.ID)
	})
}

// TestSaveRace has writers save one revision: one of them wins.
func TestSaveRace(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		stores := []*Store{open(), open()}
		d, err := stores[0].CreateDocument(t.Context(), draft("a.b.c"))
		require.NoError(t, err)
		const rounds, writers = 5, 6
		for range rounds {
			won := make(chan document.Document, writers)
			var wait sync.WaitGroup
			for w := range writers {
				wait.Go(func() {
					mine := d
					mine.Draft = fmt.Sprint("of ", w)
					saved, err := stores[w%2].SaveDocument(t.Context(), mine)
					if err == nil {
						won <- saved
						return
					}
					if !errors.Is(err, diag.ErrStale) {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			require.Len(t, won, 1)
			d = <-won
		}
		require.Equal(t, int64(1+rounds), d.Revision)
	})
}

func TestLineageFollows(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s, other := open(), open()
		service := lineage.New(other, nil)
		require.NoError(t, service.Update(t.Context()))
		edge := func(from, to string) lineage.Edge {
			return lineage.Edge{Source: lineage.Ref{ID: from, Name: "n." + from}, Sink: lineage.Ref{ID: to, Name: "n." + to}}
		}
		pipeline := lineage.Owner{Kind: lineage.Pipeline, ID: "p1", Name: "p", Team: "t1", Document: "d1"}
		require.NoError(t, s.PutLineage(t.Context(), lineage.Entry{Owner: pipeline, Edges: []lineage.Edge{edge("a", "b"), edge("c", "b")}}))
		require.NoError(t, service.Update(t.Context()))
		require.Equal(t, []lineage.Owner{pipeline}, service.Graph().Readers("a"))

		require.NoError(t, s.PutLineage(t.Context(), lineage.Entry{Owner: pipeline, Edges: []lineage.Edge{edge("c", "b")}}))
		require.NoError(t, service.Update(t.Context()))
		require.Empty(t, service.Graph().Readers("a"), "the set is replaced as a whole")
		require.Len(t, service.Graph().Writers("b"), 1)

		fresh := lineage.New(other, nil)
		require.NoError(t, fresh.Update(t.Context()))
		require.Equal(t, service.Graph(), fresh.Graph(), "followed or read at once, the graph is one")

		require.NoError(t, s.DropLineage(t.Context(), lineage.Pipeline, "p1"))
		require.NoError(t, service.Update(t.Context()))
		require.Empty(t, service.Graph().Writers("b"))
	})
}

func TestUses(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		stores := []*Store{open(), open()}
		now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		for _, s := range stores {
			s.now = func() time.Time { return now }
		}
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				err := stores[i%2].AddUses(t.Context(), map[string]search.Use{"table:a": {Views: 1}, "table:b": {Views: 2, Queries: 1}})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		now = now.Add(48 * time.Hour)
		require.NoError(t, stores[0].AddUses(t.Context(), map[string]search.Use{"table:a": {Queries: 5}}))
		got := map[string]search.Use{}
		each := func(age int, key string, u search.Use) { got[fmt.Sprint(key, " ", age)] = u }
		require.NoError(t, stores[1].EachUse(t.Context(), each))
		require.Equal(t, map[string]search.Use{"table:a 2": {Views: 8}, "table:b 2": {Views: 16, Queries: 8}, "table:a 0": {Queries: 5}}, got)

		now = now.Add(search.Forgotten * 24 * time.Hour)
		require.NoError(t, stores[0].AddUses(t.Context(), map[string]search.Use{"table:c": {Views: 1}}))
		got = map[string]search.Use{}
		require.NoError(t, stores[1].EachUse(t.Context(), each))
		require.Equal(t, map[string]search.Use{"table:a 140": {Queries: 5}, "table:c 0": {Views: 1}}, got)
	})
}

// TestFindableDocuments has a search follow the documents: what is found of them, and not every draft.
func TestFindableDocuments(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		source := s.FindableDocuments()
		since := func(after int64) (out []string, at int64) {
			changes, at, err := source.Since(t.Context(), after)
			require.NoError(t, err)
			version, err := source.Version(t.Context())
			require.NoError(t, err)
			require.Equal(t, version, at)
			for _, c := range changes {
				out = append(out, fmt.Sprintf("%s %s %s %v", c.Name, c.Type, c.Description, c.Gone))
			}
			return out, at
		}
		_, at := since(0)
		require.Zero(t, at)
		d, err := s.CreateDocument(t.Context(), draft("a.b.c"))
		require.NoError(t, err)
		got, at := since(at)
		require.Equal(t, []string{"a.b.c view  false"}, got)
		d.Draft = "another text"
		d, err = s.SaveDocument(t.Context(), d)
		require.NoError(t, err)
		got, again := since(at)
		require.Empty(t, got)
		require.Equal(t, at, again, "a draft alone is not followed")
		d.Name, d.Description = "a.b.d", "of plays"
		d, err = s.SaveDocument(t.Context(), d)
		require.NoError(t, err)
		got, at = since(at)
		require.Equal(t, []string{"a.b.d view of plays false"}, got)
		require.NoError(t, s.DeleteDocument(t.Context(), d.ID, d.Revision))
		got, _ = since(at)
		require.Equal(t, []string{"a.b.d view of plays true"}, got)
		got, _ = since(0)
		require.Len(t, got, 1)
	})
}
