package store

import "gorm.io/gorm"

// identityStep makes the tables of accounts, teams, sessions, tokens, answers to requests, counters, key names and the audit log.
func identityStep(tx *gorm.DB) error {
	return createTable(tx, &auditV4{}, &counterV4{}, &accountV4{}, &externalV4{}, &teamV4{}, &memberV4{}, &sessionV4{}, &tokenV4{}, &attemptV4{}, &answerV4{}, &keyV4{})
}

type auditV4 struct {
	ID         int64  `gorm:"primaryKey;autoIncrement"`
	At         int64  `gorm:"not null;index"`
	Subject    string `gorm:"size:255;not null;index"`
	Name       string `gorm:"size:255;not null"`
	Token      string `gorm:"size:64;not null"`
	Request    string `gorm:"size:64;not null"`
	Remote     string `gorm:"size:255;not null"`
	Action     string `gorm:"size:255;not null"`
	Object     string `gorm:"size:255;not null;index"`
	ObjectName string `gorm:"size:500;not null"`
	Team       string `gorm:"size:64;not null;index"`
	Detail     []byte `gorm:"size:1048576"`
}

func (auditV4) TableName() string { return "audit" }

type counterV4 struct {
	Name    string `gorm:"primaryKey;size:255"`
	Version int64  `gorm:"not null"`
}

func (counterV4) TableName() string { return "counters" }

type accountV4 struct {
	ID          string `gorm:"primaryKey;size:64"`
	Revision    int64  `gorm:"not null"`
	Name        string `gorm:"size:255;not null;uniqueIndex"`
	DisplayName string `gorm:"size:255;not null"`
	Email       string `gorm:"size:255;not null"`
	Role        string `gorm:"size:32;not null"`
	Disabled    bool   `gorm:"not null"`
	Hash        string `gorm:"size:255;not null"`
	Issuer      string `gorm:"size:500;not null"`
	MadeAt      int64  `gorm:"not null"`
	ChangedAt   int64  `gorm:"not null"`
	LoginAt     int64  `gorm:"not null"`
}

func (accountV4) TableName() string { return "accounts" }

// The key of an external identity is a hash of issuer and subject, which together are longer than a key may be.
type externalV4 struct {
	ID      string `gorm:"primaryKey;size:64"`
	Issuer  string `gorm:"size:500;not null"`
	Subject string `gorm:"size:255;not null"`
	Account string `gorm:"size:64;not null;index"`
	MadeAt  int64  `gorm:"not null"`
}

func (externalV4) TableName() string { return "externals" }

type teamV4 struct {
	ID          string `gorm:"primaryKey;size:64"`
	Revision    int64  `gorm:"not null"`
	Name        string `gorm:"size:255;not null;uniqueIndex"`
	Description string `gorm:"size:4096;not null"`
	MadeAt      int64  `gorm:"not null"`
	ChangedAt   int64  `gorm:"not null"`
}

func (teamV4) TableName() string { return "teams" }

type memberV4 struct {
	Team    string `gorm:"primaryKey;size:64"`
	Account string `gorm:"primaryKey;size:64;index"`
	Owner   bool   `gorm:"not null"`
	Managed bool   `gorm:"not null"`
}

func (memberV4) TableName() string { return "members" }

type sessionV4 struct {
	ID        string `gorm:"primaryKey;size:64"`
	Account   string `gorm:"size:64;not null;index"`
	MadeAt    int64  `gorm:"not null"`
	SeenAt    int64  `gorm:"not null;index"`
	ExpiresAt int64  `gorm:"not null;index"`
	Remote    string `gorm:"size:255;not null"`
	Agent     string `gorm:"size:255;not null"`
}

func (sessionV4) TableName() string { return "sessions" }

type tokenV4 struct {
	ID        string `gorm:"primaryKey;size:64"`
	Hash      string `gorm:"size:64;not null;uniqueIndex"`
	Account   string `gorm:"size:64;not null;index"`
	Name      string `gorm:"size:255;not null"`
	Scopes    string `gorm:"size:255;not null"`
	MadeAt    int64  `gorm:"not null"`
	ExpiresAt int64  `gorm:"not null"`
	UsedAt    int64  `gorm:"not null"`
}

func (tokenV4) TableName() string { return "tokens" }

type attemptV4 struct {
	Key      string `gorm:"primaryKey;size:128;column:guessed"`
	Failures int    `gorm:"not null"`
	LastAt   int64  `gorm:"not null;index"`
}

func (attemptV4) TableName() string { return "attempts" }

type answerV4 struct {
	Principal string `gorm:"primaryKey;size:64"`
	Key       string `gorm:"primaryKey;size:255;column:request_key"`
	Hash      string `gorm:"size:64;not null"`
	Claimed   string `gorm:"size:64;not null"`
	Answer    []byte `gorm:"size:1073741824"`
	MadeAt    int64  `gorm:"not null;index"`
}

func (answerV4) TableName() string { return "answers" }

type keyV4 struct {
	ID      string `gorm:"primaryKey;size:64"`
	AddedAt int64  `gorm:"not null"`
}

func (keyV4) TableName() string { return "secret_keys" }
