package auth

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"millrace/models/diag"
)

// Claims say how a provider's claims become a role and teams; configs.OIDC explains the fields.
type Claims struct {
	Role, RolePrefix  string
	DefaultRole       Role
	Teams, TeamPrefix string
}

// maxTeams bounds the teams that one sign-on may make.
const maxTeams = 200

// external is what claims say of a person.
func (c Claims) external(issuer, subject string, claims map[string]any) (External, error) {
	e := External{Issuer: issuer, Subject: subject, Role: c.DefaultRole, ManageTeams: c.Teams != ""}
	if subject == "" || len(subject) > maxText {
		return External{}, refuseOIDC(nil, "the provider does not say who it is")
	}
	roles := texts(claims, c.Role)
	for _, r := range Roles() {
		if slices.Contains(roles, c.RolePrefix+string(r)) {
			e.Role = r
			break
		}
	}
	if e.Role == "" {
		return External{}, diag.Refuse(diag.ErrDenied, CodeOIDC, "Ask whoever manages the single sign-on for a role.", "the single sign-on gives this person no role here")
	}
	if c.Teams != "" {
		for _, group := range texts(claims, c.Teams) {
			// Keycloak writes groups as paths.
			name, ok := strings.CutPrefix(strings.TrimPrefix(group, "/"), c.TeamPrefix)
			if name = norm.NFC.String(name); ok && checkTeamName(name) == nil && len(e.Teams) < maxTeams {
				e.Teams = append(e.Teams, name)
			}
		}
		slices.Sort(e.Teams)
		e.Teams = slices.Compact(e.Teams)
	}
	one := func(names ...string) string {
		for _, name := range names {
			if text := texts(claims, name); len(text) == 1 && checkText(name, text[0], maxText) == nil {
				return text[0]
			}
		}
		return ""
	}
	e.Email = one("email")
	e.DisplayName = one("name", "preferred_username", "email")
	e.Name = NormalName(one("preferred_username", "email"))
	if checkName(e.Name) != nil {
		e.Name = "user"
	}
	return e, nil
}

// texts returns the texts at a claim, whose path is apart by dots; a single text is a list of one. A name that has dots itself, as URLs do, is
// found as it stands.
func texts(claims map[string]any, path string) []string {
	if path == "" {
		return nil
	}
	var value any = claims
	if whole, ok := claims[path]; ok {
		value = whole
	} else {
		for _, name := range strings.Split(path, ".") {
			object, _ := value.(map[string]any)
			value = object[name]
		}
	}
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, item := range v {
			if text, ok := item.(string); ok {
				out = append(out, text)
			}
		}
		return out
	}
	return nil
}
