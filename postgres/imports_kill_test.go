package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

var errCut = errors.New("the connection was cut")

// cutConn fails every statement from the one on that makes left zero.
type cutConn struct {
	postgres.Conn
	left *int
}

func (c cutConn) cut() error {
	if *c.left--; *c.left < 0 {
		return errCut
	}
	return nil
}

func (c cutConn) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := c.cut(); err != nil {
		return pgconn.CommandTag{}, err
	}
	return c.Conn.Exec(ctx, sql, args...)
}

func (c cutConn) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := c.cut(); err != nil {
		return nil, err
	}
	return c.Conn.Query(ctx, sql, args...)
}

func (c cutConn) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if err := c.cut(); err != nil {
		return 0, err
	}
	return c.Conn.CopyFrom(ctx, table, columns, rows)
}

func (c cutConn) Begin(ctx context.Context) (pgx.Tx, error) {
	if err := c.cut(); err != nil {
		return nil, err
	}
	tx, err := c.Conn.Begin(ctx)
	return cutTx{tx, cutConn{tx, c.left}}, err
}

// cutTx is a transaction whose commit may be cut as well.
type cutTx struct {
	pgx.Tx
	conn cutConn
}

func (t cutTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.conn.Exec(ctx, sql, args...)
}

func (t cutTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.conn.Query(ctx, sql, args...)
}

func (t cutTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

func (t cutTx) Begin(ctx context.Context) (pgx.Tx, error) { return t.conn.Begin(ctx) }

func (t cutTx) Commit(ctx context.Context) error {
	if err := t.conn.cut(); err != nil {
		return errors.Join(err, t.Rollback(ctx))
	}
	return t.Tx.Commit(ctx)
}

// after is everything an import leaves behind.
type after struct {
	Counts string
	People []string
	Report []string
}

func leftBehind(t testing.TB, conn postgres.Conn, i audience.Import) after {
	t.Helper()
	return after{counts(i), people(t, conn), report(t, postgres.New(conn), i.ID)}
}

// An import whose connection is cut at any of its statements leaves, once it
// was run again, exactly what an undisturbed one leaves.
func TestImportCutAnywhere(t *testing.T) {
	t.Parallel()
	tx, ctx := pgtest.Tx(t), t.Context()
	file := manyRows(0, 120)
	var want after
	for cut := -1; ; cut++ {
		inner, err := tx.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		db := postgres.New(inner)
		i, err := db.CreateImport(ctx, "x", audience.ImportOptions{}, strings.NewReader(file), nil)
		if err != nil {
			t.Fatal(err)
		}
		left := cut
		if cut >= 0 {
			_, err = postgres.New(cutConn{inner, &left}).RunImportInChunks(ctx, i.ID, 25, nil)
		}
		if i, again := db.RunImportInChunks(ctx, i.ID, 25, nil); again != nil || i.State != audience.ImportFinished {
			t.Fatalf("cut at statement %d (%v): %+v, %v", cut, err, i, again)
		} else if got := leftBehind(t, inner, i); cut < 0 {
			want = got
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("cut at statement %d: %s", cut, diff)
		}
		if err := inner.Rollback(ctx); err != nil {
			t.Fatal(err)
		}
		if cut >= 0 && err == nil {
			if t.Logf("%d statements; %s", cut, want.Counts); cut < 20 || len(want.Report) == 0 {
				t.Error("the file is too small for this test")
			}
			return
		}
	}
}

// The environment that makes the test binary a worker of one import, for
// TestKilledImport.
const (
	childURL    = "LINECAST_TEST_IMPORT_URL"
	childImport = "LINECAST_TEST_IMPORT_ID"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		os.Exit(importChild(context.Background(), url, os.Getenv(childImport)))
	}
	os.Exit(m.Run())
}

// importChild runs an import and writes a line after each chunk.
func importChild(ctx context.Context, url, id string) int {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer pool.Close()
	_, err = postgres.New(pool).RunImportInChunks(ctx, ref.Import(number), 1000, func(i audience.Import) bool {
		fmt.Println(i.RowsTotal)
		return true
	})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// Real processes run the import and are killed with SIGKILL, a chunk or two
// apart; what is left is what an undisturbed import leaves.
func TestKilledImport(t *testing.T) {
	t.Parallel()
	ctx, file := t.Context(), manyRows(0, 20_000)
	url := pgtest.URL(t)
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	db := postgres.New(pool)
	i, err := db.CreateImport(ctx, "x", audience.ImportOptions{}, strings.NewReader(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	kills := 0
	for killedAfter := 1; ; killedAfter = killedAfter%3 + 1 {
		if finished := runChild(t, url, i.ID, killedAfter); finished {
			break
		}
		kills++
	}
	if i, err = db.Import(ctx, i.ID); err != nil {
		t.Fatal(err)
	}
	quiet := pgtest.Tx(t)
	whole, err := postgres.New(quiet).CreateImport(ctx, "x", audience.ImportOptions{}, strings.NewReader(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	if whole, err = postgres.New(quiet).RunImport(ctx, whole.ID, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(leftBehind(t, quiet, whole), leftBehind(t, pool, i)); diff != "" || kills < 5 {
		t.Errorf("after %d kills: %s", kills, diff)
	}
}

// runChild starts a process that runs the import and kills it when it has
// stored so many chunks. It reports whether the import came to its end.
func runChild(t *testing.T, url string, id ref.Import, chunks int) (finished bool) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childURL+"="+url, childImport+"="+strconv.FormatInt(int64(id), 10))
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; n < chunks && lines.Scan(); n++ {
		if _, err := strconv.Atoi(lines.Text()); err != nil {
			t.Errorf("the child says %s", lines.Text())
		}
	}
	if err := child.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	return child.Wait() == nil
}
