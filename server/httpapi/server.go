package httpapi

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/server/app"
	"millrace/server/auth"
	"millrace/server/version"
)

// Status is a moment of a server.
type Status struct {
	Version version.Info `json:"version"`
	// Time is the server's clock.
	Time          time.Time            `json:"time"`
	Started       time.Time            `json:"started"`
	UptimeSeconds float64              `json:"uptime_seconds"`
	Parts         []app.PartState      `json:"parts"`
	Pipelines     []app.PipelineStatus `json:"pipelines"`
	// Tables are those of the embedded ClickHouse; TablesError says why they are not known.
	Tables      []app.TableState `json:"tables"`
	TablesError string           `json:"tables_error,omitempty"`
	// Workers are those that live.
	Workers []control.WorkerInfo `json:"workers"`
}

// Options say what to serve.
type Options struct {
	// Status gives a moment; it is called for each request, from several goroutines.
	Status func() Status
	// Page holds the web application with index.html at its root, as package web has it.
	Page fs.FS
	// BasePath is what every path begins with, such as "/millrace"; empty is none.
	BasePath string
	// Loopback says that the listener is on loopback, so that only its names are valid hosts, and that metrics need nobody to be signed in.
	Loopback bool
	Services Services
	Log      *slog.Logger
}

// Server answers HTTP requests.
type Server struct {
	http.Handler
	API *API
}

// New returns the server.
func New(o Options) (*Server, error) {
	// A mode for the process is all that Gin has; the other modes print to standard output.
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	// A path with a slash too many is another path: Gin's redirect would answer in HTML, and would drop the body of what is sent.
	r.RedirectTrailingSlash = false
	// Nobody's word is taken for where a request comes from.
	if err := r.SetTrustedProxies(nil); err != nil {
		return nil, fmt.Errorf("trusting no proxies: %w", err)
	}
	r.Use(identified(o.Log), recovered(o.Log), headers())
	if o.Loopback {
		r.Use(localHost())
	}
	metrics, err := newMetrics(o.Status)
	if err != nil {
		return nil, err
	}
	base := r.Group(o.BasePath)
	base.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	base.GET("/readyz", ready(o.Status))
	api := newAPI(r, o.BasePath, o.Services, o.Log)
	api.registerStatus(o.Status)
	scrape := []gin.HandlerFunc{gin.WrapH(promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))}
	if !o.Loopback {
		scrape = append([]gin.HandlerFunc{api.signedIn, api.only(need(auth.Operate))}, scrape...)
	}
	base.GET("/metrics", scrape...)
	description, err := api.OpenAPI()
	if err != nil {
		return nil, fmt.Errorf("describing the API: %w", err)
	}
	base.GET("/api/openapi.json", func(c *gin.Context) { c.Data(http.StatusOK, "application/openapi+json", description) })
	application, err := newApplication(o.Page, o.BasePath)
	if err != nil {
		return nil, err
	}
	r.NoRoute(application.serve)
	r.NoMethod(func(c *gin.Context) {
		problem(c, http.StatusMethodNotAllowed, CodeMethod, "this path does not have the method "+c.Request.Method)
	})
	return &Server{Handler: r, API: api}, nil
}

// registerStatus serves a moment of everything.
func (a *API) registerStatus(status func() Status) {
	register(a, op{ID: "get_status", Method: http.MethodGet, Path: "/status", Tag: "server", Summary: "A moment of the server", Access: need(auth.View)},
		func(context.Context, *struct{}) (*out[Status], error) { return &out[Status]{Body: status()}, nil })
}

// only is authorize for what is not the API's.
func (a *API) only(access Access) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := a.authorize(c.Request.Context(), access, c.Param); err != nil {
			abort(c, problemOf(err, a.log, requestID(c.Request.Context())))
		}
	}
}

// problem answers with an error as the API writes them.
func problem(c *gin.Context, status int, code diag.Code, message string) {
	p := newProblem(status, code, "", message)
	p.Request = requestID(c.Request.Context())
	abort(c, p)
}

// abort answers with a problem outside of huma, which answers with those of operations.
func abort(c *gin.Context, p *Problem) {
	for name, value := range p.headers() {
		c.Header(name, value)
	}
	c.AbortWithStatusJSON(p.Status, p)
}

// ready tells whether the server has got going. A pipeline that failed does not count: the others run.
func ready(status func() Status) gin.HandlerFunc {
	return func(c *gin.Context) {
		var waiting []string
		for _, p := range status().Pipelines {
			if p.State == "starting" {
				waiting = append(waiting, p.Name)
			}
		}
		if len(waiting) > 0 {
			c.JSON(http.StatusServiceUnavailable, gin.H{"ready": false, "starting": waiting})
			return
		}
		c.JSON(http.StatusOK, gin.H{"ready": true})
	}
}
