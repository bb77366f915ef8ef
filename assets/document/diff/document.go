package diff

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"millrace/models/model"
)

// documents compares two documents.
func (d *Diff) documents(a, b *model.Document) {
	for _, s := range []struct{ path, old, new string }{
		{"kind", string(a.Kind), string(b.Kind)}, {"name", a.Name, b.Name}, {"description", a.Description, b.Description},
		{"time_zone", a.TimeZone, b.TimeZone}, {"output", a.Output, b.Output},
	} {
		d.Settings = append(d.Settings, values(s.path, text(s.old), text(s.new))...)
	}
	d.Params = values("", params(a), params(b))

	was, now := parts(a), parts(b)
	renamed := renames(was, now)
	d.Nodes = nodes(was, now, renamed)
	d.Edges = edges(a, b, renamed)
	d.Layout = moved(a, b, renamed)
	d.Drawing = append(drawn(groups(a, renamed), groups(b, nil)), drawn(notes(a), notes(b))...)
}

// params are a document's parameters as a mapping by name.
func params(d *model.Document) *model.Value {
	v := &model.Value{Kind: model.Map}
	for i := range d.Params {
		p := &d.Params[i]
		one := model.Value{Kind: model.Map, Entries: []model.Entry{{Key: "type", Value: *text(p.Type.String())}}}
		if p.Description != "" {
			one.Entries = append(one.Entries, model.Entry{Key: "description", Value: *text(p.Description)})
		}
		if p.Default.Kind != model.Null {
			one.Entries = append(one.Entries, model.Entry{Key: "default", Value: p.Default})
		}
		v.Entries = append(v.Entries, model.Entry{Key: p.Name, Value: one})
	}
	return v
}

// part is what a document consists of: a node, an entity or a join.
type part struct {
	id, component string
	params        *model.Value
}

func (p *part) content() string { return p.component + " " + string(p.params.JSON()) }

// The components under which entities and joins of a relational model stand.
const (
	entity = "entity"
	join   = "join"
)

func parts(d *model.Document) []part {
	var out []part
	for i := range d.Entities {
		out = append(out, part{d.Entities[i].ID, entity, &d.Entities[i].Params})
	}
	for i := range d.Joins {
		j := &d.Joins[i]
		out = append(out, part{j.From + " -> " + j.To, join, &j.Params})
	}
	for i := range d.Nodes {
		n := &d.Nodes[i]
		p := n.Params
		if n.Description != "" {
			p.Entries = append(slices.Clone(p.Entries), model.Entry{Key: "description", Value: *text(n.Description)})
		}
		if n.Bypass {
			p.Entries = append(slices.Clone(p.Entries), model.Entry{Key: "bypass", Value: model.Value{Kind: model.Bool, Text: "true"}})
		}
		out = append(out, part{n.ID, n.Component, &p})
	}
	return out
}

func find(parts []part, id string) *part {
	for i := range parts {
		if parts[i].id == id {
			return &parts[i]
		}
	}
	return nil
}

// renames finds the parts that go by another id now, new id by old one: their content is the same, and neither id is on both sides. Of
// several with one content, the first is the first.
func renames(was, now []part) map[string]string {
	out, taken := map[string]string{}, map[string]bool{}
	for i := range was {
		if find(now, was[i].id) != nil {
			continue
		}
		for k := range now {
			if id := now[k].id; find(was, id) == nil && !taken[id] && now[k].content() == was[i].content() {
				out[was[i].id], taken[id] = id, true
				break
			}
		}
	}
	// A join goes by its ends.
	for i := range was {
		from, to, _ := strings.Cut(was[i].id, " -> ")
		if id := follow(out, from) + " -> " + follow(out, to); was[i].component == join && id != was[i].id && find(now, id) != nil {
			out[was[i].id] = id
		}
	}
	return out
}

func follow(renamed map[string]string, id string) string {
	if to, ok := renamed[id]; ok {
		return to
	}
	return id
}

func nodes(was, now []part, renamed map[string]string) []Node {
	var out []Node
	met := map[string]bool{}
	for i := range was {
		p := &was[i]
		id := follow(renamed, p.id)
		q := find(now, id)
		if q == nil {
			out = append(out, Node{Op: Removed, ID: p.id, Component: p.component})
			continue
		}
		met[id] = true
		n := Node{Op: Changed, ID: id, Component: q.component}
		if id != p.id && p.component != join {
			n.Op, n.Was = Renamed, p.id
		}
		if p.component != q.component {
			n.WasComponent = p.component
		}
		n.Params = values("", p.params, q.params)
		if n.Op == Renamed || n.WasComponent != "" || len(n.Params) > 0 {
			out = append(out, n)
		}
	}
	for i := range now {
		if !met[now[i].id] {
			out = append(out, Node{Op: Added, ID: now[i].id, Component: now[i].component})
		}
	}
	return out
}

// edges compares the edges. Their order counts only among the edges that lead into one node; an order that changed shows as the edge
// being taken away and put in again.
func edges(a, b *model.Document, renamed map[string]string) []Edge {
	into := func(d *model.Document, renamed map[string]string) (map[string][]Edge, []string) {
		out, order := map[string][]Edge{}, []string(nil)
		for _, e := range d.Edges {
			one := Edge{From: follow(renamed, e.From), To: follow(renamed, e.To), Port: e.Port}
			if out[one.To] == nil {
				order = append(order, one.To)
			}
			out[one.To] = append(out[one.To], one)
		}
		return out, order
	}
	was, wasOrder := into(a, renamed)
	now, order := into(b, nil)
	for _, to := range wasOrder {
		if now[to] == nil {
			order = append(order, to)
		}
	}
	var out []Edge
	for _, to := range order {
		removed, added := sequence(was[to], now[to])
		for _, e := range removed {
			e.Op = Removed
			out = append(out, e)
		}
		for _, e := range added {
			e.Op = Added
			out = append(out, e)
		}
	}
	return out
}

// sequence returns what of a is not in b, and the other way round, where what both have in one order is the longest there is.
func sequence[T comparable](a, b []T) (removed, added []T) {
	long := make([][]int, len(a)+1)
	for i := range long {
		long[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for k := len(b) - 1; k >= 0; k-- {
			if a[i] == b[k] {
				long[i][k] = long[i+1][k+1] + 1
			} else {
				long[i][k] = max(long[i+1][k], long[i][k+1])
			}
		}
	}
	i, k := 0, 0
	for i < len(a) || k < len(b) {
		switch {
		case i < len(a) && k < len(b) && a[i] == b[k]:
			i, k = i+1, k+1
		case k == len(b) || i < len(a) && long[i+1][k] >= long[i][k+1]:
			removed, i = append(removed, a[i]), i+1
		default:
			added, k = append(added, b[k]), k+1
		}
	}
	return removed, added
}

// moved reports whether a node or a note that is on both sides stands elsewhere.
func moved(a, b *model.Document, renamed map[string]string) bool {
	for i := range a.Notes {
		for k := range b.Notes {
			p, q := &a.Notes[i], &b.Notes[k]
			if p.ID == q.ID && (p.Point != q.Point || p.Width != q.Width) {
				return true
			}
		}
	}
	for id, p := range a.Layout {
		if q, ok := b.Layout[follow(renamed, id)]; ok && p != q {
			return true
		}
	}
	return len(a.Layout) != len(b.Layout)
}

func text(s string) *model.Value {
	if s == "" {
		return &model.Value{}
	}
	return &model.Value{Kind: model.String, Text: s}
}

// values compares two values at a path. Mappings are compared by key. Lists of mappings that have a name or an id each are compared by
// that; other lists by place where they are equally long, else as one value.
func values(path string, a, b *model.Value) []Change {
	if bytes.Equal(a.JSON(), b.JSON()) && a.Kind == b.Kind {
		return nil
	}
	switch {
	case a.Kind == model.Map && b.Kind == model.Map:
		return entries(a.Entries, b.Entries, func(key string) string {
			if path == "" {
				return key
			}
			return path + "." + key
		})
	case a.Kind == model.List && b.Kind == model.List:
		was, ok := named(a.Items)
		now, also := named(b.Items)
		if ok && also {
			if out := entries(was, now, func(key string) string { return path + "[" + key + "]" }); len(out) > 0 {
				return out
			}
			break // only the order changed
		}
		if len(a.Items) == len(b.Items) {
			var out []Change
			for i := range a.Items {
				out = append(out, values(path+"["+strconv.Itoa(i)+"]", &a.Items[i], &b.Items[i])...)
			}
			return out
		}
	}
	return []Change{{Path: path, Old: a.JSON(), New: b.JSON()}}
}

func entries(a, b []model.Entry, at func(key string) string) []Change {
	var out []Change
	was, now := &model.Value{Entries: a}, &model.Value{Entries: b}
	none := &model.Value{}
	for i := range a {
		other, ok := now.Get(a[i].Key)
		if !ok {
			other = none
		}
		out = append(out, values(at(a[i].Key), &a[i].Value, other)...)
	}
	for i := range b {
		if _, ok := was.Get(b[i].Key); !ok {
			out = append(out, values(at(b[i].Key), none, &b[i].Value)...)
		}
	}
	return out
}

// named gives the members of a list by their name or id; ok is false when one has none or two have the same.
func named(items []model.Value) (out []model.Entry, ok bool) {
	seen := map[string]bool{}
	for i := range items {
		key := ""
		for _, k := range []string{"name", "id", "as"} {
			if v, has := items[i].Get(k); has && v.Kind == model.String && key == "" {
				key = v.Text
			}
		}
		if key == "" || seen[key] {
			return nil, false
		}
		seen[key] = true
		out = append(out, model.Entry{Key: key, Value: items[i]})
	}
	return out, len(items) > 0
}

// show writes a value of a Change shortly, for a sentence.
func show(raw []byte) string {
	s := string(raw)
	if v, err := model.ParseJSON(raw); err == nil && v.Kind == model.String {
		s = v.Text
		if strings.ContainsAny(s, "\n\"") || s == "" {
			s = fmt.Sprintf("%q", s)
		}
	}
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
