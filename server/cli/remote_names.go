package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/server/cli/client"
	"millrace/server/httpapi"
)

// CodeAmbiguous is a name that several things have.
const CodeAmbiguous diag.Code = "client.ambiguous"

// directory knows the names and ids of accounts, teams and tables; it reads each list once, when it is first asked. People type and read names;
// the API speaks of ids, which outlive a renaming.
type directory struct {
	api         *client.Client
	users       []httpapi.Person
	teams       []thing
	readUsers   bool
	readTeams   bool
	tablesByID  map[string]string
	tablesNamed map[string]string
}

func newDirectory(api *client.Client) *directory {
	return &directory{api: api, tablesByID: map[string]string{}, tablesNamed: map[string]string{}}
}

func (d *directory) allUsers(ctx context.Context) ([]httpapi.Person, error) {
	if d.readUsers {
		return d.users, nil
	}
	for u, err := range client.All[httpapi.Person](ctx, d.api, "/people") {
		if err != nil {
			return nil, err
		}
		d.users = append(d.users, u)
	}
	d.readUsers = true
	return d.users, nil
}

func (d *directory) allTeams(ctx context.Context) ([]thing, error) {
	if d.readTeams {
		return d.teams, nil
	}
	for t, err := range client.All[thing](ctx, d.api, "/teams") {
		if err != nil {
			return nil, err
		}
		d.teams = append(d.teams, t)
	}
	d.readTeams = true
	return d.teams, nil
}

// user finds the id of an account by its name, or by the id itself.
func (d *directory) user(ctx context.Context, name string) (string, error) {
	users, err := d.allUsers(ctx)
	if err != nil {
		return "", err
	}
	known := make([]string, 0, len(users))
	for _, u := range users {
		if u.Name == name || u.User == name {
			return u.User, nil
		}
		known = append(known, u.Name)
	}
	return "", noSuch("users", name, diag.Nearest(name, known))
}

// team finds the id of a team by its name, or by the id itself.
func (d *directory) team(ctx context.Context, name string) (string, error) {
	teams, err := d.allTeams(ctx)
	if err != nil {
		return "", err
	}
	known := make([]string, 0, len(teams))
	for _, t := range teams {
		if t.text("name") == name || t.text("id") == name {
			return t.text("id"), nil
		}
		known = append(known, t.text("name"))
	}
	return "", noSuch("teams", name, diag.Nearest(name, known))
}

// subject reads who a grant is for: user:NAME, team:NAME, role:NAME, me, or a name that only one account or one team has.
func (d *directory) subject(ctx context.Context, text string) (grants.Subject, error) {
	kind, name, _ := strings.Cut(text, ":")
	switch kind {
	case "role":
		return grants.ParseSubject(text)
	case "user":
		id, err := d.user(ctx, name)
		return grants.UserSubject(id), err
	case "team":
		id, err := d.team(ctx, name)
		return grants.TeamSubject(id), err
	}
	if text == "me" {
		var who me
		err := d.api.Get(ctx, "/auth/me", &who)
		return grants.UserSubject(who.User), err
	}
	user, noUser := d.user(ctx, text)
	if noUser != nil && !absent(noUser) {
		return "", noUser
	}
	team, noTeam := d.team(ctx, text)
	switch {
	case noTeam != nil && !absent(noTeam):
		return "", noTeam
	case noUser != nil && noTeam != nil:
		return "", diag.Refuse(diag.ErrNotFound, CodeNoSuch, "Write user:NAME, team:NAME or role:ROLE; millrace team list lists the teams.",
			"neither a user nor a team has the name %s", text)
	case noUser == nil && noTeam == nil:
		return "", diag.Refuse(diag.ErrInvalid, CodeAmbiguous, fmt.Sprintf("Write user:%s or team:%[1]s.", text), "a user and a team have the name %s", text)
	case noUser == nil:
		return grants.UserSubject(user), nil
	}
	return grants.TeamSubject(team), nil
}

// called is a subject as people write it. One whose name this account may not know stays an id.
func (d *directory) called(ctx context.Context, s grants.Subject) string {
	kind, id := s.Kind()
	switch kind {
	case "user":
		users, _ := d.allUsers(ctx)
		for _, u := range users {
			if u.User == id {
				return "user:" + u.Name
			}
		}
	case "team":
		teams, _ := d.allTeams(ctx)
		for _, t := range teams {
			if t.text("id") == id {
				return "team:" + t.text("name")
			}
		}
	}
	return string(s)
}

// scope reads what a grant is about: * for everything, a catalog, a database as catalog.db, or a table as catalog.db.table.
func (d *directory) scope(ctx context.Context, text string) (grants.Scope, error) {
	if text == string(grants.Everything) {
		return grants.Everything, nil
	}
	parts := strings.Split(text, ".")
	switch len(parts) {
	case 1:
		return grants.ParseScope(string(grants.CatalogScope(text)))
	case 2:
		return grants.ParseScope(string(grants.DBScope(parts[0], parts[1])))
	}
	if id, ok := d.tablesNamed[text]; ok {
		return grants.TableScope(id), nil
	}
	t, err := find(ctx, d.api, resources()["tables"], "tables", text)
	if err != nil {
		return "", err
	}
	d.tablesNamed[text] = t.text("id")
	return grants.TableScope(t.text("id")), nil
}

// about is a scope as people write it. A table that this account may not know of stays an id.
func (d *directory) about(ctx context.Context, s grants.Scope) string {
	kind, name, is := strings.Cut(string(s), ":")
	switch {
	case !is:
		return string(s)
	case kind != "table":
		return name
	}
	if known, ok := d.tablesByID[name]; ok {
		return known
	}
	var t thing
	shown := string(s)
	if d.api.Get(ctx, "/tables"+client.Path(name), &t) == nil {
		shown = t.text("name")
	}
	d.tablesByID[name] = shown
	return shown
}

// until reads when something ends: a time, a day, which it ends at the beginning of, or how long it lasts, as in 12h or 30d.
func until(text string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return t, nil
	}
	if number, is := strings.CutSuffix(text, "d"); is {
		if days, err := strconv.Atoi(number); err == nil && days > 0 && days <= maxDays {
			return now.AddDate(0, 0, days), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return now.Add(d), nil
	}
	return time.Time{}, errors.New("--until is no time: write it as in 2026-01-02T03:04:05Z, 2026-01-02, 12h or 30d")
}

// maxDays bounds how long something lasts, so that its end is a time that every store can keep.
const maxDays = 36500
