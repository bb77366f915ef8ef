package store

import "gorm.io/gorm"

// hubStep makes the tables of connections and tables.
func hubStep(tx *gorm.DB) error { return createTable(tx) }
