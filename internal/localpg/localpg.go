// Package localpg owns a private PostgreSQL server: it finds the installed
// binaries, initialises a directory, starts the server as our child and stops
// it. `linecast demo` and the tests run on one.
//
// The server listens on a unix socket in a directory only its owner may enter,
// so it needs neither a port nor a password. It ends with our process, however
// that ends. As root it runs as the user postgres, because PostgreSQL refuses
// root.
//
// The package refuses to touch a directory it did not make, to share one
// between two servers, to start data of one major version with another, and to
// download anything.
package localpg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// Options says which server to start.
type Options struct {
	// Dir holds everything of the server. It is made when it does not exist;
	// otherwise it must be empty or have been used by Start before. As root,
	// every directory above it must be open to the user postgres.
	Dir string

	// Bin is the directory of initdb and postgres. Empty: Find looks for it.
	Bin string

	// Seed is a stopped server's data directory to begin with, when Dir has no
	// data yet. Empty: initdb makes one, which takes about half a second.
	Seed string

	// Durable keeps data through crashes of machine and server (it may lose
	// the last 0.6 s of commits when the machine loses power). Without it a
	// crash of the machine may corrupt the data: for tests.
	Durable bool

	// Temporary removes Dir when the server has ended, or our process.
	Temporary bool

	// Log receives what Start does beside starting. Nil: nothing is logged.
	Log *slog.Logger
}

// Server is a running PostgreSQL.
type Server struct {
	opts   Options
	bin    Binaries
	owner  *owner // nil: the server runs as we do
	dir    string // absolute
	socket string
	lock   *os.File
	proc   *process
	done   chan struct{}
}

// sharedMemoryGrace bounds how long Start waits for the orphaned backends of a
// killed server: they hold its shared memory until they notice.
const sharedMemoryGrace = 10 * time.Second

// Start initialises Options.Dir when it is new and starts a server on it,
// returning once it accepts connections. It recovers from whatever ended the
// server before: a kill -9 of it or of us, a stale pid file, a half-made
// directory. ctx bounds the starting only.
//
// Errors people may see: postgres.not_installed, postgres.too_old,
// postgres.bad_bin, postgres.version, postgres.dir_in_use,
// postgres.dir_not_ours, postgres.dir_closed, postgres.start_failed.
func Start(ctx context.Context, opts Options) (*Server, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("localpg: %s: %w", opts.Dir, err)
	}
	owner, err := serverOwner()
	if err != nil {
		return nil, err
	}
	lock, err := claim(dir, owner)
	if err != nil {
		return nil, err
	}
	s := &Server{opts: opts, dir: dir, owner: owner, lock: lock, done: make(chan struct{})}
	if err := s.start(ctx); err != nil {
		unlock(lock)
		return nil, err
	}
	go s.watch()
	return s, nil
}

func (s *Server) start(ctx context.Context) (err error) {
	if s.bin, err = choose(s.opts.Bin, s.data()); err != nil {
		return err
	}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	return s.launch(ctx)
}

// watch gives the directory free when the server has ended.
func (s *Server) watch() {
	<-s.proc.exited
	if s.opts.Temporary {
		_ = os.RemoveAll(s.dir) // what is left, Remove finds later
	}
	unlock(s.lock)
	close(s.done)
}

// prepare makes the data and socket directories and clears what a killed
// server left behind.
func (s *Server) prepare(ctx context.Context) (err error) {
	if err = initialise(ctx, s); err != nil {
		return err
	}
	if err = clearStalePID(ctx, s.data(), s.opts.Log); err != nil {
		return err
	}
	s.socket, err = socketDir(s.dir, s.owner)
	return err
}

// launch starts the server process, again while a killed server's shared
// memory is still in use.
func (s *Server) launch(ctx context.Context) error {
	retry, cancel := context.WithTimeout(ctx, sharedMemoryGrace)
	defer cancel()
	for {
		proc, err := startProcess(ctx, s)
		if err == nil {
			s.proc = proc
			return nil
		}
		if !errors.Is(err, errSharedMemory) {
			return err
		}
		s.opts.Log.Info("waiting for a killed server's processes to end", "dir", s.dir)
		if !pause(retry, 50*time.Millisecond) {
			return err
		}
	}
}

// pause waits for d and reports whether ctx is still alive after it.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// URL is the connection string of the server's database "postgres", for pgx
// and psql alike.
func (s *Server) URL() string { return s.DatabaseURL("postgres") }

// DatabaseURL is the connection string of the named database.
func (s *Server) DatabaseURL(name string) string {
	query := url.Values{"host": {s.socket}, "user": {superuser}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", Path: "/" + name, RawQuery: query.Encode()}).String()
}

// Version is what `postgres --version` says, such as "15.18".
func (s *Server) Version() string { return s.bin.Version }

// LogFile is the path of the server's own log since it was last started.
func (s *Server) LogFile() string { return filepath.Join(s.dir, "postgres.log") }

// PID is the process id of the postmaster.
func (s *Server) PID() int { return s.proc.pid }

// Done is closed when the server has ended, for whatever reason, and its
// directory can be started again.
func (s *Server) Done() <-chan struct{} { return s.done }
