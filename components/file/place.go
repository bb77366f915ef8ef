package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"millrace/components/component"
	"millrace/models/diag"
)

// errOutside is a path that leads out of the folder of a connection.
var errOutside = errors.New("the path leads out of the folder")

const outsideFix = "Write a path within the folder, without .. and without a leading slash."

// place is where files are looked for: this machine, or the folder of a connection. Nothing leads out of a folder, neither .. nor a
// link, also one that is put there later: every name is opened through the folder's own handle.
type place struct{ root *os.Root }

// placeOf opens the folder of a connection, with an empty name this machine.
func placeOf(connections component.Connections, name string) (place, error) {
	if name == "" {
		if component.IsConfined(connections) {
			return place{}, component.Permanent(CodeConnection, nil, connectionFix, "a server reads files only through a connection")
		}
		return place{}, nil
	}
	c, err := connections.Open(name)
	if err != nil {
		return place{}, err
	}
	return placeAt(c)
}

const connectionFix = "Make a connection to the folder, and name it in connection."

// placeIn is placeOf while a model is compiled.
func placeIn(catalog component.Catalog, name string) (place, error) {
	if name == "" {
		return place{}, nil // checkPlace has refused it where it must not be
	}
	c, ok := catalog.Connection(name)
	if !ok {
		return place{}, fmt.Errorf("there is no connection %q", name)
	}
	return placeAt(c)
}

func placeAt(c *component.Connection) (place, error) {
	if c.Component != Name {
		return place{}, component.Permanent(CodeConnection, nil, "", "%q is a connection to %s, not to files", c.Name, c.Component)
	}
	root, err := c.Root(c.Params.String("root"))
	if err != nil {
		return place{}, folderError(err, c.Params.String("root"))
	}
	return place{root}, nil
}

// folderError says in plain words why a folder cannot be used.
func folderError(err error, folder string) error {
	var forever *component.PermanentError
	switch {
	case errors.As(err, &forever):
		return forever
	case errors.Is(err, fs.ErrNotExist):
		return component.Permanent(CodeConnection, nil, "Make it, or correct the connection.", "the folder %q does not exist", folder)
	case errors.Is(err, fs.ErrPermission):
		return component.Permanent(CodeConnection, nil, "Give the server's user the rights.", "the folder %q may not be read", folder)
	default:
		return component.Permanent(CodeConnection, err, "", "the folder %q cannot be used", folder)
	}
}

// checkPlace checks what a source says about where its files are.
func checkPlace(pc *component.Planning, p component.Params) bool {
	name, path := p.String("connection"), p.String("path")
	if name == "" {
		if component.IsConfined(pc.Catalog) {
			report(pc, CodeConnection, p, "connection", "a server reads files only through a connection").Fix = connectionFix
			return false
		}
		return true
	}
	c, ok := pc.Catalog.Connection(name)
	switch {
	case !ok:
		d := report(pc, CodeConnection, p, "connection", "there is no connection %q", name)
		if near := diag.Nearest(name, pc.Catalog.Connections()); near != "" {
			d.Fix = "Did you mean " + near + "?"
		}
	case c.Component != Name:
		report(pc, CodeConnection, p, "connection", "%q is a connection to %s, not to files", name, c.Component)
	case !filepath.IsLocal(path):
		report(pc, CodeOutside, p, "path", "the path %q leads out of the connection's folder", path).Fix = outsideFix
	default:
		return true
	}
	return false
}

func (at place) open(name string) (*os.File, error) {
	if at.root == nil {
		return os.Open(name)
	}
	return at.root.Open(name)
}

func (at place) stat(name string) (os.FileInfo, error) {
	if at.root == nil {
		return os.Stat(name)
	}
	return at.root.Stat(name)
}

// glob lists what the pattern matches, sorted.
func (at place) glob(pattern string) ([]string, error) {
	if at.root == nil {
		return filepath.Glob(pattern)
	}
	if !filepath.IsLocal(pattern) {
		return nil, errOutside
	}
	names, err := fs.Glob(at.root.FS(), filepath.ToSlash(filepath.Clean(pattern)))
	slices.Sort(names)
	return names, err
}

// Close lets go of the folder.
func (at place) Close() error {
	if at.root == nil {
		return nil
	}
	return at.root.Close()
}
