//go:build unix

package localpg

import (
	"io"
	"os/exec"
	"strconv"
	"syscall"
)

// watchScript reads from a pipe that we hold and never write to. Reading ends
// when our process does; then the server is shut down and, when a directory is
// named, that is removed once the server has ended or had five seconds to.
const watchScript = `
trap '' INT TERM HUP
read -r _
kill -"$2" "$1"
[ -n "$3" ] || exit 0
n=0
while kill -0 "$1" && [ $n -lt 100 ]; do sleep 0.05; n=$((n+1)); done
rm -rf "$3"`

// watch shuts the server pid down when our process ends, and removes remove
// when it is not empty. When the watcher cannot be started, what it would have
// cleared away is left to the next Start or Remove.
func watch(pid int, shutdown syscall.Signal, remove string) (release func()) {
	cmd, pipe, err := startWatcher(pid, shutdown, remove)
	if err != nil {
		return func() {}
	}
	return func() {
		_ = cmd.Process.Kill() // before the pipe closes: pid may be another process by now
		_ = pipe.Close()
		_ = cmd.Wait()
	}
}

func startWatcher(pid int, shutdown syscall.Signal, remove string) (*exec.Cmd, io.Closer, error) {
	cmd := exec.Command("/bin/sh", "-c", watchScript, "watch", //nolint:noctx // it watches for as long as we live
		strconv.Itoa(pid), strconv.Itoa(int(shutdown)), remove)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	return cmd, pipe, cmd.Start()
}
