package store

import (
	"log/slog"
	"path/filepath"

	"millrace/configs"
)

// FileName is SQLite's file in the data folder.
const FileName = "millrace.db"

// From are the configuration's options; log may be nil.
func From(c configs.Config, log *slog.Logger) Options {
	return Options{Driver: c.Metadata.Driver, Path: filepath.Join(c.DataDir, FileName), DSN: c.Metadata.DSN.Text(), Log: log}
}
