package auth

import (
	"context"
	"time"

	"millrace/models/diag"
)

// Accounts keeps accounts. Changes are audited; those that decide what somebody may do count up the identity version. Errors are refusals
// of diag's kinds.
type Accounts interface {
	// Accounts lists accounts by name, those after the name after.
	Accounts(ctx context.Context, after string, limit int) ([]Account, error)
	Account(ctx context.Context, id string) (Account, error)
	// Credentials returns an account by its name with its password's hash, "" where it has none; diag.ErrNotFound where there is none.
	Credentials(ctx context.Context, name string) (a Account, hash string, err error)
	// AddAccount makes an account with the name and the change's texts. first refuses unless there is no account at all.
	AddAccount(ctx context.Context, name, hash string, c AccountChange, first bool) (Account, error)
	// ChangeAccount changes revision of an account, and ends its sessions where the role changes or it is disabled.
	ChangeAccount(ctx context.Context, id string, revision int64, c AccountChange) (Account, error)
	// SetPassword sets the password's hash, "" for none, and ends the account's sessions but for the one kept, "" for none.
	SetPassword(ctx context.Context, id, hash, keep string) error
	// Rehash replaces old by another hash of the same password. It says nothing where the hash is another by now.
	Rehash(ctx context.Context, id, old, hash string) error
	// RemoveAccount removes revision of an account with its sessions, tokens and memberships.
	RemoveAccount(ctx context.Context, id string, revision int64) error
}

// Teams keeps teams and their members.
type Teams interface {
	// Teams lists teams by name, those after the name after.
	Teams(ctx context.Context, after string, limit int) ([]Team, error)
	Team(ctx context.Context, id string) (Team, error)
	// AddTeam makes a team with a first member who owns it, "" for none.
	AddTeam(ctx context.Context, name, description, owner string) (Team, error)
	ChangeTeam(ctx context.Context, id string, revision int64, name, description string) (Team, error)
	RemoveTeam(ctx context.Context, id string, revision int64) error
	Members(ctx context.Context, team string) ([]Member, error)
	// SetMember adds an account to a team, or changes whether it owns it.
	SetMember(ctx context.Context, team, account string, owner bool) error
	RemoveMember(ctx context.Context, team, account string) error
}

// Ticket is what a session's or a token's secret stands for at the moment.
type Ticket struct {
	Principal Principal
	// Left is how long it holds without being used, Unused how long it was not used.
	Left, Unused time.Duration
}

// Session is a session as its owner sees it.
type Session struct {
	ID     string    `json:"id"`
	MadeAt time.Time `json:"made_at"`
	SeenAt time.Time `json:"seen_at"`
	// Remote and Agent are the address and the browser of the log-in.
	Remote string `json:"remote"`
	Agent  string `json:"agent"`
}

// Sessions keeps sessions, by the hashes of their ids.
type Sessions interface {
	// AddSession makes a session of an account that is not disabled, ends the one replaced ("" for none), and forgets those that are over. The log-in is audited.
	AddSession(ctx context.Context, id, account, replaced string, s Session, limits Limits) error
	// Session returns who a session is; diag.ErrNotFound where it is none, or over.
	Session(ctx context.Context, id string, limits Limits) (Ticket, error)
	// TouchSession notes that a session was used.
	TouchSession(ctx context.Context, id string) error
	// EndSession ends a session of an account; diag.ErrNotFound where it has none of the id.
	EndSession(ctx context.Context, id, account string) error
	// SessionsOf lists an account's sessions, the newest first.
	SessionsOf(ctx context.Context, account string, limits Limits) ([]Session, error)
}

// Limits say when a session is over.
type Limits struct {
	// Idle is how long it may be unused, Lifetime how long it lasts in any case.
	Idle, Lifetime time.Duration
}

// Token is an API token, without its secret.
type Token struct {
	ID      string       `json:"id"`
	Account string       `json:"account"`
	Name    string       `json:"name"`
	Scopes  []Capability `json:"scopes"`
	MadeAt  time.Time    `json:"made_at"`
	// ExpiresAt is when it ends. UsedAt is its last use, to about a minute; zero is never.
	ExpiresAt time.Time `json:"expires_at"`
	UsedAt    time.Time `json:"used_at,omitzero"`
}

// Tokens keeps API tokens, by the hashes of their secrets.
type Tokens interface {
	// AddToken makes a token that lasts for lasts, and fills its id and times.
	AddToken(ctx context.Context, hash string, t Token, lasts time.Duration) (Token, error)
	// TokenTicket returns who a token is; diag.ErrNotFound where it is none, or over.
	TokenTicket(ctx context.Context, hash string) (Ticket, error)
	TouchToken(ctx context.Context, id string) error
	// TokensOf lists an account's tokens, the newest first.
	TokensOf(ctx context.Context, account string) ([]Token, error)
	// RemoveToken revokes a token of an account; diag.ErrNotFound where it has none of the id.
	RemoveToken(ctx context.Context, id, account string) error
}

// Attempts counts failed log-ins by what is guessed at: names and addresses.
type Attempts interface {
	// BeginAttempt counts a failure of each key, in one transaction, unless one of them has to pause: then it counts nothing and returns
	// how long. pause gives the pause that a number of failures brings, by key.
	BeginAttempt(ctx context.Context, keys []string, pause func(key string, failures int) time.Duration) (wait time.Duration, err error)
	// AttemptSucceeded takes the failure back from each key of took, and forgets all of those of each key of forget.
	AttemptSucceeded(ctx context.Context, took, forget []string) error
	// RefuseLogIn writes the audit line of a failed log-in.
	RefuseLogIn(ctx context.Context, name string) error
}

// External is what a provider says of a person.
type External struct {
	Issuer, Subject string
	// Name is a name to begin with, which may be taken.
	Name        string
	DisplayName string
	Email       string
	Role        Role
	// Teams are names; ManageTeams says that they replace the account's managed memberships.
	Teams       []string
	ManageTeams bool
}

// Externals keeps who is who at providers.
type Externals interface {
	// SignIn returns the account of a person, which is made at the first time, after it was made to be what the provider says. The sessions end
	// where the role has changed. A disabled account is diag.ErrDenied.
	SignIn(ctx context.Context, e External) (Account, error)
}

// Store is all that a Service keeps; server/store is one.
type Store interface {
	Accounts
	Teams
	Sessions
	Tokens
	Attempts
	Externals
	// IdentityVersion counts the changes of what anybody may do.
	IdentityVersion(ctx context.Context) (int64, error)
}

// Missing refuses what is not there.
func Missing(what string) error {
	return diag.Refuse(diag.ErrNotFound, CodeMissing, "", "there is no such %s", what)
}

// Stale refuses a change of a revision that is not the newest.
func Stale(what string) error {
	return diag.Refuse(diag.ErrStale, CodeStale, "Read it again, and make the change to that.", "the %s has been changed by somebody else", what)
}
