package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"millrace/assets/grants"
	"millrace/server/auth"
)

var _ grants.People = Grants{}

// Name is what people call a user, a team or a role; "" where there is none of the id.
func (g Grants) Name(ctx context.Context, s grants.Subject) (name string, err error) {
	kind, id := s.Kind()
	if kind == "role" {
		if slices.Contains(auth.Roles(), auth.Role(id)) {
			name = id
		}
		return name, nil
	}
	err = g.store.view(ctx, "reading a name", func(tx *gorm.DB) error {
		name = ""
		switch kind {
		case "user":
			var rows []AccountRow
			if err := tx.Where("id = ?", id).Find(&rows).Error; err != nil {
				return fmt.Errorf("reading the account: %w", err)
			}
			for i := range rows {
				name = labelOf(&rows[i])
			}
		case "team":
			var rows []TeamRow
			if err := tx.Where("id = ?", id).Find(&rows).Error; err != nil {
				return fmt.Errorf("reading the team: %w", err)
			}
			for i := range rows {
				name = rows[i].Name
			}
		}
		return nil
	})
	return name, err
}

func labelOf(r *AccountRow) string {
	if r.DisplayName != "" {
		return r.DisplayName
	}
	return r.Name
}

// Users lists the accounts that can sign in, with their teams and roles.
func (g Grants) Users(ctx context.Context) (out []grants.Principal, err error) {
	err = g.store.view(ctx, "listing the users", func(tx *gorm.DB) error {
		var accounts []AccountRow
		var members []MemberRow
		if err := tx.Where("disabled = ?", false).Order("id").Find(&accounts).Error; err != nil {
			return fmt.Errorf("reading the accounts: %w", err)
		}
		if err := tx.Order("team").Find(&members).Error; err != nil {
			return fmt.Errorf("reading the members: %w", err)
		}
		teams := map[string][]grants.Subject{}
		for _, m := range members {
			teams[m.Account] = append(teams[m.Account], grants.TeamSubject(m.Team))
		}
		out = make([]grants.Principal, len(accounts))
		for i := range accounts {
			a := &accounts[i]
			out[i] = grants.Principal{Subject: grants.UserSubject(a.ID), Name: labelOf(a), Groups: append(teams[a.ID], grants.RoleSubject(a.Role))}
		}
		return nil
	})
	return out, err
}
