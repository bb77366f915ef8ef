package httpapi

import (
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"millrace/server/app"
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
}

// Options say what to serve.
type Options struct {
	// Status gives a moment; it is called for each request, from several goroutines.
	Status func() Status
	// Page holds the status page with index.html at its root.
	Page fs.FS
	// Loopback says that the listener is on loopback, so that only its names are valid hosts.
	Loopback bool
	Log      *slog.Logger
}

// New returns the handler.
func New(o Options) (http.Handler, error) {
	// A mode for the process is all that Gin has; the other modes print to standard output.
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.Use(recovered(o.Log), headers())
	if o.Loopback {
		r.Use(localHost())
	}
	metrics, err := newMetrics(o.Status)
	if err != nil {
		return nil, err
	}
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	r.GET("/readyz", ready(o.Status))
	r.GET("/metrics", gin.WrapH(promhttp.HandlerFor(metrics, promhttp.HandlerOpts{})))
	api := r.Group("/api/v1", func(c *gin.Context) { c.Header("Cache-Control", "no-store") })
	api.GET("/status", func(c *gin.Context) { c.JSON(http.StatusOK, o.Status()) })
	api.GET("/pipelines", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"pipelines": o.Status().Pipelines}) })
	r.NoRoute(page(o.Page))
	r.NoMethod(func(c *gin.Context) {
		problem(c, http.StatusMethodNotAllowed, "http.method", "only GET is served here")
	})
	return r, nil
}

// problem answers with an error as the API writes them.
func problem(c *gin.Context, status int, code, message string) {
	c.AbortWithStatusJSON(status, gin.H{"code": code, "message": message})
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

// page serves the files of the status page.
func page(files fs.FS) gin.HandlerFunc {
	return func(c *gin.Context) {
		name := path.Clean(c.Request.URL.Path)[1:]
		if name == "" {
			name = "index.html"
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			problem(c, http.StatusNotFound, "http.not_found", "there is nothing at "+path.Clean(c.Request.URL.Path))
			return
		}
		if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
			problem(c, http.StatusMethodNotAllowed, "http.method", "only GET is served here")
			return
		}
		// The files change with the binary only, but have no versions in their names.
		c.Header("Cache-Control", "no-cache")
		kind := mime.TypeByExtension(path.Ext(name))
		if kind == "" {
			kind = "application/octet-stream"
		}
		c.Data(http.StatusOK, kind, text)
	}
}
