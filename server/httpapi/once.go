package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"millrace/models/diag"
	"millrace/server/auth"
)

const idempotencyHeader = "Idempotency-Key"

// CodeIdempotency is a key that was used for another request, or is being used for one now.
const CodeIdempotency diag.Code = "http.idempotency_key"

// Answer is what a request was answered.
type Answer struct {
	Status int    `json:"status"`
	Type   string `json:"type"`
	ETag   string `json:"etag,omitempty"`
	Body   []byte `json:"body"`
}

// Once remembers answers by principal and key, for a day.
type Once interface {
	// Begin claims a key for a request, which hash stands for. It returns the answer when there is one for the same request, and a
	// diag.ErrConflict where the key stands for another request, or for one that is being answered now.
	Begin(ctx context.Context, principal, key, hash string) (*Answer, error)
	// Finish remembers the answer; nil forgets the key, so that the request may be sent again.
	Finish(ctx context.Context, principal, key string, answer *Answer) error
}

// once answers a request that was answered before as it was then. Only what was done is remembered: a refused request may be sent again
// with the same key.
func (a *API) once(ctx huma.Context, next func(huma.Context)) {
	key := ctx.Header(idempotencyHeader)
	if key == "" || a.services.Once == nil {
		next(ctx)
		return
	}
	if len(key) > 255 {
		a.refuse(ctx, diag.Refuse(diag.ErrInvalid, CodeIdempotency, "Use at most 255 characters.", "the idempotency key is too long"))
		return
	}
	limit := ctx.Operation().MaxBodyBytes
	if limit <= 0 {
		limit = 1 << 20
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, io.NopCloser(ctx.BodyReader()), limit))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		a.refuse(ctx, newProblem(http.StatusRequestEntityTooLarge, CodeTooLarge, "", "the body is too large"))
		return
	} else if err != nil {
		a.refuse(ctx, diag.RefuseFor(diag.ErrInvalid, err, CodeInvalid, "", "the body could not be read"))
		return
	}
	u := ctx.URL()
	sum := sha256.Sum256([]byte(ctx.Method() + " " + u.RequestURI() + "\n" + string(body)))
	who := auth.From(ctx.Context()).User
	before, err := a.services.Once.Begin(ctx.Context(), who, key, hex.EncodeToString(sum[:]))
	if err != nil {
		a.refuse(ctx, err)
		return
	}
	if before != nil {
		replay(ctx, before)
		return
	}
	g := humagin.Unwrap(ctx)
	g.Request.Body = io.NopCloser(bytes.NewReader(body))
	tape := &recorder{ResponseWriter: g.Writer}
	g.Writer = tape
	done := false
	defer func() {
		// A panic forgets the key as a refusal does.
		var answer *Answer
		if status := tape.Status(); done && status < http.StatusBadRequest {
			answer = &Answer{Status: status, Type: tape.Header().Get("Content-Type"), ETag: tape.Header().Get("ETag"), Body: tape.body.Bytes()}
		}
		if err := a.services.Once.Finish(context.WithoutCancel(ctx.Context()), who, key, answer); err != nil {
			a.log.Error("remembering an answer", "err", err)
		}
	}()
	next(ctx)
	done = true
}

func replay(ctx huma.Context, answer *Answer) {
	if answer.Type != "" {
		ctx.SetHeader("Content-Type", answer.Type)
	}
	if answer.ETag != "" {
		ctx.SetHeader("ETag", answer.ETag)
	}
	ctx.SetHeader("Idempotency-Replayed", "true")
	ctx.SetStatus(answer.Status)
	_, _ = ctx.BodyWriter().Write(answer.Body)
}

// recorder keeps what is written.
type recorder struct {
	gin.ResponseWriter
	body bytes.Buffer
}

// Write writes and keeps.
func (r *recorder) Write(b []byte) (int, error) {
	r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

// WriteString writes and keeps.
func (r *recorder) WriteString(s string) (int, error) {
	r.body.WriteString(s)
	return r.ResponseWriter.WriteString(s)
}
