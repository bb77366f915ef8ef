package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millrace/assets/audit"
)

// AuditRow is one line of the audit log. Lines are only ever added.
type AuditRow struct {
	ID         int64  `gorm:"primaryKey;autoIncrement"`
	At         int64  `gorm:"not null"`
	Subject    string `gorm:"size:255;not null"`
	Name       string `gorm:"size:255;not null"`
	Token      string `gorm:"size:64;not null"`
	Request    string `gorm:"size:64;not null"`
	Remote     string `gorm:"size:255;not null"`
	Action     string `gorm:"size:255;not null"`
	Object     string `gorm:"size:255;not null"`
	ObjectName string `gorm:"size:500;not null"`
	Team       string `gorm:"size:64;not null"`
	Detail     []byte `gorm:"size:1048576"`
}

// TableName names the table.
func (AuditRow) TableName() string { return "audit" }

// change is update with the audit line that tells of it: neither is there without the other. The actor is the context's; do may fill
// what it only learns on its way, such as the id of what it made.
func (s *Store) change(ctx context.Context, entry *audit.Entry, do func(tx *gorm.DB) error) error {
	return s.update(ctx, entry.Action, func(tx *gorm.DB) error {
		if err := do(tx); err != nil {
			return err
		}
		return s.record(ctx, tx, entry)
	})
}

// record writes an audit line within a transaction.
func (s *Store) record(ctx context.Context, tx *gorm.DB, entry *audit.Entry) error {
	a := audit.From(ctx)
	row := AuditRow{At: s.micros(tx), Subject: a.Subject, Name: a.Name, Token: a.Token, Request: a.Request, Remote: a.Remote,
		Action: entry.Action, Object: entry.Object, ObjectName: entry.ObjectName, Team: entry.Team, Detail: entry.Detail}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("writing the audit line: %w", err)
	}
	return nil
}

// AuditPage returns the lines that a query wants, the newest first.
func (s *Store) AuditPage(ctx context.Context, q audit.Query) ([]audit.Entry, error) {
	var rows []AuditRow
	err := s.view(ctx, "reading the audit log", func(tx *gorm.DB) error {
		query := tx.Order("id DESC").Limit(q.Limit)
		if q.Before > 0 {
			query = query.Where("id < ?", q.Before)
		}
		for column, value := range map[string]string{"subject": q.Subject, "object": q.Object, "team": q.Team, "action": q.Action} {
			if value != "" {
				query = query.Where(column+" = ?", value)
			}
		}
		if !q.Everything {
			query = query.Where("team <> '' AND team IN ?", q.Teams)
		}
		if !q.From.IsZero() {
			query = query.Where("at >= ?", q.From.UnixMicro())
		}
		if !q.To.IsZero() {
			query = query.Where("at < ?", q.To.UnixMicro())
		}
		return query.Find(&rows).Error
	})
	out := make([]audit.Entry, len(rows))
	for i, row := range rows {
		out[i] = audit.Entry{ID: row.ID, At: timeOf(row.At), Actor: audit.Actor{Subject: row.Subject, Name: row.Name, Token: row.Token, Request: row.Request, Remote: row.Remote},
			Action: row.Action, Object: row.Object, ObjectName: row.ObjectName, Team: row.Team, Detail: row.Detail}
	}
	return out, err
}
