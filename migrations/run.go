package migrations

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/errs"
)

// lockKey is the advisory lock that lets one process migrate at a time; the
// others wait and then find nothing to do. The bytes spell "linecast".
const lockKey int64 = 0x6c696e6563617374

// Up applies every migration the database does not have, ours and River's,
// and returns ours that it applied, lowest first. Any number of processes may
// call it at once. Each migration is a transaction of its own, so a failure
// leaves the ones before it in place and Up goes on from there next time.
//
// It fails with schema.newer when the database knows migrations this binary
// does not, and with schema.diverged when a number means another migration
// there. It needs one connection that keeps its session: PostgreSQL itself,
// not a transaction-pooling proxy.
func Up(ctx context.Context, pool *pgxpool.Pool) (applied []Migration, err error) {
	known, err := All()
	if err != nil {
		return nil, err
	}
	err = locked(ctx, pool, func(conn *pgx.Conn) error {
		applied, err = up(ctx, conn, known)
		return err
	})
	return applied, err
}

func up(ctx context.Context, conn *pgx.Conn, known []Migration) (applied []Migration, err error) {
	have, err := history(ctx, conn)
	if err != nil {
		return nil, err
	}
	if err := agree(have, known); err != nil {
		return nil, err
	}
	if err := riverUp(ctx, conn); err != nil {
		return nil, err
	}
	for _, m := range known[len(have):] {
		err := apply(ctx, conn, m.String()+".up.sql", m.up,
			`insert into schema_migrations (version, name) values ($1, $2)`, m.Version, m.Name)
		if err != nil {
			return applied, err
		}
		applied = append(applied, m)
	}
	return applied, nil
}

// Down takes the last steps migrations of ours back, highest first, and
// returns them. It destroys the data they held. River's tables stay until the
// last of ours is gone and then go too: without runs their jobs mean nothing.
func Down(ctx context.Context, pool *pgxpool.Pool, steps int) (reverted []Migration, err error) {
	known, err := All()
	if err != nil {
		return nil, err
	}
	err = locked(ctx, pool, func(conn *pgx.Conn) error {
		reverted, err = down(ctx, conn, known, steps)
		return err
	})
	return reverted, err
}

func down(ctx context.Context, conn *pgx.Conn, known []Migration, steps int) (reverted []Migration, err error) {
	have, err := history(ctx, conn)
	if err != nil {
		return nil, err
	}
	if err := agree(have, known); err != nil {
		return nil, err
	}
	left := len(have)
	for ; left > 0 && len(reverted) < steps; left-- {
		m := known[left-1]
		err := apply(ctx, conn, m.String()+".down.sql", m.down,
			`delete from schema_migrations where version = $1`, m.Version)
		if err != nil {
			return reverted, err
		}
		reverted = append(reverted, m)
	}
	if left == 0 && steps > 0 {
		return reverted, riverDown(ctx, conn)
	}
	return reverted, nil
}

// locked runs f on one connection that holds the advisory lock. The unlock
// survives a cancelled ctx; when it fails, closing the connection unlocks.
func locked(ctx context.Context, pool *pgxpool.Pool, f func(*pgx.Conn) error) error {
	c, err := pool.Acquire(ctx)
	if err != nil {
		return errs.New("database.unavailable").Because(fmt.Errorf("migrations: connect: %w", err))
	}
	defer c.Release()
	if _, err := c.Exec(ctx, `select pg_advisory_lock($1)`, lockKey); err != nil {
		return fmt.Errorf("migrations: wait for the lock: %w", err)
	}
	defer func() {
		ctx := context.WithoutCancel(ctx)
		if _, err := c.Exec(ctx, `select pg_advisory_unlock($1)`, lockKey); err != nil {
			_ = c.Conn().Close(ctx)
		}
	}()
	return f(c.Conn())
}

// apply runs the text of one file and records it, both in one transaction.
func apply(ctx context.Context, conn *pgx.Conn, file, text, record string, args ...any) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, text); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, record, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("migrations: %s%s: %w", file, place(text, err), err)
	}
	return nil
}

// place names the line of text that PostgreSQL complained of, as ":12", or ""
// when it named none.
func place(text string, err error) string {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Position < 1 {
		return ""
	}
	runes := []rune(text) // PostgreSQL counts characters
	before := string(runes[:min(int(pg.Position)-1, len(runes))])
	return fmt.Sprintf(":%d", 1+strings.Count(before, "\n"))
}
