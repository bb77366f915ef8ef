package httpapi

import (
	"context"
	"time"

	"millrace/assets/grants"
)

// RequestIn names a request for access.
type RequestIn struct {
	Request string `path:"request" maxLength:"64"`
}

// NoteBody is what somebody says to a decision.
type NoteBody struct {
	Note string `json:"note" required:"false" maxLength:"8000"`
}

func (a *API) listRequests(ctx context.Context, in *struct {
	Page
	ScopeIn
	State     string `query:"state" enum:"open,approved,refused,withdrawn"`
	Mine      bool   `query:"mine" doc:"those that one has made"`
	Decidable bool   `query:"decidable" doc:"those that one may decide on"`
},
) (*listOut[grants.Request], error) {
	who := by(ctx)
	f := grants.RequestFilter{State: grants.RequestState(in.State), Limit: in.Limit}
	if in.Mine {
		f.By = who.Subject
	}
	var err error
	if f.Scopes, err = in.scopes(); err != nil {
		return nil, err
	}
	if f.After, f.AfterID, err = in.behind(); err != nil {
		return nil, err
	}
	found, more, err := a.services.Grants.Requests(ctx, who, f, in.Decidable)
	if err != nil {
		return nil, err
	}
	return moments(found, more, func(r *grants.Request) (time.Time, string) { return r.At, r.ID }), nil
}

func (a *API) requestAccess(ctx context.Context, in *struct {
	Body struct {
		Subject string    `json:"subject" required:"false" maxLength:"255" doc:"a team of one's own, as in team:<id>; left out, oneself"`
		Action  string    `json:"action" enum:"discover,read,write,manage"`
		Scope   string    `json:"scope" maxLength:"255" doc:"as in catalog:ads, db:ads.music or table:<id>"`
		Reason  string    `json:"reason" minLength:"1" maxLength:"8000"`
		Expires time.Time `json:"expires" required:"false" doc:"until when; left out, for good"`
	}
},
) (*out[grants.Request], error) {
	who, err := asking(ctx)
	if err != nil {
		return nil, err
	}
	b := &in.Body
	r, err := a.services.Grants.Ask(ctx, who, grants.Request{Subject: grants.Subject(b.Subject), Action: grants.Action(b.Action),
		Scope: grants.Scope(b.Scope), Reason: b.Reason, Expires: b.Expires})
	return &out[grants.Request]{Body: r}, err
}

func (a *API) getRequest(ctx context.Context, in *RequestIn) (*itemOut[grants.Request], error) {
	r, err := a.services.Grants.Requested(ctx, by(ctx), in.Request)
	return &itemOut[grants.Request]{ETag: etag(r.Revision), Body: r}, err
}

func (a *API) approveRequest(ctx context.Context, in *struct {
	RequestIn
	Body struct {
		NoteBody
		Expires time.Time `json:"expires" required:"false" doc:"when the grant ends, no later than was asked for; left out, as was asked for"`
	}
},
) (*out[grants.Policy], error) {
	p, err := a.services.Grants.Approve(ctx, by(ctx), in.Request, grants.Approval{Expires: in.Body.Expires, Note: in.Body.Note})
	return &out[grants.Policy]{Body: p}, err
}

func (a *API) refuseRequest(ctx context.Context, in *struct {
	RequestIn
	Body NoteBody
},
) (*none, error) {
	return nil, a.services.Grants.Refuse(ctx, by(ctx), in.Request, in.Body.Note)
}

func (a *API) withdrawRequest(ctx context.Context, in *RequestIn) (*none, error) {
	who, err := asking(ctx)
	if err != nil {
		return nil, err
	}
	return nil, a.services.Grants.Withdraw(ctx, who, in.Request)
}

func (a *API) commentRequest(ctx context.Context, in *struct {
	RequestIn
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"8000"`
	}
},
) (*out[grants.Comment], error) {
	who, err := asking(ctx)
	if err != nil {
		return nil, err
	}
	c, err := a.services.Grants.Comment(ctx, who, in.Request, in.Body.Text)
	return &out[grants.Comment]{Body: c}, err
}
