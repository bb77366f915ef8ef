package store

// The rows of the tables, as this version reads and writes them. The tables are made by the steps of migrate.go, which have their own
// copies: what a step did to a database once must not change when these do.
//
// Texts that are compared have at most 255 characters, so that every database can index them; others have sizes that tell a MySQL
// driver which of its types to take.

// MigrationRow records a step that was applied.
type MigrationRow struct {
	Version   int    `gorm:"primaryKey;autoIncrement:false"`
	Name      string `gorm:"size:255;not null"`
	AppliedAt int64  `gorm:"not null"`
}

// TableName names the table.
func (MigrationRow) TableName() string { return "migrations" }

// InstallationRow is the one row about this installation; ID is always 1.
type InstallationRow struct {
	ID           int    `gorm:"primaryKey;autoIncrement:false"`
	Installation string `gorm:"size:64;not null"`
	CreatedAt    int64  `gorm:"not null;autoCreateTime:false"`
}

// TableName names the table.
func (InstallationRow) TableName() string { return "installations" }

// PipelineRow is the lease and the head of a pipeline.
type PipelineRow struct {
	Name string `gorm:"primaryKey;size:255"`
	// Revision grows with each change, so that every database counts the row as affected by it, also by one that changes nothing else.
	Revision    int64  `gorm:"not null"`
	LeaseEpoch  int64  `gorm:"not null"`
	LeaseHolder string `gorm:"size:255;not null"`
	// HeadID is empty and HeadEpoch 0 before the first commit.
	HeadID      string `gorm:"size:64;not null"`
	HeadEpoch   int64  `gorm:"not null"`
	Plan        string `gorm:"size:255;not null"`
	Totals      []byte `gorm:"size:65536"`
	Finished    bool   `gorm:"not null"`
	CommittedAt int64  `gorm:"not null"`
}

// TableName names the table.
func (PipelineRow) TableName() string { return "pipelines" }

// ManifestRow is a committed manifest.
type ManifestRow struct {
	ID          string `gorm:"primaryKey;size:64"`
	Pipeline    string `gorm:"size:255;not null"`
	Epoch       int64  `gorm:"not null"`
	CommittedAt int64  `gorm:"not null"`
	// Body is the control.Manifest as JSON.
	Body []byte `gorm:"size:1073741824;not null"`
}

// TableName names the table.
func (ManifestRow) TableName() string { return "manifests" }

// PreparedRow is the manifest of a pipeline whose commit point lies elsewhere.
type PreparedRow struct {
	Pipeline string `gorm:"primaryKey;size:255"`
	Body     []byte `gorm:"size:1073741824;not null"`
}

// TableName names the table.
func (PreparedRow) TableName() string { return "prepared" }

// AppliedRow is the last manifest a sink has applied.
type AppliedRow struct {
	Pipeline string `gorm:"primaryKey;size:255"`
	// Sink is an operator id. It grows with the model's inlined path, and two of 255 characters are all that a key can take.
	Sink     string `gorm:"primaryKey;size:500"`
	Manifest string `gorm:"size:64;not null"`
}

// TableName names the table.
func (AppliedRow) TableName() string { return "applied" }

// RejectFileRow is a file of dead letters and late rows.
type RejectFileRow struct {
	Manifest    string `gorm:"primaryKey;size:64"`
	Pipeline    string `gorm:"size:255;not null"`
	Epoch       int64  `gorm:"not null"`
	File        string `gorm:"size:1024;not null"`
	Dead        int64  `gorm:"not null"`
	Late        int64  `gorm:"not null"`
	Bytes       int64  `gorm:"not null"`
	CommittedAt int64  `gorm:"not null"`
}

// TableName names the table.
func (RejectFileRow) TableName() string { return "reject_files" }
