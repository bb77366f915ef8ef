package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/assets/audit"
	"millrace/pipelines/control"
	"millrace/server/auth"
)

// Teams lists teams by name.
func (s *Store) Teams(ctx context.Context, after string, limit int) ([]auth.Team, error) {
	var rows []TeamRow
	err := s.view(ctx, "listing teams", func(tx *gorm.DB) error {
		return tx.Where("name > ?", after).Order("name").Limit(limit).Find(&rows).Error
	})
	out := make([]auth.Team, len(rows))
	for i := range rows {
		out[i] = rows[i].team()
	}
	return out, err
}

// Team returns a team.
func (s *Store) Team(ctx context.Context, id string) (auth.Team, error) {
	var row TeamRow
	err := s.view(ctx, "reading a team", func(tx *gorm.DB) error { return found(tx.Take(&row, "id = ?", id).Error, "team") })
	return row.team(), err
}

// AddTeam makes a team.
func (s *Store) AddTeam(ctx context.Context, name, description, owner string) (auth.Team, error) {
	var row TeamRow
	entry := &audit.Entry{Action: "team.create", ObjectName: name}
	err := s.identify(ctx, entry, func(tx *gorm.DB) error {
		var err error
		if row, err = s.addTeam(tx, name, description); err != nil {
			return err
		}
		entry.Object, entry.Team = "team:"+row.ID, row.ID
		if owner == "" {
			return nil
		}
		if err := found(tx.Take(&AccountRow{}, "id = ?", owner).Error, "account"); err != nil {
			return err
		}
		entry.Detail = detail(map[string]any{"owner": owner})
		return tx.Create(&MemberRow{Team: row.ID, Account: owner, Owner: true}).Error
	})
	return row.team(), err
}

func (s *Store) addTeam(tx *gorm.DB, name, description string) (TeamRow, error) {
	if err := nameIsFree(tx, &TeamRow{}, "team", name, ""); err != nil {
		return TeamRow{}, err
	}
	at := s.micros(tx)
	row := TeamRow{ID: control.NewID(), Revision: 1, Name: name, Description: description, MadeAt: at, ChangedAt: at}
	return row, tx.Create(&row).Error
}

// ChangeTeam changes a team.
func (s *Store) ChangeTeam(ctx context.Context, id string, revision int64, name, description string) (auth.Team, error) {
	var row TeamRow
	entry := &audit.Entry{Action: "team.change", Object: "team:" + id, Team: id, ObjectName: name}
	err := s.identify(ctx, entry, func(tx *gorm.DB) error {
		if err := found(tx.Take(&row, "id = ?", id).Error, "team"); err != nil {
			return err
		}
		if row.Revision != revision {
			return auth.Stale("team")
		}
		if err := nameIsFree(tx, &TeamRow{}, "team", name, id); err != nil {
			return err
		}
		entry.Detail = detail(map[string]any{"name": []string{row.Name, name}})
		row.Revision++
		row.Name, row.Description, row.ChangedAt = name, description, s.micros(tx)
		return tx.Save(&row).Error
	})
	return row.team(), err
}

// RemoveTeam removes a team with its memberships.
func (s *Store) RemoveTeam(ctx context.Context, id string, revision int64) error {
	entry := &audit.Entry{Action: "team.remove", Object: "team:" + id, Team: id}
	return s.identify(ctx, entry, func(tx *gorm.DB) error {
		var row TeamRow
		if err := found(tx.Take(&row, "id = ?", id).Error, "team"); err != nil {
			return err
		}
		if row.Revision != revision {
			return auth.Stale("team")
		}
		entry.ObjectName = row.Name
		if err := tx.Delete(&MemberRow{}, "team = ?", id).Error; err != nil {
			return err
		}
		return tx.Delete(&TeamRow{}, "id = ?", id).Error
	})
}

// Members lists a team's members by name.
func (s *Store) Members(ctx context.Context, team string) ([]auth.Member, error) {
	out := []auth.Member{}
	err := s.view(ctx, "listing members", func(tx *gorm.DB) error {
		if err := found(tx.Take(&TeamRow{}, "id = ?", team).Error, "team"); err != nil {
			return err
		}
		return tx.Table("members").Select("members.account, accounts.name, accounts.display_name, members.owner, members.managed").
			Joins("JOIN accounts ON accounts.id = members.account").Where("members.team = ?", team).Order("accounts.name").Scan(&out).Error
	})
	return out, err
}

// SetMember adds a member, or changes whether it owns the team.
func (s *Store) SetMember(ctx context.Context, team, account string, owner bool) error {
	entry := &audit.Entry{Action: "team.member", Object: "team:" + team, Team: team}
	return s.identify(ctx, entry, func(tx *gorm.DB) error {
		var t TeamRow
		var a AccountRow
		if err := found(tx.Take(&t, "id = ?", team).Error, "team"); err != nil {
			return err
		}
		if err := found(tx.Take(&a, "id = ?", account).Error, "account"); err != nil {
			return err
		}
		entry.ObjectName = t.Name
		entry.Detail = detail(map[string]any{"user": account, "name": a.Name, "owner": owner})
		// A managed member stays managed.
		replace := clause.OnConflict{Columns: []clause.Column{{Name: "team"}, {Name: "account"}}, DoUpdates: clause.AssignmentColumns([]string{"owner"})}
		return tx.Clauses(replace).Create(&MemberRow{Team: team, Account: account, Owner: owner}).Error
	})
}

// RemoveMember removes a member.
func (s *Store) RemoveMember(ctx context.Context, team, account string) error {
	entry := &audit.Entry{Action: "team.leave", Object: "team:" + team, Team: team, Detail: detail(map[string]any{"user": account})}
	return s.identify(ctx, entry, func(tx *gorm.DB) error {
		var t TeamRow
		if err := found(tx.Take(&t, "id = ?", team).Error, "team"); err != nil {
			return err
		}
		entry.ObjectName = t.Name
		done := tx.Delete(&MemberRow{}, "team = ? AND account = ?", team, account)
		if done.Error == nil && done.RowsAffected == 0 {
			return auth.Missing("member")
		}
		return done.Error
	})
}
