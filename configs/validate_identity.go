package configs

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

func (v *validation) metadata(m Metadata) {
	v.oneOf("metadata.driver", m.Driver, SQLite, MySQL)
	switch {
	case m.Driver == MySQL && m.DSN == "":
		v.add("metadata.dsn", "is empty", "Write user:password@tcp(host:port)/database, best in MILLRACE_METADATA_DSN.")
	case m.Driver == SQLite && m.DSN != "":
		v.add("metadata.dsn", "is set, and sqlite has none", "Remove it, or set metadata.driver to mysql.")
	}
}

func (v *validation) auth(a Auth) {
	between(v, "auth.session_lifetime", a.SessionLifetime, minIdle, maxLifetime)
	if a.SessionLifetime >= minIdle {
		between(v, "auth.session_idle", a.SessionIdle, minIdle, a.SessionLifetime)
	}
	o := a.OIDC
	if o.Issuer == "" {
		if !a.Passwords {
			v.add("auth.passwords", "is false, and auth.oidc.issuer is empty: nobody could sign in", "Set auth.oidc, or allow passwords.")
		}
		return
	}
	v.webAddress("auth.oidc.issuer", o.Issuer)
	v.webAddress("auth.oidc.redirect_url", o.RedirectURL)
	if o.ClientID == "" {
		v.add("auth.oidc.client_id", "is empty", "Write the id under which the provider knows this server.")
	}
	if o.DefaultRole != "" {
		v.oneOf("auth.oidc.default_role", o.DefaultRole, "viewer", "analyst", "operator", "admin")
	}
	if !strings.Contains(" "+o.Scopes+" ", " openid ") {
		v.add("auth.oidc.scopes", fmt.Sprintf("is %q", o.Scopes), "Begin with openid, as in: openid profile email.")
	}
}

// webAddress checks a URL over which secrets go: TLS, but for this machine.
func (v *validation) webAddress(path, text string) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		// Not quoted: there may be a password in it.
		v.add(path, "is no web address", "Write it as in https://sso.example.com/realms/main.")
		return
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		v.add(path, fmt.Sprintf("is %q, without TLS", text), "Write https://: tokens and codes go over it.")
	}
}
