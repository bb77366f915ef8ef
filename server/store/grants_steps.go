package store

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// grantsStep makes the tables of policies and requests, with the policy of the administrators.
func grantsStep(tx *gorm.DB) error {
	if err := createTable(tx, &policyV6{}, &policyVersionV6{}, &accessRequestV6{}, &accessCommentV6{}); err != nil {
		return err
	}
	// It was made before there was anybody to make it. A step that is run again finds both there.
	administrators := policyV6{ID: "administrators", Subject: "role:admin", Action: "manage", Scope: "*", Effect: "allow",
		Note: []byte("administrators"), CreatedBy: "system", CreatedAt: 1, Version: 1, Revision: 1}
	for _, row := range []any{&administrators, &policyVersionV6{ID: 1, Version: 1}} {
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(row).Error; err != nil {
			return fmt.Errorf("adding the policy of the administrators: %w", err)
		}
	}
	return nil
}

type policyV6 struct {
	ID          string `gorm:"primaryKey;size:64"`
	Subject     string `gorm:"size:255;not null;index:policies_subject,priority:1"`
	Action      string `gorm:"size:16;not null"`
	Scope       string `gorm:"size:255;not null;index:policies_scope,priority:1"`
	Effect      string `gorm:"size:16;not null"`
	Expires     int64  `gorm:"not null"`
	Note        []byte `gorm:"size:65536"`
	CreatedBy   string `gorm:"size:255;not null"`
	CreatedAt   int64  `gorm:"not null;autoCreateTime:false;index:policies_created;index:policies_subject,priority:2;index:policies_scope,priority:2"`
	Version     int64  `gorm:"not null;index:policies_version"`
	Revision    int64  `gorm:"not null"`
	RevokedAt   int64  `gorm:"not null"`
	RevokedBy   string `gorm:"size:255;not null"`
	RevokedName string `gorm:"size:255;not null"`
	RevokedNote []byte `gorm:"size:65536"`
}

func (policyV6) TableName() string { return "policies" }

type policyVersionV6 struct {
	ID      int   `gorm:"primaryKey;autoIncrement:false"`
	Version int64 `gorm:"not null"`
}

func (policyVersionV6) TableName() string { return "policy_versions" }

type accessRequestV6 struct {
	ID          string `gorm:"primaryKey;size:64"`
	Revision    int64  `gorm:"not null"`
	OpenKey     string `gorm:"size:64;not null;uniqueIndex:access_requests_open"`
	Subject     string `gorm:"size:255;not null"`
	Action      string `gorm:"size:16;not null"`
	Scope       string `gorm:"size:255;not null;index:access_requests_scope"`
	Reason      []byte `gorm:"size:65536"`
	Expires     int64  `gorm:"not null"`
	By          string `gorm:"size:255;not null;index:access_requests_by"`
	ByName      string `gorm:"size:255;not null"`
	CreatedAt   int64  `gorm:"not null;autoCreateTime:false;index:access_requests_created"`
	State       string `gorm:"size:16;not null"`
	DecidedBy   string `gorm:"size:255;not null"`
	DecidedName string `gorm:"size:255;not null"`
	DecidedAt   int64  `gorm:"not null"`
	Answer      []byte `gorm:"size:65536"`
	Policy      string `gorm:"size:64;not null"`
	Granted     int64  `gorm:"not null"`
}

func (accessRequestV6) TableName() string { return "access_requests" }

type accessCommentV6 struct {
	ID      int64  `gorm:"primaryKey;autoIncrement"`
	Request string `gorm:"size:64;not null;index:access_comments_request"`
	By      string `gorm:"size:255;not null"`
	ByName  string `gorm:"size:255;not null"`
	At      int64  `gorm:"not null"`
	Text    []byte `gorm:"size:65536"`
}

func (accessCommentV6) TableName() string { return "access_comments" }
