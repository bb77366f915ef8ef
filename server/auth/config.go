package auth

import (
	"strings"
	"time"

	"millrace/configs"
)

// Settings are the configuration's as a Service takes them.
func Settings(c configs.Auth) (Limits, OIDC) {
	o := c.OIDC
	return Limits{Idle: time.Duration(c.SessionIdle), Lifetime: time.Duration(c.SessionLifetime)}, OIDC{
		Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret.Text(), RedirectURL: o.RedirectURL, Scopes: strings.Fields(o.Scopes), CAFile: o.CAFile,
		Claims: Claims{Role: o.RoleClaim, RolePrefix: o.RolePrefix, DefaultRole: Role(o.DefaultRole), Teams: o.TeamsClaim, TeamPrefix: o.TeamPrefix},
	}
}
