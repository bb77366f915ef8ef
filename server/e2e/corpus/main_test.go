package corpus

import (
	"os"
	"testing"

	"millrace/server/e2e/rig"
)

func TestMain(m *testing.M) { os.Exit(rig.Main(m)) }
