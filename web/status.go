package web

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed status
var status embed.FS

// Status returns the status page, plain files that need no build, with index.html at its root. The file system is read-only and safe for
// concurrent use.
func Status() fs.FS {
	sub, err := fs.Sub(status, "status")
	if err != nil {
		panic(fmt.Sprintf("opening the embedded status page: %v", err)) // "status" is a valid path, which is all that Sub asks
	}
	return sub
}
