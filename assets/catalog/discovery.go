package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"millrace/components/component"
	"millrace/models/diag"
)

const (
	// maxProposals bounds what one discovery returns.
	maxProposals = 20_000
	// defaultSamples is how many records are looked at where nothing else is said; maxSamples is the most.
	defaultSamples = 200
	maxSamples     = 2_000
)

// Search says what to look for in a system.
type Search struct {
	// Pattern is of physical names, with *, ? and [a-z]; Names are exact ones.
	Pattern string
	Names   []string
	// Samples is how many records are looked at where only they tell the columns; 0 is 200, and below 0 none.
	Samples int
	// Limit bounds the proposals; 0 is 20,000.
	Limit int
	// Progress, which may be nil, hears how many things of how many were looked at.
	Progress func(done, total int)
}

// Proposal is something of a system with the entry that it could get.
type Proposal struct {
	component.Found
	// Name is the name that is suggested.
	Name string `json:"name"`
	// Layer is the one that is suggested.
	Layer string `json:"layer,omitempty"`
	// Table is the whole entry, ready to be sent; it has no columns where they could not be told.
	Table TableInput `json:"table"`
	// Registered is the id of the table that it is already, "" for none. Who may not discover that is not told.
	Registered string `json:"registered,omitempty"`
}

// Discover looks into the system of a connection and calls yield for each thing that could be a table, until that returns false or ctx
// ends. truncated says that there is more than the limit.
func (h *Hub) Discover(ctx context.Context, connection string, o Search, yield func(Proposal) bool) (truncated bool, err error) {
	s, err := h.Snapshot(ctx)
	if err != nil {
		return false, err
	}
	e, ok := s.ConnectionByID(connection)
	if !ok {
		return false, notFound("connection")
	}
	spec, ok := h.Registry.Get(component.KindConnection, e.Component)
	if !ok || spec.Connection.Discover == nil {
		return false, diag.Refuse(diag.ErrInvalid, CodeCannot, "", "a connection to %s has nothing to discover", e.Component)
	}
	c, err := h.open(e)
	if err != nil {
		return false, err
	}
	limit, samples := o.Limit, o.Samples
	if limit <= 0 || limit > maxProposals {
		limit = maxProposals
	}
	if samples == 0 {
		samples = defaultSamples
	}
	known := s.places(e.Name)
	n := 0
	err = spec.Connection.Discover(ctx, c, component.Discovery{Registry: h.Registry, Names: o.Names, Pattern: o.Pattern,
		Samples: max(0, min(samples, maxSamples)), Progress: o.Progress},
		func(f component.Found) bool {
			if n++; n > limit {
				truncated = true
				return false
			}
			p := h.propose(e, f)
			p.Registered = known[f.Physical]
			return yield(p)
		})
	return truncated, err
}

// places are the ids of the tables that lie in the system of a connection, by what the system calls them.
func (s *Snapshot) places(connection string) map[string]string {
	out := map[string]string{}
	for _, t := range s.tables {
		if t.Physical != "" && slices.Contains(t.Connections, connection) {
			out[t.Physical] = t.ID
		}
	}
	return out
}

// propose makes an entry for what was found.
func (h *Hub) propose(e *ConnectionEntry, f component.Found) Proposal {
	layer := "ODS"
	if f.Kind == component.TableStore {
		layer = "ADS"
	}
	// What is found already says its layer where its database is called after one.
	db, table := suggest(f.DB, suggest(e.Name, "found")), suggest(f.Table, "t")
	catalog := map[string]string{"ODS": "ods", "ADS": "ads"}[layer]
	for word, l := range map[string]string{"ods": "ODS", "dwd": "CDM", "dws": "CDM", "dim": "CDM", "cdm": "CDM", "ads": "ADS"} {
		if db == word {
			layer, catalog, db = l, word, suggest(e.Name, "found")
		}
	}
	p := Proposal{Found: f, Name: catalog + "." + db + "." + table, Layer: layer}
	p.Table = TableInput{Name: p.Name, Team: e.Team, Kind: string(f.Kind), Layer: layer, Description: f.Comment}
	if f.Schema == nil {
		return p
	}
	d, err := h.declarationOf(f.Schema, f.Source, f.Sink)
	if err != nil {
		p.Notes = append(p.Notes, fmt.Sprintf("No entry can be made of it: %v.", err))
		return p
	}
	p.Table.Columns, p.Table.Key, p.Table.EventTime, p.Table.Source, p.Table.Sink = d.Columns, d.Key, d.EventTime, d.Source, d.Sink
	return p
}

// Chosen is what somebody chose of what was found.
type Chosen struct {
	Physical string `json:"physical"`
	// Name and what follows take the place of what was suggested, where they are given.
	Name   string          `json:"name,omitempty"`
	Team   string          `json:"team,omitempty" doc:"the connection's where it is left out"`
	Layer  string          `json:"layer,omitempty"`
	Domain string          `json:"domain,omitempty"`
	Tags   []string        `json:"tags,omitempty"`
	Key    []string        `json:"key,omitempty"`
	Sample int             `json:"-"`
	Table  json.RawMessage `json:"-"`
}

// Registration is what became of one choice.
type Registration struct {
	Physical    string            `json:"physical"`
	Name        string            `json:"name,omitempty"`
	ID          string            `json:"id,omitempty" doc:"of the table that was made"`
	Diagnostics []diag.Diagnostic `json:"diagnostics,omitempty" doc:"why none was made"`
}

// Register makes tables of what is found under physical names, those that can be made in one transaction. It looks at the system again:
// what is registered is what is there, and the baseline for what changes later.
func (h *Hub) Register(ctx context.Context, connection string, chosen []Chosen) ([]Registration, error) {
	names := make([]string, len(chosen))
	for i := range chosen {
		names[i] = chosen[i].Physical
	}
	found := map[string]Proposal{}
	if _, err := h.Discover(ctx, connection, Search{Names: names}, func(p Proposal) bool { found[p.Physical] = p; return true }); err != nil {
		return nil, err
	}
	s, err := h.fresh(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Registration, len(chosen))
	var edits []*Edit
	taking := map[string]bool{}
	for i, c := range chosen {
		r := &out[i]
		r.Physical = c.Physical
		edit, err := h.registration(ctx, s, c, found)
		if err == nil && (taking[edit.Table.Name] || s.has(edit.Table.Name)) {
			r.Name, err = edit.Table.Name, taken(edit.Table.Name)
		}
		if err != nil {
			r.Diagnostics = diagnosticsOf(err)
			continue
		}
		taking[edit.Table.Name] = true
		r.Name, r.ID = edit.Table.Name, edit.Table.ID
		edits = append(edits, edit)
	}
	if len(edits) == 0 {
		return out, nil
	}
	return out, h.apply(ctx, edits...)
}

func (s *Snapshot) has(name string) bool { _, ok := s.Entry(name); return ok }

func (h *Hub) registration(ctx context.Context, s *Snapshot, c Chosen, found map[string]Proposal) (*Edit, error) {
	p, ok := found[c.Physical]
	switch {
	case !ok:
		return nil, diag.Refuse(diag.ErrNotFound, CodeNotFound, "Look again at what there is.", "the system has no %q", c.Physical)
	case p.Schema == nil:
		return nil, diag.Refuse(diag.ErrInvalid, CodeNoKey, "Declare the table by hand.", "the columns of %q cannot be told", c.Physical)
	}
	in := p.Table
	for _, set := range []struct {
		to   *string
		text string
	}{{&in.Name, c.Name}, {&in.Team, c.Team}, {&in.Layer, c.Layer}, {&in.Domain, c.Domain}} {
		if set.text != "" {
			*set.to = set.text
		}
	}
	if c.Tags != nil {
		in.Tags = c.Tags
	}
	if c.Key != nil {
		in.Key = c.Key
	}
	edit, err := h.creation(ctx, s, in, Discovered)
	if err != nil {
		return nil, err
	}
	edit.Table.Baseline, err = baseline(&p.Found)
	return edit, err
}

// baseline is what a system said of a table, for later comparisons.
func baseline(f *component.Found) (json.RawMessage, error) {
	text, err := json.Marshal(component.Found{Physical: f.Physical, Table: f.Table, DB: f.DB, Kind: f.Kind, Columns: f.Columns, Facts: f.Facts})
	if err != nil {
		return nil, fmt.Errorf("keeping what was found: %w", err)
	}
	return text, nil
}

// diagnosticsOf are the diagnostics of an error, or one made of it.
func diagnosticsOf(err error) []diag.Diagnostic {
	var list diag.List
	var one diag.Diagnostic
	var failure *diag.Failure
	switch {
	case asList(err, &list):
		return list
	case asFailure(err, &failure):
		return []diag.Diagnostic{failure.Diagnostic}
	default:
		one = diag.Diagnostic{Code: CodeCannot, Severity: diag.Error, Message: err.Error()}
	}
	return []diag.Diagnostic{one}
}
