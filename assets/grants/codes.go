package grants

import "millrace/models/diag"

// The diagnostics of this package.
const (
	// CodeMayNotGrant is a grant or a decision on a request by somebody who does not manage the scope, or has less than what is granted.
	CodeMayNotGrant diag.Code = "grants.may_not_grant"
	// CodeLastManager is a change after which nobody but administrators could manage a table.
	CodeLastManager diag.Code = "grants.last_manager"
	// CodeKept is a policy that is always there, or one against administrators.
	CodeKept diag.Code = "grants.kept"
	// CodeNotFound is a policy or a request that is not there, or that whoever asks may not know of.
	CodeNotFound diag.Code = "grants.not_found"
	// CodeExists is a policy that is in force already.
	CodeExists diag.Code = "grants.exists"
	// CodeExpiry is an expiry that has passed, or one that is required.
	CodeExpiry diag.Code = "grants.expiry"
	// CodeOwnRequest is a request that its maker, or one it is for, decides on.
	CodeOwnRequest diag.Code = "grants.own_request"
	// CodeDecided is a request that was decided or withdrawn already.
	CodeDecided diag.Code = "grants.decided"
	// CodePointless is a request for what one has.
	CodePointless diag.Code = "grants.pointless_request"
	// CodeBusy is a change that lost to others again and again.
	CodeBusy diag.Code = "grants.busy"
	// Texts that are not what they should be.
	CodeScope   diag.Code = "grants.scope"
	CodeSubject diag.Code = "grants.subject"
	CodeAction  diag.Code = "grants.action"
	CodeEffect  diag.Code = "grants.effect"
	CodeNote    diag.Code = "grants.note"
)
