// Package httpapi is the HTTP side of a server: the JSON API, metrics and the status page. It is the only package that speaks Gin.
//
// # Routes
//
//	GET /                   the status page
//	GET /healthz            200 while the process answers
//	GET /readyz             200 when every pipeline has left "starting", else 503 with what is awaited
//	GET /api/v1/status      a moment of everything, see Status
//	GET /api/v1/pipelines   the pipelines of it
//	GET /metrics            the same for Prometheus
//
// # Safety
//
// Nothing here changes anything, and nobody logs in yet: listen on loopback. There a request's Host must name loopback, so that a web page
// whose name was made to resolve to 127.0.0.1 (DNS rebinding) reads nothing. The page loads nothing from elsewhere, which its content
// security policy enforces.
package httpapi
