package store

import "gorm.io/gorm"

// controlStep makes the tables of deployments, workers, what is observed of pipelines, events and logs.
func controlStep(tx *gorm.DB) error {
	return createTable(tx, &controlCounterV8{}, &workerV8{}, &deploymentV8{}, &deploymentVersionV8{}, &observedV8{}, &pipelineEventV8{}, &pipelineLogV8{})
}

type controlCounterV8 struct {
	Name  string `gorm:"primaryKey;size:64"`
	Value int64  `gorm:"not null"`
}

func (controlCounterV8) TableName() string { return "control_counters" }

type workerV8 struct {
	ID        string `gorm:"primaryKey;size:64"`
	Revision  int64  `gorm:"not null"`
	Host      string `gorm:"size:255;not null"`
	PID       int    `gorm:"column:pid;not null"`
	Version   string `gorm:"size:255;not null"`
	Home      string `gorm:"size:255;not null"`
	Capacity  int    `gorm:"not null"`
	JoinedAt  int64  `gorm:"not null"`
	BeatAt    int64  `gorm:"not null"`
	ExpiresAt int64  `gorm:"not null"`
	Leaving   bool   `gorm:"not null"`
	Gone      bool   `gorm:"not null;index"`
}

func (workerV8) TableName() string { return "workers" }

type deploymentV8 struct {
	ID          string `gorm:"primaryKey;size:64"`
	Name        string `gorm:"size:255;not null;uniqueIndex"`
	Team        string `gorm:"size:64;not null;index"`
	Document    string `gorm:"size:64;not null;index"`
	Version     int64  `gorm:"not null"`
	Fingerprint string `gorm:"size:255;not null"`
	Revision    int64  `gorm:"not null"`
	CreatedAt   int64  `gorm:"not null"`
	Want        string `gorm:"size:16;not null;index"`
	Generation  int64  `gorm:"not null"`
	Halted      int64  `gorm:"not null"`
	Desired     []byte `gorm:"size:65536;not null"`
}

func (deploymentV8) TableName() string { return "deployments" }

type deploymentVersionV8 struct {
	Pipeline string       `gorm:"primaryKey;size:64"`
	Number   int64        `gorm:"primaryKey;autoIncrement:false"`
	Head     []byte       `gorm:"size:65536;not null"`
	Plan     []byte       `gorm:"size:1073741824;not null"`
	Text     []byte       `gorm:"size:1073741824;not null"`
	Owner    deploymentV8 `gorm:"foreignKey:Pipeline;references:ID;constraint:OnDelete:CASCADE"`
}

func (deploymentVersionV8) TableName() string { return "deployment_versions" }

type observedV8 struct {
	Pipeline    string       `gorm:"primaryKey;size:64"`
	LeaseEpoch  int64        `gorm:"not null"`
	Seq         int64        `gorm:"not null;index"`
	ConfirmedAt int64        `gorm:"not null"`
	LogLines    int64        `gorm:"not null"`
	Stats       []byte       `gorm:"size:1073741824"`
	Body        []byte       `gorm:"size:1073741824;not null"`
	Owner       deploymentV8 `gorm:"foreignKey:Pipeline;references:ID;constraint:OnDelete:CASCADE"`
}

func (observedV8) TableName() string { return "observed" }

// Events outlive their pipeline: its deletion is one.
type pipelineEventV8 struct {
	Seq      int64  `gorm:"primaryKey;autoIncrement:false"`
	Pipeline string `gorm:"size:64;not null;index"`
	At       int64  `gorm:"not null"`
	Body     []byte `gorm:"size:1048576;not null"`
}

func (pipelineEventV8) TableName() string { return "pipeline_events" }

type pipelineLogV8 struct {
	Pipeline string       `gorm:"primaryKey;size:64"`
	Number   int64        `gorm:"primaryKey;autoIncrement:false"`
	At       int64        `gorm:"not null"`
	Body     []byte       `gorm:"size:1048576;not null"`
	Owner    deploymentV8 `gorm:"foreignKey:Pipeline;references:ID;constraint:OnDelete:CASCADE"`
}

func (pipelineLogV8) TableName() string { return "pipeline_logs" }
