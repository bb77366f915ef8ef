package store

import (
	"crypto/sha256"
	"encoding/hex"

	"millrace/assets/grants"
)

// PolicyRow is a policy, in force or taken back: rows stay, as the record of what was allowed to whom and until when.
type PolicyRow struct {
	ID        string `gorm:"primaryKey;size:64"`
	Subject   string `gorm:"size:255;not null"`
	Action    string `gorm:"size:16;not null"`
	Scope     string `gorm:"size:255;not null"`
	Effect    string `gorm:"size:16;not null"`
	Expires   int64  `gorm:"not null"`
	Note      []byte `gorm:"size:65536"`
	CreatedBy string `gorm:"size:255;not null"`
	CreatedAt int64  `gorm:"not null;autoCreateTime:false"`
	// Version is the version of all policies that the last change of this one led to.
	Version  int64 `gorm:"not null"`
	Revision int64 `gorm:"not null"`
	// RevokedAt is 0 while it is in force.
	RevokedAt   int64  `gorm:"not null"`
	RevokedBy   string `gorm:"size:255;not null"`
	RevokedName string `gorm:"size:255;not null"`
	RevokedNote []byte `gorm:"size:65536"`
}

// TableName names the table.
func (PolicyRow) TableName() string { return "policies" }

// PolicyVersionRow is the one row that counts the changes of policies; ID is always 1.
type PolicyVersionRow struct {
	ID      int   `gorm:"primaryKey;autoIncrement:false"`
	Version int64 `gorm:"not null"`
}

// TableName names the table.
func (PolicyVersionRow) TableName() string { return "policy_versions" }

// AccessRequestRow is a request for access.
type AccessRequestRow struct {
	ID       string `gorm:"primaryKey;size:64"`
	Revision int64  `gorm:"not null"`
	// OpenKey is the same for open requests for the same, and the id of one that is no longer open.
	OpenKey     string `gorm:"size:64;not null"`
	Subject     string `gorm:"size:255;not null"`
	Action      string `gorm:"size:16;not null"`
	Scope       string `gorm:"size:255;not null"`
	Reason      []byte `gorm:"size:65536"`
	Expires     int64  `gorm:"not null"`
	By          string `gorm:"size:255;not null"`
	ByName      string `gorm:"size:255;not null"`
	CreatedAt   int64  `gorm:"not null;autoCreateTime:false"`
	State       string `gorm:"size:16;not null"`
	DecidedBy   string `gorm:"size:255;not null"`
	DecidedName string `gorm:"size:255;not null"`
	DecidedAt   int64  `gorm:"not null"`
	Answer      []byte `gorm:"size:65536"`
	Policy      string `gorm:"size:64;not null"`
	Granted     int64  `gorm:"not null"`
}

// TableName names the table.
func (AccessRequestRow) TableName() string { return "access_requests" }

// AccessCommentRow is what somebody said about a request.
type AccessCommentRow struct {
	ID      int64  `gorm:"primaryKey;autoIncrement"`
	Request string `gorm:"size:64;not null"`
	By      string `gorm:"size:255;not null"`
	ByName  string `gorm:"size:255;not null"`
	At      int64  `gorm:"not null"`
	Text    []byte `gorm:"size:65536"`
}

// TableName names the table.
func (AccessCommentRow) TableName() string { return "access_comments" }

func policyRow(p *grants.Policy, at, version int64) PolicyRow {
	return PolicyRow{ID: p.ID, Subject: string(p.Subject), Action: string(p.Action), Scope: string(p.Scope), Effect: string(p.Effect),
		Expires: microsOf(p.Expires), Note: []byte(p.Note), CreatedBy: string(p.CreatedBy), CreatedAt: at, Version: version, Revision: 1}
}

func (r *PolicyRow) change() grants.Change {
	c := grants.Change{Version: r.Version, Policy: grants.Policy{ID: r.ID, Subject: grants.Subject(r.Subject), Action: grants.Action(r.Action),
		Scope: grants.Scope(r.Scope), Effect: grants.Effect(r.Effect), Expires: timeOf(r.Expires), Note: string(r.Note),
		CreatedBy: grants.Subject(r.CreatedBy), CreatedAt: timeOf(r.CreatedAt)}}
	if r.RevokedAt != 0 {
		c.Revoked = &grants.Revocation{By: grants.Subject(r.RevokedBy), Name: r.RevokedName, At: timeOf(r.RevokedAt), Note: string(r.RevokedNote)}
	}
	return c
}

func requestRow(r *grants.Request, at int64) AccessRequestRow {
	key := sha256.Sum256([]byte(string(r.Subject) + "\x00" + string(r.Action) + "\x00" + string(r.Scope)))
	return AccessRequestRow{ID: r.ID, Revision: 1, OpenKey: hex.EncodeToString(key[:]), Subject: string(r.Subject), Action: string(r.Action),
		Scope: string(r.Scope), Reason: []byte(r.Reason), Expires: microsOf(r.Expires), By: string(r.By), ByName: r.ByName, CreatedAt: at,
		State: string(grants.Open)}
}

func (r *AccessRequestRow) request() grants.Request {
	return grants.Request{ID: r.ID, Subject: grants.Subject(r.Subject), Action: grants.Action(r.Action), Scope: grants.Scope(r.Scope),
		Reason: string(r.Reason), Expires: timeOf(r.Expires), By: grants.Subject(r.By), ByName: r.ByName, At: timeOf(r.CreatedAt),
		State: grants.RequestState(r.State), Revision: r.Revision, DecidedBy: grants.Subject(r.DecidedBy), DecidedName: r.DecidedName,
		DecidedAt: timeOf(r.DecidedAt), Answer: string(r.Answer), Policy: r.Policy, Granted: timeOf(r.Granted)}
}
