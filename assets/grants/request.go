package grants

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"millrace/models/diag"
	"millrace/pipelines/control"
)

// RequestState is how far a request has come.
type RequestState string

// The states. All but open are final.
const (
	Open      RequestState = "open"
	Approved  RequestState = "approved"
	Refused   RequestState = "refused"
	Withdrawn RequestState = "withdrawn"
)

// Request asks for an action within a scope.
type Request struct {
	ID string `json:"id"`
	// Subject is who is to have it: whoever asks, or a team of theirs.
	Subject Subject `json:"subject"`
	Action  Action  `json:"action"`
	Scope   Scope   `json:"scope"`
	// Reason says what for.
	Reason string `json:"reason"`
	// Expires is until when it is asked for; zero is for good.
	Expires time.Time `json:"expires,omitzero"`

	By     Subject   `json:"by"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`

	State       RequestState `json:"state"`
	Revision    int64        `json:"revision"`
	DecidedBy   Subject      `json:"decided_by,omitempty"`
	DecidedName string       `json:"decided_name,omitempty"`
	DecidedAt   time.Time    `json:"decided_at,omitzero"`
	// Answer is what who decided said, Policy the grant that was made, Granted until when.
	Answer  string    `json:"answer,omitempty"`
	Policy  string    `json:"policy,omitempty"`
	Granted time.Time `json:"granted,omitzero"`

	// Comments are given with a single request only.
	Comments []Comment `json:"comments,omitempty"`
}

// Comment is what somebody said about a request.
type Comment struct {
	ID      int64     `json:"id"`
	Request string    `json:"-"`
	By      Subject   `json:"by"`
	ByName  string    `json:"by_name"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
}

// Ask makes a request for whoever asks, or for a team of theirs: its subject, action, scope, reason and expiry are the caller's. Errors are
// of the kinds of diag: not found, invalid, conflict (it is granted already, denied, or asked for).
func (s *Service) Ask(ctx context.Context, by By, r Request) (Request, error) {
	if r.Subject == "" {
		r.Subject = by.Subject
	}
	kind, _ := r.Subject.Kind()
	if r.Subject != by.Subject && (kind != "team" || !by.Is(r.Subject)) {
		return Request{}, diag.Refuse(diag.ErrDenied, CodeMayNotGrant, "Ask for yourself, or for a team you are a member of.", "you may not ask for others")
	}
	r.Expires = r.Expires.Truncate(time.Microsecond)
	wanted := Policy{Subject: r.Subject, Action: r.Action, Scope: r.Scope, Effect: Allow, Expires: r.Expires, Note: r.Reason}
	if err := wanted.Validate(); err != nil {
		return Request{}, err
	}
	if strings.TrimSpace(r.Reason) == "" {
		return Request{}, diag.Refuse(diag.ErrInvalid, CodeNote, "Say what you need it for.", "the request gives no reason")
	}
	now, x := s.Time(), s.Index()
	if !wanted.liveAt(now) {
		return Request{}, diag.Refuse(diag.ErrInvalid, CodeExpiry, "Give a time to come, or none.", "the time until which it is asked for has passed")
	}
	at, ok := s.within(r.Scope)
	if !ok || at.Table != "" && !x.May(by.Principal, Discover, at.Object, now) {
		return Request{}, notFound("table")
	}
	holder := by.Principal
	if r.Subject != by.Subject {
		holder = Principal{Subject: r.Subject}
	}
	allows, denies := x.sayings(holder, r.Action, at.Object, now)
	switch {
	case len(denies) > 0:
		return Request{}, diag.Refuse(diag.ErrConflict, CodePointless, s.askOwner(ctx, at), "it is denied by the policy %s, which no grant outweighs", denies[0].ID)
	case len(allows) > 0 && lasts(allows, r.Expires):
		return Request{}, diag.Refuse(diag.ErrConflict, CodePointless, "", "it is granted already")
	}
	r.ID, r.By, r.ByName, r.At, r.State = control.NewID(), by.Subject, by.Name, now, Open
	err := s.request(ctx, Edit{NewRequest: &r, Line: line("access.request", at, r.Scope, r)})
	return r, err
}

// lasts reports whether one of the policies holds until a time; zero is for good.
func lasts(policies []Policy, until time.Time) bool {
	return slices.ContainsFunc(policies, func(p Policy) bool {
		return p.Expires.IsZero() || !until.IsZero() && !until.After(p.Expires)
	})
}

// Approval is what is granted of a request.
type Approval struct {
	// Expires ends the grant, no later than was asked for; zero is what was asked for.
	Expires time.Time
	Note    string
}

// Approve grants what was asked for, in one transaction with the request's end. Whoever approves must be allowed to grant it, and be
// neither who asked nor who it is for.
func (s *Service) Approve(ctx context.Context, by By, id string, a Approval) (Policy, error) {
	var p Policy
	err := s.edit(ctx, func(st *state) (Edit, error) {
		r, err := s.open(ctx, by, id)
		if err != nil {
			return Edit{}, err
		}
		if by.Subject == r.By || by.Subject == r.Subject {
			return Edit{}, diag.Refuse(diag.ErrDenied, CodeOwnRequest, "Somebody else who manages it decides.", "nobody decides on a request of their own")
		}
		p = Policy{ID: control.NewID(), Subject: r.Subject, Action: r.Action, Scope: r.Scope, Effect: Allow, Expires: r.Expires,
			Note: r.Reason, CreatedBy: by.Subject}
		if !a.Expires.IsZero() {
			p.Expires = a.Expires.Truncate(time.Microsecond)
			if !r.Expires.IsZero() && p.Expires.After(r.Expires) {
				return Edit{}, diag.Refuse(diag.ErrInvalid, CodeExpiry, "Let it end then, or earlier.", "it was asked for until %s only", r.Expires.Format(time.RFC3339))
			}
		}
		if err := checkNote(a.Note); err != nil {
			return Edit{}, err
		}
		at, err := s.judge(ctx, st, by, p)
		if err != nil {
			return Edit{}, err
		}
		return Edit{Add: []Policy{p}, Line: line("access.approve", at, p.Scope, p),
			Decide: &Verdict{Request: id, To: Approved, By: by.Subject, ByName: by.Name, Note: a.Note, Policy: p.ID, Expires: p.Expires}}, nil
	})
	p.CreatedAt = s.Time()
	return p, err
}

// Refuse ends a request without a grant; those may who may approve it.
func (s *Service) Refuse(ctx context.Context, by By, id, note string) error {
	r, err := s.open(ctx, by, id)
	if err != nil {
		return err
	}
	at, _ := s.within(r.Scope)
	if !by.Admin && !s.May(by.Principal, Manage, at.Object) {
		return diag.Refuse(diag.ErrDenied, CodeMayNotGrant, s.askOwner(ctx, at), "you do not manage %s", scopeName(r.Scope, at))
	}
	if by.Subject == r.By || by.Subject == r.Subject {
		return diag.Refuse(diag.ErrDenied, CodeOwnRequest, "Withdraw it instead.", "nobody decides on a request of their own")
	}
	if err := checkNote(note); err != nil {
		return err
	}
	return s.request(ctx, Edit{Line: line("access.refuse", at, r.Scope, r),
		Decide: &Verdict{Request: id, To: Refused, By: by.Subject, ByName: by.Name, Note: note}})
}

// Withdraw ends one's own request.
func (s *Service) Withdraw(ctx context.Context, by By, id string) error {
	r, err := s.open(ctx, by, id)
	if err != nil {
		return err
	}
	if by.Subject != r.By {
		return diag.Refuse(diag.ErrDenied, CodeMayNotGrant, "Refuse it instead.", "only who asked withdraws a request")
	}
	at, _ := s.within(r.Scope)
	return s.request(ctx, Edit{Line: line("access.withdraw", at, r.Scope, r),
		Decide: &Verdict{Request: id, To: Withdrawn, By: by.Subject, ByName: by.Name}})
}

// Comment adds to what is said about a request; those may who may see it.
func (s *Service) Comment(ctx context.Context, by By, id, text string) (Comment, error) {
	r, err := s.Requested(ctx, by, id)
	if err != nil {
		return Comment{}, err
	}
	if strings.TrimSpace(text) == "" {
		return Comment{}, diag.Refuse(diag.ErrInvalid, CodeNote, "Write something.", "the comment is empty")
	}
	if err := checkNote(text); err != nil {
		return Comment{}, err
	}
	at, _ := s.within(r.Scope)
	c := Comment{Request: id, By: by.Subject, ByName: by.Name, At: s.Time(), Text: text}
	err = s.request(ctx, Edit{Comment: &c, Line: line("access.comment", at, r.Scope, struct {
		Request string `json:"request"`
	}{id})})
	return c, err
}

// Requested returns a request with its comments; those may see it who asked, who it is for, who manages what it is about, and
// administrators. To others it does not exist.
func (s *Service) Requested(ctx context.Context, by By, id string) (Request, error) {
	r, err := s.Store.Request(ctx, id)
	switch {
	case errors.Is(err, diag.ErrNotFound):
		return Request{}, notFound("request")
	case err != nil:
		return Request{}, fmt.Errorf("reading a request: %w", err)
	case !s.sees(by, &r):
		return Request{}, notFound("request")
	}
	return r, nil
}

// Requests lists the requests that somebody may see, the newest first; decidable keeps those that they may decide on. more says that there
// are others behind.
func (s *Service) Requests(ctx context.Context, by By, f RequestFilter, decidable bool) (found []Request, more bool, err error) {
	limit := f.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	f.Limit = max(limit, defaultLimit)
	for {
		page, err := s.Store.Requests(ctx, f)
		if err != nil {
			return nil, false, fmt.Errorf("reading requests: %w", err)
		}
		for i := range page {
			r := &page[i]
			if !s.sees(by, r) || decidable && (r.State != Open || r.By == by.Subject || !s.decides(by, r)) {
				continue
			}
			if len(found) == limit {
				return found, true, nil
			}
			found = append(found, *r)
		}
		if len(page) < f.Limit {
			return found, false, nil
		}
		last := page[len(page)-1]
		f.After, f.AfterID = last.At, last.ID
	}
}

// defaultLimit bounds lists that give no limit.
const defaultLimit = 100

func (s *Service) sees(by By, r *Request) bool {
	return by.Admin || by.Is(r.By) || by.Is(r.Subject) || s.decides(by, r)
}

func (s *Service) decides(by By, r *Request) bool {
	if by.Admin {
		return true
	}
	at, ok := s.within(r.Scope)
	return ok && s.May(by.Principal, Manage, at.Object)
}

// open is a request that somebody may see and that nobody has decided on.
func (s *Service) open(ctx context.Context, by By, id string) (Request, error) {
	r, err := s.Requested(ctx, by, id)
	if err == nil && r.State != Open {
		err = diag.Refuse(diag.ErrConflict, CodeDecided, "", "the request was %s already", r.State)
	}
	return r, err
}

// request changes a request alone.
func (s *Service) request(ctx context.Context, e Edit) error {
	if _, err := s.Store.Edit(ctx, e); err != nil {
		return fmt.Errorf("changing a request: %w", err)
	}
	return nil
}

func checkNote(text string) error {
	if utf8.RuneCountInString(text) > maxNote || !utf8.ValidString(text) {
		return diag.Refuse(diag.ErrInvalid, CodeNote, fmt.Sprintf("Keep it to %d characters.", maxNote), "the note is too long or no text")
	}
	return nil
}
