package auth

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"millrace/models/diag"
)

// The diagnostics of this package.
const (
	// CodeName is a name that may not be one.
	CodeName diag.Code = "auth.name"
	// CodeNameTaken is a name that another account or team has.
	CodeNameTaken diag.Code = "auth.name_taken"
	// CodeRole is a role, a scope or an expiry that does not exist or goes beyond what one has.
	CodeRole diag.Code = "auth.role"
	// CodePassword is a new password that is too easy to guess.
	CodePassword diag.Code = "auth.password"
	// CodeLogIn is a log-in with a wrong name or password, or of a disabled account: which of them is not told.
	CodeLogIn diag.Code = "auth.log_in"
	// CodePaused is a log-in too soon after failed ones.
	CodePaused diag.Code = "auth.paused"
	// CodeLastAdmin is a change that would leave nobody to administer.
	CodeLastAdmin diag.Code = "auth.last_admin"
	// CodeToken is an API token that does not hold, or holds no longer.
	CodeToken diag.Code = "auth.token"
	// CodeCSRF is a change that does not show that it comes from a page of this site.
	CodeCSRF diag.Code = "auth.csrf"
	// CodeTeamInUse is a team that things belong to.
	CodeTeamInUse diag.Code = "auth.team_in_use"
	// CodeOff is a way to sign in that is off.
	CodeOff diag.Code = "auth.off"
	// CodeOIDC is a single sign-on that was not carried through.
	CodeOIDC diag.Code = "auth.oidc"
	// CodeMissing is an account, a team, a member, a session or a token that is not there.
	CodeMissing diag.Code = "auth.not_found"
	// CodeStale is a change of an account or a team that somebody else has changed in the meantime.
	CodeStale diag.Code = "auth.stale"
)

// Account is a person, or a program with tokens of its own.
type Account struct {
	ID       string `json:"id"`
	Revision int64  `json:"revision"`
	// Name is what one signs in with, as NormalName writes it.
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
	Email       string `json:"email"`
	Role        Role   `json:"role"`
	Disabled    bool   `json:"disabled"`
	// HasPassword says whether one can sign in with a password; Issuer is the provider whose accounts sign in here, "" where there is none.
	HasPassword bool      `json:"has_password"`
	Issuer      string    `json:"issuer,omitempty"`
	MadeAt      time.Time `json:"made_at"`
	ChangedAt   time.Time `json:"changed_at"`
	// LoginAt is the last log-in; zero before the first.
	LoginAt time.Time `json:"login_at,omitzero"`
}

// AccountChange is what an administrator sets of an account.
type AccountChange struct {
	DisplayName string `json:"display_name"`
	Email       string `json:"email"`
	Role        Role   `json:"role"`
	Disabled    bool   `json:"disabled"`
}

// Team is a group of people that things belong to.
type Team struct {
	ID          string    `json:"id"`
	Revision    int64     `json:"revision"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	MadeAt      time.Time `json:"made_at"`
	ChangedAt   time.Time `json:"changed_at"`
}

// Member is an account's place in a team.
type Member struct {
	Account     string `json:"account"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
	Owner       bool   `json:"owner"`
	// Managed members come and go with what the single sign-on says of them.
	Managed bool `json:"managed"`
}

// Roles lists the roles, the highest first.
func Roles() []Role { return []Role{Admin, Operator, Analyst, Viewer} }

// Valid reports whether r is a role.
func (r Role) Valid() bool {
	for _, one := range Roles() {
		if r == one {
			return true
		}
	}
	return false
}

// Scopes lists the capabilities.
func Scopes() []Capability { return []Capability{View, Edit, Operate, Administer} }

const (
	maxName = 100
	maxText = 255
	// maxDescription bounds a team's description, in bytes.
	maxDescription = 4096
)

var nameForm = regexp.MustCompile(`^[\pL\pN_]([\pL\pM\pN._@+-]*[\pL\pM\pN_])?$`)

// NormalName is the one way in which an account's name is written: composed, in lower case, without blanks at its ends. Two names that look
// alike on a log-in page are the same account.
func NormalName(name string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(name)))
}

// checkName refuses what may not be an account's name; name is normal.
func checkName(name string) error {
	if utf8.RuneCountInString(name) > maxName || !nameForm.MatchString(name) {
		return diag.Refuse(diag.ErrInvalid, CodeName, fmt.Sprintf("Use up to %d letters, digits and . _ @ + -, beginning with a letter or digit.", maxName),
			"the name of the account is not one")
	}
	return nil
}

// checkTeamName refuses what may not be a team's name.
func checkTeamName(name string) error {
	if name != strings.TrimSpace(name) || name == "" || utf8.RuneCountInString(name) > maxName || !printable(name) || name != norm.NFC.String(name) {
		return diag.Refuse(diag.ErrInvalid, CodeName, fmt.Sprintf("Use up to %d printable characters, without blanks at the ends.", maxName),
			"the name of the team is not one")
	}
	return nil
}

// checkText refuses what a page could not show: invalid UTF-8 and control characters.
func checkText(what, text string, most int) error {
	if len(text) > most || !printable(strings.NewReplacer("\n", "", "\t", "", "\r", "").Replace(text)) {
		return diag.Refuse(diag.ErrInvalid, CodeName, fmt.Sprintf("Use up to %d bytes of printable text.", most), "the %s is too long, or no text", what)
	}
	return nil
}

func printable(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError {
			return false
		}
	}
	return true
}

func checkRole(r Role) error {
	if !r.Valid() {
		return diag.Refuse(diag.ErrInvalid, CodeRole, "Use viewer, analyst, operator or admin.", "there is no such role")
	}
	return nil
}

func (c AccountChange) check() error {
	for _, err := range []error{checkText("display name", c.DisplayName, maxText), checkText("e-mail address", c.Email, maxText), checkRole(c.Role)} {
		if err != nil {
			return err
		}
	}
	return nil
}
