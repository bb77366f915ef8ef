package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"millrace/models/diag"
)

// Options say what a Service stands on.
type Options struct {
	Store  Store
	Limits Limits
	// Passwords lets people sign in with passwords.
	Passwords bool
	// Params are the password hashes'; the zero value is DefaultParams.
	Params Params
	// OIDC is the single sign-on; without an issuer it is off. Sealer keeps its state in the browser.
	OIDC   OIDC
	Sealer Sealer
	// BasePath is what every path begins with, such as "/millrace"; empty is none.
	BasePath string
	// Secure says that browsers reach this server through TLS, its own or a proxy's.
	Secure bool
	// Origins are other origins whose pages are this site's, as in https://millrace.example.com: a proxy's, where it does not hand on the Host.
	Origins []string
	// TeamInUse says what belongs to a team, "" for nothing. A team that something belongs to is not removed.
	TeamInUse func(ctx context.Context, team string) (what string, err error)
	Log       *slog.Logger
}

// hashesAtOnce bounds the memory that log-ins take.
const hashesAtOnce = 2

// Service signs people in and knows who asks. Its methods may be called from several goroutines.
type Service struct {
	Options
	hasher  *hasher
	cache   *cache
	oidc    *oidcClient
	origins map[string]bool
}

// New makes a service.
func New(o Options) (*Service, error) {
	if o.Params == (Params{}) {
		o.Params = DefaultParams()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{Options: o, hasher: newHasher(o.Params, hashesAtOnce), origins: map[string]bool{}}
	s.cache = newCache(o.Store.IdentityVersion)
	for _, origin := range o.Origins {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || u.Path != "" {
			return nil, fmt.Errorf("%q is no origin", origin)
		}
		s.origins[u.Scheme+"://"+u.Host] = true
	}
	if o.OIDC.Issuer != "" {
		client, err := newOIDCClient(o.OIDC)
		if err != nil {
			return nil, err
		}
		s.oidc = client
	}
	return s, nil
}

// Ways are the ways to sign in.
type Ways struct {
	Passwords bool `json:"passwords"`
	OIDC      bool `json:"oidc"`
}

// Ways returns what is on.
func (s *Service) Ways() Ways { return Ways{Passwords: s.Passwords, OIDC: s.oidc != nil} }

// FirstAdmin is the name of the account that a new installation has.
const FirstAdmin = "admin"

// Bootstrap makes the first account, an administrator, where there is none, and returns its password, which nobody is told again. It returns
// "" where there are accounts.
func (s *Service) Bootstrap(ctx context.Context) (password string, err error) {
	some, err := s.Store.Accounts(ctx, "", 1)
	if err != nil || len(some) > 0 {
		return "", err
	}
	password = randomPassword()
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	_, err = s.Store.AddAccount(ctx, FirstAdmin, hash, AccountChange{DisplayName: "Administrator", Role: Admin}, true)
	if errors.Is(err, diag.ErrConflict) {
		return "", nil // another server was first
	}
	if err != nil {
		return "", fmt.Errorf("making the first account: %w", err)
	}
	return password, nil
}

// AddAccount makes an account. Without a password it can sign in with OpenID Connect only, or be given one later.
func (s *Service) AddAccount(ctx context.Context, name, password string, c AccountChange) (Account, error) {
	name = NormalName(name)
	if err := errors.Join(checkName(name), c.check()); err != nil {
		return Account{}, err
	}
	hash := ""
	if password != "" {
		if err := checkPassword(password, name); err != nil {
			return Account{}, err
		}
		var err error
		if hash, err = s.hasher.hash(ctx, password); err != nil {
			return Account{}, err
		}
	}
	return s.Store.AddAccount(ctx, name, hash, c, false)
}

// ChangeAccount changes revision of an account. Its sessions end where the role changes or it is disabled.
func (s *Service) ChangeAccount(ctx context.Context, id string, revision int64, c AccountChange) (Account, error) {
	if err := c.check(); err != nil {
		return Account{}, err
	}
	defer s.cache.expire()
	return s.Store.ChangeAccount(ctx, id, revision, c)
}

// RemoveAccount removes revision of an account. Its name may be given to another later, which inherits nothing.
func (s *Service) RemoveAccount(ctx context.Context, id string, revision int64) error {
	defer s.cache.expire()
	return s.Store.RemoveAccount(ctx, id, revision)
}

// ResetPassword gives an account a random password, ends its sessions, and returns the password.
func (s *Service) ResetPassword(ctx context.Context, id string) (string, error) {
	password := randomPassword()
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	defer s.cache.expire()
	if err := s.Store.SetPassword(ctx, id, hash, ""); err != nil {
		return "", err
	}
	return password, s.forgive(ctx, id)
}

// forgive forgets the failed log-ins of an account.
func (s *Service) forgive(ctx context.Context, id string) error {
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return err
	}
	return s.Store.AttemptSucceeded(ctx, nil, []string{nameKey(a.Name)})
}

// ResetPasswordOf is ResetPassword by name.
func (s *Service) ResetPasswordOf(ctx context.Context, name string) (string, error) {
	a, _, err := s.Store.Credentials(ctx, NormalName(name))
	if err != nil {
		return "", err
	}
	return s.ResetPassword(ctx, a.ID)
}

// ChangePassword changes the password of whoever is signed in, who shows the old one, and ends all of the account's sessions but this.
// Guesses at the old one count as failed log-ins.
func (s *Service) ChangePassword(ctx context.Context, p Principal, remote, old, fresh string) error {
	a, err := s.Store.Account(ctx, p.User)
	if err != nil {
		return err
	}
	if err := checkPassword(fresh, a.Name); err != nil {
		return err
	}
	if _, _, err := s.checkCredentials(ctx, a.Name, old, remote); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, fresh)
	if err != nil {
		return err
	}
	defer s.cache.expire()
	return s.Store.SetPassword(ctx, p.User, hash, p.Session)
}

// AddTeam makes a team whose first member and owner is the account, "" for none.
func (s *Service) AddTeam(ctx context.Context, name, description, owner string) (Team, error) {
	if err := errors.Join(checkTeamName(name), checkText("description", description, maxDescription)); err != nil {
		return Team{}, err
	}
	defer s.cache.expire()
	return s.Store.AddTeam(ctx, name, description, owner)
}

// ChangeTeam changes revision of a team.
func (s *Service) ChangeTeam(ctx context.Context, id string, revision int64, name, description string) (Team, error) {
	if err := errors.Join(checkTeamName(name), checkText("description", description, maxDescription)); err != nil {
		return Team{}, err
	}
	defer s.cache.expire()
	return s.Store.ChangeTeam(ctx, id, revision, name, description)
}

// RemoveTeam removes revision of a team that nothing belongs to.
func (s *Service) RemoveTeam(ctx context.Context, id string, revision int64) error {
	if s.TeamInUse != nil {
		what, err := s.TeamInUse(ctx, id)
		if err != nil {
			return err
		}
		if what != "" {
			return diag.Refuse(diag.ErrConflict, CodeTeamInUse, "Give it to another team, or remove it.", "the team still has %s", what)
		}
	}
	defer s.cache.expire()
	return s.Store.RemoveTeam(ctx, id, revision)
}

// SetMember adds an account to a team, or changes whether it owns it.
func (s *Service) SetMember(ctx context.Context, team, account string, owner bool) error {
	defer s.cache.expire()
	return s.Store.SetMember(ctx, team, account, owner)
}

// RemoveMember removes an account from a team.
func (s *Service) RemoveMember(ctx context.Context, team, account string) error {
	defer s.cache.expire()
	return s.Store.RemoveMember(ctx, team, account)
}

// TeamExists returns the team's id, which owns itself; diag.ErrNotFound where there is none.
func (s *Service) TeamExists(ctx context.Context, id string) (string, error) {
	t, err := s.Store.Team(ctx, id)
	return t.ID, err
}

// freshFor is how old what is known of the identity version may be, and so how long a change on another server may go unnoticed.
const freshFor = 500 * time.Millisecond
