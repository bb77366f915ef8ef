package version

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestResolve(t *testing.T) {
	stamped := &debug.BuildInfo{
		Main:     debug.Module{Version: "v0.0.0-20261121100000-0123456789ab"},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.time", Value: "2026-11-21T10:00:00Z"}},
	}
	tests := []struct {
		name                  string
		version, commit, date string
		build                 *debug.BuildInfo
		want                  Info
	}{
		{name: "nothing known", want: Info{Version: "dev"}},
		{name: "devel is no version", build: &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, want: Info{Version: "dev"}},
		{name: "toolchain only", build: stamped, want: Info{Version: "v0.0.0-20261121100000-0123456789ab", Commit: "0123456789abcdef", Date: "2026-11-21T10:00:00Z"}},
		{name: "linker wins", version: "v1.2.3", commit: "fedcba9876543210", date: "2027-01-01T00:00:00Z", build: stamped,
			want: Info{Version: "v1.2.3", Commit: "fedcba9876543210", Date: "2027-01-01T00:00:00Z"}},
		{name: "linker's version, toolchain's commit", version: "v1.2.3", build: stamped,
			want: Info{Version: "v1.2.3", Commit: "0123456789abcdef", Date: "2026-11-21T10:00:00Z"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := resolve(tt.version, tt.commit, tt.date, tt.build)
			require.NotEmpty(t, got.Go)
			require.NotEmpty(t, got.Platform)
			got.Go, got.Platform = "", ""
			require.Equal(t, tt.want, got)
		})
	}
}

func TestString(t *testing.T) {
	full := Info{Version: "v1.2.3", Commit: "fedcba9876543210", Date: "2027-01-01T00:00:00Z", Go: "go1.26.0", Platform: "linux/amd64"}
	require.Equal(t, "millrace v1.2.3 (fedcba9, 2027-01-01T00:00:00Z) go1.26.0 linux/amd64", full.String())
	require.Equal(t, "millrace dev go1.26.0 linux/amd64", Info{Version: "dev", Go: "go1.26.0", Platform: "linux/amd64"}.String())
	require.Equal(t, "millrace dev (abc) go1.26.0 linux/amd64", Info{Version: "dev", Commit: "abc", Go: "go1.26.0", Platform: "linux/amd64"}.String())
}
