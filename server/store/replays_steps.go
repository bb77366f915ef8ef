package store

import "gorm.io/gorm"

// replaysStep makes the table of dead letters that were replayed.
func replaysStep(tx *gorm.DB) error { return createTable(tx, &replayV9{}) }

type replayV9 struct {
	Reject    string `gorm:"primaryKey;size:128"`
	Pipeline  string `gorm:"size:64;not null;index:replays_pipeline"`
	Replay    string `gorm:"size:128;not null;index:replays_replay"`
	State     string `gorm:"size:16;not null"`
	StartedBy string `gorm:"size:255;not null"`
	Name      string `gorm:"size:255;not null"`
	StartedAt int64  `gorm:"not null;autoCreateTime:false"`
	Revision  int64  `gorm:"not null"`
}

func (replayV9) TableName() string { return "replays" }
