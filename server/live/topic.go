package live

import (
	"context"
	"encoding/json"

	"millrace/models/diag"
	"millrace/server/auth"
)

// Codes of what this package refuses.
const (
	// CodeTopic is a topic that there is not, or whose parameters are wrong.
	CodeTopic diag.Code = "live.topic"
	// CodeMessage is a message that does not follow the protocol.
	CodeMessage diag.Code = "live.message"
	// CodeTooMany is one subscription or connection more than is allowed.
	CodeTooMany diag.Code = "live.too_many"
	// CodeOrigin is a page of another site.
	CodeOrigin diag.Code = "live.origin"
	// CodeSignedOut ends a subscription whose session or token no longer holds.
	CodeSignedOut diag.Code = "live.signed_out"
	// CodeEnded ends a subscription whose feed has come to its end.
	CodeEnded diag.Code = "live.ended"
)

// View is a feed as one principal may see it.
type View struct {
	Feed Feed
	// See tells which items of a State are shown; nil is all.
	See func(key string) bool
	// Close is called once when the subscription ends; it may be nil.
	Close func()
	// Done, where there is one, is closed when the feed says no more; what it has said is still sent.
	Done <-chan struct{}
	// End says why it is done, after Done; nil is that there simply is no more.
	End func() error
}

// Topic is something to subscribe to. Open decides whether the principal may, and how much it sees; it is asked again after every change
// of what principals may. An error ends the subscription.
type Topic interface {
	Open(ctx context.Context, p auth.Principal, params json.RawMessage) (View, error)
}

// Standing is a Topic whose views are decided again without being opened anew: one that runs something for its subscriber.
type Standing interface {
	// Allowed is an error where the principal may no longer have what it has.
	Allowed(ctx context.Context, p auth.Principal, params json.RawMessage) error
}
