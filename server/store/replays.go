package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/assets/audit"
	"millrace/models/diag"
)

// CodeReplayed is a dead letter that was replayed before.
const CodeReplayed diag.Code = "rejects.replayed"

// ReplayState says how far a replay has come.
type ReplayState string

// The states. A replay that ended without a word of how stays begun, and is taken up by asking for the same again.
const (
	ReplayBegun ReplayState = "begun"
	ReplayDone  ReplayState = "done"
)

// Replayed is a dead letter that was put through its pipeline again.
type Replayed struct {
	// Reject is the dead letter's id, Replay that of the run, which has the same id when the same is replayed with the same content.
	Reject string      `json:"reject"`
	Replay string      `json:"replay"`
	State  ReplayState `json:"state"`
	By     string      `json:"by"`
	Name   string      `json:"name"`
	At     time.Time   `json:"at"`
}

// ReplayRow is a Replayed.
type ReplayRow struct {
	Reject    string `gorm:"primaryKey;size:128"`
	Pipeline  string `gorm:"size:64;not null"`
	Replay    string `gorm:"size:128;not null"`
	State     string `gorm:"size:16;not null"`
	StartedBy string `gorm:"size:255;not null"`
	Name      string `gorm:"size:255;not null"`
	StartedAt int64  `gorm:"not null;autoCreateTime:false"`
	Revision  int64  `gorm:"not null"`
}

// TableName names the table.
func (ReplayRow) TableName() string { return "replays" }

func (r *ReplayRow) replayed() Replayed {
	return Replayed{Reject: r.Reject, Replay: r.Replay, State: ReplayState(r.State), By: r.StartedBy, Name: r.Name, At: timeOf(r.StartedAt)}
}

// BeginReplay claims dead letters for a replay, all or none, with the audit line. One that another replay has is a diag.ErrConflict; those
// that this replay has claimed before stay its own.
func (s *Store) BeginReplay(ctx context.Context, pipeline, replay string, rejects []string, entry *audit.Entry) error {
	actor := audit.From(ctx)
	return s.change(ctx, entry, func(tx *gorm.DB) error {
		for _, id := range rejects {
			row := ReplayRow{Reject: id, Pipeline: pipeline, Replay: replay, State: string(ReplayBegun), StartedBy: actor.Subject, Name: actor.Name, StartedAt: s.micros(tx), Revision: 1}
			if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
				return fmt.Errorf("claiming a dead letter: %w", err)
			}
			// Whose row it is tells who has the dead letter. How many rows an insert that did nothing has affected, databases do not agree upon.
			var other ReplayRow
			if err := tx.First(&other, "reject = ?", id).Error; err != nil {
				return fmt.Errorf("reading who replayed a dead letter: %w", err)
			}
			if other.Replay != replay || other.State == string(ReplayDone) {
				return diag.Refuse(diag.ErrConflict, CodeReplayed, "Leave it out.", "%s was replayed by %s at %s", id, other.Name, timeOf(other.StartedAt).UTC().Format(time.RFC3339))
			}
		}
		return nil
	})
}

// EndReplay says that a replay is done, or with done false that nothing of it was written: its dead letters may be replayed anew.
func (s *Store) EndReplay(ctx context.Context, replay string, done bool) error {
	return s.update(ctx, "ending a replay", func(tx *gorm.DB) error {
		if !done {
			return tx.Delete(&ReplayRow{}, "replay = ? AND state = ?", replay, string(ReplayBegun)).Error
		}
		return tx.Model(&ReplayRow{}).Where("replay = ?", replay).
			Updates(map[string]any{"state": string(ReplayDone), "revision": gorm.Expr("revision + 1")}).Error
	})
}

// Replays returns which dead letters of a pipeline were replayed, by their ids.
func (s *Store) Replays(ctx context.Context, pipeline string) (map[string]Replayed, error) {
	out := map[string]Replayed{}
	err := s.view(ctx, "reading replays", func(tx *gorm.DB) error {
		var rows []ReplayRow
		if err := tx.Find(&rows, "pipeline = ?", pipeline).Error; err != nil {
			return err
		}
		for i := range rows {
			out[rows[i].Reject] = rows[i].replayed()
		}
		return nil
	})
	return out, err
}
