package main

import (
	"os/exec"
	"syscall"
)

// endWithParent puts a child into a group of its own, so that a terminal's
// Ctrl-C reaches only us, and makes the kernel kill it when we end.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
