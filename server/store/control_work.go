package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/pipelines/control"
)

var _ control.Work = (*Store)(nil)

// held is the condition on a row of pipelines that somebody who lives has it: whoever was not buried, whatever the clock says.
const held = "EXISTS (SELECT 1 FROM workers WHERE workers.id = pipelines.lease_holder AND workers.gone = ?)"

// boardRow is a wish as it is read.
type boardRow struct {
	DeploymentRow
	LeaseEpoch  int64
	LeaseHolder string
	Held        bool
}

// Board returns what a worker has to know.
func (s *Store) Board(ctx context.Context, worker string, after int64) (*control.Board, error) {
	var out *control.Board
	err := s.view(ctx, "reading the board", func(tx *gorm.DB) error {
		out = nil
		seq, err := counted(tx, boardCounter)
		if err != nil {
			return err
		}
		now := s.micros(tx)
		var expired int64
		if err := tx.Model(&WorkerRow{}).Where("gone = ? AND expires_at <= ?", false, now).Count(&expired).Error; err != nil {
			return err
		}
		if seq == after && expired == 0 {
			return nil
		}
		b := &control.Board{Seq: seq, Expired: int(expired)}
		if b.Workers, err = s.living(tx, now); err != nil {
			return err
		}
		var rows []boardRow
		err = tx.Table("deployments").
			Select("deployments.id, deployments.name, deployments.team, deployments.version, deployments.want, deployments.generation, deployments.halted,"+
				" deployments.desired, pipelines.lease_epoch, pipelines.lease_holder, "+held+" AS held", false).
			Joins("JOIN pipelines ON pipelines.name = deployments.id").
			Where("deployments.want = ? OR pipelines.lease_holder <> ?", string(control.WantRunning), "").
			Order("deployments.id").Scan(&rows).Error
		if err != nil {
			return err
		}
		for i := range rows {
			row := &rows[i]
			p, err := row.pipeline()
			if err != nil {
				return err
			}
			w := control.Wish{ID: p.ID, Name: p.Name, Team: p.Team, Version: p.Version, Desired: p.Desired, LeaseEpoch: row.LeaseEpoch, Holder: row.LeaseHolder}
			switch {
			case row.Held && row.LeaseHolder == worker:
				b.Mine = append(b.Mine, w)
			case !row.Held && p.Desired.Want == control.WantRunning && row.Halted < row.Generation:
				b.Open = append(b.Open, w)
			}
		}
		out = b
		return nil
	})
	return out, err
}

// Claim takes a pipeline for a worker: if nobody who lives has it, and what is wanted of it is what the worker saw.
func (s *Store) Claim(ctx context.Context, worker string, w control.Wish) (control.Lease, error) {
	err := s.update(ctx, "taking "+w.Name, func(tx *gorm.DB) error {
		// The worker's row is locked until the claim is done: it is not buried meanwhile.
		own := tx.Model(&WorkerRow{}).Where("id = ? AND gone = ?", worker, false).Updates(grow(map[string]any{}))
		switch {
		case own.Error != nil:
			return own.Error
		case own.RowsAffected != 1:
			return control.ErrBuried
		}
		done := tx.Model(&PipelineRow{}).
			Where("name = ? AND lease_epoch = ? AND lease_holder = ?", w.ID, w.LeaseEpoch, w.Holder).
			Where("EXISTS (SELECT 1 FROM deployments WHERE deployments.id = pipelines.name AND deployments.want = ? AND deployments.generation = ? AND deployments.halted < ?)",
				string(control.WantRunning), w.Desired.Generation, w.Desired.Generation).
			Where("NOT "+held, false).
			Updates(grow(map[string]any{"lease_epoch": w.LeaseEpoch + 1, "lease_holder": worker}))
		switch {
		case done.Error != nil:
			return done.Error
		case done.RowsAffected != 1:
			return control.ErrTaken
		}
		return nil
	})
	if err != nil {
		return control.Lease{}, err
	}
	return control.Lease{Pipeline: w.ID, Holder: worker, Epoch: w.LeaseEpoch + 1}, nil
}

// Observe records what a worker saw.
func (s *Store) Observe(ctx context.Context, worker string, reports []control.Report) error {
	if len(reports) == 0 {
		return nil
	}
	return s.update(ctx, "recording what is observed", func(tx *gorm.DB) error {
		events := 0
		opens := false
		for _, r := range reports {
			events += len(r.Events)
			opens = opens || r.Release || r.Observed != nil && r.Observed.State.Final()
		}
		// The feed's row is taken first: from here on nobody else observes.
		seq, err := count(tx, feedCounter, int64(events)+1)
		if err != nil {
			return err
		}
		if opens {
			if _, err := count(tx, boardCounter, 1); err != nil {
				return err
			}
		}
		reports, rows, err := current(tx, reports)
		if err != nil {
			return err
		}
		return s.observe(tx, reports, rows, seq, events)
	})
}

// current leaves out the reports under leases that are not the newest known, and returns the rows the others are about.
func current(tx *gorm.DB, reports []control.Report) ([]control.Report, map[string]*ObservedRow, error) {
	ids := make([]string, len(reports))
	for i, r := range reports {
		ids[i] = r.Lease.Pipeline
	}
	var rows []ObservedRow
	if err := tx.Find(&rows, "pipeline IN ?", ids).Error; err != nil {
		return nil, nil, err
	}
	byID := map[string]*ObservedRow{}
	for i := range rows {
		byID[rows[i].Pipeline] = &rows[i]
	}
	var kept []control.Report
	for _, r := range reports {
		// A pipeline without a row was deleted.
		if row := byID[r.Lease.Pipeline]; row != nil && row.LeaseEpoch <= r.Lease.Epoch {
			kept = append(kept, r)
		}
	}
	return kept, byID, nil
}

func (s *Store) observe(tx *gorm.DB, reports []control.Report, rows map[string]*ObservedRow, seq int64, events int) error {
	now := s.micros(tx)
	var changed []ObservedRow
	var all []control.Event
	var lines []PipelineLogRow
	for _, r := range reports {
		row := rows[r.Lease.Pipeline]
		first := row.LogLines
		for _, l := range r.Logs {
			row.LogLines++
			l.Number = row.LogLines
			body, err := json.Marshal(&l)
			if err != nil {
				return fmt.Errorf("writing a line of a log: %w", err)
			}
			lines = append(lines, PipelineLogRow{Pipeline: row.Pipeline, Number: l.Number, At: microsOf(l.At), Body: body})
		}
		if row.LogLines > first && row.LogLines > control.KeepLogLines {
			if err := tx.Delete(&PipelineLogRow{}, "pipeline = ? AND number <= ?", row.Pipeline, row.LogLines-control.KeepLogLines).Error; err != nil {
				return err
			}
		}
		all = append(all, r.Events...)
		if o := r.Observed; o != nil {
			head := *o
			head.Stats = nil
			body, err := json.Marshal(&head)
			if err != nil {
				return fmt.Errorf("writing what is observed: %w", err)
			}
			row.Body, row.Stats, row.LeaseEpoch = body, o.Stats, r.Lease.Epoch
			if o.State.Final() {
				// A wish made meanwhile is not fulfilled by this.
				if err := tx.Model(&DeploymentRow{}).Where("id = ? AND generation = ?", row.Pipeline, o.Generation).Update("halted", o.Generation).Error; err != nil {
					return err
				}
			}
		}
		row.Seq, row.ConfirmedAt = seq, now
		changed = append(changed, *row)
		if r.Release {
			err := tx.Model(&PipelineRow{}).Where("name = ? AND lease_epoch = ?", r.Lease.Pipeline, r.Lease.Epoch).
				Updates(grow(map[string]any{"lease_holder": ""})).Error
			if err != nil {
				return err
			}
		}
	}
	replace := clause.OnConflict{Columns: []clause.Column{{Name: "pipeline"}},
		DoUpdates: clause.AssignmentColumns([]string{"lease_epoch", "seq", "confirmed_at", "log_lines", "stats", "body"})}
	if len(changed) > 0 {
		if err := tx.Clauses(replace).CreateInBatches(changed, 50).Error; err != nil {
			return err
		}
	}
	if len(lines) > 0 {
		if err := tx.CreateInBatches(lines, 100).Error; err != nil {
			return err
		}
	}
	// Events of reports left out leave a gap in the numbers, and the feed's own number comes last.
	rowsOf, err := eventRows(all, seq-1)
	if err != nil || len(rowsOf) == 0 {
		return err
	}
	return tx.CreateInBatches(rowsOf, 100).Error
}
