package httpapi

import (
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"
)

// policy is for answers that are no pages: should one be shown as a page, it may load nothing.
const policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// pagePolicy lets the page load its own files and nothing else. Style sheets that its libraries write carry the nonce; style attributes, which some
// of them write as text, can have none, and can load nothing but images of this site.
func pagePolicy(nonce string) string {
	return "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'nonce-" + nonce + "'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; " +
		"base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
}

// headers sets what every answer carries.
func headers() gin.HandlerFunc {
	return func(c *gin.Context) {
		h := c.Writer.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	}
}

// localHost refuses requests whose Host is not loopback's: those of a web page whose own name was made to resolve here.
func localHost() gin.HandlerFunc {
	return func(c *gin.Context) {
		if !isLocal(c.Request.Host) {
			problem(c, http.StatusMisdirectedRequest, CodeHost, "this server answers to localhost and 127.0.0.1 only")
		}
	}
}

// isLocal reports whether a Host header, with or without a port, names loopback.
func isLocal(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// recovered turns a panic into an answer and a log line with its stack.
func recovered(log *slog.Logger) gin.HandlerFunc {
	return gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, reason any) {
		log.Error("answering a request", "path", c.Request.URL.Path, "panic", reason, "stack", string(debug.Stack()))
		problem(c, http.StatusInternalServerError, CodeInternal, "the server failed to answer; its log says why")
	})
}
