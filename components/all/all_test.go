package all_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/all"
	"millrace/components/component/conformance"
)

func TestConformance(t *testing.T) {
	r, err := all.Registry()
	require.NoError(t, err)
	conformance.Run(t, r)
}
