package store

import (
	"strings"

	"millrace/server/auth"
)

// CounterRow counts the changes of something that processes keep copies of.
type CounterRow struct {
	Name    string `gorm:"primaryKey;size:255"`
	Version int64  `gorm:"not null"`
}

// TableName names the table.
func (CounterRow) TableName() string { return "counters" }

// AccountRow is an account.
type AccountRow struct {
	ID          string `gorm:"primaryKey;size:64"`
	Revision    int64  `gorm:"not null"`
	Name        string `gorm:"size:255;not null"`
	DisplayName string `gorm:"size:255;not null"`
	Email       string `gorm:"size:255;not null"`
	Role        string `gorm:"size:32;not null"`
	Disabled    bool   `gorm:"not null"`
	// Hash is the password's, "" where there is none.
	Hash string `gorm:"size:255;not null"`
	// Issuer is the provider that the account has last signed in with.
	Issuer    string `gorm:"size:500;not null"`
	MadeAt    int64  `gorm:"not null"`
	ChangedAt int64  `gorm:"not null"`
	LoginAt   int64  `gorm:"not null"`
}

// TableName names the table.
func (AccountRow) TableName() string { return "accounts" }

func (r *AccountRow) account() auth.Account {
	return auth.Account{ID: r.ID, Revision: r.Revision, Name: r.Name, DisplayName: r.DisplayName, Email: r.Email, Role: auth.Role(r.Role), Disabled: r.Disabled,
		HasPassword: r.Hash != "", Issuer: r.Issuer, MadeAt: timeOf(r.MadeAt), ChangedAt: timeOf(r.ChangedAt), LoginAt: timeOf(r.LoginAt)}
}

// ExternalRow says which account somebody is at a provider.
type ExternalRow struct {
	ID      string `gorm:"primaryKey;size:64"`
	Issuer  string `gorm:"size:500;not null"`
	Subject string `gorm:"size:255;not null"`
	Account string `gorm:"size:64;not null"`
	MadeAt  int64  `gorm:"not null"`
}

// TableName names the table.
func (ExternalRow) TableName() string { return "externals" }

// TeamRow is a team.
type TeamRow struct {
	ID          string `gorm:"primaryKey;size:64"`
	Revision    int64  `gorm:"not null"`
	Name        string `gorm:"size:255;not null"`
	Description string `gorm:"size:4096;not null"`
	MadeAt      int64  `gorm:"not null"`
	ChangedAt   int64  `gorm:"not null"`
}

// TableName names the table.
func (TeamRow) TableName() string { return "teams" }

func (r *TeamRow) team() auth.Team {
	return auth.Team{ID: r.ID, Revision: r.Revision, Name: r.Name, Description: r.Description, MadeAt: timeOf(r.MadeAt), ChangedAt: timeOf(r.ChangedAt)}
}

// MemberRow is an account's place in a team.
type MemberRow struct {
	Team    string `gorm:"primaryKey;size:64"`
	Account string `gorm:"primaryKey;size:64"`
	Owner   bool   `gorm:"not null"`
	// Managed members come and go with what the single sign-on says.
	Managed bool `gorm:"not null"`
}

// TableName names the table.
func (MemberRow) TableName() string { return "members" }

// SessionRow is a session; its id is the hash of what the cookie holds.
type SessionRow struct {
	ID        string `gorm:"primaryKey;size:64"`
	Account   string `gorm:"size:64;not null"`
	MadeAt    int64  `gorm:"not null"`
	SeenAt    int64  `gorm:"not null"`
	ExpiresAt int64  `gorm:"not null"`
	Remote    string `gorm:"size:255;not null"`
	Agent     string `gorm:"size:255;not null"`
}

// TableName names the table.
func (SessionRow) TableName() string { return "sessions" }

// TokenRow is an API token; Hash is that of its secret.
type TokenRow struct {
	ID        string `gorm:"primaryKey;size:64"`
	Hash      string `gorm:"size:64;not null"`
	Account   string `gorm:"size:64;not null"`
	Name      string `gorm:"size:255;not null"`
	Scopes    string `gorm:"size:255;not null"`
	MadeAt    int64  `gorm:"not null"`
	ExpiresAt int64  `gorm:"not null"`
	UsedAt    int64  `gorm:"not null"`
}

// TableName names the table.
func (TokenRow) TableName() string { return "tokens" }

func (r *TokenRow) token() auth.Token {
	t := auth.Token{ID: r.ID, Account: r.Account, Name: r.Name, MadeAt: timeOf(r.MadeAt), ExpiresAt: timeOf(r.ExpiresAt), UsedAt: timeOf(r.UsedAt)}
	for _, scope := range strings.Fields(r.Scopes) {
		t.Scopes = append(t.Scopes, auth.Capability(scope))
	}
	return t
}

// AttemptRow counts the failed log-ins with a name or from an address.
type AttemptRow struct {
	Key      string `gorm:"primaryKey;size:128;column:guessed"`
	Failures int    `gorm:"not null"`
	LastAt   int64  `gorm:"not null"`
}

// TableName names the table.
func (AttemptRow) TableName() string { return "attempts" }

// AnswerRow is what was answered to a request that came with a key, or the claim to answer it.
type AnswerRow struct {
	Principal string `gorm:"primaryKey;size:64"`
	Key       string `gorm:"primaryKey;size:255;column:request_key"`
	Hash      string `gorm:"size:64;not null"`
	// Claimed is the random id of the claim, so that one that was given up cannot settle what another has taken over.
	Claimed string `gorm:"size:64;not null"`
	// Answer is nil until there is one.
	Answer []byte `gorm:"size:1073741824"`
	MadeAt int64  `gorm:"not null"`
}

// TableName names the table.
func (AnswerRow) TableName() string { return "answers" }
