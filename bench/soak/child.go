package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// child is a process of ours: the simulator, the API or a worker.
type child struct {
	name  string
	proc  *os.Process
	said  *transcript
	ended chan struct{}
	code  int // its exit code, once it has ended; -1: by a signal
}

// spawn starts binary. What it writes goes to a file named after it in dir.
func spawn(dir, name, binary string, environ []string, args ...string) (*child, error) {
	file, err := os.OpenFile(filepath.Join(dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, args...) //nolint:noctx // it is ended by signals, some of them unkind
	cmd.Env = environ
	c := &child{name: name, said: &transcript{file: file}, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = c.said, c.said
	endWithParent(cmd)
	started := make(chan error)
	go c.run(cmd, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	return c, nil
}

// run keeps its OS thread: Linux tells a child of its parent's death when the
// thread that made the child ends (prctl(2), PR_SET_PDEATHSIG).
func (c *child) run(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer c.said.file.Close()
	err := cmd.Start()
	c.proc = cmd.Process
	started <- err
	if err != nil {
		return
	}
	_ = cmd.Wait()
	c.code = cmd.ProcessState.ExitCode()
	close(c.ended)
}

// awaitLine waits until what the child wrote matches and returns the groups.
func (c *child) awaitLine(ctx context.Context, pattern *regexp.Regexp) ([]string, error) {
	for {
		found, more := c.said.find(pattern)
		if found != nil {
			return found, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for %s: %w", c.name, ctx.Err())
		case <-c.ended:
			return nil, fmt.Errorf("%s ended with %d:\n%s", c.name, c.code, c.said.last())
		case <-more:
		}
	}
}

func (c *child) signal(s syscall.Signal) error { return c.proc.Signal(s) }

// kill ends the child as a crash would, and waits.
func (c *child) kill() {
	_ = c.proc.Kill()
	<-c.ended
}

// stop asks the child to end and says what was wrong with how it did. It is
// killed when it has not ended within limit.
func (c *child) stop(limit time.Duration) error {
	if err := c.signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("%s cannot be asked to stop: %w", c.name, err)
	}
	asked := time.Now()
	select {
	case <-c.ended:
	case <-time.After(limit):
		c.kill()
		return fmt.Errorf("%s had not ended %s after SIGTERM", c.name, limit)
	}
	if c.code != 0 {
		return fmt.Errorf("%s ended with %d, %s after SIGTERM:\n%s", c.name, c.code, time.Since(asked).Truncate(time.Millisecond), c.said.last())
	}
	return nil
}

// running reports whether the child has not ended.
func (c *child) running() bool {
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}

// transcript is what a child wrote, in a file and here.
type transcript struct {
	mu   sync.Mutex
	file *os.File
	text []byte
	more chan struct{} // closed at the next write; nil while nobody waits
}

// Write implements io.Writer.
func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if t.more != nil {
		close(t.more)
		t.more = nil
	}
	n, err := t.file.Write(p)
	if errors.Is(err, os.ErrClosed) {
		return len(p), nil
	}
	return n, err
}

// find looks for pattern, and returns a channel that tells of more text.
func (t *transcript) find(pattern *regexp.Regexp) (groups []string, more <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, group := range pattern.FindSubmatch(t.text) {
		groups = append(groups, string(group))
	}
	if t.more == nil {
		t.more = make(chan struct{})
	}
	return groups, t.more
}

// last is its last lines.
func (t *transcript) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := bytes.Split(bytes.TrimSpace(t.text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-8):], []byte("\n")))
}
