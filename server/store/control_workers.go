package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"millrace/pipelines/control"
)

var _ control.Workers = (*Store)(nil)

// forgetWorkers is how long workers that are gone are remembered.
const forgetWorkers = 24 * time.Hour

// grow makes a row's revision larger with whatever else is changed.
func grow(changes map[string]any) map[string]any {
	changes["revision"] = gorm.Expr("revision + 1")
	return changes
}

// Join makes a worker known.
func (s *Store) Join(ctx context.Context, w control.WorkerInfo) error {
	return s.update(ctx, "joining the workers", func(tx *gorm.DB) error {
		if _, err := count(tx, boardCounter, 1); err != nil {
			return err
		}
		now := s.micros(tx)
		if err := tx.Delete(&WorkerRow{}, "gone = ? AND expires_at < ?", true, now-forgetWorkers.Microseconds()).Error; err != nil {
			return err
		}
		return tx.Create(&WorkerRow{ID: w.ID, Revision: 1, Host: w.Host, PID: w.PID, Version: w.Version, Home: w.Home, Capacity: w.Capacity,
			JoinedAt: now, BeatAt: now, ExpiresAt: now + control.LeaseTime.Microseconds()}).Error
	})
}

// Beat renews all leases of a worker. One that was buried stays so, whenever it wakes.
func (s *Store) Beat(ctx context.Context, worker string) (control.Beaten, error) {
	var out control.Beaten
	err := s.update(ctx, "renewing the leases of a worker", func(tx *gorm.DB) error {
		now := s.micros(tx)
		done := tx.Model(&WorkerRow{}).Where("id = ? AND gone = ?", worker, false).
			Updates(grow(map[string]any{"beat_at": now, "expires_at": now + control.LeaseTime.Microseconds()}))
		switch {
		case done.Error != nil:
			return done.Error
		case done.RowsAffected != 1:
			return control.ErrBuried
		}
		var row WorkerRow
		if err := tx.Select("leaving").Take(&row, "id = ?", worker).Error; err != nil {
			return err
		}
		out = control.Beaten{At: timeOf(now), Leave: row.Leaving}
		return nil
	})
	return out, err
}

// Part takes a worker off the list: what it has is anybody's.
func (s *Store) Part(ctx context.Context, worker string) error {
	return s.update(ctx, "leaving the workers", func(tx *gorm.DB) error {
		if _, err := count(tx, boardCounter, 1); err != nil {
			return err
		}
		return tx.Model(&WorkerRow{}).Where("id = ?", worker).Updates(grow(map[string]any{"gone": true, "expires_at": s.micros(tx)})).Error
	})
}

// Bury declares the workers dead whose leases are over.
func (s *Store) Bury(ctx context.Context) ([]string, error) {
	var dead []string
	err := s.update(ctx, "declaring workers dead", func(tx *gorm.DB) error {
		dead = nil
		if _, err := count(tx, boardCounter, 1); err != nil {
			return err
		}
		now := s.micros(tx)
		var ids []string
		if err := tx.Model(&WorkerRow{}).Where("gone = ? AND expires_at <= ?", false, now).Order("id").Pluck("id", &ids).Error; err != nil {
			return err
		}
		for _, id := range ids {
			// A heartbeat may have come in between.
			done := tx.Model(&WorkerRow{}).Where("id = ? AND gone = ? AND expires_at <= ?", id, false, now).Updates(grow(map[string]any{"gone": true}))
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected == 1 {
				dead = append(dead, id)
			}
		}
		return nil
	})
	return dead, err
}

// BuryProcess declares the workers dead that a process was which has ended, as whoever started it knows at once.
func (s *Store) BuryProcess(ctx context.Context, home, host string, pid int) error {
	return s.update(ctx, "declaring a worker dead", func(tx *gorm.DB) error {
		if _, err := count(tx, boardCounter, 1); err != nil {
			return err
		}
		return tx.Model(&WorkerRow{}).Where("home = ? AND host = ? AND pid = ? AND gone = ?", home, host, pid, false).
			Updates(grow(map[string]any{"gone": true})).Error
	})
}

// AskToLeave asks workers to drain and end: those of a home, or one by its id.
func (s *Store) AskToLeave(ctx context.Context, home, worker string) error {
	return s.update(ctx, "asking workers to leave", func(tx *gorm.DB) error {
		query := tx.Model(&WorkerRow{}).Where("gone = ?", false)
		if worker != "" {
			query = query.Where("id = ?", worker)
		} else {
			query = query.Where("home = ?", home)
		}
		return query.Updates(grow(map[string]any{"leaving": true})).Error
	})
}

// LiveWorkers lists the workers that live, by id, with how many pipelines each has.
func (s *Store) LiveWorkers(ctx context.Context) ([]control.WorkerInfo, error) {
	var out []control.WorkerInfo
	err := s.view(ctx, "listing workers", func(tx *gorm.DB) error {
		var err error
		out, err = s.living(tx, s.micros(tx))
		return err
	})
	return out, err
}

// living returns the workers whose leases are not over.
func (s *Store) living(tx *gorm.DB, now int64) ([]control.WorkerInfo, error) {
	var rows []WorkerRow
	if err := tx.Order("id").Find(&rows, "gone = ? AND expires_at > ?", false, now).Error; err != nil {
		return nil, err
	}
	var loads []struct {
		LeaseHolder string
		N           int
	}
	if err := tx.Table("pipelines").Select("lease_holder, COUNT(*) AS n").Where("lease_holder <> ?", "").Group("lease_holder").Scan(&loads).Error; err != nil {
		return nil, err
	}
	load := map[string]int{}
	for _, l := range loads {
		load[l.LeaseHolder] = l.N
	}
	out := make([]control.WorkerInfo, len(rows))
	for i := range rows {
		out[i] = rows[i].info()
		out[i].Pipelines = load[rows[i].ID]
	}
	return out, nil
}

// ExpiredWorkers lists the workers whose leases are over and that nobody has declared dead yet.
func (s *Store) ExpiredWorkers(ctx context.Context) ([]control.WorkerInfo, error) {
	var out []control.WorkerInfo
	err := s.view(ctx, "listing workers", func(tx *gorm.DB) error {
		var rows []WorkerRow
		if err := tx.Order("id").Find(&rows, "gone = ? AND expires_at <= ?", false, s.micros(tx)).Error; err != nil {
			return err
		}
		out = make([]control.WorkerInfo, len(rows))
		for i := range rows {
			out[i] = rows[i].info()
		}
		return nil
	})
	return out, err
}
