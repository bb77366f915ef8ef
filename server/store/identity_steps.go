package store

import "gorm.io/gorm"

// identityStep makes the tables of accounts, teams, sessions, tokens, secrets and the audit log.
func identityStep(tx *gorm.DB) error { return createTable(tx, &auditV4{}) }

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
