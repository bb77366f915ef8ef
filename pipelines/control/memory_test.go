package control_test

import (
	"testing"

	"millrace/pipelines/control"
	"millrace/pipelines/control/controltest"
)

func TestMemory(t *testing.T) {
	controltest.Run(t, func(*testing.T) controltest.Store { return control.NewMemory() })
}
