package store

import "gorm.io/gorm"

// documentsStep makes the tables of model documents, their versions and lineage.
func documentsStep(tx *gorm.DB) error { return createTable(tx) }
