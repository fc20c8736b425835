package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/linecast/linecast/errs"
)

// errSharedMemory is a start that came too soon after a kill -9.
var errSharedMemory = errors.New("the shared memory of a killed server is still in use")

// process is one run of the postgres binary.
type process struct {
	pid       int
	child     *os.Process
	exited    chan struct{}
	shutdown  syscall.Signal // when our process ends
	temporary string         // a directory to remove then, or ""
}

// startProcess runs postgres on s's data directory and returns when it accepts
// connections.
func startProcess(ctx context.Context, s *Server) (*process, error) {
	log, err := os.OpenFile(s.LogFile(), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("localpg: server log: %w", err)
	}
	defer log.Close()                                       // the server has its own descriptor
	cmd := exec.Command(s.bin.postgres(), s.arguments()...) //nolint:noctx // it outlives the ctx of Start
	cmd.Stderr = log
	s.owner.run(cmd)
	p := &process{exited: make(chan struct{}), shutdown: immediateShutdown}
	if s.opts.Durable {
		p.shutdown = fastShutdown
	}
	if s.opts.Temporary {
		p.temporary = s.dir
	}
	endWithParent(cmd.SysProcAttr, p.shutdown)
	started := make(chan error)
	go p.run(cmd, started)
	if err := <-started; err != nil {
		return nil, errs.New("postgres.start_failed", s.bin.postgres(), err).Because(err)
	}
	if err := p.ready(ctx, s.data()); err != nil {
		return nil, s.explain(err)
	}
	return p, nil
}

// run starts cmd and waits for it to end. It keeps its OS thread for all that
// time: Linux tells a child of its parent's death when the thread that made
// the child ends, not the process (prctl(2), PR_SET_PDEATHSIG).
func (p *process) run(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.exited)
	if err := cmd.Start(); err != nil {
		started <- err
		return
	}
	p.pid, p.child = cmd.Process.Pid, cmd.Process
	release := guard(p.pid, p.shutdown, p.temporary)
	started <- nil
	_ = cmd.Wait() // why it ended is in its own log
	release()
}

// signal is best effort. It goes through os.Process, which knows whether the
// child was waited for: after that its number may be another process's.
func (p *process) signal(s syscall.Signal) { _ = p.child.Signal(s) }

// ready waits until the server says in its pid file that it accepts
// connections, as pg_ctl does. A server that we give up on is ended.
func (p *process) ready(ctx context.Context, data string) error {
	for {
		if pid, status := readPIDFile(data); pid == p.pid && status == "ready" {
			return nil
		}
		select {
		case <-p.exited:
			return errors.New("it ended while starting")
		case <-ctx.Done():
			p.signal(immediateShutdown)
			<-p.exited
			return fmt.Errorf("given up: %w", ctx.Err())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// readPIDFile reads postmaster.pid: its first line is the pid, its eighth the
// status. A file that is missing or half-written gives what can be read.
func readPIDFile(data string) (pid int, status string) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0, ""
	}
	lines := strings.Split(string(text), "\n")
	pid, _ = strconv.Atoi(strings.TrimSpace(lines[0]))
	if len(lines) >= 8 {
		status = strings.TrimSpace(lines[7])
	}
	return pid, status
}

// explain turns a failed start into what the server's log says of it.
func (s *Server) explain(err error) error {
	text, readErr := os.ReadFile(s.LogFile())
	if readErr != nil {
		text = []byte(readErr.Error())
	}
	if strings.Contains(string(text), "pre-existing shared memory block") {
		return errSharedMemory
	}
	return errs.New("postgres.start_failed", s.bin.postgres(), lastLines(string(text))).Because(err)
}

// lastLines keeps what fits on a screen: the end says what went wrong.
func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
