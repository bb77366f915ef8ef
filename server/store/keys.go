package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/models/diag"
)

// CodeOtherKey is a server whose secret keys do not open what others have sealed.
const CodeOtherKey diag.Code = "store.other_secret_key"

// KeyRow names a secret key that secrets here were sealed with. The name tells nothing about the key.
type KeyRow struct {
	ID      string `gorm:"primaryKey;size:64"`
	AddedAt int64  `gorm:"not null"`
}

// TableName names the table.
func (KeyRow) TableName() string { return "secret_keys" }

// AdmitKeys records the newest of a server's secret keys, by its name, and refuses a server that does not have the newest key of those that
// were here before: servers that share the metadata must share the keys, or each could not read what the other writes.
func (s *Store) AdmitKeys(ctx context.Context, ids []string) error {
	return s.update(ctx, "comparing the secret keys", func(tx *gorm.DB) error {
		if err := bump(tx, "secret_keys"); err != nil {
			return err
		}
		var rows []KeyRow
		if err := tx.Order("added_at DESC, id").Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) > 0 && !slices.Contains(ids, rows[0].ID) {
			return fail(CodeOtherKey, nil, nil, "Give this server the MILLRACE_SECRET_KEY, or the secret.key, of the others.",
				"secrets here are sealed with the key %s, which this server does not have", rows[0].ID)
		}
		fresh := &KeyRow{ID: ids[0], AddedAt: s.micros(tx)}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(fresh).Error
	})
}
