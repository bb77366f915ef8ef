//go:build !linux

package parts

import "syscall"

func diesWithParent() *syscall.SysProcAttr { return nil }
