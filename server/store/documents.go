package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"millrace/assets/audit"
	"millrace/assets/document"
	"millrace/assets/lineage"
	"millrace/models/diag"
	"millrace/pipelines/control"
)

var _ document.Store = (*Store)(nil)

// quiet is how long one person's drafts of one document make one line of the audit log: a draft is saved as it is typed.
const quiet = 10 * time.Minute

// CreateDocument keeps a new document.
func (s *Store) CreateDocument(ctx context.Context, d document.Document) (document.Document, error) {
	row := DocumentRow{ID: d.ID, Name: d.Name, Taken: d.Name, Team: d.Team, Format: string(d.Format), Kind: d.Kind, Description: []byte(d.Description),
		Draft: []byte(d.Draft), Revision: 1, Edited: true}
	row.CreatedBy = audit.From(ctx).Name
	row.UpdatedBy = row.CreatedBy
	entry := documentEntry("document.create", &row)
	err := s.change(ctx, entry, func(tx *gorm.DB) error {
		row.CreatedAt = s.micros(tx)
		row.UpdatedAt = row.CreatedAt
		var err error
		if row.Seq, err = next(tx, documentsVersion); err != nil {
			return err
		}
		if err := freeName(tx, row.Name); err != nil {
			return err
		}
		return tx.Create(&row).Error
	})
	if err != nil {
		return document.Document{}, err
	}
	return row.document(), nil
}

// freeName refuses a name that another document has. next comes first, so that nobody else takes it meanwhile.
func freeName(tx *gorm.DB, name string) error {
	var n int64
	if err := tx.Model(&DocumentRow{}).Where("taken = ?", name).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return diag.Refuse(diag.ErrConflict, document.CodeNameTaken, "Choose another name.", "there is another document %s", name)
	}
	return nil
}

func documentEntry(action string, row *DocumentRow) *audit.Entry {
	return &audit.Entry{Action: action, Object: "document:" + row.ID, ObjectName: row.Name, Team: row.Team}
}

// Document returns a document.
func (s *Store) Document(ctx context.Context, id string) (document.Document, error) {
	var row DocumentRow
	err := s.view(ctx, "reading a document", func(tx *gorm.DB) error { return liveDocument(tx, id, &row) })
	if err != nil {
		return document.Document{}, err
	}
	return row.document(), nil
}

func liveDocument(tx *gorm.DB, id string, row *DocumentRow) error {
	err := tx.Take(row, "id = ? AND deleted_at = 0", id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return diag.Refuse(diag.ErrNotFound, document.CodeNotFound, "", "there is no such document")
	}
	return err
}

// Documents lists documents by name, without their drafts.
func (s *Store) Documents(ctx context.Context, f document.Filter) ([]document.Document, error) {
	var rows []DocumentRow
	err := s.view(ctx, "listing documents", func(tx *gorm.DB) error {
		q := tx.Omit("draft").Where("deleted_at = 0 AND name > ?", f.After)
		if f.Teams != nil {
			q = q.Where("team IN ?", f.Teams)
		}
		if len(f.Kinds) > 0 {
			q = q.Where("kind IN ?", f.Kinds)
		}
		if f.Name != "" {
			q = q.Where("LOWER(name) LIKE ? ESCAPE '!'", "%"+escapeLike(strings.ToLower(f.Name))+"%")
		}
		if f.Virtual != nil {
			q = q.Where("virtual = ?", *f.Virtual)
		}
		if f.Published != nil && *f.Published {
			q = q.Where("published > 0")
		} else if f.Published != nil {
			q = q.Where("published = 0")
		}
		if f.Limit > 0 {
			q = q.Limit(f.Limit)
		}
		return q.Order("name").Find(&rows).Error
	})
	out := make([]document.Document, 0, len(rows))
	for i := range rows {
		out = append(out, rows[i].document())
	}
	return out, err
}

// escapeLike keeps the signs of LIKE from meaning more than themselves.
func escapeLike(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// SaveDocument keeps a document's name, kind, description and draft.
func (s *Store) SaveDocument(ctx context.Context, d document.Document) (document.Document, error) {
	var row DocumentRow
	err := s.update(ctx, "saving a document", func(tx *gorm.DB) error {
		if err := liveDocument(tx, d.ID, &row); err != nil {
			return err
		}
		now, by := s.micros(tx), audit.From(ctx).Name
		edited, err := differs(tx, &row, d.Draft)
		if err != nil {
			return err
		}
		set := map[string]any{"name": d.Name, "taken": d.Name, "kind": d.Kind, "description": []byte(d.Description), "draft": []byte(d.Draft),
			"edited": edited, "updated_at": now, "updated_by": by}
		// What others find of a document is its name, kind and description: drafts alone need not be followed.
		if d.Name != row.Name || d.Kind != row.Kind || d.Description != string(row.Description) {
			seq, err := next(tx, documentsVersion)
			if err != nil {
				return err
			}
			set["seq"] = seq
		}
		if d.Name != row.Name {
			if err := freeName(tx, d.Name); err != nil {
				return err
			}
		}
		if err := advanceDocument(tx, d.ID, d.Revision, set); err != nil {
			return err
		}
		entry := documentEntry("document.save", &row)
		if d.Name != row.Name {
			entry.Action, entry.Detail = "document.rename", detail(map[string]any{"name": d.Name})
			if err := renameLineage(tx, d.ID, d.Name); err != nil {
				return err
			}
		}
		if entry.Action == "document.rename" || by != row.UpdatedBy || now-row.UpdatedAt > quiet.Microseconds() {
			if err := s.record(ctx, tx, entry); err != nil {
				return err
			}
		}
		return liveDocument(tx, d.ID, &row)
	})
	if err != nil {
		return document.Document{}, err
	}
	return row.document(), nil
}

// differs reports whether a draft is another text than the newest version's.
func differs(tx *gorm.DB, row *DocumentRow, draft string) (bool, error) {
	if row.Published == 0 {
		return true, nil
	}
	var v DocumentVersionRow
	if err := tx.Take(&v, "document = ? AND number = ?", row.ID, row.Published).Error; err != nil {
		return false, fmt.Errorf("reading version %d: %w", row.Published, err)
	}
	return string(v.Text) != draft, nil
}

// advanceDocument changes a document of a revision, and its revision.
func advanceDocument(tx *gorm.DB, id string, revision int64, set map[string]any) error {
	set["revision"] = revision + 1
	done := tx.Model(&DocumentRow{}).Where("id = ? AND revision = ? AND deleted_at = 0", id, revision).Updates(set)
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected == 0 {
		return diag.Refuse(diag.ErrStale, document.CodeStale, "Read it again, and make the change to that.", "the document is no longer of revision %d", revision)
	}
	return nil
}

// PublishVersion adds a version.
func (s *Store) PublishVersion(ctx context.Context, d document.Document, v document.Version, edges []lineage.Edge) (document.Document, document.Version, error) {
	var row DocumentRow
	entry := &audit.Entry{Action: "document.publish", Object: "document:" + d.ID, ObjectName: d.Name, Team: d.Team}
	err := s.change(ctx, entry, func(tx *gorm.DB) error {
		if err := liveDocument(tx, d.ID, &row); err != nil {
			return err
		}
		v.ID, v.Document, v.Number, v.At = control.NewID(), d.ID, row.Published+1, timeOf(s.micros(tx))
		seq, err := next(tx, documentsVersion)
		if err != nil {
			return err
		}
		set := map[string]any{"kind": v.Kind, "published": v.Number, "virtual": v.Virtual, "fingerprint": v.Fingerprint, "edited": false,
			"updated_at": microsOf(v.At), "updated_by": audit.From(ctx).Name, "seq": seq}
		if err := advanceDocument(tx, d.ID, d.Revision, set); err != nil {
			return err
		}
		one, err := documentVersionRow(&v)
		if err != nil {
			return err
		}
		if err := tx.Create(one).Error; err != nil {
			return fmt.Errorf("adding version %d: %w", v.Number, err)
		}
		owner := lineage.Owner{Kind: lineage.Document, ID: d.ID, Name: d.Name, Team: row.Team, Version: v.ID, Virtual: v.Virtual}
		if err := putLineage(tx, lineage.Entry{Owner: owner, Edges: edges}); err != nil {
			return err
		}
		entry.Detail = detail(map[string]any{"version": v.Number})
		return liveDocument(tx, d.ID, &row)
	})
	if err != nil {
		return document.Document{}, document.Version{}, err
	}
	return row.document(), v, nil
}

// DocumentVersion returns a version, of a deleted document too.
func (s *Store) DocumentVersion(ctx context.Context, id string, number int) (document.Version, error) {
	var row DocumentVersionRow
	err := s.view(ctx, "reading a version", func(tx *gorm.DB) error {
		err := tx.Take(&row, "document = ? AND number = ?", id, number).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return diag.Refuse(diag.ErrNotFound, document.CodeNotFound, "", "there is no version %d", number)
		}
		return err
	})
	if err != nil {
		return document.Version{}, err
	}
	return row.version()
}

// DocumentVersions lists versions without their texts, the newest first.
func (s *Store) DocumentVersions(ctx context.Context, id string, before, limit int) ([]document.Version, error) {
	var rows []DocumentVersionRow
	err := s.view(ctx, "listing versions", func(tx *gorm.DB) error {
		q := tx.Omit("text").Where("document = ?", id)
		if before > 0 {
			q = q.Where("number < ?", before)
		}
		if limit > 0 {
			q = q.Limit(limit)
		}
		return q.Order("number DESC").Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	out := make([]document.Version, 0, len(rows))
	for i := range rows {
		v, err := rows[i].version()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// DeleteDocument hides a document. A virtual model that documents read stays.
func (s *Store) DeleteDocument(ctx context.Context, id string, revision int64) error {
	var row DocumentRow
	entry := &audit.Entry{Action: "document.delete", Object: "document:" + id}
	return s.change(ctx, entry, func(tx *gorm.DB) error {
		if err := liveDocument(tx, id, &row); err != nil {
			return err
		}
		entry.ObjectName, entry.Team = row.Name, row.Team
		// Taking the number first lets no reader be published in the meantime.
		seq, err := next(tx, documentsVersion)
		if err != nil {
			return err
		}
		if row.Virtual {
			if err := unread(tx, &row); err != nil {
				return err
			}
		}
		set := map[string]any{"taken": row.ID, "deleted_at": s.micros(tx), "seq": seq, "updated_at": s.micros(tx), "updated_by": audit.From(ctx).Name}
		if err := advanceDocument(tx, id, revision, set); err != nil {
			return err
		}
		return dropLineage(tx, lineage.Document, id)
	})
}

// unread refuses when documents or pipelines read a virtual model.
func unread(tx *gorm.DB, row *DocumentRow) error {
	var outputs []LineageEdgeRow
	if err := tx.Find(&outputs, "owner_kind = ? AND owner_id = ?", string(lineage.Document), row.ID).Error; err != nil {
		return fmt.Errorf("reading lineage: %w", err)
	}
	for i := range outputs {
		var readers []LineageEdgeRow
		q := tx.Where("NOT (owner_kind = ? AND owner_id = ?)", string(lineage.Document), row.ID)
		if outputs[i].SinkID != "" {
			q = q.Where("source_id = ?", outputs[i].SinkID)
		} else {
			q = q.Where("source_id = '' AND source_name = ?", outputs[i].SinkName)
		}
		if err := q.Limit(1).Find(&readers).Error; err != nil {
			return fmt.Errorf("looking for readers: %w", err)
		}
		if len(readers) > 0 {
			return diag.Refuse(diag.ErrConflict, document.CodeInUse, "Change those that read it first.", "%s cannot be deleted: others read it", row.Name)
		}
	}
	return nil
}
