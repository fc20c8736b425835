//go:build unix && !linux

package localpg

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// endWithParent cannot be asked of these kernels; guard does it.
func endWithParent(*syscall.SysProcAttr, syscall.Signal) {}

// guard ends the server when our process ends, and clears a temporary
// directory away.
func guard(pid int, shutdown syscall.Signal, temporary string) (release func()) {
	return watch(pid, shutdown, temporary)
}

// serves reports whether pid is a server that was started on data.
func serves(pid int, data string) bool {
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output() //nolint:noctx // prints a line and ends
	return err == nil && strings.Contains(string(out), "-D "+data+" ")
}
