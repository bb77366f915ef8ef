package store

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"millrace/assets/document"
	"millrace/assets/lineage"
)

// What is counted, see bump.
const (
	documentsVersion = "documents"
	lineageVersion   = "lineage"
)

// next counts a change of something that others follow, and returns its number. The order of the numbers is that of the commits, so whoever
// has seen a number has seen all below it.
func next(tx *gorm.DB, name string) (int64, error) {
	if err := bump(tx, name); err != nil {
		return 0, err
	}
	return last(tx, name)
}

// last returns the number of the newest change.
func last(tx *gorm.DB, name string) (int64, error) {
	var rows []CounterRow
	if err := tx.Find(&rows, "name = ?", name).Error; err != nil {
		return 0, fmt.Errorf("reading the version of %s: %w", name, err)
	}
	if len(rows) == 0 {
		return 0, nil
	}
	return rows[0].Version, nil
}

// DocumentRow is a model document with its draft.
type DocumentRow struct {
	ID   string `gorm:"primaryKey;size:64"`
	Name string `gorm:"size:255;not null"`
	// Taken is the name while the document is there, and its id, which is no name, afterwards: so names are free again.
	Taken       string `gorm:"size:255;not null"`
	Team        string `gorm:"size:64;not null"`
	Format      string `gorm:"size:16;not null"`
	Kind        string `gorm:"size:64;not null"`
	Description []byte `gorm:"size:16777215"`
	Draft       []byte `gorm:"size:1073741824"`
	Revision    int64  `gorm:"not null"`
	Published   int    `gorm:"not null"`
	Virtual     bool   `gorm:"not null"`
	Fingerprint string `gorm:"size:255;not null"`
	Edited      bool   `gorm:"not null"`
	CreatedAt   int64  `gorm:"not null;autoCreateTime:false"`
	CreatedBy   string `gorm:"size:255;not null"`
	UpdatedAt   int64  `gorm:"not null;autoUpdateTime:false"`
	UpdatedBy   string `gorm:"size:255;not null"`
	DeletedAt   int64  `gorm:"not null"`
	// Seq is the number of its last change that others follow, of the documents' version.
	Seq int64 `gorm:"not null"`
}

// TableName names the table.
func (DocumentRow) TableName() string { return "documents" }

func (r *DocumentRow) document() document.Document {
	return document.Document{
		ID: r.ID, Name: r.Name, Team: r.Team, Format: document.Format(r.Format), Kind: r.Kind, Description: string(r.Description),
		Draft: string(r.Draft), Revision: r.Revision, Published: r.Published, Virtual: r.Virtual, Fingerprint: r.Fingerprint, Edited: r.Edited,
		CreatedAt: timeOf(r.CreatedAt), CreatedBy: r.CreatedBy, UpdatedAt: timeOf(r.UpdatedAt), UpdatedBy: r.UpdatedBy,
	}
}

// DocumentVersionRow is a published version. Rows are only ever added.
type DocumentVersionRow struct {
	ID          string `gorm:"primaryKey;size:64"`
	Document    string `gorm:"size:64;not null"`
	Number      int    `gorm:"not null"`
	Name        string `gorm:"size:255;not null"`
	Format      string `gorm:"size:16;not null"`
	Kind        string `gorm:"size:64;not null"`
	Virtual     bool   `gorm:"not null"`
	Text        []byte `gorm:"size:1073741824"`
	Message     []byte `gorm:"size:1048576"`
	Fingerprint string `gorm:"size:255;not null"`
	// Inputs and Outputs are lists of lineage.Ref as JSON.
	Inputs     []byte `gorm:"size:1073741824"`
	Outputs    []byte `gorm:"size:1073741824"`
	Author     string `gorm:"size:255;not null"`
	AuthorName string `gorm:"size:255;not null"`
	At         int64  `gorm:"not null"`
}

// TableName names the table.
func (DocumentVersionRow) TableName() string { return "document_versions" }

func (r *DocumentVersionRow) version() (document.Version, error) {
	v := document.Version{
		ID: r.ID, Document: r.Document, Number: r.Number, Name: r.Name, Format: document.Format(r.Format), Kind: r.Kind, Virtual: r.Virtual,
		Text: string(r.Text), Message: string(r.Message), Fingerprint: r.Fingerprint, Author: r.Author, AuthorName: r.AuthorName, At: timeOf(r.At),
	}
	for _, list := range []struct {
		text []byte
		into *[]lineage.Ref
	}{{r.Inputs, &v.Inputs}, {r.Outputs, &v.Outputs}} {
		if len(list.text) == 0 {
			continue
		}
		if err := json.Unmarshal(list.text, list.into); err != nil {
			return document.Version{}, fmt.Errorf("reading version %d of %s: %w", r.Number, r.Document, err)
		}
	}
	return v, nil
}

func documentVersionRow(v *document.Version) (*DocumentVersionRow, error) {
	inputs, err := json.Marshal(v.Inputs)
	if err != nil {
		return nil, fmt.Errorf("writing a version: %w", err)
	}
	outputs, err := json.Marshal(v.Outputs)
	if err != nil {
		return nil, fmt.Errorf("writing a version: %w", err)
	}
	return &DocumentVersionRow{
		ID: v.ID, Document: v.Document, Number: v.Number, Name: v.Name, Format: string(v.Format), Kind: v.Kind, Virtual: v.Virtual, Text: []byte(v.Text),
		Message: []byte(v.Message), Fingerprint: v.Fingerprint, Inputs: inputs, Outputs: outputs, Author: v.Author, AuthorName: v.AuthorName, At: microsOf(v.At),
	}, nil
}
