//go:build !linux && !darwin

package olap

import (
	"fmt"
	"runtime"
)

func serve(childArgs) error {
	return fmt.Errorf("there is no embedded ClickHouse for %s", runtime.GOOS)
}
