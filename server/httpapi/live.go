package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"millrace/server/auth"
)

// registerLive serves the WebSocket. It is no operation of the API's description, which has no words for it; server/live has its protocol.
func (a *API) registerLive(group *gin.RouterGroup) {
	if a.services.Live == nil {
		return
	}
	a.routes = append(a.routes, Route{ID: "live", Method: http.MethodGet, Path: "/live", Access: need(auth.View)})
	group.GET("/live", a.only(need(auth.View)), func(c *gin.Context) {
		r := c.Request
		again := func(ctx context.Context) (auth.Principal, error) { return a.services.Sessions.Authenticate(ctx, r) }
		if err := a.services.Live.Serve(c.Writer, r, auth.From(r.Context()), again); err != nil {
			abort(c, problemOf(err, a.log, requestID(r.Context())))
		}
	})
}
