package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"millrace/pipelines/control"
)

// RejectFile is a file of dead letters and late rows with the commit it came with.
type RejectFile struct {
	control.RejectFile
	Pipeline string
	// Manifest is the id of the manifest that committed the file, and the file's identity here.
	Manifest string
	Epoch    int64
	// CommittedAt is when, by the store's clock.
	CommittedAt time.Time
}

// RejectFiles lists the reject files of a pipeline, or of all when pipeline is empty: the newest first, at most limit, all when limit
// is 0.
func (s *Store) RejectFiles(ctx context.Context, pipeline string, limit int) ([]RejectFile, error) {
	var out []RejectFile
	err := s.view(ctx, "listing reject files", func(tx *gorm.DB) error {
		// Two commits of one microsecond keep their order by epoch.
		query := tx.Order("committed_at DESC, epoch DESC, manifest")
		if pipeline != "" {
			query = query.Where("pipeline = ?", pipeline)
		}
		if limit > 0 {
			query = query.Limit(limit)
		}
		var rows []RejectFileRow
		if err := query.Find(&rows).Error; err != nil {
			return err
		}
		out = make([]RejectFile, 0, len(rows))
		for i := range rows {
			row := &rows[i]
			out = append(out, RejectFile{
				RejectFile: control.RejectFile{File: row.File, Dead: row.Dead, Late: row.Late, Bytes: row.Bytes},
				Pipeline:   row.Pipeline, Manifest: row.Manifest, Epoch: row.Epoch, CommittedAt: timeOf(row.CommittedAt),
			})
		}
		return nil
	})
	return out, err
}

// ForgetRejectFile forgets the reject file that came with a manifest; that it is not known (any more) is no error. Remove the file
// first: a file that nothing names would stay for ever.
func (s *Store) ForgetRejectFile(ctx context.Context, manifest string) error {
	return s.update(ctx, "forgetting a reject file", func(tx *gorm.DB) error {
		return tx.Delete(&RejectFileRow{}, "manifest = ?", manifest).Error
	})
}
