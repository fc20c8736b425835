package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
)

// UpsertUser applies one patch and returns the user as stored and what became
// of it. A patch that cannot be applied is an error: user.line_id_taken,
// user.too_many_attributes and the like, with its JSON pointer.
func (db *DB) UpsertUser(ctx context.Context, p audience.Patch, source audience.Source) (u audience.User, _ audience.Status, err error) {
	defer wrap(&err, "UpsertUser")
	var o audience.Outcome
	err = db.inUsersTx(ctx, func(db *DB) error {
		outcomes, err := db.applyPatches(ctx, []audience.Patch{p}, source)
		if err != nil {
			return err
		}
		if o = outcomes[0]; o.Err != nil {
			return o.Err
		}
		u, err = db.User(ctx, audience.Key{ID: o.ID()})
		return err
	})
	return u, o.Status, err
}

// UpsertUsers applies patches in their order, in one transaction, and returns a
// result for each. A patch that cannot be applied is Rejected and changes
// nothing; the others go on. Patches of the same user do what they would do one
// after another: the last one wins, attribute by attribute, and each has its
// own status. It is meant for up to some ten thousand patches at once.
func (db *DB) UpsertUsers(ctx context.Context, patches []audience.Patch, source audience.Source) (_ []audience.Result, err error) {
	defer wrap(&err, "UpsertUsers(%d)", len(patches))
	results := make([]audience.Result, len(patches))
	err = db.inUsersTx(ctx, func(db *DB) error {
		outcomes, err := db.applyPatches(ctx, patches, source)
		for i, o := range outcomes {
			results[i] = o.Result()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// inUsersTx is InTx for writers of users. A new user that another transaction
// inserted meanwhile is a lost race too: run again, f finds it. Many writers of
// the same new users could make one lose every time, so its last try is alone.
func (db *DB) inUsersTx(ctx context.Context, f func(db *DB) error) error {
	var err error
	for try := range maxTries {
		err = db.InTx(ctx, func(_ pgx.Tx, db *DB) error {
			if try == maxTries-1 {
				if err := db.writeUsersAlone(ctx); err != nil {
					return err
				}
			}
			return f(db)
		})
		if !violates(err, "users_user_id_key") && !violates(err, "users_line_id_key") && !lostRace(err) {
			break
		}
	}
	return err
}

// writeUsersAlone waits for those who write users and keeps others from it
// until the transaction ends; reading goes on. It must come first in the
// transaction: who holds rows already would wait for a writer who waits for it.
func (db *DB) writeUsersAlone(ctx context.Context) error {
	_, err := db.conn.Exec(ctx, `lock table users in exclusive mode`)
	return err
}

// applyPatches does what UpsertUsers says, inside the transaction of db.
func (db *DB) applyPatches(ctx context.Context, patches []audience.Patch, source audience.Source) ([]audience.Outcome, error) {
	return db.withBook(ctx, patches, forUpdate, func(book *audience.Book) error {
		if err := db.writeChanges(ctx, book.Changes()); err != nil {
			return err
		}
		return db.seeAttributes(ctx, book.Sightings(), source)
	})
}

// planPatches says what applyPatches would do and changes nothing.
func (db *DB) planPatches(ctx context.Context, patches []audience.Patch) ([]audience.Outcome, error) {
	return db.withBook(ctx, patches, forReading, func(*audience.Book) error { return nil })
}

// withBook applies patches to a Book of the users they name and hands it to
// write. When these users are too large to hold all at once, halves follow each
// other, which comes to the same.
func (db *DB) withBook(ctx context.Context, patches []audience.Patch, lock locking, write func(*audience.Book) error) ([]audience.Outcome, error) {
	if len(patches) == 0 {
		return nil, nil
	}
	book := audience.NewBook(len(patches))
	fits, err := db.loadBook(ctx, book, patches, lock)
	if err != nil {
		return nil, err
	}
	if !fits {
		half := len(patches) / 2
		first, err := db.withBook(ctx, patches[:half], lock, write)
		if err != nil {
			return nil, err
		}
		second, err := db.withBook(ctx, patches[half:], lock, write)
		return append(first, second...), err
	}
	outcomes := make([]audience.Outcome, len(patches))
	for i := range patches {
		outcomes[i] = book.Apply(&patches[i])
	}
	return outcomes, write(book)
}
