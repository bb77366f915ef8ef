package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"millrace/assets/audit"
	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/server/auth"
)

var _ auth.Store = (*Store)(nil)

// identify is change for what decides what somebody may do. All such changes happen one after the other.
func (s *Store) identify(ctx context.Context, entry *audit.Entry, do func(tx *gorm.DB) error) error {
	return s.change(ctx, entry, func(tx *gorm.DB) error {
		if err := bump(tx, identityVersion); err != nil {
			return err
		}
		return do(tx)
	})
}

// found returns gorm's "record not found" as a refusal.
func found(err error, what string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return auth.Missing(what)
	}
	return err
}

// Accounts lists accounts by name.
func (s *Store) Accounts(ctx context.Context, after string, limit int) ([]auth.Account, error) {
	var rows []AccountRow
	err := s.view(ctx, "listing accounts", func(tx *gorm.DB) error {
		return tx.Where("name > ?", after).Order("name").Limit(limit).Find(&rows).Error
	})
	out := make([]auth.Account, len(rows))
	for i := range rows {
		out[i] = rows[i].account()
	}
	return out, err
}

// Account returns an account.
func (s *Store) Account(ctx context.Context, id string) (auth.Account, error) {
	var row AccountRow
	err := s.view(ctx, "reading an account", func(tx *gorm.DB) error { return found(tx.Take(&row, "id = ?", id).Error, "account") })
	return row.account(), err
}

// Credentials returns an account by its name, with its password's hash.
func (s *Store) Credentials(ctx context.Context, name string) (auth.Account, string, error) {
	var row AccountRow
	err := s.view(ctx, "reading an account", func(tx *gorm.DB) error { return found(tx.Take(&row, "name = ?", name).Error, "account") })
	return row.account(), row.Hash, err
}

// AddAccount makes an account.
func (s *Store) AddAccount(ctx context.Context, name, hash string, c auth.AccountChange, first bool) (auth.Account, error) {
	var row AccountRow
	entry := &audit.Entry{Action: "user.create", ObjectName: name, Detail: detail(map[string]any{"role": c.Role})}
	err := s.identify(ctx, entry, func(tx *gorm.DB) error {
		if first {
			var n int64
			if err := tx.Model(&AccountRow{}).Count(&n).Error; err != nil {
				return err
			}
			if n > 0 {
				return diag.Refuse(diag.ErrConflict, auth.CodeNameTaken, "", "there are accounts already")
			}
		}
		if err := nameIsFree(tx, &AccountRow{}, "account", name, ""); err != nil {
			return err
		}
		row = newAccount(s.micros(tx), name, hash, c)
		entry.Object = "user:" + row.ID
		return tx.Create(&row).Error
	})
	return row.account(), err
}

func newAccount(at int64, name, hash string, c auth.AccountChange) AccountRow {
	return AccountRow{ID: control.NewID(), Revision: 1, Name: name, DisplayName: c.DisplayName, Email: c.Email, Role: string(c.Role), Disabled: c.Disabled,
		Hash: hash, MadeAt: at, ChangedAt: at}
}

// nameIsFree refuses a name that another row of the table has.
func nameIsFree(tx *gorm.DB, row any, what, name, but string) error {
	var n int64
	if err := tx.Model(row).Where("name = ? AND id <> ?", name, but).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return diag.Refuse(diag.ErrConflict, auth.CodeNameTaken, "Choose another name.", "there is another %s of this name", what)
	}
	return nil
}

// ChangeAccount changes an account.
func (s *Store) ChangeAccount(ctx context.Context, id string, revision int64, c auth.AccountChange) (auth.Account, error) {
	var row AccountRow
	entry := &audit.Entry{Action: "user.change", Object: "user:" + id}
	err := s.identify(ctx, entry, func(tx *gorm.DB) error {
		if err := found(tx.Take(&row, "id = ?", id).Error, "account"); err != nil {
			return err
		}
		if row.Revision != revision {
			return auth.Stale("account")
		}
		before := row
		row.Revision++
		row.DisplayName, row.Email, row.Role, row.Disabled, row.ChangedAt = c.DisplayName, c.Email, string(c.Role), c.Disabled, s.micros(tx)
		entry.ObjectName = row.Name
		entry.Detail = detail(map[string]any{"role": []string{before.Role, row.Role}, "disabled": []bool{before.Disabled, row.Disabled}})
		if err := setAccount(tx, &row); err != nil {
			return err
		}
		if row.Role != before.Role || row.Disabled && !before.Disabled {
			if err := tx.Delete(&SessionRow{}, "account = ?", id).Error; err != nil {
				return err
			}
		}
		return s.someAdmin(tx)
	})
	return row.account(), err
}

// setAccount writes what an account's change sets, and leaves alone what a log-in may have written meanwhile.
func setAccount(tx *gorm.DB, row *AccountRow) error {
	return tx.Model(&AccountRow{}).Where("id = ?", row.ID).Select("revision", "display_name", "email", "role", "disabled", "issuer", "changed_at").Updates(row).Error
}

// someAdmin refuses a change after which nobody could administer.
func (s *Store) someAdmin(tx *gorm.DB) error {
	var n int64
	if err := tx.Model(&AccountRow{}).Where("role = ? AND disabled = ?", string(auth.Admin), false).Count(&n).Error; err != nil {
		return err
	}
	if n == 0 {
		return diag.Refuse(diag.ErrConflict, auth.CodeLastAdmin, "Make another account an administrator first.", "nobody would be left to administer")
	}
	return nil
}

// SetPassword sets a password's hash and ends sessions.
func (s *Store) SetPassword(ctx context.Context, id, hash, keep string) error {
	entry := &audit.Entry{Action: "user.password", Object: "user:" + id}
	return s.identify(ctx, entry, func(tx *gorm.DB) error {
		var row AccountRow
		if err := found(tx.Take(&row, "id = ?", id).Error, "account"); err != nil {
			return err
		}
		entry.ObjectName = row.Name
		if err := tx.Model(&AccountRow{}).Where("id = ?", id).
			Updates(map[string]any{"hash": hash, "revision": gorm.Expr("revision + 1"), "changed_at": s.micros(tx)}).Error; err != nil {
			return err
		}
		return tx.Delete(&SessionRow{}, "account = ? AND id <> ?", id, keep).Error
	})
}

// Rehash replaces a hash by another of the same password.
func (s *Store) Rehash(ctx context.Context, id, old, hash string) error {
	return s.update(ctx, "hashing a password anew", func(tx *gorm.DB) error {
		return tx.Model(&AccountRow{}).Where("id = ? AND hash = ?", id, old).Update("hash", hash).Error
	})
}

// RemoveAccount removes an account with what is its own.
func (s *Store) RemoveAccount(ctx context.Context, id string, revision int64) error {
	entry := &audit.Entry{Action: "user.remove", Object: "user:" + id}
	return s.identify(ctx, entry, func(tx *gorm.DB) error {
		var row AccountRow
		if err := found(tx.Take(&row, "id = ?", id).Error, "account"); err != nil {
			return err
		}
		if row.Revision != revision {
			return auth.Stale("account")
		}
		entry.ObjectName = row.Name
		for _, one := range []any{&SessionRow{}, &TokenRow{}, &MemberRow{}, &ExternalRow{}} {
			if err := tx.Delete(one, "account = ?", id).Error; err != nil {
				return err
			}
		}
		if err := tx.Delete(&AccountRow{}, "id = ?", id).Error; err != nil {
			return err
		}
		return s.someAdmin(tx)
	})
}

// principalOf returns who an account is, with its teams.
func principalOf(tx *gorm.DB, account string) (auth.Principal, error) {
	var row AccountRow
	if err := found(tx.Take(&row, "id = ? AND disabled = ?", account, false).Error, "account"); err != nil {
		return auth.Principal{}, err
	}
	p := auth.Principal{User: row.ID, Name: row.Name, Role: auth.Role(row.Role)}
	var teams []struct {
		Team, Name string
		Owner      bool
	}
	err := tx.Table("members").Select("members.team, teams.name, members.owner").Joins("JOIN teams ON teams.id = members.team").
		Where("members.account = ?", account).Order("teams.name").Scan(&teams).Error
	if err != nil {
		return auth.Principal{}, fmt.Errorf("reading the teams: %w", err)
	}
	for _, t := range teams {
		p.Teams = append(p.Teams, auth.Membership{Team: t.Team, Name: t.Name, Owner: t.Owner})
	}
	return p, nil
}
