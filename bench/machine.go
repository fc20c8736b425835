package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/internal/localpg"
	"github.com/linecast/linecast/migrations"
)

func describeMachine(out io.Writer) {
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Fprintf(out, "%s, %d CPUs, %s/%s, load %s", runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, load)
}

// database starts a private PostgreSQL with durable settings and linecast's
// schema; stop removes it.
func database(ctx context.Context) (_ *pgxpool.Pool, server *localpg.Server, stop func(), err error) {
	dir, err := os.MkdirTemp("", "linecast-bench-")
	if err != nil {
		return nil, nil, nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, nil, nil, err
	}
	server, err = localpg.Start(ctx, localpg.Options{Dir: filepath.Join(dir, "pg"), Durable: true, Temporary: true})
	if err != nil {
		return nil, nil, nil, err
	}
	pool, err := pgxpool.New(ctx, server.URL())
	if err != nil {
		return nil, nil, nil, err
	}
	stop = func() {
		pool.Close()
		_ = server.Stop(context.WithoutCancel(ctx))
		_ = os.RemoveAll(dir)
	}
	if _, err := migrations.Up(ctx, pool); err != nil {
		stop()
		return nil, nil, nil, err
	}
	return pool, server, stop, nil
}

// median is the middle of an odd number of values.
func median[T int | int64 | float64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// cpuOf is the processor time of a process with its children, those that have
// ended included, from /proc; 0 where there is no /proc.
func cpuOf(pid int) time.Duration {
	total := cpuOfOne(pid, true)
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		child, err := strconv.Atoi(e.Name())
		if err != nil || child == pid {
			continue
		}
		if fields := statOf(child); len(fields) > 3 && fields[1] == strconv.Itoa(pid) {
			total += cpuOfOne(child, false)
		}
	}
	return total
}

// cpuOfOne adds user and system time, in ticks of 10 ms.
func cpuOfOne(pid int, ended bool) time.Duration {
	fields := statOf(pid)
	if len(fields) < 15 {
		return 0
	}
	from, to := 11, 13
	if ended {
		to = 15
	}
	var ticks int64
	for _, f := range fields[from:to] {
		n, _ := strconv.ParseInt(f, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// statOf is /proc/pid/stat from behind the name: state, ppid, …
func statOf(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
}

// peakMemory is a process's largest resident size in MiB.
func peakMemory(pid int) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			return kb / 1024
		}
	}
	return 0
}

// walBytes is how much WAL the server has written so far.
func walBytes(ctx context.Context, pool *pgxpool.Pool) (n int64, err error) {
	err = pool.QueryRow(ctx, `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint`).Scan(&n)
	return n, err
}
