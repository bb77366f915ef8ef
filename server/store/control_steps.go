package store

import "gorm.io/gorm"

// controlStep makes the tables of deployments, workers, what is observed of pipelines, events and logs.
func controlStep(tx *gorm.DB) error { return createTable(tx) }
