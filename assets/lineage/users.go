package lineage

import (
	"context"

	"millrace/assets/catalog"
)

var _ catalog.Users = (*Service)(nil)

// Users lists what uses a table, as the hub asks for it: the documents and pipelines that read or write it, or with deep also those that
// read what is made from it.
func (s *Service) Users(ctx context.Context, table string, deep bool) ([]catalog.User, error) {
	if err := s.Update(ctx); err != nil {
		return nil, err
	}
	g := s.Graph()
	var out []catalog.User
	seen := map[string]bool{}
	add := func(o Owner) {
		if seen[o.Key()] {
			return
		}
		seen[o.Key()] = true
		kind := "model"
		if o.Kind == Pipeline {
			kind = "pipeline"
		}
		out = append(out, catalog.User{Kind: kind, ID: o.ID, Name: o.Name, Team: o.Team})
	}
	for _, o := range g.Writers(table) {
		add(o)
	}
	for _, a := range g.Impact(table, "") {
		if deep || a.Distance == 1 {
			add(a.Owner)
		}
	}
	return out, nil
}
