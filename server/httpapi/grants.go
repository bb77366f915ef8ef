package httpapi

import (
	"context"
	"net/http"
	"time"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/server/auth"
)

// registerGrants serves policies, what they come to, and requests for access. Who may change which is assets/grants' to decide: each change
// is judged in the transaction that makes it.
func (a *API) registerGrants() {
	if a.services.Grants == nil {
		return
	}
	const tag = "grants"
	view, edit := need(auth.View), need(auth.Edit)
	register(a, op{ID: "list_policies", Method: http.MethodGet, Path: "/policies", Tag: tag, Summary: "Policies, the newest first",
		Description: "Administrators list all; others those for themselves, their teams and roles, and those about what they manage.", Access: view}, a.listPolicies)
	register(a, op{ID: "grant", Method: http.MethodPost, Path: "/policies", Tag: tag, Summary: "Allow or deny somebody something",
		Description: "For who manages the scope, and administrators. Nobody grants more than they have, nor for longer.",
		Access:      edit, Action: true, Status: http.StatusCreated}, a.grant)
	register(a, op{ID: "revoke", Method: http.MethodDelete, Path: "/policies/{policy}", Tag: tag, Summary: "Take a policy back",
		Description: "It is in force on all servers within a second; pipelines that live on it stop.", Access: edit}, a.revoke)
	register(a, op{ID: "get_access", Method: http.MethodGet, Path: "/tables/{table}/access", Tag: tag, Summary: "Who may do what with a table",
		Access: view.onTable(grants.Manage, "table")}, a.getAccess)
	register(a, op{ID: "why", Method: http.MethodGet, Path: "/policies/why", Tag: tag, Summary: "Why somebody may do something, or may not",
		Description: "Of oneself about all that one may know of; of others about what one manages.", Access: view}, a.why)

	register(a, op{ID: "list_requests", Method: http.MethodGet, Path: "/access_requests", Tag: tag, Summary: "Requests for access that one may see, the newest first", Access: view}, a.listRequests)
	register(a, op{ID: "request_access", Method: http.MethodPost, Path: "/access_requests", Tag: tag, Summary: "Ask for access",
		Access: view, Action: true, Status: http.StatusCreated}, a.requestAccess)
	register(a, op{ID: "get_request", Method: http.MethodGet, Path: "/access_requests/{request}", Tag: tag, Summary: "A request, with what was said of it", Access: view}, a.getRequest)
	register(a, op{ID: "approve_request", Method: http.MethodPost, Path: "/access_requests/{request}/approve", Tag: tag, Summary: "Grant what was asked for",
		Description: "For who may grant it, but not for who has asked.", Access: edit, Action: true, Status: http.StatusCreated}, a.approveRequest)
	register(a, op{ID: "refuse_request", Method: http.MethodPost, Path: "/access_requests/{request}/refuse", Tag: tag, Summary: "Refuse a request",
		Access: edit, Action: true}, a.refuseRequest)
	register(a, op{ID: "withdraw_request", Method: http.MethodPost, Path: "/access_requests/{request}/withdraw", Tag: tag, Summary: "Withdraw one's own request",
		Access: view, Action: true}, a.withdrawRequest)
	register(a, op{ID: "comment_request", Method: http.MethodPost, Path: "/access_requests/{request}/comments", Tag: tag, Summary: "Say something about a request",
		Access: view, Action: true, Status: http.StatusCreated}, a.commentRequest)
}

// by is who makes the request, as grants know it.
func by(ctx context.Context) grants.By {
	p := auth.From(ctx)
	return grants.By{Principal: p.Grants(), Admin: p.Has(auth.Administer)}
}

// asking is by for what whoever signs in may do, viewers too, but no token that was made for looking only.
func asking(ctx context.Context) (grants.By, error) {
	if p := auth.From(ctx); p.Token != "" && !p.Has(auth.Edit) {
		return grants.By{}, denied(auth.Edit)
	}
	return by(ctx), nil
}

// ScopeIn names what a question or a policy is about.
type ScopeIn struct {
	Scope string `query:"scope" maxLength:"255" doc:"as in *, catalog:ads, db:ads.music or table:<id>"`
}

// scopes reads it; none is none.
func (in ScopeIn) scopes() ([]grants.Scope, error) {
	if in.Scope == "" {
		return nil, nil
	}
	scope, err := grants.ParseScope(in.Scope)
	return []grants.Scope{scope}, err
}

func (a *API) listPolicies(ctx context.Context, in *struct {
	Page
	ScopeIn
	Subject string `query:"subject" maxLength:"255" doc:"as in user:<id>, team:<id> or role:analyst"`
	Effect  string `query:"effect" enum:"allow,deny"`
	Ended   bool   `query:"ended" doc:"with those that have expired or were taken back"`
},
) (*listOut[grants.Reason], error) {
	f := grants.PolicyFilter{Effect: grants.Effect(in.Effect), Ended: in.Ended, Limit: in.Limit}
	var err error
	if f.Scopes, err = in.scopes(); err != nil {
		return nil, err
	}
	if in.Subject != "" {
		subject, err := grants.ParseSubject(in.Subject)
		if err != nil {
			return nil, err
		}
		f.Subjects = []grants.Subject{subject}
	}
	if f.After, f.AfterID, err = in.behind(); err != nil {
		return nil, err
	}
	found, more, err := a.services.Grants.List(ctx, by(ctx), f)
	if err != nil {
		return nil, err
	}
	return moments(found, more, func(r *grants.Reason) (time.Time, string) { return r.CreatedAt, r.ID }), nil
}

// behind reads the cursor of a list that is in order of time.
func (p Page) behind() (at time.Time, id string, err error) {
	var text string
	if err := p.after(&text, &id); err != nil || text == "" {
		return time.Time{}, "", err
	}
	if at, err = time.Parse(time.RFC3339Nano, text); err != nil {
		return time.Time{}, "", diag.Refuse(diag.ErrInvalid, CodeCursor, "Begin again without a cursor.", "the cursor is not one of this list")
	}
	return at, id, nil
}

// moments is a page of a list that is in order of time.
func moments[T any](items []T, more bool, of func(*T) (time.Time, string)) *listOut[T] {
	page := Items[T]{Items: append([]T{}, items...)}
	if more {
		at, id := of(&items[len(items)-1])
		page.NextCursor = cursorOf(at.UTC().Format(time.RFC3339Nano), id)
	}
	return &listOut[T]{Body: page}
}

func (a *API) grant(ctx context.Context, in *struct {
	Body struct {
		Subject string    `json:"subject" maxLength:"255" doc:"as in user:<id>, team:<id> or role:analyst"`
		Action  string    `json:"action" enum:"discover,read,write,manage"`
		Scope   string    `json:"scope" maxLength:"255" doc:"as in *, catalog:ads, db:ads.music or table:<id>"`
		Effect  string    `json:"effect" required:"false" enum:"allow,deny" default:"allow"`
		Expires time.Time `json:"expires" required:"false" doc:"when it ends; left out, never"`
		Note    string    `json:"note" required:"false" maxLength:"8000"`
		Orphan  bool      `json:"orphan" required:"false" doc:"even if nobody but administrators can manage a table then"`
	}
},
) (*out[grants.Policy], error) {
	b := &in.Body
	p, err := a.services.Grants.Grant(ctx, by(ctx), grants.Policy{Subject: grants.Subject(b.Subject), Action: grants.Action(b.Action), Scope: grants.Scope(b.Scope),
		Effect: grants.Effect(b.Effect), Expires: b.Expires, Note: b.Note}, grants.Options{Orphan: b.Orphan})
	return &out[grants.Policy]{Body: p}, err
}

func (a *API) revoke(ctx context.Context, in *struct {
	Policy string `path:"policy" maxLength:"64"`
	Note   string `query:"note" maxLength:"8000" doc:"why; pipelines that stop for it say so"`
	Orphan bool   `query:"orphan" doc:"even if nobody but administrators can manage a table then"`
},
) (*none, error) {
	return nil, a.services.Grants.Revoke(ctx, by(ctx), in.Policy, grants.Options{Orphan: in.Orphan, Note: in.Note})
}

func (a *API) getAccess(ctx context.Context, in *struct {
	Table string `path:"table" maxLength:"64"`
},
) (*out[grants.Access], error) {
	object, err := a.services.Owners.TableObject(ctx, in.Table)
	if err != nil {
		return nil, err
	}
	access, err := a.services.Grants.Access(ctx, object)
	return &out[grants.Access]{Body: access}, err
}

func (a *API) why(ctx context.Context, in *struct {
	Scope   string `query:"scope" required:"true" maxLength:"255" doc:"as in *, catalog:ads, db:ads.music or table:<id>"`
	Action  string `query:"action" required:"true" enum:"discover,read,write,manage"`
	Subject string `query:"subject" maxLength:"255" doc:"as in user:<id> or team:<id>; left out, oneself"`
},
) (*out[grants.Explanation], error) {
	who, service := by(ctx), a.services.Grants
	scope, err := grants.ParseScope(in.Scope)
	if err != nil {
		return nil, err
	}
	if in.Subject != "" {
		if _, err := grants.ParseSubject(in.Subject); err != nil {
			return nil, err
		}
	}
	object, err := service.Find(who, scope)
	if err != nil {
		return nil, err
	}
	principal, err := service.Asked(ctx, who, grants.Subject(in.Subject), object)
	if err != nil {
		return nil, err
	}
	e, err := service.Why(ctx, principal, grants.Action(in.Action), object)
	return &out[grants.Explanation]{Body: e}, err
}
