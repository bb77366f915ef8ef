package parts

import "syscall"

// diesWithParent has the kernel kill the child when the thread that started it
// ends; see StartProcess.
func diesWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
