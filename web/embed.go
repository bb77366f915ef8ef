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

//go:embed bare
var bare embed.FS

// Application returns the built application with index.html at its root, or, in a binary that was built without it, a page that says so.
// The file system is read-only and safe for concurrent use.
func Application() fs.FS {
	if Built() {
		return within(dist, "dist")
	}
	return within(bare, "bare")
}

// Built reports whether the binary carries the application, that is, whether it was built before the binary was.
func Built() bool {
	_, err := fs.Stat(dist, "dist/index.html")
	return err == nil
}

func within(files fs.FS, name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic(fmt.Sprintf("opening the embedded web application: %v", err)) // the names are valid paths, which is all that Sub asks
	}
	return sub
}
