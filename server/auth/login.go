package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/netip"
	"time"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/models/diag"
)

// Visit is where a log-in comes from.
type Visit struct {
	// Remote is the address, Agent what the browser calls itself.
	Remote, Agent string
	// Replaced is the secret of the session that the request came with, "" for none. It ends.
	Replaced string
}

// LogIn makes a session of the account with the name and the password, and returns its secret, for the cookie. It fails with CodeLogIn, or with
// CodePaused after failed ones, in the same way whether there is such an account or not.
func (s *Service) LogIn(ctx context.Context, name, password string, v Visit) (secret string, err error) {
	if !s.Passwords {
		return "", diag.Refuse(diag.ErrDenied, CodeOff, "Use the single sign-on.", "passwords are off")
	}
	a, outdated, err := s.checkCredentials(ctx, NormalName(name), password, v.Remote)
	if err != nil {
		return "", err
	}
	if outdated != "" {
		fresh, err := s.hasher.hash(ctx, password)
		if err != nil {
			return "", err
		}
		if err := s.Store.Rehash(ctx, a.ID, outdated, fresh); err != nil {
			return "", err
		}
	}
	return s.startSession(ctx, a, v)
}

// checkCredentials returns the account that the name and the password are of, and its hash where that is to be made anew. A log-in counts as
// failed before it is known to be right.
func (s *Service) checkCredentials(ctx context.Context, name, password, remote string) (a Account, outdated string, err error) {
	byName, byAddress := nameKey(name), addressKey(remote)
	wait, err := s.Store.BeginAttempt(ctx, []string{byName, byAddress}, pause)
	if err != nil {
		return Account{}, "", err
	}
	if wait > 0 {
		return Account{}, "", diag.Refuse(diag.ErrLimit, CodePaused, "Ask an administrator where the password is forgotten.",
			"too many failed log-ins; try again in %s", wait.Round(time.Second)+time.Second)
	}
	a, hash, err := s.Store.Credentials(ctx, name)
	if err != nil && !errors.Is(err, diag.ErrNotFound) {
		return Account{}, "", err
	}
	if len(password) > 4*maxPassword {
		password = "" // no account's, and not worth the time of hashing
	}
	ok, old, err := s.hasher.verify(ctx, hash, password)
	if err != nil {
		return Account{}, "", err
	}
	if !ok || a.Disabled {
		if err := s.Store.RefuseLogIn(ctx, name); err != nil {
			return Account{}, "", err
		}
		return Account{}, "", diag.Refuse(diag.ErrUnauthenticated, CodeLogIn, "", "the name or the password is wrong, or the account is disabled")
	}
	// The address has one failure fewer, not none: whoever guesses at others' passwords may have an account.
	if !old {
		hash = ""
	}
	return a, hash, s.Store.AttemptSucceeded(ctx, []string{byAddress}, []string{byName})
}

const (
	// The failures that cost nothing: people mistype, and many people may share an address.
	freeByName, freeByAddress = 5, 30
	firstPause                = 5 * time.Second
	longestPause              = 15 * time.Minute
	nameKeys, addressKeys     = "name:", "address:"
)

// pause is how long the next log-in waits after a number of failures.
func pause(key string, failures int) time.Duration {
	free := freeByName
	if len(key) > len(addressKeys) && key[:len(addressKeys)] == addressKeys {
		free = freeByAddress
	}
	switch n := failures - free; {
	case n < 0:
		return 0
	case n >= 8:
		return longestPause
	default:
		return min(firstPause<<n, longestPause)
	}
}

// nameKey stands for a name. Names are hashed: people type their passwords into the wrong field.
func nameKey(name string) string {
	sum := sha256.Sum256([]byte(name))
	return nameKeys + hex.EncodeToString(sum[:16])
}

// addressKey stands for an address; for IPv6 it is the network that one customer has.
func addressKey(remote string) string {
	ip, err := netip.ParseAddr(remote)
	if err != nil {
		return addressKeys + "unknown"
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if network, err := ip.Prefix(64); err == nil {
			return addressKeys + network.String()
		}
	}
	return addressKeys + ip.String()
}

// startSession makes a session and returns its secret.
func (s *Service) startSession(ctx context.Context, a Account, v Visit) (string, error) {
	// The log-in is the account's own doing, though nobody was signed in when the request came.
	actor := audit.From(ctx)
	actor.Subject, actor.Name = string(grants.UserSubject(a.ID)), a.Name
	ctx = audit.With(ctx, actor)
	secret := base64.RawURLEncoding.EncodeToString(randomBytes(32))
	replaced := ""
	if v.Replaced != "" {
		replaced = hashOf(v.Replaced)
	}
	agent := v.Agent
	if !printable(agent) || len(agent) > maxText {
		agent = ""
	}
	err := s.Store.AddSession(ctx, hashOf(secret), a.ID, replaced, Session{Remote: v.Remote, Agent: agent}, s.Limits)
	if err != nil {
		return "", err
	}
	if replaced != "" {
		s.cache.expire()
	}
	return secret, nil
}

// hashOf is what the store has of a secret.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// SessionPrincipal returns who a session's secret stands for; nobody where it is over.
func (s *Service) SessionPrincipal(ctx context.Context, secret string) (Principal, error) {
	return s.session(ctx, secret)
}

// LogOut ends the session of whoever is signed in with one.
func (s *Service) LogOut(ctx context.Context, p Principal) error {
	if p.Session == "" {
		return nil
	}
	return s.EndSession(ctx, p.Session, p.User)
}

// EndSession ends a session of an account.
func (s *Service) EndSession(ctx context.Context, id, account string) error {
	defer s.cache.expire()
	return s.Store.EndSession(ctx, id, account)
}
