package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/pipelines/control"
)

// Pipeline is what a list of pipelines shows of one.
type Pipeline struct {
	Name string
	// Epoch and Manifest name the head; 0 and "" before the first commit.
	Epoch    int64
	Manifest string
	// Plan is the fingerprint of the plan that made the head, Totals count since the pipeline's beginning.
	Plan     string
	Totals   control.Totals
	Finished bool
	// CommittedAt is when the head was committed, by the store's clock; zero before the first commit.
	CommittedAt time.Time
	// LeaseEpoch counts how often the pipeline was acquired; Holder has it now, "" when it was given back.
	LeaseEpoch int64
	Holder     string
}

// Pipelines lists all pipelines that were ever acquired, by name.
func (s *Store) Pipelines(ctx context.Context) ([]Pipeline, error) {
	var out []Pipeline
	err := s.view(ctx, "listing pipelines", func(tx *gorm.DB) error {
		var rows []PipelineRow
		if err := tx.Order("name").Find(&rows).Error; err != nil {
			return err
		}
		out = make([]Pipeline, 0, len(rows))
		for i := range rows {
			row := &rows[i]
			p := Pipeline{Name: row.Name, Epoch: row.HeadEpoch, Manifest: row.HeadID, Plan: row.Plan, Finished: row.Finished,
				CommittedAt: timeOf(row.CommittedAt), LeaseEpoch: row.LeaseEpoch, Holder: row.LeaseHolder}
			if len(row.Totals) > 0 {
				if err := json.Unmarshal(row.Totals, &p.Totals); err != nil {
					return fmt.Errorf("reading the totals of %s: %w", row.Name, err)
				}
			}
			out = append(out, p)
		}
		return nil
	})
	return out, err
}

// Forget forgets a pipeline's manifests, what was prepared and what its sinks have applied, so that it starts from the beginning. The
// lease stays: its epoch orders what was before and what comes after. A worker that still runs the pipeline gets control.ErrConflict
// at its next commit. Reject files stay until ForgetRejectFile.
func (s *Store) Forget(ctx context.Context, pipeline string) error {
	return s.update(ctx, "forgetting "+pipeline, func(tx *gorm.DB) error {
		if err := tx.Model(&PipelineRow{}).Where("name = ?", pipeline).Updates(map[string]any{
			"revision": gorm.Expr("revision + 1"), "head_id": "", "head_epoch": 0, "plan": "", "totals": nil, "finished": false, "committed_at": 0,
		}).Error; err != nil {
			return err
		}
		for _, row := range []any{&ManifestRow{}, &PreparedRow{}, &AppliedRow{}} {
			if err := tx.Delete(row, "pipeline = ?", pipeline).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// Installation returns the random id of this installation, which is made when it is first asked for and never changes.
func (s *Store) Installation(ctx context.Context) (string, error) {
	var row InstallationRow
	err := s.update(ctx, "reading the installation's id", func(tx *gorm.DB) error {
		fresh := InstallationRow{ID: 1, Installation: control.NewID(), CreatedAt: s.micros(tx)}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
			return err
		}
		return tx.Take(&row, "id = ?", 1).Error
	})
	return row.Installation, err
}
