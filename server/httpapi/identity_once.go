package httpapi

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"

	"millrace/models/diag"
	"millrace/server/secret"
	"millrace/server/store"
)

// Keys keeps idempotency keys; server/store is one.
type Keys interface {
	ClaimKey(ctx context.Context, principal, key, hash string) (store.Claim, error)
	SettleKey(ctx context.Context, principal, key, id string, answer []byte) error
}

// KeyedOnce is Once over Keys. Answers are sealed and requests kept as keyed digests: either may hold a password or a token.
type KeyedOnce struct {
	keys Keys
	ring *secret.Keyring

	mu sync.Mutex
	// claims holds the ids of what this process is answering, by principal and key.
	claims map[[2]string]string
}

var _ Once = (*KeyedOnce)(nil)

// NewOnce returns a Once.
func NewOnce(keys Keys, ring *secret.Keyring) *KeyedOnce {
	return &KeyedOnce{keys: keys, ring: ring, claims: map[[2]string]string{}}
}

func answerPlace(principal, key string) secret.Place {
	return secret.Place{Object: "answer:" + principal, Field: key}
}

// Begin claims a key.
func (o *KeyedOnce) Begin(ctx context.Context, principal, key, hash string) (*Answer, error) {
	at := answerPlace(principal, key)
	claim, err := o.keys.ClaimKey(ctx, principal, key, hex.EncodeToString(o.ring.Digest(at, []byte(hash))))
	if err != nil {
		return nil, err
	}
	switch claim.State {
	case store.KeyOther:
		return nil, diag.Refuse(diag.ErrInvalid, CodeIdempotency, "Use a new key for another request.", "the idempotency key stands for another request")
	case store.KeyBusy:
		return nil, diag.Refuse(diag.ErrConflict, CodeIdempotency, "Wait for its answer, or send it again in a moment.", "the same request is being answered")
	case store.KeyAnswered:
		text, err := o.ring.Open(at, string(claim.Answer))
		if err != nil {
			return nil, fmt.Errorf("reading a remembered answer: %w", err)
		}
		answer := &Answer{}
		if err := json.Unmarshal(text, answer); err != nil {
			return nil, fmt.Errorf("reading a remembered answer: %w", err)
		}
		return answer, nil
	default:
		o.mu.Lock()
		defer o.mu.Unlock()
		o.claims[[2]string{principal, key}] = claim.ID
		return nil, nil
	}
}

// Finish remembers the answer.
func (o *KeyedOnce) Finish(ctx context.Context, principal, key string, answer *Answer) error {
	o.mu.Lock()
	id := o.claims[[2]string{principal, key}]
	delete(o.claims, [2]string{principal, key})
	o.mu.Unlock()
	var sealed []byte
	if answer != nil {
		text, err := json.Marshal(answer)
		if err != nil {
			return fmt.Errorf("remembering an answer: %w", err)
		}
		sealed = []byte(o.ring.Seal(answerPlace(principal, key), text))
	}
	return o.keys.SettleKey(ctx, principal, key, id, sealed)
}
