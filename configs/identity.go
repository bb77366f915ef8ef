package configs

import "log/slog"

// redacted stands for a secret wherever one would be shown.
const redacted = "(secret)"

// Secret is a text that no message, log line or dump of the settings shows; Text gives it to whom it is for.
type Secret string

// Text returns the secret.
func (s Secret) Text() string { return string(s) }

// String returns what stands for the secret, "" where there is none.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String, for JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue is String, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// The drivers of the metadata store.
const (
	SQLite = "sqlite"
	MySQL  = "mysql"
)

// Metadata says where the metadata is kept.
type Metadata struct {
	// Driver is SQLite, a file in DataDir, or MySQL, a MySQL or MariaDB server that several servers and workers may share.
	Driver string `yaml:"driver" json:"driver"`
	// DSN says how to reach the server: user:password@tcp(host:port)/database. SQLite has none.
	DSN Secret `yaml:"dsn" json:"dsn"`
}

// Auth says how people sign in.
type Auth struct {
	// SessionIdle ends a session that made no request for so long, SessionLifetime every one so long after the log-in.
	SessionIdle     Duration `yaml:"session_idle" json:"session_idle"`
	SessionLifetime Duration `yaml:"session_lifetime" json:"session_lifetime"`
	// Passwords lets people sign in with a password of Millrace's own. Without it they come through OIDC, and administrators with API
	// tokens.
	Passwords bool `yaml:"passwords" json:"passwords"`
	OIDC      OIDC `yaml:"oidc" json:"oidc"`
}

// OIDC is the single sign-on of OpenID Connect. It is off where Issuer is empty.
type OIDC struct {
	// Issuer is the provider's URL, below which /.well-known/openid-configuration lies.
	Issuer string `yaml:"issuer" json:"issuer"`
	// ClientID and ClientSecret are what the provider knows this server as. A public client has no secret.
	ClientID     string `yaml:"client_id" json:"client_id"`
	ClientSecret Secret `yaml:"client_secret" json:"client_secret"`
	// RedirectURL is this server's /api/v1/auth/oidc/callback, as browsers reach it and the provider has it on its list.
	RedirectURL string `yaml:"redirect_url" json:"redirect_url"`
	// Scopes are asked for, apart by blanks.
	Scopes string `yaml:"scopes" json:"scopes"`
	// RoleClaim is the claim that lists a person's roles, its path apart by dots, as in realm_access.roles. A role is one of
	// Millrace's, behind RolePrefix; of several the highest counts. Where there is none it is DefaultRole; where that is empty, too, the
	// person is not let in.
	RoleClaim   string `yaml:"role_claim" json:"role_claim"`
	RolePrefix  string `yaml:"role_prefix" json:"role_prefix"`
	DefaultRole string `yaml:"default_role" json:"default_role"`
	// TeamsClaim is the claim that lists a person's groups. Those that begin with TeamPrefix are teams, by the name that follows it; they are
	// made where they are missing. Empty leaves teams to their owners.
	TeamsClaim string `yaml:"teams_claim" json:"teams_claim"`
	TeamPrefix string `yaml:"team_prefix" json:"team_prefix"`
	// CAFile holds the certificates that the provider's is checked against, in PEM; empty is the system's.
	CAFile string `yaml:"ca_file" json:"ca_file"`
}
