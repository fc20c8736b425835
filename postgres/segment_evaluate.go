package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

// evaluationTimeout is how long one statement of an evaluation may take.
const evaluationTimeout = 15 * time.Second

// sampleSize is how many users a preview shows.
const sampleSize = 20

// CountSegment is how many users are in s now. Segments that s refers to are
// loaded unless env has them; so it is with all evaluations below. They fail
// with segment.timeout after 15 s.
func (db *DB) CountSegment(ctx context.Context, s *segment.Segment, env segment.Env) (count int64, err error) {
	defer wrap(&err, "CountSegment")
	err = db.evaluate(ctx, evaluationTimeout, s, env, func(db *DB, env segment.Env) error {
		count, err = db.countSegment(ctx, s, env)
		return err
	})
	return count, err
}

func (db *DB) countSegment(ctx context.Context, s *segment.Segment, env segment.Env) (count int64, err error) {
	where, args, err := s.SQL(env.SQL(1))
	if err != nil {
		return 0, err
	}
	err = db.conn.QueryRow(ctx, `select count(*) from users u where `+where, args...).Scan(&count)
	return count, err
}

// PreviewSegment is what s finds now, all of it in one snapshot: its count, the
// count after each of its rows, and 20 of its users. A channel other than 0 is
// asked how many of them a push would reach.
func (db *DB) PreviewSegment(ctx context.Context, s *segment.Segment, env segment.Env, channel ref.Channel) (p segment.Preview, err error) {
	defer wrap(&err, "PreviewSegment")
	err = db.evaluate(ctx, evaluationTimeout, s, env, func(db *DB, env segment.Env) error {
		if err := db.countSteps(ctx, s, env, &p); err != nil {
			return err
		}
		if channel != 0 {
			reachable, err := db.countSegment(ctx, s.Reachable(channel), env)
			if err != nil {
				return err
			}
			p.Reachable = &reachable
		}
		p.Sample, err = db.listMembers(ctx, s, env, 0, sampleSize)
		return err
	})
	return p, err
}

// countSteps counts all users by how far through the segment's rows they came,
// which gives every count of a preview in one scan.
func (db *DB) countSteps(ctx context.Context, s *segment.Segment, env segment.Env, p *segment.Preview) error {
	steps, err := s.Steps(env.SQL(1))
	if err != nil {
		return err
	}
	rows, err := db.conn.Query(ctx, `select `+steps.SQL+` as step, count(*) from users u group by 1`, steps.Args...)
	if err != nil {
		return err
	}
	users := map[int]int64{}
	var step int
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&step, &n}, func() error {
		users[step] = n
		p.Total += n
		return nil
	})
	p.Count, p.Rows = steps.Counts(users)
	return err
}

// SegmentUsers lists the users of s in the order of their ids, from after the
// id after on (0: from the first).
func (db *DB) SegmentUsers(ctx context.Context, s *segment.Segment, env segment.Env, after ref.User, limit int) (list []segment.Member, err error) {
	defer wrap(&err, "SegmentUsers(%d)", after)
	err = db.evaluate(ctx, evaluationTimeout, s, env, func(db *DB, env segment.Env) error {
		list, err = db.listMembers(ctx, s, env, after, limit)
		return err
	})
	return list, err
}

func (db *DB) listMembers(ctx context.Context, s *segment.Segment, env segment.Env, after ref.User, limit int) ([]segment.Member, error) {
	where, args, err := s.SQL(env.SQL(3))
	if err != nil {
		return nil, err
	}
	sql := `
		select u.id, coalesce(u.user_id, '') as user_id, coalesce(u.line_id, '') as line_id, u.attributes
		from users u where u.id > $1 and ` + where + ` order by u.id limit $2`
	return many[segment.Member](db.conn.Query(ctx, sql, append([]any{after, limit}, args...)...))
}

// ExplainSegment says why a user is or is not in s, in the same snapshot that
// the user and the segments are read in. It fails with user.not_found.
func (db *DB) ExplainSegment(ctx context.Context, s *segment.Segment, env segment.Env, id ref.User) (x segment.Explanation, err error) {
	defer wrap(&err, "ExplainSegment(%d)", id)
	err = db.evaluate(ctx, evaluationTimeout, s, env, func(db *DB, env segment.Env) error {
		if err := segment.Check(s, 0, env.Segments); err != nil {
			return err
		}
		u, err := db.readSegmentUser(ctx, id)
		if err != nil {
			return err
		}
		x = s.Explain(env, u)
		return nil
	})
	return x, err
}

// readSegmentUser is a user as the Go reading of segments sees them.
func (db *DB) readSegmentUser(ctx context.Context, id ref.User) (*segment.User, error) {
	u := &segment.User{Friendships: map[ref.Channel]audience.Friendship{}}
	var attributes []byte
	const one = `select coalesce(user_id, ''), coalesce(line_id, ''), attributes from users where id = $1`
	err := db.conn.QueryRow(ctx, one, id).Scan(&u.UserID, &u.LineID, &attributes)
	if err != nil {
		return nil, missing(err, "user.not_found", id)
	}
	if u.Attributes, err = segment.DecodeAttributes(attributes); err != nil {
		return nil, err
	}
	rows, err := db.conn.Query(ctx, `select channel_id, state, changed_at from friendships where line_id = $1`, u.LineID)
	if err != nil {
		return nil, err
	}
	var f audience.Friendship
	_, err = pgx.ForEachRow(rows, []any{&f.ChannelID, &f.State, &f.ChangedAt}, func() error {
		u.Friendships[f.ChannelID] = f
		return nil
	})
	return u, err
}

// evaluate runs f in a transaction that may only read, sees one snapshot and
// stops each statement after timeout. On a DB that is in a transaction already
// it is a savepoint, which is rolled back, so that its settings end with it;
// the snapshot is the transaction's own then.
func (db *DB) evaluate(ctx context.Context, timeout time.Duration, s *segment.Segment, env segment.Env, f func(db *DB, env segment.Env) error) error {
	tx, err := db.beginReading(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	// A plan for the very arguments can use the indexes on expressions; JIT
	// compiles for longer than a scan of a million users takes.
	const settings = `
		select set_config('transaction_read_only', 'on', true), set_config('statement_timeout', $1, true),
			set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)`
	if _, err := tx.Exec(ctx, settings, strconv.FormatInt(timeout.Milliseconds(), 10)); err != nil {
		return fmt.Errorf("preparing to evaluate: %w", err)
	}
	inner := New(tx)
	if env.Segments == nil {
		if env.Segments, err = inner.loadSegments(ctx, s.References()); err != nil {
			return err
		}
	}
	return timedOut(ctx, timeout, f(inner, env))
}

// beginReading begins a transaction with one snapshot where that is possible.
func (db *DB) beginReading(ctx context.Context) (pgx.Tx, error) {
	type beginner interface {
		BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error)
	}
	if pool, ok := db.conn.(beginner); ok {
		return pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	}
	return db.conn.Begin(ctx)
}

// timedOut tells a statement that took too long from one whose caller left.
func timedOut(ctx context.Context, timeout time.Duration, err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "57014" && ctx.Err() == nil {
		return errs.New("segment.timeout", timeout).Because(err)
	}
	return err
}
