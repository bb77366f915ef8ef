package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/components/relational"
	"millrace/models/expr"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/server/auth"
)

// Components is every component of the server, and the forms of what a relational model declares beside nodes.
type Components struct {
	Items []component.Declaration `json:"items" nullable:"false" doc:"by kind and name"`
	// Entity and Join are the parameters of a relational model's declarations, but for id, from and to.
	Entity []component.FieldDeclaration `json:"entity" nullable:"false" doc:"the parameters of an entity of a relational model, beside its id"`
	Join   []component.FieldDeclaration `json:"join" nullable:"false" doc:"the parameters of a join of a relational model, beside from and to"`
}

// Language is what an editor of expressions completes.
type Language struct {
	Functions []expr.Function `json:"functions" nullable:"false" doc:"by name, the aggregates among them; documentation is in English"`
	Keywords  []string        `json:"keywords" nullable:"false" doc:"reserved words, which name a column only in back quotes"`
	Types     []string        `json:"types" nullable:"false" doc:"the names of data types"`
}

// Cached is an input that may name what the client has already.
type Cached struct {
	IfNoneMatch string `header:"If-None-Match" doc:"the ETag of what is there already: the answer is 304 while that is the newest"`
}

// cachedOut answers with something that changes with the server's version only.
type cachedOut[T any] struct {
	Status       int
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         T
}

// fixed is an answer that stays the same while the server runs, with its ETag.
type fixed[T any] struct {
	body T
	etag string
}

func fix[T any](body T) (fixed[T], error) {
	text, err := json.Marshal(body)
	if err != nil {
		return fixed[T]{}, err
	}
	sum := sha256.Sum256(text)
	return fixed[T]{body, `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}, nil
}

// answer gives the body, or says that the client has it.
func (f fixed[T]) answer(_ context.Context, in *Cached) (*cachedOut[T], error) {
	out := &cachedOut[T]{Status: http.StatusOK, ETag: f.etag, CacheControl: "private, no-cache", Body: f.body}
	for tag := range strings.SplitSeq(in.IfNoneMatch, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == f.etag {
			out.Status = http.StatusNotModified
		}
	}
	return out, nil
}

// registerComponents serves what models are made of: the canvas knows no component but from here.
func (a *API) registerComponents() {
	if a.services.Components == nil {
		return
	}
	const tag = "components"
	components, err := declareComponents(a.services.Components)
	if err != nil {
		// A registry refuses what cannot be declared, so this is a mistake in this program; the other routes work all the same.
		a.log.Error("declaring the components", slog.Any("err", err))
		return
	}
	language, err := fix(Language{Functions: expr.Functions(), Keywords: sqltext.ReservedWords(), Types: dataTypes()})
	if err != nil {
		a.log.Error("describing the language", slog.Any("err", err))
		return
	}
	register(a, op{ID: "list_components", Method: http.MethodGet, Path: "/components", Tag: tag, Access: need(auth.View), Summary: "The components that models are made of",
		Description: "Sources, transforms, sinks, formats and connections with their parameters, help and icons: what forms and palettes are made from."}, components.answer)
	register(a, op{ID: "list_functions", Method: http.MethodGet, Path: "/functions", Tag: tag, Access: need(auth.View), Summary: "The language of expressions",
		Description: "Functions with signatures and examples, reserved words and data types."}, language.answer)
}

func declareComponents(registry *component.Registry) (fixed[Components], error) {
	body := Components{Items: []component.Declaration{}}
	for _, s := range registry.All() {
		d, err := component.Declare(s)
		if err != nil {
			return fixed[Components]{}, err
		}
		body.Items = append(body.Items, d)
	}
	var err error
	if body.Entity, err = component.DeclareFields(relational.EntityFields()); err != nil {
		return fixed[Components]{}, err
	}
	if body.Join, err = component.DeclareFields(relational.JoinFields()); err != nil {
		return fixed[Components]{}, err
	}
	return fix(body)
}

func dataTypes() []string {
	out := schema.TypeNames()
	slices.Sort(out)
	return out
}
