package grants

import (
	"slices"
	"strings"
	"time"
)

// Action is what one may do with a table.
type Action string

// The actions. Whoever may manage may do all, whoever may read or write may discover.
const (
	// Discover is to see that a table exists, with its columns.
	Discover Action = "discover"
	Read     Action = "read"
	Write    Action = "write"
	// Manage is to change what is said of it, to grant, and to remove it.
	Manage Action = "manage"
)

// Subject is who a policy is for: "user:<id>", "team:<id>" or "role:<name>".
type Subject string

// UserSubject is an account as a subject.
func UserSubject(id string) Subject { return Subject("user:" + id) }

// TeamSubject is a team as a subject.
func TeamSubject(id string) Subject { return Subject("team:" + id) }

// RoleSubject is whoever has a role, as a subject.
func RoleSubject(role string) Subject { return Subject("role:" + role) }

// Principal is who asks.
type Principal struct {
	// Subject is a user, or a team where a pipeline runs as one; empty is nobody.
	Subject Subject
	// Groups are the teams and the roles whose policies hold for the subject as well.
	Groups []Subject
	// Name is for messages.
	Name string
}

// Team returns the principal that a team's pipelines run as.
func Team(id, name string) Principal { return Principal{Subject: TeamSubject(id), Name: name} }

// Is reports whether a policy's subject holds for the principal.
func (p Principal) Is(s Subject) bool { return p.Subject == s || slices.Contains(p.Groups, s) }

// Object is a table with the path to it. Catalog and DB are names; Table is an id, so that a table made anew under an old name
// inherits nothing.
type Object struct {
	Catalog string `json:"catalog,omitempty"`
	DB      string `json:"db,omitempty"`
	Table   string `json:"table,omitempty"`
}

// ObjectOf returns the object of a catalog.db.table name whose table has the id.
func ObjectOf(name, id string) Object {
	catalog, rest, _ := strings.Cut(name, ".")
	db, _, _ := strings.Cut(rest, ".")
	return Object{Catalog: catalog, DB: db, Table: id}
}

// Effect is what a policy does.
type Effect string

// The effects. One deny outweighs every allow.
const (
	Allow Effect = "allow"
	Deny  Effect = "deny"
)

// Policy allows or denies a subject an action on everything within a scope.
type Policy struct {
	ID      string  `json:"id"`
	Subject Subject `json:"subject"`
	Action  Action  `json:"action"`
	Scope   Scope   `json:"scope"`
	Effect  Effect  `json:"effect"`
	// Expires is when it ends, by the store's clock; zero is never.
	Expires time.Time `json:"expires,omitzero"`
	// Note says what it is for.
	Note      string    `json:"note,omitempty"`
	CreatedBy Subject   `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
}

// Decision is the answer to whether a principal may.
type Decision struct {
	Allowed bool
	// By are the policies that decided: those that deny where one does, else those that allow; none when nothing was granted.
	By []Policy
}
