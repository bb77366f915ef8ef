package store

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// hubStep makes the tables of connections and tables.
func hubStep(tx *gorm.DB) error {
	if err := createTable(tx, &hubVersionV5{}, &connectionV5{}, &tableV5{}, &driftV5{}); err != nil {
		return err
	}
	// A step that is run again finds it there.
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&hubVersionV5{ID: 1, Version: 1}).Error; err != nil {
		return fmt.Errorf("beginning to count the hub's changes: %w", err)
	}
	return nil
}

type hubVersionV5 struct {
	ID      int   `gorm:"primaryKey;autoIncrement:false"`
	Version int64 `gorm:"not null"`
}

func (hubVersionV5) TableName() string { return "hub_versions" }

type connectionV5 struct {
	ID          string `gorm:"primaryKey;size:64"`
	NameKey     string `gorm:"size:255;not null;uniqueIndex:connections_name"`
	Name        string `gorm:"size:255;not null"`
	Component   string `gorm:"size:255;not null"`
	Params      []byte `gorm:"size:1073741824;not null"`
	Team        string `gorm:"size:64;not null;index:connections_team"`
	Description []byte `gorm:"size:1073741824"`
	Builtin     bool   `gorm:"not null"`
	Revision    int64  `gorm:"not null"`
	Version     int64  `gorm:"not null;index:connections_version"`
	CreatedAt   int64  `gorm:"not null;autoCreateTime:false"`
	UpdatedAt   int64  `gorm:"not null;autoUpdateTime:false"`
	DeletedAt   int64  `gorm:"not null"`
	CheckedAt   int64  `gorm:"not null"`
	CheckBody   []byte `gorm:"size:65536"`
}

func (connectionV5) TableName() string { return "connections" }

type tableV5 struct {
	ID          string `gorm:"primaryKey;size:64"`
	NameKey     string `gorm:"size:255;not null;uniqueIndex:catalog_tables_name"`
	Name        string `gorm:"size:255;not null"`
	Kind        string `gorm:"size:16;not null"`
	Layer       string `gorm:"size:16;not null"`
	Team        string `gorm:"size:64;not null;index:catalog_tables_team"`
	Domain      string `gorm:"size:255;not null"`
	Origin      string `gorm:"size:16;not null"`
	Body        []byte `gorm:"size:1073741824;not null"`
	Baseline    []byte `gorm:"size:1073741824"`
	Revision    int64  `gorm:"not null"`
	Version     int64  `gorm:"not null;index:catalog_tables_version"`
	CreatedAt   int64  `gorm:"not null;autoCreateTime:false"`
	UpdatedAt   int64  `gorm:"not null;autoUpdateTime:false"`
	DeletedAt   int64  `gorm:"not null"`
	CreatedBy   string `gorm:"size:255;not null"`
	Description []byte `gorm:"size:1073741824"`
}

func (tableV5) TableName() string { return "catalog_tables" }

// The result of a comparison goes with its table, but tables stay as the record of their ids: nothing is left to the database here.
type driftV5 struct {
	Tbl       string `gorm:"column:table_id;primaryKey;size:64"`
	CheckedAt int64  `gorm:"not null"`
	Severity  string `gorm:"size:16;not null;index:drifts_severity"`
	Body      []byte `gorm:"size:1073741824;not null"`
	Revision  int64  `gorm:"not null"`
}

func (driftV5) TableName() string { return "drifts" }
