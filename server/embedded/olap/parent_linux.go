package olap

import "syscall"

// diesWithParent asks the kernel to stop the child when the thread that started
// it ends. The pipe on standard input says the same; this also reaches a child
// that is still loading the library.
func diesWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
