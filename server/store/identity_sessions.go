package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"millrace/assets/audit"
	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/server/auth"
)

// AddSession makes a session.
func (s *Store) AddSession(ctx context.Context, id, account, replaced string, session auth.Session, limits auth.Limits) error {
	entry := &audit.Entry{Action: "session.start", Object: "user:" + account}
	return s.change(ctx, entry, func(tx *gorm.DB) error {
		if replaced != "" {
			if err := bump(tx, identityVersion); err != nil {
				return err
			}
			if err := tx.Delete(&SessionRow{}, "id = ?", replaced).Error; err != nil {
				return err
			}
		}
		at := s.micros(tx)
		// The row is locked, so that a change of the account that ends its sessions comes before or after.
		done := tx.Model(&AccountRow{}).Where("id = ? AND disabled = ?", account, false).Update("login_at", at)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return diag.Refuse(diag.ErrDenied, auth.CodeLogIn, "", "the account is disabled")
		}
		var row AccountRow
		if err := tx.Take(&row, "id = ?", account).Error; err != nil {
			return err
		}
		entry.ObjectName = row.Name
		if err := tx.Delete(&SessionRow{}, "expires_at <= ? OR seen_at <= ?", at, at-limits.Idle.Microseconds()).Error; err != nil {
			return err
		}
		return tx.Create(&SessionRow{ID: id, Account: account, MadeAt: at, SeenAt: at, ExpiresAt: at + limits.Lifetime.Microseconds(), Remote: session.Remote,
			Agent: session.Agent}).Error
	})
}

// Session returns who a session is.
func (s *Store) Session(ctx context.Context, id string, limits auth.Limits) (auth.Ticket, error) {
	var t auth.Ticket
	err := s.view(ctx, "reading a session", func(tx *gorm.DB) error {
		var row SessionRow
		if err := found(tx.Take(&row, "id = ?", id).Error, "session"); err != nil {
			return err
		}
		at := s.micros(tx)
		left := min(row.ExpiresAt-at, row.SeenAt+limits.Idle.Microseconds()-at)
		if left <= 0 {
			return auth.Missing("session")
		}
		p, err := principalOf(tx, row.Account)
		p.Session = id
		t = auth.Ticket{Principal: p, Left: time.Duration(left) * time.Microsecond, Unused: time.Duration(at-row.SeenAt) * time.Microsecond}
		return err
	})
	return t, err
}

// TouchSession notes that a session was used.
func (s *Store) TouchSession(ctx context.Context, id string) error {
	return s.update(ctx, "noting the use of a session", func(tx *gorm.DB) error {
		return tx.Model(&SessionRow{}).Where("id = ?", id).Update("seen_at", s.micros(tx)).Error
	})
}

// EndSession ends a session.
func (s *Store) EndSession(ctx context.Context, id, account string) error {
	return s.identify(ctx, &audit.Entry{Action: "session.end", Object: "user:" + account}, func(tx *gorm.DB) error {
		done := tx.Delete(&SessionRow{}, "id = ? AND account = ?", id, account)
		if done.Error == nil && done.RowsAffected == 0 {
			return auth.Missing("session")
		}
		return done.Error
	})
}

// SessionsOf lists an account's sessions.
func (s *Store) SessionsOf(ctx context.Context, account string, limits auth.Limits) ([]auth.Session, error) {
	var rows []SessionRow
	err := s.view(ctx, "listing sessions", func(tx *gorm.DB) error {
		at := s.micros(tx)
		return tx.Where("account = ? AND expires_at > ? AND seen_at > ?", account, at, at-limits.Idle.Microseconds()).Order("made_at DESC, id").Find(&rows).Error
	})
	out := make([]auth.Session, len(rows))
	for i, row := range rows {
		out[i] = auth.Session{ID: row.ID, MadeAt: timeOf(row.MadeAt), SeenAt: timeOf(row.SeenAt), Remote: row.Remote, Agent: row.Agent}
	}
	return out, err
}

// AddToken makes an API token.
func (s *Store) AddToken(ctx context.Context, hash string, t auth.Token, lasts time.Duration) (auth.Token, error) {
	var row TokenRow
	entry := &audit.Entry{Action: "token.create", Object: "user:" + t.Account}
	err := s.change(ctx, entry, func(tx *gorm.DB) error {
		var a AccountRow
		if err := found(tx.Take(&a, "id = ? AND disabled = ?", t.Account, false).Error, "account"); err != nil {
			return err
		}
		var scopes []string
		for _, scope := range t.Scopes {
			scopes = append(scopes, string(scope))
		}
		at := s.micros(tx)
		row = TokenRow{ID: control.NewID(), Hash: hash, Account: t.Account, Name: t.Name, Scopes: strings.Join(scopes, " "), MadeAt: at, ExpiresAt: at + lasts.Microseconds()}
		entry.ObjectName = a.Name
		entry.Detail = detail(map[string]any{"token": row.ID, "name": row.Name, "scopes": scopes, "expires_at": timeOf(row.ExpiresAt)})
		return tx.Create(&row).Error
	})
	return row.token(), err
}

// TokenTicket returns who a token is.
func (s *Store) TokenTicket(ctx context.Context, hash string) (auth.Ticket, error) {
	var t auth.Ticket
	err := s.view(ctx, "reading a token", func(tx *gorm.DB) error {
		var row TokenRow
		at := s.micros(tx)
		if err := found(tx.Take(&row, "hash = ? AND expires_at > ?", hash, at).Error, "token"); err != nil {
			return err
		}
		p, err := principalOf(tx, row.Account)
		p.Token, p.Scopes = row.ID, row.token().Scopes
		t = auth.Ticket{Principal: p, Left: time.Duration(row.ExpiresAt-at) * time.Microsecond, Unused: time.Duration(at-row.UsedAt) * time.Microsecond}
		return err
	})
	return t, err
}

// TouchToken notes that a token was used.
func (s *Store) TouchToken(ctx context.Context, id string) error {
	return s.update(ctx, "noting the use of a token", func(tx *gorm.DB) error {
		return tx.Model(&TokenRow{}).Where("id = ?", id).Update("used_at", s.micros(tx)).Error
	})
}

// TokensOf lists an account's tokens, also those that are over.
func (s *Store) TokensOf(ctx context.Context, account string) ([]auth.Token, error) {
	var rows []TokenRow
	err := s.view(ctx, "listing tokens", func(tx *gorm.DB) error {
		return tx.Where("account = ?", account).Order("made_at DESC, id").Find(&rows).Error
	})
	out := make([]auth.Token, len(rows))
	for i := range rows {
		out[i] = rows[i].token()
	}
	return out, err
}

// RemoveToken revokes a token.
func (s *Store) RemoveToken(ctx context.Context, id, account string) error {
	entry := &audit.Entry{Action: "token.revoke", Object: "user:" + account, Detail: detail(map[string]any{"token": id})}
	return s.identify(ctx, entry, func(tx *gorm.DB) error {
		done := tx.Delete(&TokenRow{}, "id = ? AND account = ?", id, account)
		if done.Error == nil && done.RowsAffected == 0 {
			return auth.Missing("token")
		}
		return done.Error
	})
}
