package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/assets/audit"
	"millrace/models/diag"
	"millrace/server/auth"
)

// externalID stands for issuer and subject. The length keeps the two apart.
func externalID(issuer, subject string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", len(issuer), issuer, subject))
	return hex.EncodeToString(sum[:])
}

// SignIn returns the account of a person that a provider knows.
func (s *Store) SignIn(ctx context.Context, e auth.External) (auth.Account, error) {
	var row AccountRow
	entry := &audit.Entry{}
	err := s.identify(ctx, entry, func(tx *gorm.DB) error {
		id := externalID(e.Issuer, e.Subject)
		var known ExternalRow
		err := tx.Take(&known, "id = ?", id).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			entry.Action = "user.create"
			if row, err = s.addExternal(tx, id, e); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			entry.Action = "user.sign_in"
			if row, err = s.followProvider(tx, known.Account, e); err != nil {
				return err
			}
		}
		entry.Object, entry.ObjectName = "user:"+row.ID, row.Name
		entry.Detail = detail(map[string]any{"issuer": e.Issuer, "role": e.Role, "teams": e.Teams})
		if !e.ManageTeams {
			return nil
		}
		return s.manageTeams(tx, row.ID, e.Teams)
	})
	return row.account(), err
}

// addExternal makes the account of somebody new. A name that is taken is another person's: nobody is known by it.
func (s *Store) addExternal(tx *gorm.DB, id string, e auth.External) (AccountRow, error) {
	name := e.Name
	for _, n := range []int{0, 6, 16, 64} {
		if n > 0 {
			name = e.Name + "-" + id[:n]
		}
		err := nameIsFree(tx, &AccountRow{}, "account", name, "")
		if err == nil {
			break
		}
		if !errors.Is(err, diag.ErrConflict) {
			return AccountRow{}, err
		}
	}
	row := newAccount(s.micros(tx), name, "", auth.AccountChange{DisplayName: e.DisplayName, Email: e.Email, Role: e.Role})
	row.Issuer = e.Issuer
	if err := tx.Create(&row).Error; err != nil {
		return AccountRow{}, err
	}
	return row, tx.Create(&ExternalRow{ID: id, Issuer: e.Issuer, Subject: e.Subject, Account: row.ID, MadeAt: row.MadeAt}).Error
}

// followProvider makes an account what its provider says.
func (s *Store) followProvider(tx *gorm.DB, id string, e auth.External) (AccountRow, error) {
	var row AccountRow
	if err := found(tx.Take(&row, "id = ?", id).Error, "account"); err != nil {
		return AccountRow{}, err
	}
	if row.Disabled {
		return AccountRow{}, diag.Refuse(diag.ErrDenied, auth.CodeLogIn, "", "the account is disabled")
	}
	if row.Role != string(e.Role) {
		if err := tx.Delete(&SessionRow{}, "account = ?", id).Error; err != nil {
			return AccountRow{}, err
		}
	}
	if row.Role == string(e.Role) && row.DisplayName == e.DisplayName && row.Email == e.Email && row.Issuer == e.Issuer {
		return row, nil
	}
	row.Role, row.DisplayName, row.Email, row.Issuer = string(e.Role), e.DisplayName, e.Email, e.Issuer
	row.Revision++
	row.ChangedAt = s.micros(tx)
	err := setAccount(tx, &row)
	return row, err
}

// manageTeams makes the managed memberships of an account those of the teams named. Memberships that a person gave stay.
func (s *Store) manageTeams(tx *gorm.DB, account string, names []string) error {
	var ids []string
	for _, name := range names {
		var team TeamRow
		err := tx.Take(&team, "name = ?", name).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			team, err = s.addTeam(tx, name, "")
		}
		if err != nil {
			return err
		}
		ids = append(ids, team.ID)
		member := &MemberRow{Team: team.ID, Account: account, Managed: true}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(member).Error; err != nil {
			return err
		}
	}
	var managed []MemberRow
	if err := tx.Find(&managed, "account = ? AND managed = ?", account, true).Error; err != nil {
		return err
	}
	for _, m := range managed {
		if slices.Contains(ids, m.Team) {
			continue
		}
		if err := tx.Delete(&MemberRow{}, "team = ? AND account = ?", m.Team, account).Error; err != nil {
			return err
		}
	}
	return nil
}
