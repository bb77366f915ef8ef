package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/assets/grants"
	"millrace/models/diag"
)

// Grants is the store as assets/grants sees it.
type Grants struct{ store *Store }

var _ grants.Store = Grants{}

// Grants returns the store of policies and requests.
func (s *Store) Grants() Grants { return Grants{s} }

// pageLimit bounds a list that gives no limit.
const pageLimit = 100

// Version returns the version of the policies and the store's time.
func (g Grants) Version(ctx context.Context) (version int64, now time.Time, err error) {
	err = g.store.view(ctx, "reading the version of the policies", func(tx *gorm.DB) error {
		now = timeOf(g.store.micros(tx))
		version, err = policyVersion(tx)
		return err
	})
	return version, now, err
}

func policyVersion(tx *gorm.DB) (int64, error) {
	var row PolicyVersionRow
	if err := tx.First(&row, 1).Error; err != nil {
		return 0, fmt.Errorf("reading the version: %w", err)
	}
	return row.Version, nil
}

// Since returns what has changed after a version, and the version it leads up to.
func (g Grants) Since(ctx context.Context, version int64) (changes []grants.Change, upTo int64, err error) {
	err = g.store.view(ctx, "reading policies", func(tx *gorm.DB) error {
		changes = nil
		if upTo, err = policyVersion(tx); err != nil {
			return err
		}
		q := tx.Order("version")
		if version > 0 {
			q = q.Where("version > ?", version)
		} else {
			// What has expired has nothing to say any more.
			q = q.Where("revoked_at = 0 AND (expires = 0 OR expires > ?)", g.store.micros(tx))
		}
		var rows []PolicyRow
		if err := q.Find(&rows).Error; err != nil {
			return fmt.Errorf("reading the policies: %w", err)
		}
		changes = make([]grants.Change, len(rows))
		for i := range rows {
			changes[i] = rows[i].change()
		}
		return nil
	})
	return changes, upTo, err
}

// Edit carries a change out, with its audit line.
func (g Grants) Edit(ctx context.Context, e grants.Edit) (version int64, err error) {
	line := e.Line
	err = g.store.change(ctx, &line, func(tx *gorm.DB) error {
		version = 0
		if len(e.Add)+len(e.Revoke) > 0 {
			if version, err = nextVersion(tx, e.Version); err != nil {
				return err
			}
		}
		for _, part := range []func() error{
			func() error { return g.addRequest(tx, e.NewRequest) },
			func() error { return g.decide(tx, e.Decide) },
			func() error { return g.comment(tx, e.Comment) },
			func() error { return g.addPolicies(tx, e.Add, version) },
			func() error { return g.revoke(tx, e.Revoke, &e.By, version) },
		} {
			if err := part(); err != nil {
				return err
			}
		}
		return nil
	})
	return version, err
}

// nextVersion makes this transaction the one that the next version is of. No other comes between: until the end the row is this one's. at is
// the version it has to follow on, 0 any.
func nextVersion(tx *gorm.DB, at int64) (int64, error) {
	q := tx.Model(&PolicyVersionRow{}).Where("id = 1")
	if at != 0 {
		q = q.Where("version = ?", at)
	}
	done := q.Update("version", gorm.Expr("version + 1"))
	switch {
	case done.Error != nil:
		return 0, fmt.Errorf("counting the version: %w", done.Error)
	case done.RowsAffected == 0:
		return 0, grants.ErrMoved
	case at != 0:
		return at + 1, nil
	}
	return policyVersion(tx)
}

func (g Grants) addPolicies(tx *gorm.DB, policies []grants.Policy, version int64) error {
	if len(policies) == 0 {
		return nil
	}
	now := g.store.micros(tx)
	rows := make([]PolicyRow, len(policies))
	for i := range policies {
		rows[i] = policyRow(&policies[i], now, version)
	}
	// SQLite takes some 32,000 values a statement.
	if err := tx.CreateInBatches(rows, 1000).Error; err != nil {
		return fmt.Errorf("adding policies: %w", err)
	}
	return nil
}

func (g Grants) revoke(tx *gorm.DB, ids []string, by *grants.Revocation, version int64) error {
	for _, id := range ids {
		done := tx.Model(&PolicyRow{}).Where("id = ? AND revoked_at = 0", id).Updates(revoked(by, g.store.micros(tx), version))
		switch {
		case done.Error != nil:
			return fmt.Errorf("revoking a policy: %w", done.Error)
		case done.RowsAffected == 0:
			return diag.Refuse(diag.ErrNotFound, grants.CodeNotFound, "", "there is no such policy")
		}
	}
	return nil
}

func revoked(by *grants.Revocation, at, version int64) map[string]any {
	return map[string]any{"revoked_at": at, "revoked_by": string(by.By), "revoked_name": by.Name, "revoked_note": []byte(by.Note),
		"version": version, "revision": gorm.Expr("revision + 1")}
}

func (g Grants) addRequest(tx *gorm.DB, r *grants.Request) error {
	if r == nil {
		return nil
	}
	row := requestRow(r, g.store.micros(tx))
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return fmt.Errorf("adding a request: %w", err)
	}
	// How many rows that affected says every database in its own way.
	var own int64
	if err := tx.Model(&AccessRequestRow{}).Where("id = ?", row.ID).Count(&own).Error; err != nil {
		return fmt.Errorf("looking for the request: %w", err)
	}
	if own == 0 {
		return diag.Refuse(diag.ErrConflict, grants.CodePointless, "Wait for the answer, or withdraw it.", "the same is asked for already")
	}
	return nil
}

func (g Grants) decide(tx *gorm.DB, v *grants.Verdict) error {
	if v == nil {
		return nil
	}
	done := tx.Model(&AccessRequestRow{}).Where("id = ? AND state = ?", v.Request, string(grants.Open)).Updates(map[string]any{
		"revision": gorm.Expr("revision + 1"), "open_key": v.Request, "state": string(v.To), "decided_by": string(v.By), "decided_name": v.ByName,
		"decided_at": g.store.micros(tx), "answer": []byte(v.Note), "policy": v.Policy, "granted": microsOf(v.Expires)})
	switch {
	case done.Error != nil:
		return fmt.Errorf("deciding a request: %w", done.Error)
	case done.RowsAffected == 0:
		return diag.Refuse(diag.ErrConflict, grants.CodeDecided, "", "the request was decided or withdrawn already")
	}
	return nil
}

func (g Grants) comment(tx *gorm.DB, c *grants.Comment) error {
	if c == nil {
		return nil
	}
	row := AccessCommentRow{Request: c.Request, By: string(c.By), ByName: c.ByName, At: g.store.micros(tx), Text: []byte(c.Text)}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("adding a comment: %w", err)
	}
	c.ID, c.At = row.ID, timeOf(row.At)
	return nil
}

// Policies lists policies, the newest first.
func (g Grants) Policies(ctx context.Context, f grants.PolicyFilter) (out []grants.Change, err error) {
	err = g.store.view(ctx, "listing policies", func(tx *gorm.DB) error {
		q := tx.Order("created_at DESC, id DESC").Limit(limitOf(f.Limit))
		if f.ID != "" {
			q = q.Where("id = ?", f.ID)
		}
		if len(f.Subjects) > 0 {
			q = q.Where("subject IN ?", f.Subjects)
		}
		if len(f.Scopes) > 0 {
			q = q.Where("scope IN ?", f.Scopes)
		}
		if f.Effect != "" {
			q = q.Where("effect = ?", string(f.Effect))
		}
		if !f.Ended {
			q = q.Where("revoked_at = 0 AND (expires = 0 OR expires > ?)", g.store.micros(tx))
		}
		q = behind(q, f.After, f.AfterID)
		var rows []PolicyRow
		if err := q.Find(&rows).Error; err != nil {
			return fmt.Errorf("reading the policies: %w", err)
		}
		out = make([]grants.Change, len(rows))
		for i := range rows {
			out[i] = rows[i].change()
		}
		return nil
	})
	return out, err
}

// behind goes on behind a row of a list that has the newest first.
func behind(q *gorm.DB, after time.Time, id string) *gorm.DB {
	if after.IsZero() {
		return q
	}
	at := microsOf(after)
	return q.Where("created_at < ? OR (created_at = ? AND id < ?)", at, at, id)
}

func limitOf(n int) int {
	if n <= 0 {
		return pageLimit
	}
	return n
}

// Requests lists requests, the newest first.
func (g Grants) Requests(ctx context.Context, f grants.RequestFilter) (out []grants.Request, err error) {
	err = g.store.view(ctx, "listing requests", func(tx *gorm.DB) error {
		q := tx.Order("created_at DESC, id DESC").Limit(limitOf(f.Limit))
		if f.State != "" {
			q = q.Where("state = ?", string(f.State))
		}
		if f.By != "" {
			q = q.Where(clause.Eq{Column: clause.Column{Name: "by"}, Value: string(f.By)})
		}
		if len(f.Scopes) > 0 {
			q = q.Where("scope IN ?", f.Scopes)
		}
		q = behind(q, f.After, f.AfterID)
		var rows []AccessRequestRow
		if err := q.Find(&rows).Error; err != nil {
			return fmt.Errorf("reading the requests: %w", err)
		}
		out = make([]grants.Request, len(rows))
		for i := range rows {
			out[i] = rows[i].request()
		}
		return nil
	})
	return out, err
}

// Request returns a request with its comments.
func (g Grants) Request(ctx context.Context, id string) (out grants.Request, err error) {
	err = g.store.view(ctx, "reading a request", func(tx *gorm.DB) error {
		var row AccessRequestRow
		found := tx.Where("id = ?", id).Limit(1).Find(&row)
		switch {
		case found.Error != nil:
			return fmt.Errorf("reading the request: %w", found.Error)
		case found.RowsAffected == 0:
			return diag.Refuse(diag.ErrNotFound, grants.CodeNotFound, "", "there is no such request")
		}
		out = row.request()
		var said []AccessCommentRow
		if err := tx.Where("request = ?", id).Order("id").Find(&said).Error; err != nil {
			return fmt.Errorf("reading the comments: %w", err)
		}
		for i := range said {
			c := &said[i]
			out.Comments = append(out.Comments, grants.Comment{ID: c.ID, Request: id, By: grants.Subject(c.By), ByName: c.ByName, At: timeOf(c.At), Text: string(c.Text)})
		}
		return nil
	})
	return out, err
}

// grantOwner lets a team manage a table, within the transaction that makes the table.
func (s *Store) grantOwner(tx *gorm.DB, table, team string, by grants.Subject) error {
	version, err := nextVersion(tx, 0)
	if err != nil {
		return err
	}
	return Grants{s}.addPolicies(tx, []grants.Policy{grants.OwnerPolicy(table, team, by)}, version)
}

// endPolicies takes back all policies about exactly one scope, those for one subject, or where both are given those of both: within the
// transaction that removes a table, a team or a user, or that gives a table to another team.
func (s *Store) endPolicies(tx *gorm.DB, scope grants.Scope, subject grants.Subject, by grants.Revocation) error {
	version, err := nextVersion(tx, 0)
	if err != nil {
		return err
	}
	q := tx.Model(&PolicyRow{}).Where("revoked_at = 0 AND id <> ?", grants.AdminPolicy)
	if scope != "" {
		q = q.Where("scope = ?", string(scope))
	}
	if subject != "" {
		q = q.Where("subject = ?", string(subject))
	}
	if err := q.Updates(revoked(&by, s.micros(tx), version)).Error; err != nil {
		return fmt.Errorf("revoking policies: %w", err)
	}
	return nil
}
