package web

import (
	"embed"
	"fmt"
	"io/fs"
)

// all: takes .gitkeep too, without which an empty dist would not compile.
//
//go:embed all:dist
var dist embed.FS

// Dist returns the built application with index.html at its root. The file system is read-only and safe for concurrent use.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(fmt.Sprintf("opening the embedded web application: %v", err)) // "dist" is a valid path, which is all that Sub asks
	}
	return sub
}

// Built reports whether the binary carries the application, that is, whether it was built before the binary was.
func Built() bool {
	_, err := fs.Stat(dist, "dist/index.html")
	return err == nil
}
