//go:build !linux

package olap

import "syscall"

func diesWithParent() *syscall.SysProcAttr { return nil }
