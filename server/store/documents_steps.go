package store

import "gorm.io/gorm"

// documentsStep makes the tables of model documents, their versions, lineage and what is counted for the search.
func documentsStep(tx *gorm.DB) error {
	return createTable(tx, &documentV7{}, &documentVersionV7{}, &lineageOwnerV7{}, &lineageEdgeV7{}, &useV7{})
}

type documentV7 struct {
	ID          string `gorm:"primaryKey;size:64"`
	Name        string `gorm:"size:255;not null"`
	Taken       string `gorm:"size:255;not null;uniqueIndex"`
	Team        string `gorm:"size:64;not null;index"`
	Format      string `gorm:"size:16;not null"`
	Kind        string `gorm:"size:64;not null"`
	Description []byte `gorm:"size:16777215"`
	Draft       []byte `gorm:"size:1073741824"`
	Revision    int64  `gorm:"not null"`
	Published   int    `gorm:"not null"`
	Virtual     bool   `gorm:"not null"`
	Fingerprint string `gorm:"size:255;not null"`
	Edited      bool   `gorm:"not null"`
	CreatedAt   int64  `gorm:"not null"`
	CreatedBy   string `gorm:"size:255;not null"`
	UpdatedAt   int64  `gorm:"not null"`
	UpdatedBy   string `gorm:"size:255;not null"`
	DeletedAt   int64  `gorm:"not null"`
	Seq         int64  `gorm:"not null;index"`
}

func (documentV7) TableName() string { return "documents" }

type documentVersionV7 struct {
	ID          string     `gorm:"primaryKey;size:64"`
	Document    string     `gorm:"size:64;not null;uniqueIndex:document_versions_number,priority:1"`
	Number      int        `gorm:"not null;uniqueIndex:document_versions_number,priority:2"`
	Name        string     `gorm:"size:255;not null"`
	Format      string     `gorm:"size:16;not null"`
	Kind        string     `gorm:"size:64;not null"`
	Virtual     bool       `gorm:"not null"`
	Text        []byte     `gorm:"size:1073741824"`
	Message     []byte     `gorm:"size:1048576"`
	Fingerprint string     `gorm:"size:255;not null"`
	Inputs      []byte     `gorm:"size:1073741824"`
	Outputs     []byte     `gorm:"size:1073741824"`
	Author      string     `gorm:"size:255;not null"`
	AuthorName  string     `gorm:"size:255;not null"`
	At          int64      `gorm:"not null"`
	Owner       documentV7 `gorm:"foreignKey:Document;references:ID"`
}

func (documentVersionV7) TableName() string { return "document_versions" }

type lineageOwnerV7 struct {
	Kind     string `gorm:"primaryKey;size:16"`
	ID       string `gorm:"primaryKey;size:255"`
	Name     string `gorm:"size:255;not null"`
	Team     string `gorm:"size:64;not null"`
	Document string `gorm:"size:64;not null"`
	Version  string `gorm:"size:64;not null"`
	Virtual  bool   `gorm:"not null"`
	Gone     bool   `gorm:"not null"`
	Seq      int64  `gorm:"not null;index"`
}

func (lineageOwnerV7) TableName() string { return "lineage_owners" }

type lineageEdgeV7 struct {
	OwnerKind  string `gorm:"primaryKey;size:16"`
	OwnerID    string `gorm:"primaryKey;size:255"`
	Ordinal    int    `gorm:"primaryKey;autoIncrement:false"`
	SourceID   string `gorm:"size:64;not null;index"`
	SourceName string `gorm:"size:255;not null"`
	SinkID     string `gorm:"size:64;not null;index"`
	SinkName   string `gorm:"size:255;not null"`
	Columns    []byte `gorm:"size:1073741824"`
}

func (lineageEdgeV7) TableName() string { return "lineage_edges" }

type useV7 struct {
	Key     string `gorm:"primaryKey;size:128"`
	Day     int64  `gorm:"primaryKey;autoIncrement:false"`
	Views   int64  `gorm:"not null"`
	Queries int64  `gorm:"not null"`
}

func (useV7) TableName() string { return "uses" }
