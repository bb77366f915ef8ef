package site

import (
	"context"
	"fmt"

	"millrace/assets/catalog"
	"millrace/assets/catalog/search"
	"millrace/assets/document"
	"millrace/assets/lineage"
	"millrace/components/component"
	"millrace/models/plan"
)

// documentHub is the hub as documents ask for it.
type documentHub struct{ *Site }

var _ document.Hub = documentHub{}

// Resolver gives the tables that operators read and write.
func (h documentHub) Resolver(ctx context.Context) (func(plan.Op) lineage.Table, error) {
	v, err := h.view(ctx)
	if err != nil {
		return nil, err
	}
	return lineage.Resolver(v, v.Snapshot, h.registry), nil
}

// RegisterModel makes the table that a virtual model is.
func (h documentHub) RegisterModel(ctx context.Context, m document.ModelTable) (string, error) {
	kind := component.TableStream
	if m.Mode.Change != plan.Append {
		kind = component.TableChangelog
	}
	t, err := h.hub.EnsureTable(ctx, catalog.Ensured{Name: m.Name, Team: m.Team, Kind: kind, Description: m.Description, Schema: m.Schema, Origin: catalog.Model})
	if err != nil {
		return "", fmt.Errorf("registering %s: %w", m.Name, err)
	}
	return t.ID, nil
}

var _ lineage.TableInfo = (*Site)(nil)

// Describe tells of tables by their ids.
func (s *Site) Describe(ctx context.Context, ids []string) (map[string]lineage.Table, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]lineage.Table, len(ids))
	for _, id := range ids {
		if t, ok := v.ByID(id); ok {
			out[id] = lineage.Table{ID: id, Name: t.Name, Kind: string(t.Kind), Layer: t.Layer, Team: t.Team, Owner: v.teams[t.Team]}
		}
	}
	return out, nil
}

// users is what uses tables, from lineage.
type users struct{ *Site }

var _ catalog.Users = users{}

// Users lists what reads or writes a table, with deep also what reads what is made of it.
func (u users) Users(_ context.Context, table string, deep bool) ([]catalog.User, error) {
	g := u.lineage.Graph()
	seen := map[string]bool{}
	var out []catalog.User
	add := func(o lineage.Owner) {
		kind := "model"
		if o.Kind == lineage.Pipeline {
			kind = "pipeline"
		}
		if key := kind + " " + o.ID; !seen[key] {
			seen[key] = true
			out = append(out, catalog.User{Kind: kind, ID: o.ID, Name: o.Name, Team: o.Team})
		}
	}
	if deep {
		for _, a := range g.Impact(table, "") {
			add(a.Owner)
		}
	}
	for _, o := range append(g.Readers(table), g.Writers(table)...) {
		add(o)
	}
	return out, nil
}

// catalogSource is the hub as a source of the search.
func catalogSource(s *Site) search.Source { return search.Hub(s.store.Hub(), s.registry) }
