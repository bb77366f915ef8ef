// Package auth knows who is asking: accounts, passwords, sessions, API tokens and the single sign-on of OpenID Connect.
//
// # Who is asking
//
// Service.Authenticate reads a request. A bearer token is looked at first; one that does not hold is refused. Else it is the session's
// cookie; where that does not hold the request is nobody's. What the store says of a session or a token is kept for a moment: at most
// freshFor, and not beyond a change of the store's identity version, which is asked for twice a second. So a role that is taken away, a log-out
// and a revocation hold on every server of the installation within a second.
//
// # Passwords
//
// They are kept as argon2id hashes that carry their parameters; a log-in hashes anew what was made with others. Whether a name exists is
// not to be learned: a log-in evaluates exactly one hash whether there is such an account or not, and is refused in the same words. Failed log-ins are
// counted by name and by address, in the store; past a few, each one makes the next wait longer (see pauses). A log-in counts as failed
// before its password is looked at, so that many at once gain nothing.
//
// # Sessions
//
// A session's id is 256 random bits in a cookie that no script reads; the store has its SHA-256. A log-in makes a new one and ends the one that
// came with the request, so that nobody can plant an id beforehand. Sessions end by log-out, idleness and age, and all of an account's when
// its password or role changes or it is disabled.
//
// A request that changes something with a session's cookie must show X-Csrf-Token, a hash of the session's id that only pages of this site are told, and must not
// come from another site by what the browser says of it (Sec-Fetch-Site, Origin). Log-ins, which have no session yet, are held to the latter.
//
// # OpenID Connect
//
// The authorization code flow with PKCE. State, nonce and verifier lie in a sealed cookie of ten minutes, so that the answer counts only in the
// browser that asked. A person is known by issuer and subject, never by a name or an e-mail address that the provider may give to another.
package auth
