package auth

import (
	"slices"

	"millrace/assets/audit"
	"millrace/assets/grants"
)

// Role is what a person is for the installation as a whole.
type Role string

// The roles.
const (
	// Viewer looks at what was granted.
	Viewer Role = "viewer"
	// Analyst builds for the teams it is a member of.
	Analyst Role = "analyst"
	// Operator watches, starts and stops the pipelines of all teams.
	Operator Role = "operator"
	// Admin may do everything.
	Admin Role = "admin"
)

// Capability is what a route needs.
type Capability string

// The capabilities; a token's scopes are a subset.
const (
	View Capability = "view"
	// Edit is to make and change what belongs to a team: models, connections, tables, deployments.
	Edit Capability = "edit"
	// Operate is to start, stop and restart pipelines and to read what they say.
	Operate Capability = "operate"
	// Administer is to manage users, teams, policies and settings.
	Administer Capability = "administer"
)

// Kind is what something is that belongs to a team.
type Kind string

// The kinds. Grants decide about tables as well.
const (
	KindTeam       Kind = "team"
	KindConnection Kind = "connection"
	KindTable      Kind = "table"
	KindDocument   Kind = "document"
	KindPipeline   Kind = "pipeline"
)

// Membership is a principal's place in a team.
type Membership struct {
	Team string `json:"team"`
	Name string `json:"name"`
	// Owner may manage the team's members and grant on its tables.
	Owner bool `json:"owner"`
}

// Principal is who made a request. The zero value is nobody.
type Principal struct {
	// User is the account's id; empty is nobody.
	User  string
	Name  string
	Role  Role
	Teams []Membership
	// Token is the API token that was used, with the only capabilities it may use; empty is a session, which has no such bound.
	Token  string
	Scopes []Capability
	// Session is the id of the session, for its end and for CSRF.
	Session string
}

// Nobody reports whether no one is signed in.
func (p Principal) Nobody() bool { return p.User == "" }

// Member reports whether the principal belongs to the team.
func (p Principal) Member(team string) bool {
	return slices.ContainsFunc(p.Teams, func(m Membership) bool { return m.Team == team })
}

// OwnerOf reports whether the principal owns the team.
func (p Principal) OwnerOf(team string) bool {
	return slices.ContainsFunc(p.Teams, func(m Membership) bool { return m.Team == team && m.Owner })
}

// Has reports whether the principal has a capability for something at all, if only within a team.
func (p Principal) Has(c Capability) bool {
	if p.Nobody() || p.Token != "" && !slices.Contains(p.Scopes, c) {
		return false
	}
	switch p.Role {
	case Admin:
		return true
	case Operator:
		return c == View || c == Operate
	case Analyst:
		return c == View || c == Edit || c == Operate
	case Viewer:
		return c == View
	}
	return false
}

// Can reports whether the principal has a capability for something of a kind that belongs to a team; "" is what belongs to nobody. This is the
// one place that decides about teams' things; assets/grants decides about tables.
func (p Principal) Can(c Capability, of Kind, team string) bool {
	if !p.Has(c) {
		return false
	}
	switch {
	case p.Role == Admin:
		return true
	case p.Role == Operator && of == KindPipeline:
		// Has left them looking and operating. What pipelines are made of is their teams' own: models, connections, who is a member.
		return true
	}
	return team != "" && p.Member(team)
}

// Grants is the principal as grants know it.
func (p Principal) Grants() grants.Principal {
	if p.Nobody() {
		return grants.Principal{}
	}
	g := grants.Principal{Subject: grants.UserSubject(p.User), Name: p.Name, Groups: []grants.Subject{grants.RoleSubject(string(p.Role))}}
	for _, m := range p.Teams {
		g.Groups = append(g.Groups, grants.TeamSubject(m.Team))
	}
	return g
}

// Actor is the principal as the audit log knows it.
func (p Principal) Actor() audit.Actor {
	if p.Nobody() {
		return audit.Actor{Subject: "nobody", Name: "nobody"}
	}
	return audit.Actor{Subject: string(grants.UserSubject(p.User)), Name: p.Name, Token: p.Token}
}
