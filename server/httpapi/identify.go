package httpapi

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"time"

	"github.com/gin-gonic/gin"

	"millrace/assets/audit"
	"millrace/pipelines/control"
	"millrace/server/auth"
)

// Sessions tells who makes a request.
type Sessions interface {
	// Authenticate reads the session's cookie or the bearer token; nobody where there is neither, or where the session has ended. A
	// session's request that changes something must also show the CSRF token and come from this site, else it is diag.ErrDenied. A token
	// that does not hold is diag.ErrUnauthenticated.
	Authenticate(ctx context.Context, r *http.Request) (auth.Principal, error)
}

type requestKey struct{}

// requestID returns the id of the request being answered.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// RequestHeader carries the request's id: a proxy's own is taken over, so that logs can be read together.
const RequestHeader = "X-Request-Id"

// identified gives each request an id and a log line.
func identified(log *slog.Logger) gin.HandlerFunc {
	harmless := regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	return func(c *gin.Context) {
		id := c.GetHeader(RequestHeader)
		if !harmless.MatchString(id) {
			id = control.NewID()
		}
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), requestKey{}, id))
		c.Header(RequestHeader, id)
		began := time.Now()
		c.Next()
		log.Debug("request", "request", id, "method", c.Request.Method, "route", c.FullPath(), "status", c.Writer.Status(),
			"took", time.Since(began), "user", auth.From(c.Request.Context()).Name)
	}
}

// signedIn finds out who makes the request. A token that does not hold is refused everywhere, also where the route is public: whoever
// sends it believes to be somebody.
func (a *API) signedIn(c *gin.Context) {
	ctx := c.Request.Context()
	p, err := a.services.Sessions.Authenticate(ctx, c.Request)
	if err != nil {
		abort(c, problemOf(err, a.log, requestID(ctx)))
		return
	}
	actor := p.Actor()
	actor.Request, actor.Remote = requestID(ctx), remoteOf(c.Request)
	c.Request = c.Request.WithContext(audit.With(auth.With(ctx, p), actor))
}

// remoteOf is the address a request came from. Headers that anybody can send are not believed.
func remoteOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
