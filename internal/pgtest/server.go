package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/errs"
)

// shared is the test process's server, started by the first test that asks. It
// is the one process-wide state here: a test binary has no other place that
// all its tests can reach and that ends with it.
var shared = sync.OnceValues(func() (*server, error) {
	return open(context.Background(), os.Getenv("LINECAST_TEST_DATABASE_URL"), os.Getenv("LINECAST_PG_BIN"))
})

// server is a PostgreSQL that holds the template and the tests' databases.
type server struct {
	url      *url.URL
	template string        // the migrated database that tests' databases are copies of
	admin    *pgxpool.Pool // on a database that no test uses
	keeper   *pgxpool.Conn // of admin; its session holds the lock on token
	token    int32         // tells this process's databases from other processes'
	count    atomic.Int64

	mu   sync.Mutex
	idle []*pgx.Conn // to migrated databases in which nothing was committed
}

// open connects to the server named, or starts a private one.
func open(ctx context.Context, given, bin string) (s *server, err error) {
	template, err := templateName()
	if err != nil {
		return nil, err
	}
	if given == "" {
		private, err := startPrivate(ctx, template, bin)
		if err != nil {
			return nil, err
		}
		return connect(ctx, private.URL(), template)
	}
	if s, err = connect(ctx, given, template); err != nil {
		return nil, fmt.Errorf("LINECAST_TEST_DATABASE_URL: %w", err)
	}
	if err := s.sweep(ctx); err != nil {
		return nil, fmt.Errorf("LINECAST_TEST_DATABASE_URL: %w", err)
	}
	return s, s.ensureTemplate(ctx)
}

func connect(ctx context.Context, text, template string) (*server, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return nil, fmt.Errorf("want a URL such as postgres://user:password@localhost/postgres")
	}
	admin, err := pgxpool.New(ctx, text)
	if err != nil {
		return nil, err
	}
	s := &server{url: u, template: template, admin: admin}
	return s, s.register(ctx)
}

// register takes a random token and holds an advisory lock on it for as long
// as the process lives, so that other processes can tell whose databases are
// left over.
func (s *server) register(ctx context.Context) error {
	var err error
	if s.keeper, err = s.admin.Acquire(ctx); err != nil {
		return err
	}
	return s.keeper.QueryRow(ctx, `
		select token from (select (random() * 2147483646)::int as token) as t, pg_advisory_lock($1, token)`,
		lockClass).Scan(&s.token)
}

// close disconnects; only the server that builds the cache needs it, the
// others end with their process.
func (s *server) close() {
	s.keeper.Release()
	s.admin.Close()
}

// nextName is a database name that no other test has.
func (s *server) nextName() string {
	return fmt.Sprintf("%s%d_%d", namePrefix, s.token, s.count.Add(1))
}

func (s *server) databaseURL(name string) string {
	u := *s.url
	u.Path = "/" + name
	return u.String()
}

// takeConn gives a connection to a migrated database in which nothing is
// committed and that nobody else uses.
func (s *server) takeConn(ctx context.Context) (*pgx.Conn, error) {
	s.mu.Lock()
	if n := len(s.idle); n > 0 {
		conn := s.idle[n-1]
		s.idle = s.idle[:n-1]
		s.mu.Unlock()
		return conn, nil
	}
	s.mu.Unlock()
	name := s.nextName()
	if err := s.createDatabase(ctx, name, s.template); err != nil {
		return nil, err
	}
	return pgx.Connect(ctx, s.databaseURL(name))
}

// giveConn takes back a connection, clears what outlives a transaction and
// keeps it for the next test. Unless its transaction was rolled back, the
// connection and its database are thrown away.
func (s *server) giveConn(ctx context.Context, conn *pgx.Conn, rolledBack bool) {
	if rolledBack && cleared(ctx, conn) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.idle = append(s.idle, conn)
		return
	}
	_ = conn.Close(ctx)
	_ = s.dropDatabase(ctx, conn.Config().Database) // one more or less does not matter
}

func cleared(ctx context.Context, conn *pgx.Conn) bool {
	_, err := conn.Exec(ctx, `reset all; unlisten *; select pg_advisory_unlock_all()`)
	return err == nil
}

// advice is the catalogue's, where there is some.
func advice(err error) string {
	e := errs.From(err)
	if e.Code == "internal.error" {
		return "set LINECAST_TEST_DATABASE_URL to a server of your own, or unset it to have a private one started"
	}
	return strings.ReplaceAll(e.Fix(), "LINECAST_DATABASE_URL", "LINECAST_TEST_DATABASE_URL")
}
