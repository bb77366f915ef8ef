package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/assets/audit"
	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/models/diag"
)

// Hub is the store as assets/catalog sees it.
type Hub struct{ store *Store }

var _ catalog.Store = Hub{}

// Hub returns the store of connections and tables.
func (s *Store) Hub() Hub { return Hub{s} }

// Version is the count of changes.
func (h Hub) Version(ctx context.Context) (version int64, err error) {
	err = h.store.view(ctx, "reading the version of the hub", func(tx *gorm.DB) error {
		version, err = hubVersion(tx)
		return err
	})
	return version, err
}

func hubVersion(tx *gorm.DB) (int64, error) {
	var row HubVersionRow
	if err := tx.First(&row, 1).Error; err != nil {
		return 0, fmt.Errorf("reading the version: %w", err)
	}
	return row.Version, nil
}

// nextHubVersion makes this transaction the one that the next version is of. No other changes the hub until it ends.
func nextHubVersion(tx *gorm.DB) (int64, error) {
	if err := tx.Model(&HubVersionRow{}).Where("id = 1").Update("version", gorm.Expr("version + 1")).Error; err != nil {
		return 0, fmt.Errorf("counting the version: %w", err)
	}
	return hubVersion(tx)
}

// Since returns what has changed after a version.
func (h Hub) Since(ctx context.Context, version int64) (out catalog.Changes, err error) {
	err = h.store.view(ctx, "reading the hub", func(tx *gorm.DB) error {
		out = catalog.Changes{}
		if out.Version, err = hubVersion(tx); err != nil {
			return err
		}
		where := func() *gorm.DB {
			if version == 0 {
				return tx.Where("deleted_at = 0")
			}
			return tx.Where("version > ?", version)
		}
		var connections []ConnectionRow
		if err := where().Find(&connections).Error; err != nil {
			return fmt.Errorf("reading the connections: %w", err)
		}
		for i := range connections {
			if connections[i].DeletedAt != 0 {
				out.GoneConnections = append(out.GoneConnections, connections[i].ID)
				continue
			}
			e, err := connections[i].entry()
			if err != nil {
				return err
			}
			out.Connections = append(out.Connections, e)
		}
		rows, err := where().Model(&CatalogTableRow{}).Rows()
		if err != nil {
			return fmt.Errorf("reading the tables: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var row CatalogTableRow
			if err := tx.ScanRows(rows, &row); err != nil {
				return fmt.Errorf("reading a table: %w", err)
			}
			if row.DeletedAt != 0 {
				out.GoneTables = append(out.GoneTables, row.ID)
				continue
			}
			e, err := row.entry()
			if err != nil {
				return err
			}
			out.Tables = append(out.Tables, e)
		}
		return rows.Err()
	})
	return out, err
}

// Apply carries edits out in one transaction.
func (h Hub) Apply(ctx context.Context, edits ...*catalog.Edit) error {
	return h.store.update(ctx, "changing the hub", func(tx *gorm.DB) error {
		version, err := nextHubVersion(tx)
		if err != nil {
			return err
		}
		for _, e := range edits {
			if e.Connection != nil {
				err = h.connection(tx, e, version)
			} else {
				err = h.table(tx, e, version)
			}
			if err != nil {
				return err
			}
			line := e.Line
			if err := h.store.record(ctx, tx, &line); err != nil {
				return err
			}
		}
		return nil
	})
}

// free makes sure of a name. Within a transaction that has the next version nobody takes it in between.
func free(tx *gorm.DB, row any, name string) error {
	var n int64
	if err := tx.Model(row).Where("name_key = ?", name).Count(&n).Error; err != nil {
		return fmt.Errorf("looking for the name: %w", err)
	}
	if n > 0 {
		return diag.Refuse(diag.ErrConflict, catalog.CodeTaken, "Choose another name.", "the name %s is taken", name)
	}
	return nil
}

// revised changes a row that is there at the revision that is expected, and says what is wrong where it is not.
func revised(tx *gorm.DB, row any, what, id string, e *catalog.Edit, changes map[string]any) error {
	q := tx.Model(row).Where("id = ? AND deleted_at = 0", id)
	if e.Revision != 0 {
		q = q.Where("revision = ?", e.Revision)
	}
	changes["revision"] = gorm.Expr("revision + 1")
	done := q.Updates(changes)
	if done.Error != nil {
		return fmt.Errorf("changing the %s: %w", what, done.Error)
	}
	if done.RowsAffected > 0 {
		return nil
	}
	var n int64
	if err := tx.Model(row).Where("id = ? AND deleted_at = 0", id).Count(&n).Error; err != nil {
		return fmt.Errorf("looking for the %s: %w", what, err)
	}
	if n == 0 {
		return diag.Refuse(diag.ErrNotFound, catalog.CodeNotFound, "", "there is no such %s", what)
	}
	return diag.Refuse(diag.ErrStale, catalog.CodeStale, "Read it again, and make the change to that.", "the %s was changed by somebody else in the meantime", what)
}

func (h Hub) connection(tx *gorm.DB, e *catalog.Edit, version int64) error {
	now, c := h.store.micros(tx), e.Connection
	switch e.Op {
	case catalog.Create:
		if err := free(tx, &ConnectionRow{}, c.Name); err != nil {
			return err
		}
		row := connectionRow(c)
		row.Revision, row.Version, row.CreatedAt, row.UpdatedAt = 1, version, now, now
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("adding a connection: %w", err)
		}
		c.Revision, c.Created, c.Updated = 1, timeOf(now), timeOf(now)
		return nil
	case catalog.Update:
		if err := revised(tx, &ConnectionRow{}, "connection", c.ID, e, map[string]any{"component": c.Component, "params": []byte(c.Params), "team": c.Team,
			"description": []byte(c.Description), "version": version, "updated_at": now}); err != nil {
			return err
		}
		return h.reread(tx, &ConnectionRow{}, c.ID, &c.Revision, func() { c.Updated = timeOf(now) })
	default:
		// Its secrets go with it.
		return revised(tx, &ConnectionRow{}, "connection", c.ID, e, map[string]any{"name_key": c.ID, "params": []byte("{}"), "check_body": nil,
			"version": version, "deleted_at": now})
	}
}

// reread takes the revision that a change has led to.
func (h Hub) reread(tx *gorm.DB, row any, id string, revision *int64, then func()) error {
	if err := tx.Model(row).Select("revision").Where("id = ?", id).Scan(revision).Error; err != nil {
		return fmt.Errorf("reading the revision: %w", err)
	}
	then()
	return nil
}

func (h Hub) table(tx *gorm.DB, e *catalog.Edit, version int64) error {
	now, t := h.store.micros(tx), e.Table
	if e.Op == catalog.Delete {
		if err := revised(tx, &CatalogTableRow{}, "table", t.ID, e, map[string]any{"name_key": t.ID, "version": version, "deleted_at": now}); err != nil {
			return err
		}
		if err := tx.Where("table_id = ?", t.ID).Delete(&DriftRow{}).Error; err != nil {
			return fmt.Errorf("removing the comparison: %w", err)
		}
		return h.store.endPolicies(tx, grants.TableScope(t.ID), "", revocation(tx, e, "the table was removed"))
	}
	row, err := catalogTableRow(t)
	if err != nil {
		return err
	}
	if e.Op == catalog.Create {
		if err := free(tx, &CatalogTableRow{}, t.Name); err != nil {
			return err
		}
		row.Revision, row.Version, row.CreatedAt, row.UpdatedAt = 1, version, now, now
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("adding a table: %w", err)
		}
		t.Revision, t.Created, t.Updated = 1, timeOf(now), timeOf(now)
		if t.Team == "" {
			return nil
		}
		return h.store.grantOwner(tx, t.ID, t.Team, e.By)
	}
	if err := revised(tx, &CatalogTableRow{}, "table", t.ID, e, map[string]any{"kind": row.Kind, "layer": row.Layer, "team": row.Team, "domain": row.Domain,
		"body": row.Body, "baseline": row.Baseline, "description": row.Description, "version": version, "updated_at": now}); err != nil {
		return err
	}
	if e.FromTeam != "" {
		if err := h.handOver(tx, e); err != nil {
			return err
		}
	}
	return h.reread(tx, &CatalogTableRow{}, t.ID, &t.Revision, func() { t.Updated = timeOf(now) })
}

func revocation(tx *gorm.DB, e *catalog.Edit, note string) grants.Revocation {
	return grants.Revocation{By: e.By, Name: audit.From(tx.Statement.Context).Name, Note: note}
}

// handOver takes a table's grants from the team it belonged to, and lets the new one manage it.
func (h Hub) handOver(tx *gorm.DB, e *catalog.Edit) error {
	if err := h.store.endPolicies(tx, grants.TableScope(e.Table.ID), grants.TeamSubject(e.FromTeam), revocation(tx, e, "the table was given to another team")); err != nil {
		return err
	}
	return h.store.grantOwner(tx, e.Table.ID, e.Table.Team, e.By)
}

// Checked keeps the outcome of a check.
func (h Hub) Checked(ctx context.Context, connection string, c catalog.Check) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("writing the check: %w", err)
	}
	return h.store.update(ctx, "keeping a check", func(tx *gorm.DB) error {
		version, err := nextHubVersion(tx)
		if err != nil {
			return err
		}
		// A check changes nothing that somebody could have been about to change: the revision stays.
		done := tx.Model(&ConnectionRow{}).Where("id = ? AND deleted_at = 0", connection).Updates(map[string]any{"checked_at": microsOf(c.At), "check_body": body, "version": version})
		if done.Error != nil {
			return fmt.Errorf("keeping the check: %w", done.Error)
		}
		return nil
	})
}

// Drifted keeps the result of a comparison.
func (h Hub) Drifted(ctx context.Context, d catalog.DriftEntry) (changed bool, err error) {
	body, err := json.Marshal(d)
	if err != nil {
		return false, fmt.Errorf("writing the comparison: %w", err)
	}
	err = h.store.update(ctx, "keeping a comparison", func(tx *gorm.DB) error {
		before, err := drifts(tx, d.Table)
		if err != nil {
			return err
		}
		old, known := before[d.Table]
		changed = !sameDrift(old, d) || !known && d.Severity != catalog.Unchanged
		now := h.store.micros(tx)
		row := DriftRow{Tbl: d.Table, CheckedAt: now, Severity: string(d.Severity), Body: body, Revision: 1}
		if err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "table_id"}}, DoUpdates: clause.Assignments(map[string]any{
			"checked_at": now, "severity": row.Severity, "body": body, "revision": gorm.Expr("drifts.revision + 1")})}).Create(&row).Error; err != nil {
			return fmt.Errorf("keeping the comparison: %w", err)
		}
		if !changed {
			return nil
		}
		var of CatalogTableRow
		if err := tx.Select("name", "team").Where("id = ?", d.Table).Limit(1).Find(&of).Error; err != nil {
			return fmt.Errorf("looking for the table: %w", err)
		}
		return h.store.record(ctx, tx, &audit.Entry{Action: "table.drift", Object: "table:" + d.Table, ObjectName: of.Name, Team: of.Team, Detail: body})
	})
	return changed, err
}

// sameDrift reports whether two results say the same, whenever they were made.
func sameDrift(a, b catalog.DriftEntry) bool {
	write := func(d catalog.DriftEntry) string {
		text, err := json.Marshal(d.Changes)
		if err != nil || len(d.Changes) == 0 {
			text = nil
		}
		return d.Error + "\x00" + string(text)
	}
	return write(a) == write(b)
}

// Drifts returns the results for tables, or all of those with changes.
func (h Hub) Drifts(ctx context.Context, tables ...string) (out map[string]catalog.DriftEntry, err error) {
	err = h.store.view(ctx, "reading comparisons", func(tx *gorm.DB) error {
		out, err = drifts(tx, tables...)
		return err
	})
	return out, err
}

func drifts(tx *gorm.DB, tables ...string) (map[string]catalog.DriftEntry, error) {
	q := tx.Order("table_id")
	if len(tables) > 0 {
		q = q.Where("table_id IN ?", tables)
	} else {
		q = q.Where("severity <> ?", string(catalog.Unchanged))
	}
	var rows []DriftRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading the comparisons: %w", err)
	}
	out := make(map[string]catalog.DriftEntry, len(rows))
	for i := range rows {
		d, err := driftOf(&rows[i])
		if err != nil {
			return nil, err
		}
		out[d.Table] = d
	}
	return out, nil
}
