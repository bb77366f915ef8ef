package version

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strings"
)

// Set with -ldflags "-X millrace/server/version.version=...". The linker writes strings only, hence three variables.
var (
	version string
	commit  string
	date    string
)

// Info is what `millrace version` prints.
type Info struct {
	// Version is a tag ("v0.3.0"), a tag and a distance from it ("v0.3.0-12-gabc1234"), a commit, or "dev".
	Version string `json:"version"`
	// Commit is the full hash of the commit that was built; empty when it is not known.
	Commit string `json:"commit,omitempty"`
	// Date is the commit's date in RFC 3339; empty when it is not known.
	Date string `json:"date,omitempty"`
	// Go is the toolchain ("go1.26.0"), Platform what it built for ("linux/amd64").
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Get returns what is known about the running binary.
func Get() Info {
	build, _ := debug.ReadBuildInfo() // nil without module support: then only the linker's values are known
	return resolve(version, commit, date, build)
}

// resolve prefers the linker's values to the toolchain's, field by field.
func resolve(version, commit, date string, build *debug.BuildInfo) Info {
	info := Info{Version: version, Commit: commit, Date: date, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if build != nil {
		for _, s := range build.Settings {
			switch s.Key {
			case "vcs.revision":
				info.Commit = cmp.Or(info.Commit, s.Value)
			case "vcs.time":
				info.Date = cmp.Or(info.Date, s.Value)
			}
		}
		// "(devel)" is the toolchain's word for "no version".
		if v := build.Main.Version; v != "(devel)" {
			info.Version = cmp.Or(info.Version, v)
		}
	}
	info.Version = cmp.Or(info.Version, "dev")
	return info
}

// String returns one line: "millrace v0.3.0 (abc1234, 2026-11-21T10:00:00Z) go1.26.0 linux/amd64".
func (i Info) String() string {
	var known []string
	if i.Commit != "" {
		known = append(known, i.Commit[:min(len(i.Commit), 7)])
	}
	if i.Date != "" {
		known = append(known, i.Date)
	}
	s := "millrace " + i.Version
	if len(known) > 0 {
		s += " (" + strings.Join(known, ", ") + ")"
	}
	return s + " " + i.Go + " " + i.Platform
}
