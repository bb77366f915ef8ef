package parts

import "syscall"

// diesWithParent has the kernel kill the child when the thread that started it
// ends; see StartProcess. attr may be nil.
func diesWithParent(attr *syscall.SysProcAttr) *syscall.SysProcAttr {
	if attr == nil {
		attr = &syscall.SysProcAttr{}
	}
	attr.Pdeathsig = syscall.SIGKILL
	return attr
}
