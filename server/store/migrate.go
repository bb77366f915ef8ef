package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// step changes the tables from one version to the next: its version is its place in the list, from 1. A step that has been released
// is never changed and never moved. Where a database commits each change of a table by itself, a step that failed halfway is run
// again, so it must not mind what is there already.
type step struct {
	name  string
	apply func(tx *gorm.DB) error
}

// migrate applies the steps the database has not had. All processes that open a database at once do so one after the other, and
// each finds what the one before has done.
func (s *Store) migrate(ctx context.Context, steps []step) error {
	ctx, m := withMoment(ctx)
	err := s.engine.alone(ctx, s.write, func(tx *gorm.DB) error {
		if err := createTable(tx, &MigrationRow{}); err != nil {
			return err
		}
		var applied []MigrationRow
		if err := tx.Order("version").Find(&applied).Error; err != nil {
			return fmt.Errorf("reading the applied steps: %w", err)
		}
		if err := checkApplied(applied, steps); err != nil {
			return err
		}
		for i := len(applied); i < len(steps); i++ {
			if err := steps[i].apply(tx); err != nil {
				return fmt.Errorf("step %d, %s: %w", i+1, steps[i].name, err)
			}
			row := MigrationRow{Version: i + 1, Name: steps[i].name, AppliedAt: s.micros(tx)}
			if err := tx.Create(&row).Error; err != nil {
				return fmt.Errorf("recording step %d, %s: %w", i+1, steps[i].name, err)
			}
			s.log.Info("metadata migrated", "version", i+1, "step", steps[i].name)
		}
		return m.err
	})
	if err != nil {
		return fmt.Errorf("migrating the metadata: %w", classify(err))
	}
	return nil
}

// checkApplied verifies that what was applied is a prefix of the steps.
func checkApplied(applied []MigrationRow, steps []step) error {
	for i, row := range applied {
		switch {
		case row.Version > len(steps):
			return fail(CodeNewer, ErrNewer, nil, "Start the version that wrote it, or restore the backup made before the upgrade.",
				"the metadata is of version %d (%s), and this Millrace knows up to version %d", applied[len(applied)-1].Version,
				applied[len(applied)-1].Name, len(steps))
		case row.Version != i+1 || row.Name != steps[i].name:
			return fail(CodeDamaged, nil, nil, "Restore the file from a backup.",
				"the metadata records %q as version %d where %q belongs as version %d", row.Name, row.Version, steps[i].name, i+1)
		}
	}
	return nil
}

// createTable makes the tables of rows that are not there yet.
func createTable(tx *gorm.DB, rows ...any) error {
	var errs []error
	for _, row := range rows {
		if tx.Migrator().HasTable(row) {
			continue
		}
		if err := tx.Migrator().CreateTable(row); err != nil {
			errs = append(errs, fmt.Errorf("creating a table: %w", err))
		}
	}
	return errors.Join(errs...)
}
