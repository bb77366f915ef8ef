package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"millrace/models/diag"
	"millrace/server/auth"
	"millrace/server/version"
)

// prefix is where the API lies under the base path.
const prefix = "/api/v1"

// API is the JSON API. Its routes are registered by the files named after what they serve.
type API struct {
	huma     huma.API
	services Services
	log      *slog.Logger
	routes   []Route
}

// Route is an operation as it was declared.
type Route struct {
	ID     string `json:"id"`
	Method string `json:"method"`
	// Path is under the API's prefix, with its parameters in braces.
	Path   string `json:"path"`
	Access Access `json:"access"`
}

// op declares an operation.
type op struct {
	// ID names the operation, lower_snake_case; clients are generated with it.
	ID     string
	Method string
	Path   string
	// Summary is one line, Description Markdown.
	Summary, Description string
	Tag                  string
	Access               Access
	// Status is what success answers; 0 is 200, or 204 where there is no body.
	Status int
	// MaxBody bounds the body, in bytes; 0 is 1 MiB.
	MaxBody int64
	// Action marks a POST that does something once: it takes an Idempotency-Key.
	Action bool
}

// register adds an operation. The handler's errors become problems; its input and output describe themselves (see huma).
func register[I, O any](a *API, o op, handler func(context.Context, *I) (*O, error)) {
	access := o.Access
	operation := huma.Operation{
		OperationID: o.ID, Method: o.Method, Path: o.Path, Summary: o.Summary, Description: o.Description, Tags: []string{o.Tag},
		DefaultStatus: o.Status, MaxBodyBytes: o.MaxBody, RejectUnknownQueryParameters: true,
		Middlewares: huma.Middlewares{a.guard(access)},
		Extensions:  map[string]any{"x-access": access},
	}
	if o.Action {
		operation.Middlewares = append(operation.Middlewares, a.once)
		operation.Parameters = append(operation.Parameters, &huma.Param{Name: idempotencyHeader, In: "header",
			Description: "a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once",
			Schema:      &huma.Schema{Type: "string"}})
	}
	if !access.Public {
		operation.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	a.routes = append(a.routes, Route{ID: o.ID, Method: o.Method, Path: o.Path, Access: access})
	huma.Register(a.huma, operation, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, problemOf(err, a.log, requestID(ctx))
		}
		return out, nil
	})
}

// newAPI makes the API on a group of the router that lies at base (the base path with the prefix).
func newAPI(engine *gin.Engine, base string, services Services, log *slog.Logger) *API {
	useProblems()
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Millrace", Version: version.Get().Version,
				Description: "Everything Millrace does, for its command line, its browser application and your programs. Errors are problem+json with a code."},
			Servers: []*huma.Server{{URL: base + prefix}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: auth.SessionCookie, Description: "of a browser; changes need the header X-Csrf-Token as well"},
					"token":   {Type: "http", Scheme: "bearer", Description: "an API token"},
				},
			},
		},
		Formats: huma.DefaultFormats, DefaultFormat: "application/json",
		// The description is served by describe: at the path that people look for, and by rule.
		OpenAPIPath: "", DocsPath: "", SchemasPath: "",
	}
	a := &API{services: services, log: log}
	group := engine.Group(base+prefix, noStore, a.signedIn)
	a.huma = humagin.NewWithGroup(engine, group, config)
	a.registerLive(group)
	for _, add := range a.areas() {
		add()
	}
	slices.SortFunc(a.routes, func(x, y Route) int { return strings.Compare(x.Path+" "+x.Method, y.Path+" "+y.Method) })
	return a
}

// areas lists what registers routes. A server without a service leaves its area out.
func (a *API) areas() []func() {
	return []func(){a.registerIdentity, a.registerUsers, a.registerTeams, a.registerAudit, a.registerHub, a.registerGrants, a.registerDocuments, a.registerComponents, a.registerBuilder, a.registerLineage, a.registerSearch, a.registerPipelines, a.registerDesign, a.registerQueries, a.registerPreviews, a.registerRejects}
}

// Routes returns the operations as they were declared, by path.
func (a *API) Routes() []Route { return a.routes }

// OpenAPI returns the description of the API, version 3.1, as JSON.
func (a *API) OpenAPI() ([]byte, error) { return json.Marshal(a.huma.OpenAPI()) }

func noStore(c *gin.Context) { c.Header("Cache-Control", "no-store") }

// Page is how lists are read: in pieces.
type Page struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"how many items at most"`
	Cursor string `query:"cursor" maxLength:"2048" doc:"next_cursor of the page before"`
}

// after reads the cursor: the values that cursorOf was given.
func (p Page) after(values ...*string) error {
	if p.Cursor == "" {
		return nil
	}
	var got []string
	text, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(text, &got)
	}
	if err != nil || len(got) != len(values) {
		return diag.Refuse(diag.ErrInvalid, CodeCursor, "Begin again without a cursor.", "the cursor is not one of this list")
	}
	for i := range values {
		*values[i] = got[i]
	}
	return nil
}

// cursorOf makes the cursor of a page that ends at an item with these sort values.
func cursorOf(values ...string) string {
	text, _ := json.Marshal(values) // texts always have a form
	return base64.RawURLEncoding.EncodeToString(text)
}

// Items is one page of a list.
type Items[T any] struct {
	Items []T `json:"items" nullable:"false"`
	// NextCursor reads on; empty is the end.
	NextCursor string `json:"next_cursor,omitempty"`
}

// listOut answers with a page.
type listOut[T any] struct{ Body Items[T] }

// itemOut answers with a document and its revision.
type itemOut[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// out answers with something that has no revision.
type out[T any] struct{ Body T }

// none answers with nothing.
type none struct{}

func etag(revision int64) string { return `"` + strconv.FormatInt(revision, 10) + `"` }

// Match is the part of an input that names the revision a change is made to.
type Match struct {
	IfMatch string `header:"If-Match" doc:"the ETag of the revision the change is made to"`
}

// revision returns it. Without one a change would overwrite what somebody else has written in the meantime.
func (m Match) revision() (int64, error) {
	if m.IfMatch == "" {
		return 0, newProblem(http.StatusPreconditionRequired, CodePrecondition, "Send the ETag you have read as If-Match.", "the change does not say which revision it is made to")
	}
	n, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(m.IfMatch, "W/"), `"`), 10, 64)
	if err != nil {
		return 0, newProblem(http.StatusPreconditionFailed, CodeStale, "Read it again, and make the change to that.", "If-Match is no revision of this")
	}
	return n, nil
}
