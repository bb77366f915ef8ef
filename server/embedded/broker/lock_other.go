//go:build !unix

package broker

import (
	"fmt"
	"os"
)

// lockFolder opens the lock file; this system has no flock, so it does not
// notice a second process.
func lockFolder(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock: %w", err)
	}
	return f, nil
}
