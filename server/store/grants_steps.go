package store

import "gorm.io/gorm"

// grantsStep makes the tables of policies and requests.
func grantsStep(tx *gorm.DB) error { return createTable(tx) }
