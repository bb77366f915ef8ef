package auth

import "context"

type principalKey struct{}

// With returns a context of a request that the principal made.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From returns the principal of a request, nobody where there is none.
func From(ctx context.Context) Principal {
	p, _ := ctx.Value(principalKey{}).(Principal)
	return p
}

// SessionCookie is the name of the cookie that carries a session. Where the browser can hold it to this host and to TLS it has the prefix
// "__Host-".
const SessionCookie = "millrace_session"
