//go:build !unix

package olap

import (
	"context"
	"fmt"
	"os"
	"runtime"
)

func acquireLock(context.Context, string) (*os.File, error) {
	return nil, fmt.Errorf("there is no embedded ClickHouse for %s", runtime.GOOS)
}
