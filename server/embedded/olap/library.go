package olap

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// LibraryVersion is the version of libchdb this package is written for and
// tested against; build/fetch-chdb.sh fetches the same.
const LibraryVersion = "26.7.3-stable.1"

// libraryFile is the library's name on every platform, macOS included.
const libraryFile = "libchdb.so"

// LibraryError says that the embedded ClickHouse is off because its library is
// not on this machine.
type LibraryError struct {
	// Searched lists the files that were looked for, in order.
	Searched []string
	// Reason is set when a file was named explicitly or is there but cannot be used.
	Reason string
}

// LibraryFix says how to get the library, for whoever shows a LibraryError to a person.
const LibraryFix = "Run make fetch (or build/fetch-chdb.sh) and start again, or declare a connection to a ClickHouse server in the catalog file."

// Error says what is off and where the library was looked for.
func (e *LibraryError) Error() string {
	var b strings.Builder
	b.WriteString("the embedded ClickHouse is off: ")
	if e.Reason != "" {
		b.WriteString(e.Reason)
	} else {
		b.WriteString("libchdb was not found (looked for " + strings.Join(e.Searched, ", ") + ")")
	}
	return b.String()
}

// FindLibrary returns the path of libchdb. It looks, in this order, at
// explicit, $MILLRACE_CHDB_LIB, lib/ beside the executable, and the cache
// ($MILLRACE_CACHE, by default ~/.cache/millrace) where `make fetch` puts it.
// The first two are taken at their word: when they name a file that is not
// usable, nothing else is tried. The error is a *LibraryError.
func FindLibrary(explicit string) (string, error) {
	named := []struct{ path, by string }{{explicit, "the configuration"}, {os.Getenv("MILLRACE_CHDB_LIB"), "MILLRACE_CHDB_LIB"}}
	for _, n := range named {
		if n.path == "" {
			continue
		}
		if err := usable(n.path); err != nil {
			return "", &LibraryError{Searched: []string{n.path}, Reason: fmt.Sprintf("%s names %s: %v", n.by, n.path, err)}
		}
		return n.path, nil
	}

	var searched []string
	for _, path := range libraryPlaces() {
		searched = append(searched, path)
		if usable(path) == nil {
			return path, nil
		}
	}
	return "", &LibraryError{Searched: searched}
}

func libraryPlaces() []string {
	var places []string
	if exe, err := os.Executable(); err == nil {
		places = append(places, filepath.Join(filepath.Dir(exe), "lib", libraryFile))
	}
	cache := os.Getenv("MILLRACE_CACHE")
	if cache == "" {
		if home, err := os.UserHomeDir(); err == nil {
			cache = filepath.Join(home, ".cache", "millrace")
		}
	}
	if cache != "" {
		places = append(places, filepath.Join(cache, "chdb", LibraryVersion, libraryFile))
	}
	return places
}

func usable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return fmt.Errorf("not a library file")
	}
	return nil
}
