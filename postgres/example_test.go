package postgres_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/localpg"
	"github.com/linecast/linecast/migrations"
	"github.com/linecast/linecast/postgres"
)

// Every method works on a pool and inside a transaction, so that what belongs
// together commits together.
func Example() {
	ctx := context.Background()
	server := try(localpg.Start(ctx, localpg.Options{Dir: filepath.Join(localpg.FastDir(), fmt.Sprint("linecast-example-", os.Getpid())), Temporary: true}))
	defer server.Stop(ctx)
	pool := try(pgxpool.New(ctx, server.URL()))
	defer pool.Close()
	try(migrations.Up(ctx, pool))

	db := postgres.New(pool)
	err := db.InTx(ctx, func(tx pgx.Tx, db *postgres.DB) error {
		_, err := tx.Exec(ctx, `insert into users (user_id, line_id) values ('u1', $1)`, lineID(1))
		if err != nil {
			return err
		}
		found, err := db.Recipients(ctx, 0, []string{"user:u1"})
		fmt.Println("inside:", found[0].LineID, err)
		return fmt.Errorf("changed our mind")
	})
	fmt.Println(err)
	_, err = db.Recipients(ctx, 0, []string{"user:u1"})
	fmt.Println("outside:", errs.From(err).Detail)
	// Output:
	// inside: U00000000000000000000000000000001 <nil>
	// changed our mind
	// outside: no user user:u1
}

// try is a call's result; an example has no test to fail.
func try[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
