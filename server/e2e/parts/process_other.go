//go:build !linux

package parts

import "syscall"

func diesWithParent(attr *syscall.SysProcAttr) *syscall.SysProcAttr { return attr }
