//go:build !linux

package search_test

import "time"

// threadTime is not known.
func threadTime() time.Duration { return 0 }
