package search

import (
	"context"

	"millrace/assets/catalog"
	"millrace/components/component"
)

// HubChanges is the part of the hub's store that is followed.
type HubChanges interface {
	Version(ctx context.Context) (int64, error)
	Since(ctx context.Context, version int64) (catalog.Changes, error)
}

// hub gives the tables and connections of the hub.
type hub struct {
	store    HubChanges
	registry *component.Registry
}

// Hub is the hub's store as a source.
func Hub(store HubChanges, registry *component.Registry) Source { return &hub{store, registry} }

// Version is the number of the newest change.
func (h *hub) Version(ctx context.Context) (int64, error) { return h.store.Version(ctx) }

// Since returns what has changed. A table whose declaration cannot be read any more is found without its columns.
func (h *hub) Since(ctx context.Context, after int64) ([]Change, int64, error) {
	c, err := h.store.Since(ctx, after)
	if err != nil {
		return nil, 0, err
	}
	out := make([]Change, 0, len(c.Tables)+len(c.Connections)+len(c.GoneTables)+len(c.GoneConnections))
	for _, t := range c.Tables {
		e := Entry{Kind: Table, ID: t.ID, Name: t.Name, Type: string(t.Kind), Layer: t.Layer, Domain: t.Domain, Tags: t.Tags, Team: t.Team, Description: t.Description}
		if table, err := t.Table(h.registry); err == nil {
			for _, f := range table.Schema.Fields {
				e.Columns = append(e.Columns, Column{Name: f.Name, Type: f.Type.String(), Description: f.Description})
			}
		}
		out = append(out, Change{Entry: e})
	}
	for _, k := range c.Connections {
		out = append(out, Change{Entry: Entry{Kind: Connection, ID: k.ID, Name: k.Name, Type: k.Component, Team: k.Team, Description: k.Description}})
	}
	for _, id := range c.GoneTables {
		out = append(out, Change{Entry: Entry{Kind: Table, ID: id}, Gone: true})
	}
	for _, id := range c.GoneConnections {
		out = append(out, Change{Entry: Entry{Kind: Connection, ID: id}, Gone: true})
	}
	return out, c.Version, nil
}
