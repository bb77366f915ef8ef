package e2e

import (
	"os"
	"testing"

	"millrace/server/e2e/parts"
)

func TestMain(m *testing.M) { os.Exit(parts.Main(m)) }
