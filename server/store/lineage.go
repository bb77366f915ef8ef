package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/assets/lineage"
)

var _ lineage.Store = (*Store)(nil)

// LineageOwnerRow is a document or a pipeline that reads or writes tables. A row stays when its owner is gone, so that others hear of it.
type LineageOwnerRow struct {
	Kind     string `gorm:"primaryKey;size:16"`
	ID       string `gorm:"primaryKey;size:255"`
	Name     string `gorm:"size:255;not null"`
	Team     string `gorm:"size:64;not null"`
	Document string `gorm:"size:64;not null"`
	Version  string `gorm:"size:64;not null"`
	Virtual  bool   `gorm:"not null"`
	Gone     bool   `gorm:"not null"`
	Seq      int64  `gorm:"not null"`
}

// TableName names the table.
func (LineageOwnerRow) TableName() string { return "lineage_owners" }

// LineageEdgeRow is an edge of an owner's newest version.
type LineageEdgeRow struct {
	OwnerKind  string `gorm:"primaryKey;size:16"`
	OwnerID    string `gorm:"primaryKey;size:255"`
	Ordinal    int    `gorm:"primaryKey;autoIncrement:false"`
	SourceID   string `gorm:"size:64;not null"`
	SourceName string `gorm:"size:255;not null"`
	SinkID     string `gorm:"size:64;not null"`
	SinkName   string `gorm:"size:255;not null"`
	// Columns is a list of lineage.Column as JSON.
	Columns []byte `gorm:"size:1073741824"`
}

// TableName names the table.
func (LineageEdgeRow) TableName() string { return "lineage_edges" }

// putLineage makes edges those of an owner.
func putLineage(tx *gorm.DB, e lineage.Entry) error {
	seq, err := next(tx, lineageVersion)
	if err != nil {
		return err
	}
	row := LineageOwnerRow{Kind: string(e.Kind), ID: e.ID, Name: e.Name, Team: e.Team, Document: e.Document, Version: e.Version, Virtual: e.Virtual, Seq: seq}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
		return fmt.Errorf("keeping the lineage of %s: %w", e.Name, err)
	}
	if err := tx.Delete(&LineageEdgeRow{}, "owner_kind = ? AND owner_id = ?", string(e.Kind), e.ID).Error; err != nil {
		return fmt.Errorf("keeping the lineage of %s: %w", e.Name, err)
	}
	for i, edge := range e.Edges {
		columns, err := json.Marshal(edge.Columns)
		if err != nil {
			return fmt.Errorf("keeping the lineage of %s: %w", e.Name, err)
		}
		row := LineageEdgeRow{OwnerKind: string(e.Kind), OwnerID: e.ID, Ordinal: i, SourceID: edge.Source.ID, SourceName: edge.Source.Name,
			SinkID: edge.Sink.ID, SinkName: edge.Sink.Name, Columns: columns}
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("keeping the lineage of %s: %w", e.Name, err)
		}
	}
	return nil
}

// dropLineage removes an owner's edges, if it has any.
func dropLineage(tx *gorm.DB, kind lineage.OwnerKind, id string) error {
	seq, err := next(tx, lineageVersion)
	if err != nil {
		return err
	}
	if err := tx.Delete(&LineageEdgeRow{}, "owner_kind = ? AND owner_id = ?", string(kind), id).Error; err != nil {
		return fmt.Errorf("forgetting lineage: %w", err)
	}
	err = tx.Model(&LineageOwnerRow{}).Where("kind = ? AND id = ?", string(kind), id).Updates(map[string]any{"gone": true, "seq": seq}).Error
	if err != nil {
		return fmt.Errorf("forgetting lineage: %w", err)
	}
	return nil
}

// renameLineage gives a document's edges its new name.
func renameLineage(tx *gorm.DB, id, name string) error {
	seq, err := next(tx, lineageVersion)
	if err != nil {
		return err
	}
	err = tx.Model(&LineageOwnerRow{}).Where("kind = ? AND id = ?", string(lineage.Document), id).Updates(map[string]any{"name": name, "seq": seq}).Error
	if err != nil {
		return fmt.Errorf("renaming in lineage: %w", err)
	}
	return nil
}

// PutLineage makes edges those of an owner, DropLineage removes them: a deployed pipeline's, for a document's are published with it.
func (s *Store) PutLineage(ctx context.Context, e lineage.Entry) error {
	return s.update(ctx, "keeping lineage", func(tx *gorm.DB) error { return putLineage(tx, e) })
}

// DropLineage removes the edges of an owner.
func (s *Store) DropLineage(ctx context.Context, kind lineage.OwnerKind, id string) error {
	return s.update(ctx, "forgetting lineage", func(tx *gorm.DB) error { return dropLineage(tx, kind, id) })
}

// LineageVersion returns the number of the newest change.
func (s *Store) LineageVersion(ctx context.Context) (n int64, err error) {
	err = s.view(ctx, "reading the version of lineage", func(tx *gorm.DB) error {
		n, err = last(tx, lineageVersion)
		return err
	})
	return n, err
}

// LineageSince returns the owners that changed after a number.
func (s *Store) LineageSince(ctx context.Context, after int64) ([]lineage.Entry, int64, error) {
	var out []lineage.Entry
	at := after
	err := s.view(ctx, "reading lineage", func(tx *gorm.DB) error {
		var err error
		if at, err = last(tx, lineageVersion); err != nil {
			return err
		}
		var rows []LineageOwnerRow
		if err := tx.Order("seq").Find(&rows, "seq > ?", after).Error; err != nil {
			return err
		}
		edges, err := edgesOf(tx, rows)
		if err != nil {
			return err
		}
		out = make([]lineage.Entry, 0, len(rows))
		for _, r := range rows {
			owner := lineage.Owner{Kind: lineage.OwnerKind(r.Kind), ID: r.ID, Name: r.Name, Team: r.Team, Document: r.Document, Version: r.Version, Virtual: r.Virtual}
			out = append(out, lineage.Entry{Owner: owner, Edges: edges[owner.Key()], Gone: r.Gone})
		}
		return nil
	})
	return out, at, err
}

// edgesOf reads the edges of owners, by their keys. All edges are read at once where most are wanted.
func edgesOf(tx *gorm.DB, owners []LineageOwnerRow) (map[string][]lineage.Edge, error) {
	const few = 200
	q := tx.Order("owner_kind, owner_id, ordinal")
	if len(owners) <= few {
		ids := make([]string, len(owners))
		for i := range owners {
			ids[i] = owners[i].ID
		}
		q = q.Where("owner_id IN ?", ids)
	}
	var rows []LineageEdgeRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string][]lineage.Edge{}
	for i := range rows {
		r := &rows[i]
		e := lineage.Edge{Source: lineage.Ref{ID: r.SourceID, Name: r.SourceName}, Sink: lineage.Ref{ID: r.SinkID, Name: r.SinkName}}
		if err := json.Unmarshal(r.Columns, &e.Columns); err != nil {
			return nil, fmt.Errorf("reading an edge of %s: %w", r.OwnerID, err)
		}
		owner := lineage.Owner{Kind: lineage.OwnerKind(r.OwnerKind), ID: r.OwnerID}
		out[owner.Key()] = append(out[owner.Key()], e)
	}
	return out, nil
}
