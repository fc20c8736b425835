//go:build unix

package localpg

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startAndWait makes the test binary a program that starts a server in the
// directory named, prints its pid and waits to be killed.
const (
	startAndWait = "LOCALPG_TEST_START_AND_WAIT"
	withSeed     = "LOCALPG_TEST_SEED"
)

func TestMain(m *testing.M) {
	dir := os.Getenv(startAndWait)
	if dir == "" {
		code := m.Run()
		if data, err := seed(); err == nil {
			_ = os.RemoveAll(filepath.Dir(filepath.Dir(data)))
		}
		os.Exit(code)
	}
	s, err := Start(context.Background(), Options{Dir: dir, Seed: os.Getenv(withSeed)})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.PID())
	<-s.Done()
}

// gone waits until pid serves data no more. (It may stay a zombie until init
// looks at it.)
func gone(t *testing.T, pid int, data string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for serves(pid, data) {
		if !pause(ctx, time.Millisecond) {
			t.Fatalf("process %d still runs", pid)
		}
	}
}

func TestServerEndsWithAKilledParent(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "pg")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), startAndWait+"="+dir, withSeed+"="+fresh(t).Seed)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the program said %q", line)
	}
	if !serves(pid, filepath.Join(dir, "data")) {
		t.Fatalf("process %d does not serve", pid)
	}
	began := time.Now()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed
	gone(t, pid, filepath.Join(dir, "data"))
	t.Logf("the server ended %s after its parent's kill -9", time.Since(began).Round(time.Millisecond))
	if got := query(t, serve(t, Options{Dir: dir}), `select 1`); got != "1" {
		t.Errorf("the next server answers %s", got)
	}
}

// The watcher is what other systems than Linux have instead of Pdeathsig.
func TestWatch(t *testing.T) {
	t.Parallel()
	start := func(t *testing.T) *exec.Cmd {
		cmd := exec.Command("sleep", "600")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		return cmd
	}
	t.Run("ends the process when the pipe closes", func(t *testing.T) {
		t.Parallel()
		cmd, dir := start(t), t.TempDir()
		watcher, pipe, err := startWatcher(cmd.Process.Pid, syscall.SIGINT, dir)
		if err != nil {
			t.Fatal(err)
		}
		_ = pipe.Close() // what the end of our process does
		if err := cmd.Wait(); err == nil || err.Error() != "signal: interrupt" {
			t.Errorf("sleep ended with %v", err)
		}
		if err := watcher.Wait(); err != nil {
			t.Errorf("the watcher ended with %v", err)
		}
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the temporary directory is still there: %v", err)
		}
	})
	t.Run("leaves it alone once released", func(t *testing.T) {
		t.Parallel()
		cmd, dir := start(t), t.TempDir()
		watch(cmd.Process.Pid, syscall.SIGINT, dir)()
		if !alive(cmd.Process.Pid) {
			t.Error("the process was ended")
		}
		_ = cmd.Process.Kill()
		if err := cmd.Wait(); err == nil || err.Error() != "signal: killed" {
			t.Errorf("sleep ended with %v", err)
		}
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("the directory: %v", err)
		}
	})
}

func TestTemporaryDirectoryGoesWithTheServer(t *testing.T) {
	t.Parallel()
	s := serve(t, Options{Dir: filepath.Join(tempDir(t), "pg"), Seed: fresh(t).Seed, Temporary: true})
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
}
