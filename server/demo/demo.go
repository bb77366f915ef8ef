package demo

import (
	"embed"
	"fmt"
	"path"
)

//go:embed catalog.yaml models/*.yaml
var files embed.FS

// File is a document of the demo. Name is what diagnostics call it.
type File struct {
	Name string
	Text []byte
}

// Catalog returns the demo's catalog file.
func Catalog() File { return read("catalog.yaml") }

// Models returns the demo's models in the order in which they start: each reads what one in front of it makes.
func Models() []File {
	return []File{read("models/1-play-events.yaml"), read("models/2-long-plays.yaml"), read("models/3-listeners.yaml")}
}

func read(name string) File {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("reading the embedded demo: %v", err)) // the names are those of the embed directive
	}
	return File{Name: path.Join("demo", name), Text: text}
}
