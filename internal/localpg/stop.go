package localpg

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// The postmaster's signals (PostgreSQL documentation, Shutting Down the
// Server).
const (
	fastShutdown      = syscall.SIGINT  // ends sessions, writes a checkpoint
	immediateShutdown = syscall.SIGQUIT // ends at once; the next start replays the log
)

// How long each way of stopping may take before the next harder one.
const (
	fastPatience      = 30 * time.Second
	immediatePatience = 5 * time.Second
)

// Stop shuts the server down and waits until it has ended. Open sessions are
// ended. When ctx is done, or after 30 seconds, it is stopped the hard way,
// which loses nothing that was committed. Stopping twice is fine.
func (s *Server) Stop(ctx context.Context) error {
	s.proc.signal(fastShutdown)
	fast, cancel := context.WithTimeout(ctx, fastPatience)
	defer cancel()
	select {
	case <-s.done:
		return nil
	case <-fast.Done():
	}
	s.proc.signal(immediateShutdown)
	select {
	case <-s.done:
	case <-time.After(immediatePatience):
		s.Kill()
	}
	return nil
}

// Kill ends the postmaster with SIGKILL, as a crash would, and waits until it
// has ended. Its backends notice by themselves a moment later; Start on the
// same directory waits for them.
func (s *Server) Kill() {
	s.proc.signal(syscall.SIGKILL)
	<-s.done
}

// clearStalePID removes what a killed server's pid file would stop the next
// one with. PostgreSQL itself removes a dead process's file, but refuses when
// the number belongs to a live process of the same user by now.
func clearStalePID(ctx context.Context, data string, log *slog.Logger) error {
	pid, _ := readPIDFile(data)
	if pid == 0 || !alive(pid) {
		return nil
	}
	if serves(pid, data) {
		log.Info("stopping the server that a killed process left running", "pid", pid)
		return endOrphan(ctx, data)
	}
	// We hold the directory's lock and pid is something else: nobody serves
	// this data.
	log.Info("removing a stale pid file", "pid", pid)
	if err := os.Remove(filepath.Join(data, "postmaster.pid")); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("localpg: remove stale pid file: %w", err)
	}
	return nil
}

// endOrphan stops a server that is not our child, if one runs on data, and
// waits for its end.
func endOrphan(ctx context.Context, data string) error {
	pid, _ := readPIDFile(data)
	if pid == 0 || !serves(pid, data) {
		return nil
	}
	for _, step := range []struct {
		signal   syscall.Signal
		patience time.Duration
	}{{fastShutdown, fastPatience}, {immediateShutdown, immediatePatience}, {syscall.SIGKILL, immediatePatience}} {
		signal(pid, step.signal)
		patience, cancel := context.WithTimeout(ctx, step.patience)
		for serves(pid, data) && pause(patience, 5*time.Millisecond) {
		}
		cancel()
		if !serves(pid, data) {
			return nil
		}
	}
	return fmt.Errorf("localpg: process %d still serves %s", pid, data)
}
