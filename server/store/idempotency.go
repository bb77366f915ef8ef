package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millrace/pipelines/control"
)

const (
	// answersKept is how long a key stands for its request.
	answersKept = 24 * time.Hour
	// claimsKept is how long a request may be under way; one that takes longer died with its server.
	claimsKept = 10 * time.Minute
)

// KeyState is what ClaimKey has found.
type KeyState int

// The states of a key.
const (
	// KeyClaimed is the caller's to answer.
	KeyClaimed KeyState = iota
	// KeyAnswered has an answer to the same request.
	KeyAnswered
	// KeyBusy is the same request, which is being answered.
	KeyBusy
	// KeyOther stands for another request.
	KeyOther
)

// Claim is a key and what was found of it.
type Claim struct {
	State KeyState
	// ID is what SettleKey wants of a claimed key, Answer what was settled for an answered one.
	ID     string
	Answer []byte
}

// ClaimKey claims a principal's idempotency key for the request that hash stands for.
func (s *Store) ClaimKey(ctx context.Context, principal, key, hash string) (Claim, error) {
	var claim Claim
	err := s.update(ctx, "claiming an idempotency key", func(tx *gorm.DB) error {
		at := s.micros(tx)
		if err := tx.Delete(&AnswerRow{}, "made_at <= ? OR (claimed <> '' AND made_at <= ?)", at-answersKept.Microseconds(), at-claimsKept.Microseconds()).Error; err != nil {
			return err
		}
		id := control.NewID()
		fresh := AnswerRow{Principal: principal, Key: key, Hash: hash, Claimed: id, MadeAt: at}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
			return err
		}
		var row AnswerRow
		if err := tx.Take(&row, "principal = ? AND request_key = ?", principal, key).Error; err != nil {
			return err
		}
		switch {
		case row.Claimed == id:
			claim = Claim{State: KeyClaimed, ID: id}
		case row.Hash != hash:
			claim = Claim{State: KeyOther}
		case row.Claimed != "":
			claim = Claim{State: KeyBusy}
		default:
			claim = Claim{State: KeyAnswered, Answer: row.Answer}
		}
		return nil
	})
	return claim, err
}

// SettleKey stores the answer of a claimed key; nil gives the key back. It does nothing where the claim was taken over.
func (s *Store) SettleKey(ctx context.Context, principal, key, id string, answer []byte) error {
	return s.update(ctx, "settling an idempotency key", func(tx *gorm.DB) error {
		claimed := tx.Where("principal = ? AND request_key = ? AND claimed = ?", principal, key, id)
		if answer == nil {
			return claimed.Delete(&AnswerRow{}).Error
		}
		return claimed.Model(&AnswerRow{}).Updates(map[string]any{"answer": answer, "claimed": ""}).Error
	})
}
