package pgtest

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// The server that this process has anyway stands for one that
// LINECAST_TEST_DATABASE_URL names.
func given(t *testing.T) *server {
	t.Helper()
	s, err := open(t.Context(), start(t).databaseURL("postgres"), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

func (s *server) exists(t *testing.T, name string) (yes bool) {
	t.Helper()
	err := s.admin.QueryRow(t.Context(), `select exists (select from pg_database where datname = $1)`, name).Scan(&yes)
	if err != nil {
		t.Fatal(err)
	}
	return yes
}

func TestGivenServer(t *testing.T) {
	t.Parallel()
	s := given(t)
	conn, err := s.takeConn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var users int
	if err := conn.QueryRow(t.Context(), `select count(*) from users`).Scan(&users); err != nil {
		t.Errorf("its databases are not migrated: %v", err)
	}
	s.giveConn(t.Context(), conn, false)
	if name := conn.Config().Database; s.exists(t, name) {
		t.Errorf("%s is still there", name)
	}
}

// A process that was killed drops nothing; the next one does, and leaves alone
// what a living one uses.
func TestLeftoverDatabasesAreSwept(t *testing.T) {
	t.Parallel()
	dead, err := open(t.Context(), start(t).databaseURL("postgres"), "")
	if err != nil {
		t.Fatal(err)
	}
	alive := given(t)
	left, used := dead.nextName(), alive.nextName()
	for s, name := range map[*server]string{dead: left, alive: used} {
		if err := s.createDatabase(t.Context(), name, "template0"); err != nil {
			t.Fatal(err)
		}
	}
	dead.close()
	next := given(t)
	// The server may take a moment to see that dead is gone.
	for next.exists(t, left) {
		if err := next.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if !next.exists(t, used) {
		t.Error("a living process's database was dropped")
	}
	if err := alive.dropDatabase(t.Context(), used); err != nil {
		t.Error(err)
	}
}

func TestTemplateIsBuiltOnceAndAgainWhenItIsGone(t *testing.T) {
	t.Parallel()
	s := given(t)
	s.template = "linecast_template_of_this_test"
	for range 2 {
		for range 2 {
			if err := s.ensureTemplate(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		conn, err := pgx.Connect(t.Context(), s.databaseURL(s.template))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), `select from users`); err != nil {
			t.Error(err)
		}
		_ = conn.Close(t.Context())
		if err := s.dropDatabase(t.Context(), s.template); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoServerSaysWhatToDo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, url, bin string
		err, advice    string
	}{
		{"no binaries where they should be", "", "/no/such/directory", "/no/such/directory", "LINECAST_PG_BIN"},
		{"not a URL", "localhost:5432", "", "LINECAST_TEST_DATABASE_URL", "private one"},
		{"nobody answers", "postgres://127.0.0.1:1/postgres?connect_timeout=2", "", "LINECAST_TEST_DATABASE_URL", "private one"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := open(t.Context(), test.url, test.bin)
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Fatalf("open = %v, want an error with %q", err, test.err)
			}
			if got := advice(err); !strings.Contains(got, test.advice) {
				t.Errorf("advice = %q, want %q in it", got, test.advice)
			}
		})
	}
}
