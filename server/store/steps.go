package store

import "gorm.io/gorm"

// steps returns all steps, oldest first. See step for what may be changed here.
func steps() []step {
	return []step{
		{"installation", func(tx *gorm.DB) error { return createTable(tx, &installationV1{}) }},
		{"pipelines", func(tx *gorm.DB) error {
			return createTable(tx, &pipelineV2{}, &manifestV2{}, &preparedV2{}, &appliedV2{})
		}},
		{"reject_files", func(tx *gorm.DB) error { return createTable(tx, &rejectFileV3{}) }},
		{"identity", identityStep},
		{"hub", hubStep},
		{"grants", grantsStep},
		{"documents", documentsStep},
		{"control", controlStep},
		{"replays", replaysStep},
	}
}

type installationV1 struct {
	ID           int    `gorm:"primaryKey;autoIncrement:false"`
	Installation string `gorm:"size:64;not null"`
	CreatedAt    int64  `gorm:"not null"`
}

func (installationV1) TableName() string { return "installations" }

type pipelineV2 struct {
	Name        string `gorm:"primaryKey;size:255"`
	Revision    int64  `gorm:"not null"`
	LeaseEpoch  int64  `gorm:"not null"`
	LeaseHolder string `gorm:"size:255;not null"`
	HeadID      string `gorm:"size:64;not null"`
	HeadEpoch   int64  `gorm:"not null"`
	Plan        string `gorm:"size:255;not null"`
	Totals      []byte `gorm:"size:65536"`
	Finished    bool   `gorm:"not null"`
	CommittedAt int64  `gorm:"not null"`
}

func (pipelineV2) TableName() string { return "pipelines" }

// The three that belong to a pipeline go with it; the database sees to that.
type manifestV2 struct {
	ID          string     `gorm:"primaryKey;size:64"`
	Pipeline    string     `gorm:"size:255;not null;uniqueIndex:manifests_epoch,priority:1"`
	Epoch       int64      `gorm:"not null;uniqueIndex:manifests_epoch,priority:2"`
	CommittedAt int64      `gorm:"not null"`
	Body        []byte     `gorm:"size:1073741824;not null"`
	Owner       pipelineV2 `gorm:"foreignKey:Pipeline;references:Name;constraint:OnDelete:CASCADE"`
}

func (manifestV2) TableName() string { return "manifests" }

type preparedV2 struct {
	Pipeline string     `gorm:"primaryKey;size:255"`
	Body     []byte     `gorm:"size:1073741824;not null"`
	Owner    pipelineV2 `gorm:"foreignKey:Pipeline;references:Name;constraint:OnDelete:CASCADE"`
}

func (preparedV2) TableName() string { return "prepared" }

type appliedV2 struct {
	Pipeline string     `gorm:"primaryKey;size:255"`
	Sink     string     `gorm:"primaryKey;size:500"`
	Manifest string     `gorm:"size:64;not null"`
	Owner    pipelineV2 `gorm:"foreignKey:Pipeline;references:Name;constraint:OnDelete:CASCADE"`
}

func (appliedV2) TableName() string { return "applied" }

// A reject file belongs to no row: it outlives its manifest, and what a pipeline starts anew.
type rejectFileV3 struct {
	Manifest    string `gorm:"primaryKey;size:64"`
	Pipeline    string `gorm:"size:255;not null;index:reject_files_pipeline,priority:1"`
	Epoch       int64  `gorm:"not null"`
	File        string `gorm:"size:1024;not null"`
	Dead        int64  `gorm:"not null"`
	Late        int64  `gorm:"not null"`
	Bytes       int64  `gorm:"not null"`
	CommittedAt int64  `gorm:"not null;index:reject_files_pipeline,priority:2"`
}

func (rejectFileV3) TableName() string { return "reject_files" }
