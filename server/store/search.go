package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/assets/catalog/search"
)

var _ search.Uses = (*Store)(nil)

// UseRow counts how often a thing was looked at and queried on one day, which is the number of days since 1970.
type UseRow struct {
	Key     string `gorm:"primaryKey;size:128"`
	Day     int64  `gorm:"primaryKey;autoIncrement:false"`
	Views   int64  `gorm:"not null"`
	Queries int64  `gorm:"not null"`
}

// TableName names the table.
func (UseRow) TableName() string { return "uses" }

// today is the day by the store's clock.
func (s *Store) today(tx *gorm.DB) int64 { return s.micros(tx) / (24 * time.Hour).Microseconds() }

// AddUses adds to today's counts.
func (s *Store) AddUses(ctx context.Context, uses map[string]search.Use) error {
	return s.update(ctx, "counting uses", func(tx *gorm.DB) error {
		day := s.today(tx)
		// In one order, so that two servers wait for each other and neither has to begin again.
		for _, key := range slices.Sorted(maps.Keys(uses)) {
			u := uses[key]
			add := clause.OnConflict{Columns: []clause.Column{{Name: "key"}, {Name: "day"}}, DoUpdates: clause.Assignments(map[string]any{
				"views": gorm.Expr("uses.views + ?", u.Views), "queries": gorm.Expr("uses.queries + ?", u.Queries)})}
			if err := tx.Clauses(add).Create(&UseRow{Key: key, Day: day, Views: u.Views, Queries: u.Queries}).Error; err != nil {
				return fmt.Errorf("counting the use of %s: %w", key, err)
			}
		}
		return tx.Delete(&UseRow{}, "day < ?", day-search.Forgotten).Error
	})
}

// EachUse gives what was counted.
func (s *Store) EachUse(ctx context.Context, each func(age int, key string, u search.Use)) error {
	var rows []UseRow
	var day int64
	err := s.view(ctx, "reading uses", func(tx *gorm.DB) error {
		day = s.today(tx)
		return tx.Find(&rows).Error
	})
	for _, r := range rows {
		each(int(day-r.Day), r.Key, search.Use{Views: r.Views, Queries: r.Queries})
	}
	return err
}

// documentSource gives the documents to the search.
type documentSource struct{ s *Store }

// FindableDocuments is the documents as a source of the search.
func (s *Store) FindableDocuments() search.Source { return documentSource{s} }

// Version is the number of the newest change.
func (d documentSource) Version(ctx context.Context) (int64, error) {
	return d.s.version(ctx, documentsVersion)
}

// Since returns the documents that changed after a number.
func (d documentSource) Since(ctx context.Context, after int64) ([]search.Change, int64, error) {
	var rows []DocumentRow
	at := after
	err := d.s.view(ctx, "reading changed documents", func(tx *gorm.DB) error {
		var err error
		if at, err = last(tx, documentsVersion); err != nil {
			return err
		}
		return tx.Omit("draft").Order("seq").Find(&rows, "seq > ?", after).Error
	})
	if err != nil {
		return nil, 0, err
	}
	out := make([]search.Change, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		out = append(out, search.Change{Gone: r.DeletedAt != 0, Entry: search.Entry{Kind: search.Document, ID: r.ID, Name: r.Name, Type: r.Kind, Team: r.Team, Description: string(r.Description)}})
	}
	return out, at, nil
}
