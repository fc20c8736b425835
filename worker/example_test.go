package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/internal/localpg"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/migrations"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/worker"
)

// A campaign from a draft to its funnel: a private PostgreSQL, the LINE
// simulator, two users, and one worker.
func Example() {
	ctx := context.Background()
	server := try(localpg.Start(ctx, localpg.Options{Dir: filepath.Join(localpg.FastDir(), fmt.Sprint("linecast-example-", os.Getpid())), Temporary: true}))
	defer server.Stop(ctx)
	pool := try(pgxpool.New(ctx, server.URL()))
	defer pool.Close()
	try(migrations.Up(ctx, pool))
	try(pool.Exec(ctx, `insert into users (line_id, attributes) values ($1, '{"name": "สมชาย"}'), ($2, '{}')`, simulator.UserID(1), simulator.UserID(2)))
	line := try(simulator.New(simulator.Options{}))
	check(line.Start("127.0.0.1:0"))
	defer line.Stop(ctx)

	db, connected := postgres.New(pool), channels(pool, line.URL())
	shop := try(connected.Connect(ctx, channel.Request{
		Name: "Shop", ChannelSecret: simulator.Demo().Secret, ChannelAccessToken: simulator.Demo().Token}))
	draft := try(db.CreateCampaign(ctx, campaign.Draft{Name: "Hello", Channel: shop.ID, Kind: campaign.OneTime, Definition: campaign.Definition{
		Content:  campaign.Content{Body: `{"messages":[{"type":"text","text":"Hi <<UserAttribute['name']>>"}]}`},
		Schedule: campaign.Schedule{Now: true},
	}}, "example"))

	w := try(worker.New(worker.Config{Pool: pool, Channels: connected, Log: slog.New(slog.DiscardHandler), TimeZone: time.UTC}))
	check(w.Start(ctx))
	defer w.Stop(ctx)
	control := worker.Control{DB: db, Channels: connected, TimeZone: time.UTC, Now: time.Now}
	try(control.Publish(ctx, draft.ID))
	for {
		runs := try(db.ListRuns(ctx, draft.ID, 0, 1))
		if len(runs) > 0 && runs[0].FinishedAt != nil {
			fmt.Print(try(db.RunProgress(ctx, runs[0].ID)).Funnel())
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	// Output:
	// matched                          2
	// recipients                       2
	//   accepted by LINE               1
	//   skipped                        1
	//     missing_attribute            1
}

// try is a call's result; an example has no test to fail.
func try[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
