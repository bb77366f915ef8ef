package query

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A pipeline's name is the name of a folder as well, which no file system lets grow without a bound.
func TestPipelineName(t *testing.T) {
	require.Equal(t, "out", pipelineName([]string{"out"}))
	require.Equal(t, "out_and_log", pipelineName([]string{"out", "log"}))
	require.Equal(t, "a_and_b_and_c", pipelineName([]string{"a", "b", "c"}))
	require.Equal(t, "t_and_39_more", pipelineName(strings.Split(strings.Repeat("t ", 39)+"t", " ")))
}
