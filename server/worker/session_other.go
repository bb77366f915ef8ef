//go:build !unix

package worker

import "syscall"

func ownSession() *syscall.SysProcAttr { return nil }
