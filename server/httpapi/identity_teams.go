package httpapi

import (
	"context"
	"net/http"

	"millrace/models/diag"
	"millrace/server/auth"
)

// registerTeams serves teams and their members.
func (a *API) registerTeams() {
	if a.services.Identity == nil {
		return
	}
	const tag = "teams"
	admin, inside := need(auth.Administer), need(auth.View).on(KindTeam, "team")
	register(a, op{ID: "list_teams", Method: http.MethodGet, Path: "/teams", Tag: tag, Summary: "All teams", Access: need(auth.View)}, a.listTeams)
	register(a, op{ID: "create_team", Method: http.MethodPost, Path: "/teams", Tag: tag, Summary: "Make a team", Status: http.StatusCreated, Access: admin, Action: true}, a.createTeam)
	register(a, op{ID: "get_team", Method: http.MethodGet, Path: "/teams/{team}", Tag: tag, Summary: "A team", Access: inside}, a.getTeam)
	register(a, op{ID: "change_team", Method: http.MethodPut, Path: "/teams/{team}", Tag: tag, Summary: "Change a team", Access: admin}, a.changeTeam)
	register(a, op{ID: "remove_team", Method: http.MethodDelete, Path: "/teams/{team}", Tag: tag, Summary: "Remove a team that nothing belongs to", Access: admin}, a.removeTeam)
	register(a, op{ID: "list_members", Method: http.MethodGet, Path: "/teams/{team}/members", Tag: tag, Summary: "A team's members", Access: inside}, a.listMembers)
	register(a, op{ID: "set_member", Method: http.MethodPut, Path: "/teams/{team}/members/{user}", Tag: tag, Summary: "Add a member, or change whether it owns the team",
		Description: "For the team's owners and administrators.", Access: inside}, a.setMember)
	register(a, op{ID: "remove_member", Method: http.MethodDelete, Path: "/teams/{team}/members/{user}", Tag: tag, Summary: "Remove a member",
		Description: "For the team's owners and administrators.", Access: inside}, a.removeMember)
}

// TeamIn names a team. It is exported because huma fills no embedded struct that is not.
type TeamIn struct {
	Team string `path:"team" maxLength:"64"`
}

func (a *API) listTeams(ctx context.Context, in *struct{ Page }) (*listOut[auth.Team], error) {
	var after string
	if err := in.after(&after); err != nil {
		return nil, err
	}
	teams, err := a.services.Identity.Store.Teams(ctx, after, in.Limit)
	return &listOut[auth.Team]{Body: pageOf(teams, in.Limit, func(t auth.Team) string { return t.Name })}, err
}

// TeamBody is what is set of a team.
type TeamBody struct {
	Name        string `json:"name" minLength:"1" maxLength:"400"`
	Description string `json:"description" required:"false" maxLength:"4096"`
}

func teamOut(t auth.Team, err error) (*itemOut[auth.Team], error) {
	return &itemOut[auth.Team]{ETag: etag(t.Revision), Body: t}, err
}

func (a *API) createTeam(ctx context.Context, in *struct {
	Body struct {
		TeamBody
		Owner string `json:"owner" required:"false" maxLength:"64" doc:"the account that owns it first, by id"`
	}
},
) (*itemOut[auth.Team], error) {
	return teamOut(a.services.Identity.AddTeam(ctx, in.Body.Name, in.Body.Description, in.Body.Owner))
}

func (a *API) getTeam(ctx context.Context, in *TeamIn) (*itemOut[auth.Team], error) {
	return teamOut(a.services.Identity.Store.Team(ctx, in.Team))
}

func (a *API) changeTeam(ctx context.Context, in *struct {
	Match
	TeamIn
	Body TeamBody
},
) (*itemOut[auth.Team], error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	return teamOut(a.services.Identity.ChangeTeam(ctx, in.Team, revision, in.Body.Name, in.Body.Description))
}

func (a *API) removeTeam(ctx context.Context, in *struct {
	Match
	TeamIn
},
) (*none, error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	return nil, a.services.Identity.RemoveTeam(ctx, in.Team, revision)
}

func (a *API) listMembers(ctx context.Context, in *TeamIn) (*listOut[auth.Member], error) {
	members, err := a.services.Identity.Store.Members(ctx, in.Team)
	return &listOut[auth.Member]{Body: Items[auth.Member]{Items: members}}, err
}

// mayManage decides about a team's members: its owners, as far as they may change anything, and administrators.
func mayManage(ctx context.Context, team string) error {
	p := auth.From(ctx)
	if p.Has(auth.Administer) || p.OwnerOf(team) && p.Has(auth.Edit) {
		return nil
	}
	return diag.Refuse(diag.ErrDenied, CodeDenied, "Ask an owner of the team.", "only the team's owners and administrators change its members")
}

// MemberIn names a member of a team.
type MemberIn struct {
	TeamIn
	User string `path:"user" maxLength:"64"`
}

func (a *API) setMember(ctx context.Context, in *struct {
	MemberIn
	Body struct {
		Owner bool `json:"owner" required:"false"`
	}
},
) (*none, error) {
	if err := mayManage(ctx, in.Team); err != nil {
		return nil, err
	}
	return nil, a.services.Identity.SetMember(ctx, in.Team, in.User, in.Body.Owner)
}

func (a *API) removeMember(ctx context.Context, in *MemberIn) (*none, error) {
	if err := mayManage(ctx, in.Team); err != nil {
		return nil, err
	}
	return nil, a.services.Identity.RemoveMember(ctx, in.Team, in.User)
}
