package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/assets/audit"
)

// attemptsKept is how long failed log-ins count. It is longer than the longest pause.
const attemptsKept = time.Hour

// BeginAttempt counts a failure of each key, unless one has to pause.
func (s *Store) BeginAttempt(ctx context.Context, keys []string, pause func(key string, failures int) time.Duration) (time.Duration, error) {
	var wait time.Duration
	// In one order, so that no two wait for each other.
	keys = slices.Sorted(slices.Values(keys))
	err := s.update(ctx, "counting a log-in", func(tx *gorm.DB) error {
		wait = 0
		at := s.micros(tx)
		if err := tx.Delete(&AttemptRow{}, "last_at <= ?", at-attemptsKept.Microseconds()).Error; err != nil {
			return err
		}
		// Every key is counted first, which takes its lock: of many log-ins at once each sees those before it.
		for _, key := range keys {
			count := clause.OnConflict{Columns: []clause.Column{{Name: "guessed"}}, DoUpdates: clause.Assignments(map[string]any{"failures": gorm.Expr("attempts.failures + 1")})}
			if err := tx.Clauses(count).Create(&AttemptRow{Key: key, Failures: 1, LastAt: at}).Error; err != nil {
				return err
			}
		}
		var rows []AttemptRow
		if err := tx.Find(&rows, "guessed IN ?", keys).Error; err != nil {
			return err
		}
		for _, row := range rows {
			// LastAt is still the failure's before, but for a row that is new.
			until := row.LastAt + pause(row.Key, row.Failures-1).Microseconds()
			wait = max(wait, time.Duration(until-at)*time.Microsecond)
		}
		if wait > 0 {
			// A log-in that must wait is none, and does not lengthen the wait.
			return tx.Model(&AttemptRow{}).Where("guessed IN ?", keys).Update("failures", gorm.Expr("failures - 1")).Error
		}
		return tx.Model(&AttemptRow{}).Where("guessed IN ?", keys).Update("last_at", at).Error
	})
	return wait, err
}

// AttemptSucceeded takes failures back.
func (s *Store) AttemptSucceeded(ctx context.Context, took, forget []string) error {
	return s.update(ctx, "forgetting failed log-ins", func(tx *gorm.DB) error {
		if len(took) > 0 {
			if err := tx.Model(&AttemptRow{}).Where("guessed IN ? AND failures > 0", took).Update("failures", gorm.Expr("failures - 1")).Error; err != nil {
				return err
			}
		}
		if len(forget) == 0 {
			return nil
		}
		return tx.Delete(&AttemptRow{}, "guessed IN ?", forget).Error
	})
}

// RefuseLogIn writes the audit line of a failed log-in. The name is not written where there is no such account: it may be somebody's
// password, typed into the wrong field.
func (s *Store) RefuseLogIn(ctx context.Context, name string) error {
	entry := &audit.Entry{Action: "session.refuse", Object: "user:"}
	return s.change(ctx, entry, func(tx *gorm.DB) error {
		var rows []AccountRow
		if err := tx.Find(&rows, "name = ?", name).Error; err != nil {
			return err
		}
		for _, row := range rows {
			entry.Object, entry.ObjectName = "user:"+row.ID, row.Name
		}
		return nil
	})
}
