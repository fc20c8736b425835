//go:build unix

package localpg

import (
	"io"
	"os/exec"
	"strconv"
	"syscall"
)

// watchScript reads from a pipe that we hold and never write to. Reading ends
// when our process does, and then the server is shut down.
const watchScript = `trap '' INT TERM HUP; read -r _; kill -INT "$0"`

// watch ends pid when our process ends, on systems whose kernel does not. When
// the watcher cannot be started the server outlives a killed process of ours,
// and the next Start on its directory ends it.
func watch(pid int) (release func()) {
	cmd, pipe, err := startWatcher(pid)
	if err != nil {
		return func() {}
	}
	return func() {
		_ = cmd.Process.Kill() // before the pipe closes: pid may be another process by now
		_ = pipe.Close()
		_ = cmd.Wait()
	}
}

func startWatcher(pid int) (*exec.Cmd, io.Closer, error) {
	cmd := exec.Command("/bin/sh", "-c", watchScript, strconv.Itoa(pid)) //nolint:noctx // it watches for as long as we live
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	return cmd, pipe, cmd.Start()
}
