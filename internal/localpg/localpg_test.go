//go:build unix

package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/errs"
)

// tempDir is t.TempDir where the server's user may enter it, which as root it
// may not, and where it is quick.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(FastDir(), "localpg-test-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// seed is a stopped server's data: copying it takes a tenth of what initdb
// does, and these tests start many servers.
var seed = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp(FastDir(), "localpg-test-")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	s, err := Start(context.Background(), Options{Dir: filepath.Join(dir, "pg")})
	if err != nil {
		return "", err
	}
	return s.data(), s.Stop(context.Background())
})

// fresh is a server of its own, with data made already.
func fresh(t *testing.T) Options {
	t.Helper()
	data, err := seed()
	if err != nil {
		t.Fatal(err)
	}
	return Options{Dir: filepath.Join(tempDir(t), "pg"), Seed: data}
}

// serve starts a server and stops it when the test ends.
func serve(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

// query runs sql on a connection of its own and returns its one value.
func query(t *testing.T, s *Server, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var value any
	if err := conn.QueryRow(t.Context(), sql).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return fmt.Sprint(value)
}

func run(t *testing.T, s *Server, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// fill puts 42 into a table; synchronously, so that it survives a kill.
func fill(t *testing.T, s *Server) {
	t.Helper()
	run(t, s, `set synchronous_commit = on; create table kept (n int); insert into kept values (42)`)
}

func TestStartStopStart(t *testing.T) {
	t.Parallel()
	opts := Options{Dir: filepath.Join(tempDir(t), "pg"), Durable: true}
	first := serve(t, opts)
	fill(t, first)
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-first.Done()
	if err := first.Stop(t.Context()); err != nil {
		t.Errorf("stopping again: %v", err)
	}
	second := serve(t, opts)
	if got := query(t, second, `select n from kept`); got != "42" {
		t.Errorf("after a restart kept holds %s", got)
	}
	if second.PID() == first.PID() {
		t.Errorf("both servers have pid %d", first.PID())
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		durable bool
		want    map[string]string
	}{
		{true, map[string]string{"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "autovacuum": "on",
			"shared_buffers": "128MB", "max_connections": "100", "listen_addresses": "", "TimeZone": "UTC", "server_encoding": "UTF8"}},
		{false, map[string]string{"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off",
			"listen_addresses": "", "TimeZone": "UTC", "server_encoding": "UTF8"}},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("durable=%v", test.durable), func(t *testing.T) {
			t.Parallel()
			opts := fresh(t)
			opts.Durable = test.durable
			s := serve(t, opts)
			for name, want := range test.want {
				if got := query(t, s, `select current_setting('`+name+`')`); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			// Folding case must know more than ASCII, and sorting must not
			// depend on the machine.
			if got := query(t, s, `select lower('ÀÉ') || ('B' < 'a')::text`); got != "àétrue" {
				t.Errorf("lower and order give %s", got)
			}
		})
	}
}

func TestKilledServerStartsAgain(t *testing.T) {
	t.Parallel()
	opts := fresh(t)
	first := serve(t, opts)
	fill(t, first)
	run(t, first, `set synchronous_commit = on; insert into kept values (43)`)
	// A session that sits in a query holds the shared memory until it has noticed.
	conn, err := pgx.Connect(t.Context(), first.URL())
	if err != nil {
		t.Fatal(err)
	}
	busy := make(chan error, 1)
	go func() {
		_, err := conn.Exec(context.Background(), `select pg_sleep(60)`)
		busy <- err
	}()
	for query(t, first, `select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`) != "1" {
	}
	first.Kill()
	second := serve(t, opts)
	if got := query(t, second, `select sum(n) from kept`); got != "85" {
		t.Errorf("after a kill kept sums to %s", got)
	}
	if err := <-busy; err == nil {
		t.Error("the session outlived its server")
	}
}

func TestDoneTellsOfACrash(t *testing.T) {
	t.Parallel()
	s := serve(t, fresh(t))
	if err := syscall.Kill(s.PID(), syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	if err := Remove(t.Context(), s.dir); err != nil {
		t.Errorf("Remove after the end: %v", err)
	}
	if _, err := os.Stat(s.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
}

// PostgreSQL refuses to start when the number in a stale pid file belongs to a
// live process of its own user by now, as after a reboot.
func TestStalePIDFileOfALiveForeignProcess(t *testing.T) {
	t.Parallel()
	opts := fresh(t)
	first := serve(t, opts)
	fill(t, first)
	first.Kill()

	foreign := exec.Command("sleep", "600")
	first.owner.run(foreign) // the server's own user
	if err := foreign.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = foreign.Process.Kill()
		_ = foreign.Wait()
	})
	file := filepath.Join(first.data(), "postmaster.pid")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n")
	if err := os.WriteFile(file, fmt.Appendf(nil, "%d\n%s", foreign.Process.Pid, rest), 0o600); err != nil {
		t.Fatal(err)
	}

	second := serve(t, opts)
	if got := query(t, second, `select n from kept`); got != "42" {
		t.Errorf("kept holds %s", got)
	}
	if !alive(foreign.Process.Pid) {
		t.Error("the foreign process was ended")
	}
}

// Where the kernel cannot end the server with us, the next Start must.
func TestStartEndsAnOrphanedServer(t *testing.T) {
	t.Parallel()
	opts := fresh(t)
	first := serve(t, opts)
	fill(t, first)
	unlock(first.lock) // as if our process had been killed and the server had not noticed
	second := serve(t, opts)
	<-first.Done()
	if got := query(t, second, `select n from kept`); got != "42" {
		t.Errorf("kept holds %s", got)
	}
}

func TestSecondStartOnALockedDirectory(t *testing.T) {
	t.Parallel()
	s := serve(t, fresh(t))
	_, err := Start(t.Context(), Options{Dir: s.dir})
	if !errs.Is(err, "postgres.dir_in_use") || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("the second Start: %v, want postgres.dir_in_use naming process %d", err, os.Getpid())
	}
	if err := Remove(t.Context(), s.dir); !errs.Is(err, "postgres.dir_in_use") {
		t.Errorf("Remove: %v, want postgres.dir_in_use", err)
	}
	if got := query(t, s, `select 1`); got != "1" {
		t.Errorf("the first server answers %s", got)
	}
}

func TestStartKeepsItsHandsOff(t *testing.T) {
	t.Parallel()
	t.Run("a directory that holds something else", func(t *testing.T) {
		t.Parallel()
		dir := tempDir(t)
		file := filepath.Join(dir, "thesis.txt")
		if err := os.WriteFile(file, []byte("years of work"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Start(t.Context(), Options{Dir: dir}); !errs.Is(err, "postgres.dir_not_ours") {
			t.Errorf("Start: %v, want postgres.dir_not_ours", err)
		}
		if err := Remove(t.Context(), dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Remove: %v, want fs.ErrNotExist", err)
		}
		if text, err := os.ReadFile(file); err != nil || string(text) != "years of work" {
			t.Errorf("the file holds %q, %v", text, err)
		}
	})
	t.Run("data of another major version", func(t *testing.T) {
		t.Parallel()
		dir := tempDir(t)
		for name, text := range map[string]string{lockName: "", "data/PG_VERSION": "9.6\n"} {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Start(t.Context(), Options{Dir: dir})
		if !errs.Is(err, "postgres.version") || !strings.Contains(err.Error(), "9.6") {
			t.Errorf("Start: %v, want postgres.version naming 9.6", err)
		}
	})
}

// A killed initdb leaves data.new; it must be made again and not be used.
func TestHalfMadeDirectoryIsMadeAgain(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	for _, sub := range []string{"data.new", "data.new/base"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, lockName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := query(t, serve(t, Options{Dir: dir, Seed: fresh(t).Seed}), `select 1`); got != "1" {
		t.Errorf("the server answers %s", got)
	}
}

func TestSeed(t *testing.T) {
	t.Parallel()
	opts := fresh(t)
	first := serve(t, opts)
	fill(t, first)
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	copied := Options{Dir: opts.Dir + "-2", Seed: first.data()}
	if got := query(t, serve(t, copied), `select n from kept`); got != "42" {
		t.Errorf("the copy holds %s", got)
	}
	if got := query(t, serve(t, Options{Dir: copied.Dir + "-3", Seed: opts.Seed}), `select count(*) from pg_class where relname = 'kept'`); got != "0" {
		t.Error("the seed was changed")
	}
}

// A path that is too long for a socket must not stop the server.
func TestLongDirectory(t *testing.T) {
	t.Parallel()
	opts := fresh(t)
	opts.Dir = filepath.Join(opts.Dir, strings.Repeat("long", 30))
	first := serve(t, opts)
	if len(first.socket) > maxSocketDir {
		t.Errorf("the socket lies in %s, %d bytes", first.socket, len(first.socket))
	}
	t.Cleanup(func() { _ = os.RemoveAll(first.socket) })
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := query(t, serve(t, opts), `select 1`); got != "1" { // the socket directory is there already
		t.Errorf("the server answers %s", got)
	}
}

func TestStartGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	opts := fresh(t)
	if s, err := Start(ctx, opts); err == nil {
		_ = s.Stop(context.Background())
		t.Fatal("Start took no notice")
	}
	serve(t, opts) // nothing stands in its way
}
