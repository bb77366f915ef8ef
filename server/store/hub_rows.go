package store

import (
	"encoding/json"
	"fmt"
	"time"

	"millrace/assets/catalog"
	"millrace/components/component"
)

// HubVersionRow is the one row that counts the changes of connections and tables; ID is always 1.
type HubVersionRow struct {
	ID      int   `gorm:"primaryKey;autoIncrement:false"`
	Version int64 `gorm:"not null"`
}

// TableName names the table.
func (HubVersionRow) TableName() string { return "hub_versions" }

// ConnectionRow is a connection. One that was deleted stays without its parameters, so that others learn that it is gone.
type ConnectionRow struct {
	ID string `gorm:"primaryKey;size:64"`
	// NameKey is the name while it is taken, and the id afterwards.
	NameKey     string `gorm:"size:255;not null"`
	Name        string `gorm:"size:255;not null"`
	Component   string `gorm:"size:255;not null"`
	Params      []byte `gorm:"size:1073741824;not null"`
	Team        string `gorm:"size:64;not null"`
	Description []byte `gorm:"size:1073741824"`
	Builtin     bool   `gorm:"not null"`
	Revision    int64  `gorm:"not null"`
	// Version is the count of changes that the last change of this row led to.
	Version   int64  `gorm:"not null"`
	CreatedAt int64  `gorm:"not null;autoCreateTime:false"`
	UpdatedAt int64  `gorm:"not null;autoUpdateTime:false"`
	DeletedAt int64  `gorm:"not null"`
	CheckedAt int64  `gorm:"not null"`
	CheckBody []byte `gorm:"size:65536"`
}

// TableName names the table.
func (ConnectionRow) TableName() string { return "connections" }

// CatalogTableRow is a table. One that was deleted stays, so that its id is never used again.
type CatalogTableRow struct {
	ID          string `gorm:"primaryKey;size:64"`
	NameKey     string `gorm:"size:255;not null"`
	Name        string `gorm:"size:255;not null"`
	Kind        string `gorm:"size:16;not null"`
	Layer       string `gorm:"size:16;not null"`
	Team        string `gorm:"size:64;not null"`
	Domain      string `gorm:"size:255;not null"`
	Origin      string `gorm:"size:16;not null"`
	Body        []byte `gorm:"size:1073741824;not null"`
	Baseline    []byte `gorm:"size:1073741824"`
	Revision    int64  `gorm:"not null"`
	Version     int64  `gorm:"not null"`
	CreatedAt   int64  `gorm:"not null;autoCreateTime:false"`
	UpdatedAt   int64  `gorm:"not null;autoUpdateTime:false"`
	DeletedAt   int64  `gorm:"not null"`
	CreatedBy   string `gorm:"size:255;not null"`
	Description []byte `gorm:"size:1073741824"`
}

// TableName names the table.
func (CatalogTableRow) TableName() string { return "catalog_tables" }

// DriftRow is the result of the last comparison of a table with what is outside.
type DriftRow struct {
	Tbl       string `gorm:"column:table_id;primaryKey;size:64"`
	CheckedAt int64  `gorm:"not null"`
	Severity  string `gorm:"size:16;not null"`
	// Body is the catalog.DriftEntry as JSON.
	Body     []byte `gorm:"size:1073741824;not null"`
	Revision int64  `gorm:"not null"`
}

// TableName names the table.
func (DriftRow) TableName() string { return "drifts" }

func connectionRow(e *catalog.ConnectionEntry) ConnectionRow {
	return ConnectionRow{ID: e.ID, NameKey: e.Name, Name: e.Name, Component: e.Component, Params: e.Params, Team: e.Team, Description: []byte(e.Description), Builtin: e.Builtin}
}

func (r *ConnectionRow) entry() (*catalog.ConnectionEntry, error) {
	e := &catalog.ConnectionEntry{ID: r.ID, Name: r.Name, Component: r.Component, Params: r.Params, Team: r.Team, Description: string(r.Description),
		Builtin: r.Builtin, Revision: r.Revision, Created: timeOf(r.CreatedAt), Updated: timeOf(r.UpdatedAt)}
	if len(r.CheckBody) > 0 {
		if err := json.Unmarshal(r.CheckBody, &e.Check); err != nil {
			return nil, fmt.Errorf("reading the check of the connection %s: %w", r.Name, err)
		}
		e.Check.At = timeOf(r.CheckedAt)
	}
	return e, nil
}

// tableBody is what of a table is neither compared nor sorted by in the database.
type tableBody struct {
	Tags        []string        `json:"tags,omitempty"`
	Connections []string        `json:"connections,omitempty"`
	Physical    string          `json:"physical,omitempty"`
	Declaration json.RawMessage `json:"declaration"`
}

func catalogTableRow(e *catalog.TableEntry) (CatalogTableRow, error) {
	body, err := json.Marshal(tableBody{Tags: e.Tags, Connections: e.Connections, Physical: e.Physical, Declaration: e.Declaration})
	if err != nil {
		return CatalogTableRow{}, fmt.Errorf("writing the table %s: %w", e.Name, err)
	}
	return CatalogTableRow{ID: e.ID, NameKey: e.Name, Name: e.Name, Kind: string(e.Kind), Layer: e.Layer, Team: e.Team, Domain: e.Domain,
		Origin: string(e.Origin), Body: body, Baseline: e.Baseline, CreatedBy: e.CreatedBy, Description: []byte(e.Description)}, nil
}

func (r *CatalogTableRow) entry() (*catalog.TableEntry, error) {
	var body tableBody
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return nil, fmt.Errorf("reading the table %s: %w", r.Name, err)
	}
	return &catalog.TableEntry{ID: r.ID, Name: r.Name, Kind: component.TableKind(r.Kind), Layer: r.Layer, Team: r.Team, Domain: r.Domain, Tags: body.Tags,
		Description: string(r.Description), Origin: catalog.Origin(r.Origin), Connections: body.Connections, Physical: body.Physical,
		Declaration: body.Declaration, Baseline: r.Baseline, Revision: r.Revision, Created: timeOf(r.CreatedAt), Updated: timeOf(r.UpdatedAt), CreatedBy: r.CreatedBy}, nil
}

func driftOf(r *DriftRow) (catalog.DriftEntry, error) {
	var d catalog.DriftEntry
	if err := json.Unmarshal(r.Body, &d); err != nil {
		return d, fmt.Errorf("reading the comparison of the table %s: %w", r.Tbl, err)
	}
	d.At = time.UnixMicro(r.CheckedAt).UTC()
	return d, nil
}
