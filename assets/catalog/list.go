package catalog

import (
	"cmp"
	"slices"
	"strings"

	"millrace/assets/grants"
	"millrace/components/component"
)

// decidedAtOnce is for how many tables at a time grants are asked: a page needs few of many.
const decidedAtOnce = 512

// Filter narrows a list of tables; the zero value is all.
type Filter struct {
	Kind    component.TableKind
	Layer   string
	Team    string
	Domain  string
	Tag     string
	Catalog string
	DB      string
	Origin  Origin
	// Connection is the name of one that the table is read or written through.
	Connection string
	// Text is part of the name, whatever its case.
	Text string
}

func (f *Filter) matches(t *TableEntry) bool {
	catalog, db := "", ""
	if f.Catalog != "" || f.DB != "" {
		catalog, db = t.parts()
	}
	return (f.Kind == "" || t.Kind == f.Kind) && (f.Layer == "" || t.Layer == f.Layer) && (f.Team == "" || t.Team == f.Team) &&
		(f.Domain == "" || t.Domain == f.Domain) && (f.Catalog == "" || catalog == f.Catalog) && (f.DB == "" || db == f.DB) &&
		(f.Origin == "" || t.Origin == f.Origin) && (f.Tag == "" || slices.Contains(t.Tags, f.Tag)) &&
		(f.Connection == "" || slices.Contains(t.Connections, f.Connection)) &&
		(f.Text == "" || strings.Contains(strings.ToLower(t.Name), strings.ToLower(f.Text)))
}

// List returns the tables that the principal may discover and the filter lets through, by name, from behind the name after. more says that
// there is another one.
func (s *Snapshot) List(by Decider, p grants.Principal, f Filter, after string, limit int) (page []*TableEntry, more bool) {
	at, found := slices.BinarySearchFunc(s.tables, after, func(t *TableEntry, name string) int { return cmp.Compare(t.Name, name) })
	if found {
		at++
	}
	page = make([]*TableEntry, 0, min(limit, len(s.tables)-at))
	for ; at < len(s.tables); at += decidedAtOnce {
		end := min(at+decidedAtOnce, len(s.tables))
		allowed := by.Allowed(p, grants.Discover, s.objects[at:end])
		for i, t := range s.tables[at:end] {
			if !allowed[i] || !f.matches(t) {
				continue
			}
			if len(page) == limit {
				return page, true
			}
			page = append(page, t)
		}
	}
	return page, false
}

// Count is how many tables have a word.
type Count struct {
	Name   string `json:"name"`
	Tables int    `json:"tables"`
}

// Words counts the domains and the tags of the tables that the principal may discover, each by name.
func (s *Snapshot) Words(by Decider, p grants.Principal) (domains, tags []Count) {
	ofDomain, ofTag := map[string]int{}, map[string]int{}
	allowed := by.Allowed(p, grants.Discover, s.objects)
	for i, t := range s.tables {
		if !allowed[i] {
			continue
		}
		if t.Domain != "" {
			ofDomain[t.Domain]++
		}
		for _, tag := range t.Tags {
			ofTag[tag]++
		}
	}
	return counted(ofDomain), counted(ofTag)
}

func counted(m map[string]int) []Count {
	out := make([]Count, 0, len(m))
	for name, n := range m {
		out = append(out, Count{name, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
