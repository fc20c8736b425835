package localpg

import (
	"fmt"
	"os"
	"syscall"
)

// endWithParent makes the kernel signal the server when our process ends,
// however it ends.
func endWithParent(attr *syscall.SysProcAttr, s syscall.Signal) { attr.Pdeathsig = s }

// guard has only a temporary directory to clear away: the kernel ends the
// server.
func guard(pid int, shutdown syscall.Signal, temporary string) (release func()) {
	if temporary == "" {
		return func() {}
	}
	return watch(pid, shutdown, temporary)
}

// serves reports whether pid is a postmaster on data: a postmaster works in
// its data directory.
func serves(pid int, data string) bool {
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil || cwd == "" {
		return false
	}
	here, err1 := os.Stat(cwd)
	there, err2 := os.Stat(data)
	return err1 == nil && err2 == nil && os.SameFile(here, there)
}
