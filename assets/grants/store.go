package grants

import (
	"context"
	"errors"
	"time"

	"millrace/assets/audit"
)

// Store keeps policies and requests. server/store implements it.
//
// All changes of policies go through one version, which counts them: a change names the version it was judged by, and is carried out only
// while that is the newest. So what was true of the policies when somebody was allowed to change them is true when they do change.
type Store interface {
	// Version returns the newest version and the store's time. It is asked a few times a second.
	Version(ctx context.Context) (version int64, now time.Time, err error)
	// Since returns the changes after a version, oldest first, and the version they lead up to; since 0 the policies there are.
	Since(ctx context.Context, version int64) (changes []Change, upTo int64, err error)
	// Edit carries a change out, all of it or nothing. ErrMoved is a version that is no longer the newest, diag.ErrNotFound a policy or a
	// request that is not there, diag.ErrConflict a request that was decided already.
	Edit(ctx context.Context, e Edit) (version int64, err error)
	// Requests lists requests, the newest first; Request returns one with its comments.
	Requests(ctx context.Context, f RequestFilter) ([]Request, error)
	Request(ctx context.Context, id string) (Request, error)
	// Policies lists policies, revoked ones too where the filter says so, the newest first.
	Policies(ctx context.Context, f PolicyFilter) ([]Change, error)
}

// ErrMoved is a change that was judged by policies that have changed since.
var ErrMoved = errors.New("the policies have changed in the meantime")

// Change is what became of one policy.
type Change struct {
	Policy
	// Version is the version that the change led to.
	Version int64 `json:"version"`
	// Revoked is set once the policy is no longer in force because somebody took it back.
	Revoked *Revocation `json:"revoked,omitempty"`
}

// Revocation says who took a policy back.
type Revocation struct {
	By   Subject   `json:"by"`
	Name string    `json:"name"`
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty"`
}

// Edit is a change to policies, to a request, or to both at once.
type Edit struct {
	// Version is the one the change was judged by; 0 does not mind, for an edit that changes no policy.
	Version int64
	// Add are new policies; their ids are the caller's, CreatedAt is the store's to set.
	Add []Policy
	// Revoke are the ids of policies that end now, with who says so.
	Revoke []string
	By     Revocation
	// NewRequest is a request that is made.
	NewRequest *Request
	// Decide moves a request on.
	Decide *Verdict
	// Comment is added to a request.
	Comment *Comment
	// Line is the audit line of it all.
	Line audit.Entry
}

// Verdict moves a request from open to another state.
type Verdict struct {
	Request string
	To      RequestState
	By      Subject
	ByName  string
	Note    string
	// Policy is the id of the policy that an approval adds.
	Policy string
	// Expires is what was granted, which may be earlier than what was asked.
	Expires time.Time
}

// PolicyFilter narrows a list of policies; empty fields narrow nothing.
type PolicyFilter struct {
	ID       string
	Subjects []Subject
	Scopes   []Scope
	Effect   Effect
	// Ended lists revoked policies, and expired ones, as well.
	Ended bool
	// After goes on behind the policy with this time and id; Limit bounds the list, 0 is 100.
	After   time.Time
	AfterID string
	Limit   int
}

// RequestFilter narrows a list of requests; empty fields narrow nothing.
type RequestFilter struct {
	State RequestState
	// By is who asked, Scopes what for.
	By     Subject
	Scopes []Scope
	// After goes on behind the request with this time and id; Limit bounds the list, 0 is 100.
	After   time.Time
	AfterID string
	Limit   int
}
