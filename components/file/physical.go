package file

import (
	"path/filepath"

	"millrace/components/component"
)

// addresses says that all folders are this machine's.
func addresses(component.Params) []string { return []string{""} }

// folders is the one folder.
func folders(p component.Params) []string { return []string{p.String("root")} }

// absolute is a path from the root of the machine; a pattern stands for itself.
func absolute(p component.Params, physical string) string {
	return filepath.Join(p.String("root"), filepath.FromSlash(physical))
}

// physical is the path or the pattern of what is read.
func physical(p component.Params) string { return p.String("path") }
