package store

import (
	"path/filepath"

	"millrace/configs"
)

// FileName is SQLite's file in the data folder.
const FileName = "millrace.db"

// From are the configuration's options.
func From(c configs.Config) Options {
	return Options{Driver: c.Metadata.Driver, Path: filepath.Join(c.DataDir, FileName), DSN: c.Metadata.DSN.Text()}
}
