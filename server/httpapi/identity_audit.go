package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"millrace/assets/audit"
	"millrace/models/diag"
	"millrace/server/auth"
)

// AuditLog reads the audit log; server/store is one.
type AuditLog interface {
	AuditPage(ctx context.Context, q audit.Query) ([]audit.Entry, error)
}

// registerAudit serves the audit log.
func (a *API) registerAudit() {
	if a.services.Audit == nil {
		return
	}
	register(a, op{ID: "list_audit", Method: http.MethodGet, Path: "/audit", Tag: "audit", Summary: "Who changed what, the newest first",
		Description: "Administrators read all lines, others those about what belongs to their teams.", Access: need(auth.View)}, a.listAudit)
}

func (a *API) listAudit(ctx context.Context, in *struct {
	Page
	Subject string    `query:"subject" maxLength:"255" doc:"who, as in user:<id>"`
	Object  string    `query:"object" maxLength:"255" doc:"what, as in table:<id>"`
	Team    string    `query:"team" maxLength:"64" doc:"the id of the team it belongs to"`
	Action  string    `query:"action" maxLength:"255" doc:"what was done, as in table.change"`
	From    time.Time `query:"from" doc:"the first moment"`
	To      time.Time `query:"to" doc:"the moment after the last"`
},
) (*listOut[audit.Entry], error) {
	p := auth.From(ctx)
	q := audit.Query{Subject: in.Subject, Object: in.Object, Team: in.Team, Action: in.Action, From: in.From, To: in.To, Everything: p.Has(auth.Administer), Limit: in.Limit}
	for _, m := range p.Teams {
		q.Teams = append(q.Teams, m.Team)
	}
	var before string
	if err := in.after(&before); err != nil {
		return nil, err
	}
	if before != "" {
		var err error
		if q.Before, err = strconv.ParseInt(before, 10, 64); err != nil || q.Before < 1 {
			return nil, diag.Refuse(diag.ErrInvalid, CodeCursor, "Begin again without a cursor.", "the cursor is not one of this list")
		}
	}
	entries, err := a.services.Audit.AuditPage(ctx, q)
	return &listOut[audit.Entry]{Body: pageOf(entries, in.Limit, func(e audit.Entry) string { return strconv.FormatInt(e.ID, 10) })}, err
}
