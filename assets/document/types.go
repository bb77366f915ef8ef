package document

import (
	"context"
	"time"

	"millrace/assets/lineage"
	"millrace/models/diag"
)

// Format is what a text is written in.
type Format string

// The formats.
const (
	// YAML is a model document, see models/model; SQL a script, see models/sqltext.
	YAML Format = "yaml"
	SQL  Format = "sql"
)

// KindSQL is the kind of a document that is an SQL script; the others have the kinds of models/model.
const KindSQL = "sql"

// Bounds of what people write.
const (
	// MaxText is the longest text in bytes.
	MaxText = 4 << 20
	// MaxMessage is the longest message of a version, in bytes.
	MaxMessage = 4 << 10
)

// The refusals of this package.
const (
	// CodeNotFound is a document or a version that is not there.
	CodeNotFound diag.Code = "document.not_found"
	// CodeName is a name that is no catalog.db.table, or differs from that in the text.
	CodeName diag.Code = "document.name"
	// CodeNameTaken is a name that another document has.
	CodeNameTaken diag.Code = "document.name_taken"
	// CodeStale is a change of a revision that is no longer the newest.
	CodeStale diag.Code = "document.stale"
	// CodeInUse is a document that others read, or that pipelines were deployed from.
	CodeInUse diag.Code = "document.in_use"
	// CodeFormat is a format that does not exist, CodeTooLarge a text or a message beyond its bound.
	CodeFormat   diag.Code = "document.format"
	CodeTooLarge diag.Code = "document.too_large"
	// CodeUnchanged is a version that would be the same text as the one before.
	CodeUnchanged diag.Code = "document.unchanged"
)

// Document is a model with its draft.
type Document struct {
	ID string `json:"id"`
	// Name is catalog.db.table. No two documents have one at the same time.
	Name string `json:"name"`
	// Team is the id of the team it belongs to.
	Team   string `json:"team"`
	Format Format `json:"format"`
	// Kind is "view", "relational_model", "ab_model" or "sql".
	Kind        string `json:"kind"`
	Description string `json:"description,omitempty"`
	// Draft is the text that is worked on. Lists leave it out.
	Draft string `json:"draft,omitempty"`
	// Revision grows with every change of the document.
	Revision int64 `json:"revision"`
	// Published is the number of the newest version, 0 before the first; Virtual and Fingerprint are that version's.
	Published   int    `json:"published"`
	Virtual     bool   `json:"virtual"`
	Fingerprint string `json:"fingerprint,omitempty"`
	// Edited says that the draft is not the newest version's text.
	Edited    bool      `json:"edited"`
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`
	UpdatedAt time.Time `json:"updated_at"`
	// UpdatedBy is the name of who changed it last.
	UpdatedBy string `json:"updated_by"`
}

// Version is a published text. It never changes.
type Version struct {
	ID       string `json:"id"`
	Document string `json:"document"`
	// Number counts a document's versions from 1.
	Number int `json:"number"`
	// Name, Kind and Virtual are as they were then.
	Name    string `json:"name"`
	Format  Format `json:"format"`
	Kind    string `json:"kind"`
	Virtual bool   `json:"virtual"`
	// Text is left out of lists.
	Text        string `json:"text,omitempty"`
	Message     string `json:"message"`
	Fingerprint string `json:"fingerprint"`
	// Inputs and Outputs are the tables the plans read and write. A virtual model has itself as output.
	Inputs  []lineage.Ref `json:"inputs"`
	Outputs []lineage.Ref `json:"outputs"`
	// Author is the subject of who published it, AuthorName what that was called.
	Author     string    `json:"author"`
	AuthorName string    `json:"author_name"`
	At         time.Time `json:"at"`
}

// Filter narrows a list of documents. What is empty does not narrow.
type Filter struct {
	Teams []string
	Kinds []string
	// Name is a part of the name, in any case.
	Name string
	// Virtual and Published narrow to those that are, or are not.
	Virtual, Published *bool
	// After is the name of the last one of the page before; Limit the most that come.
	After string
	Limit int
}

// Drafts keeps documents. Who changes something is the context's actor; changes are written to the audit log in their transaction.
type Drafts interface {
	// CreateDocument keeps a new document with its id, and returns it with revision and times. A name that is taken is refused.
	CreateDocument(ctx context.Context, d Document) (Document, error)
	// Document returns a document by its id, Documents a list by name without the drafts.
	Document(ctx context.Context, id string) (Document, error)
	Documents(ctx context.Context, f Filter) ([]Document, error)
	// SaveDocument keeps name, kind, description and draft of d, if its revision is still d.Revision; else the error is a diag.ErrStale.
	SaveDocument(ctx context.Context, d Document) (Document, error)
}

// Versions keeps what was published.
type Versions interface {
	// PublishVersion adds a version, numbered after the newest, to a document whose revision is still d.Revision, and makes edges its
	// lineage.
	PublishVersion(ctx context.Context, d Document, v Version, edges []lineage.Edge) (Document, Version, error)
	// DocumentVersion returns a version by its number, DocumentVersions those with lower numbers than before (0: all), the newest first and
	// without text.
	DocumentVersion(ctx context.Context, document string, number int) (Version, error)
	DocumentVersions(ctx context.Context, document string, before, limit int) ([]Version, error)
	// DeleteDocument hides a document whose revision is still the given one. Its versions stay, and its id is never used again. A virtual
	// model that published documents read is refused.
	DeleteDocument(ctx context.Context, id string, revision int64) error
}

// Store is where documents are kept.
type Store interface {
	Drafts
	Versions
}
