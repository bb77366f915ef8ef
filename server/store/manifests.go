package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/models/diag"
	"millrace/pipelines/control"
)

// Acquire takes the lease over from whoever had it, but for a worker that lives: then errors.Is finds control.ErrHeld, and the message says
// who has it. pipeline may be the name of a deployed one, which counts as the pipeline itself.
func (s *Store) Acquire(ctx context.Context, pipeline, holder string) (control.Lease, error) {
	var row PipelineRow
	err := s.update(ctx, "acquiring the lease of "+pipeline, func(tx *gorm.DB) error {
		if err := refuseHeld(tx, pipeline); err != nil {
			return err
		}
		takeOver := clause.OnConflict{
			Columns: []clause.Column{{Name: "name"}},
			DoUpdates: clause.Assignments(map[string]any{
				"lease_epoch": gorm.Expr("pipelines.lease_epoch + 1"), "revision": gorm.Expr("pipelines.revision + 1"), "lease_holder": holder,
			}),
		}
		if err := tx.Clauses(takeOver).Create(&PipelineRow{Name: pipeline, Revision: 1, LeaseEpoch: 1, LeaseHolder: holder}).Error; err != nil {
			return err
		}
		return tx.Take(&row, "name = ?", pipeline).Error
	})
	if err != nil {
		return control.Lease{}, err
	}
	return control.Lease{Pipeline: pipeline, Holder: holder, Epoch: row.LeaseEpoch}, nil
}

// refuseHeld fails when a worker that was not buried runs the pipeline.
func refuseHeld(tx *gorm.DB, pipeline string) error {
	var workers []WorkerRow
	err := tx.Model(&WorkerRow{}).Select("workers.host, workers.pid").
		Joins("JOIN pipelines ON pipelines.lease_holder = workers.id").
		Joins("LEFT JOIN deployments ON deployments.id = pipelines.name").
		Where("workers.gone = ? AND (pipelines.name = ? OR deployments.name = ?)", false, pipeline, pipeline).Find(&workers).Error
	if err != nil || len(workers) == 0 {
		return err
	}
	return diag.RefuseFor(diag.ErrConflict, control.ErrHeld, control.CodeHeld, "Stop it there first (millrace stop), or give this run another name.",
		"the worker with pid %d on %s runs %s", workers[0].PID, workers[0].Host, pipeline)
}

// Release gives the lease back. One that was taken over is left to its new holder.
func (s *Store) Release(ctx context.Context, l control.Lease) error {
	return s.update(ctx, "releasing the lease of "+l.Pipeline, func(tx *gorm.DB) error {
		return tx.Model(&PipelineRow{}).Where("name = ? AND lease_epoch = ?", l.Pipeline, l.Epoch).
			Updates(map[string]any{"lease_holder": "", "revision": gorm.Expr("revision + 1")}).Error
	})
}

// Head returns what is remembered of a pipeline, all of it as of one moment; nothing, if the pipeline is not known.
func (s *Store) Head(ctx context.Context, pipeline string) (control.Head, error) {
	head := control.Head{Applied: map[string]string{}}
	err := s.view(ctx, "reading the head of "+pipeline, func(tx *gorm.DB) error {
		var manifests []ManifestRow
		if err := tx.Order("epoch").Find(&manifests, "pipeline = ?", pipeline).Error; err != nil {
			return err
		}
		for i := range manifests {
			m, err := decode(manifests[i].Body)
			if err != nil {
				return err
			}
			head.Recent = append(head.Recent, m)
			head.Committed = m
		}
		var prepared []PreparedRow
		if err := tx.Find(&prepared, "pipeline = ?", pipeline).Error; err != nil {
			return err
		}
		for i := range prepared {
			m, err := decode(prepared[i].Body)
			if err != nil {
				return err
			}
			head.Prepared = m
		}
		var applied []AppliedRow
		if err := tx.Find(&applied, "pipeline = ?", pipeline).Error; err != nil {
			return err
		}
		for _, row := range applied {
			head.Applied[row.Sink] = row.Manifest
		}
		return nil
	})
	if err != nil {
		return control.Head{}, err
	}
	return head, nil
}

// Prepare remembers m without making it the head. It fails with control.ErrFenced or control.ErrConflict.
func (s *Store) Prepare(ctx context.Context, l control.Lease, m *control.Manifest) error {
	body, err := encode(m)
	if err != nil {
		return err
	}
	return s.update(ctx, "preparing a manifest of "+l.Pipeline, func(tx *gorm.DB) error {
		if err := advance(tx, l, m, nil); err != nil {
			return err
		}
		replace := clause.OnConflict{Columns: []clause.Column{{Name: "pipeline"}}, DoUpdates: clause.AssignmentColumns([]string{"body"})}
		return tx.Clauses(replace).Create(&PreparedRow{Pipeline: l.Pipeline, Body: body}).Error
	})
}

// Commit makes m the head, forgets what was prepared and records m's reject file, in one transaction. It fails with
// control.ErrFenced or control.ErrConflict. After any other error the transaction may have been carried out: only Head knows.
func (s *Store) Commit(ctx context.Context, l control.Lease, m *control.Manifest) error {
	body, err := encode(m)
	if err != nil {
		return err
	}
	totals, err := json.Marshal(m.Totals)
	if err != nil {
		return fmt.Errorf("writing totals: %w", err)
	}
	return s.update(ctx, "committing a manifest of "+l.Pipeline, func(tx *gorm.DB) error {
		at := s.micros(tx)
		if err := advance(tx, l, m, map[string]any{
			"head_id": m.ID, "head_epoch": m.Epoch, "plan": m.Plan, "totals": totals, "finished": m.Finished, "committed_at": at,
		}); err != nil {
			return err
		}
		if err := tx.Create(&ManifestRow{ID: m.ID, Pipeline: l.Pipeline, Epoch: m.Epoch, CommittedAt: at, Body: body}).Error; err != nil {
			return err
		}
		if err := tx.Delete(&ManifestRow{}, "pipeline = ? AND epoch <= ?", l.Pipeline, m.Epoch-control.KeepManifests).Error; err != nil {
			return err
		}
		if err := tx.Delete(&PreparedRow{}, "pipeline = ?", l.Pipeline).Error; err != nil {
			return err
		}
		if r := m.Rejects; r != nil {
			return tx.Create(&RejectFileRow{Manifest: m.ID, Pipeline: l.Pipeline, Epoch: m.Epoch, File: r.File, Dead: r.Dead, Late: r.Late,
				Bytes: r.Bytes, CommittedAt: at}).Error
		}
		return nil
	})
}

// SetApplied records that all chunks of a manifest were applied by a sink. It fails with control.ErrFenced.
func (s *Store) SetApplied(ctx context.Context, l control.Lease, sink, manifest string) error {
	return s.update(ctx, "recording what "+sink+" has applied", func(tx *gorm.DB) error {
		held := tx.Model(&PipelineRow{}).Where("name = ? AND lease_epoch = ?", l.Pipeline, l.Epoch).Update("revision", gorm.Expr("revision + 1"))
		switch {
		case held.Error != nil:
			return held.Error
		case held.RowsAffected != 1:
			return control.ErrFenced
		}
		replace := clause.OnConflict{Columns: []clause.Column{{Name: "pipeline"}, {Name: "sink"}}, DoUpdates: clause.AssignmentColumns([]string{"manifest"})}
		return tx.Clauses(replace).Create(&AppliedRow{Pipeline: l.Pipeline, Sink: sink, Manifest: manifest}).Error
	})
}

// advance is the conditional update under which everything else of a transaction happens: it changes the pipeline's row if the lease
// is the newest and the head is the one that m builds on (I5). The update takes the row's lock, so that no other transaction can
// come in between on a database that has several writers.
func advance(tx *gorm.DB, l control.Lease, m *control.Manifest, changes map[string]any) error {
	set := map[string]any{"revision": gorm.Expr("revision + 1")}
	for column, value := range changes {
		set[column] = value
	}
	done := tx.Model(&PipelineRow{}).
		Where("name = ? AND lease_epoch = ? AND head_id = ? AND head_epoch = ?", l.Pipeline, l.Epoch, m.Previous, m.Epoch-1).Updates(set)
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected == 1 {
		return nil
	}
	var row PipelineRow
	switch err := tx.Take(&row, "name = ?", l.Pipeline).Error; {
	case errors.Is(err, gorm.ErrRecordNotFound):
		// Nobody ever acquired this lease.
		return control.ErrFenced
	case err != nil:
		return err
	case row.LeaseEpoch != l.Epoch:
		return control.ErrFenced
	default:
		return control.ErrConflict
	}
}

func encode(m *control.Manifest) ([]byte, error) {
	if m.ID == "" {
		return nil, errors.New("the manifest has no id")
	}
	body, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("writing manifest %s: %w", m.ID, err)
	}
	return body, nil
}

func decode(body []byte) (*control.Manifest, error) {
	m := &control.Manifest{}
	if err := json.Unmarshal(body, m); err != nil {
		return nil, fail(CodeDamaged, nil, err, "Restore the file from a backup.", "a manifest cannot be read")
	}
	return m, nil
}
