// Package httpapi is the HTTP side of a server: the JSON API, metrics and the web application. It is the only package that speaks Gin.
//
// # Routes
//
//	GET /                   the web application, which answers for every address that is a page of it
//	GET /healthz            200 while the process answers
//	GET /readyz             200 when every pipeline has left "starting", else 503 with what is awaited
//	GET /metrics            for Prometheus; where the server listens beyond loopback, with the capability "operate"
//	GET /api/openapi.json   the description of everything below
//	/api/v1/...             the API, see Routes
//
// All lie under the base path where there is one.
//
// # Adding a route
//
// An area is a file named after it, with an interface for what it stands on (a field of Services) and a method that registers its
// routes, which areas lists:
//
//	register(a, op{ID: "get_table", Method: "GET", Path: "/tables/{table}", Tag: "tables", Summary: "A table",
//		Access: need(auth.View).onTable(grants.Discover, "table")},
//		func(ctx context.Context, in *struct{ ID string `path:"table"` }) (*itemOut[Table], error) { ... })
//
// Access is who may call it, enforced before a body is read; the zero Access is nobody. Errors of handlers become problem+json by their
// kind and diagnostic (see problemOf, diag.Refuse). Lists embed Page and answer with Items; documents answer with itemOut and are changed
// with Match; a POST that does something takes an Idempotency-Key when it says Action.
//
// # Safety
//
// Requests are a principal's (see Sessions), whose word counts for nothing until it was checked. On loopback a request's Host must name
// loopback, so that a web page whose name was made to resolve to 127.0.0.1 (DNS rebinding) reads nothing. The page loads nothing from
// elsewhere, which its content security policy enforces. What a client sent is never sent back in errors: it may be a secret.
package httpapi
