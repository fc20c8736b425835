package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// fixture builds rows for tests of campaigns, runs and batches; only what
// matters to a test is written there.
type fixture struct {
	t   *testing.T
	ctx context.Context
	db  *postgres.DB
}

func newFixture(t *testing.T, conn postgres.Conn) fixture {
	return fixture{t, t.Context(), postgres.New(conn)}
}

func (f fixture) exec(sql string, args ...any) {
	f.t.Helper()
	if _, err := f.db.Conn().Exec(f.ctx, sql, args...); err != nil {
		f.t.Fatal(err)
	}
}

func (f fixture) channel(bot string) channel.Channel {
	f.t.Helper()
	c, err := f.db.CreateChannel(f.ctx, channel.Channel{Name: "Test " + bot, BotUserID: bot, BasicID: "@" + bot,
		State: channel.Active, TokenLast4: "last", PushPerSecond: 100}, channel.Sealed{Secret: []byte{1}, Token: []byte{2}})
	return ok(f.t, c, err)
}

func (f fixture) campaign(ch ref.Channel, change func(*campaign.Draft)) campaign.Campaign {
	f.t.Helper()
	d := campaign.Draft{Name: "Test", Channel: ch, Kind: campaign.OneTime, Definition: campaign.Definition{
		Content: campaign.Content{Body: `{"messages":[{"type":"text","text":"<<UserAttribute['name']>> & ครับ"}]}`}, Schedule: campaign.Schedule{Now: true}}}
	if change != nil {
		change(&d)
	}
	c, err := f.db.CreateCampaign(f.ctx, d, "tester")
	return ok(f.t, c, err)
}

// run is a run of a new campaign, sending to n new users.
func (f fixture) run(n int) delivery.Run {
	f.t.Helper()
	f.users(n)
	return f.frozen(f.channel("bot").ID, postgres.Audience{})
}

// frozen is a run of a new campaign to an audience of the users there are.
func (f fixture) frozen(ch ref.Channel, a postgres.Audience) delivery.Run {
	f.t.Helper()
	run, made, err := f.db.CreateRun(f.ctx, f.campaign(ch, nil), time.Now(), delivery.Freezing)
	if err != nil || !made {
		f.t.Fatal(made, err)
	}
	run.BatchSize, run.Window, run.Ahead = 100, 8, 500
	run, err = f.db.Freeze(f.ctx, run, a)
	return ok(f.t, run, err)
}

// users inserts users u1 to un with line_ids.
func (f fixture) users(n int) {
	f.t.Helper()
	f.exec(`insert into users (user_id, line_id, attributes) select 'u' || i, 'U' || md5(i::text), '{"name": "x"}' from generate_series(1, $1::int) i`, n)
}

// outcomes makes an accepted outcome for each recipient.
func outcomes(recipients []delivery.Recipient, state delivery.State) []delivery.Outcome {
	list := make([]delivery.Outcome, len(recipients))
	for i, r := range recipients {
		list[i] = delivery.Outcome{Recipient: r.ID, LineID: r.LineID, State: state, HTTPStatus: 200, Attempts: 1, Finished: time.Now()}
	}
	return list
}

func ok[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// val takes a call's two results and fails the test for its error:
// val(f())(t).
func val[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		return ok(t, v, err)
	}
}
