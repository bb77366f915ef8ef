package control

import (
	"os"
	"testing"

	"millrace/server/e2e/rig"
)

func TestMain(m *testing.M) {
	os.Exit(rig.Main(m))
}

// soak says that as many failures are wanted as the promise is given for.
func soak() bool { return os.Getenv("MILLRACE_SOAK") != "" }

// often is a number of times: few by default, many in a soak.
func often(few, many int) int {
	if soak() {
		return many
	}
	return few
}
