package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// identityVersion counts the changes of what anybody may do.
const identityVersion = "identity"

// bump counts up the version of something that processes keep copies of, within the transaction of the change. It also makes such changes
// wait for each other, until they commit: do it first, and what is read afterwards stays true.
func bump(tx *gorm.DB, name string) error {
	up := func() (int64, error) {
		done := tx.Model(&CounterRow{}).Where("name = ?", name).Update("version", gorm.Expr("version + 1"))
		return done.RowsAffected, done.Error
	}
	n, err := up()
	if err == nil && n == 0 {
		if err = tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&CounterRow{Name: name}).Error; err == nil {
			_, err = up()
		}
	}
	if err != nil {
		return fmt.Errorf("counting a change of %s: %w", name, err)
	}
	return nil
}

// version returns how often something has changed.
func (s *Store) version(ctx context.Context, name string) (int64, error) {
	// One statement needs no transaction.
	var rows []CounterRow
	if err := s.read.WithContext(ctx).Find(&rows, "name = ?", name).Error; err != nil {
		return 0, fmt.Errorf("reading the version of %s: %w", name, classify(err))
	}
	if len(rows) == 0 {
		return 0, nil
	}
	return rows[0].Version, nil
}

// IdentityVersion counts the changes of accounts, teams, sessions and tokens that decide what somebody may do.
func (s *Store) IdentityVersion(ctx context.Context) (int64, error) {
	return s.version(ctx, identityVersion)
}

// detail is what an audit line says of a change.
func detail(values map[string]any) json.RawMessage {
	text, err := json.Marshal(values)
	if err != nil {
		// Texts, numbers and lists of them always have a form.
		panic(err)
	}
	return text
}
