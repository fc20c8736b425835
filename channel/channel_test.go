package channel_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/postgres"
)

func ExampleCredentials() {
	c := channel.Credentials{Secret: "s3cret", Token: "t0ken"}
	fmt.Printf("%v %+v %#v\n", c, c, c)
	// Output: [hidden] [hidden] [hidden]
}

const (
	oneKey     = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	anotherKey = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="
)

// two accounts, the first with a token that was issued twice.
var accounts = []simulator.Channel{
	{ID: "1", Token: "token-one", Secret: "s", BotUserID: "U00000000000000000000000000000001", BasicID: "@one", DisplayName: "One", Quota: 500},
	{ID: "2", Token: "token-two", Secret: "s", BotUserID: "U00000000000000000000000000000002", BasicID: "@two", DisplayName: "Two"},
	{ID: "1b", Token: "token-one-new", Secret: "s", BotUserID: "U00000000000000000000000000000001", BasicID: "@one", DisplayName: "One"},
}

// service runs on a database and the simulator; key is its master key.
func service(t *testing.T, conn postgres.Conn, key string) (channel.Service, *simulator.Simulator) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Channels: accounts})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Stop(context.WithoutCancel(t.Context())) })
	ring, err := seal.NewRing(key)
	if err != nil {
		t.Fatal(err)
	}
	clients := channel.NewClients(func(token string) (*line.Client, error) {
		return line.NewClient(line.Options{APIBase: sim.URL(), Token: token})
	})
	t.Cleanup(clients.Close)
	return channel.Service{Store: postgres.New(conn), Sealer: ring, Clients: clients}, sim
}

func request() channel.Request {
	return channel.Request{Name: "Shop", ChannelSecret: "s", ChannelAccessToken: "token-one", QuotaReserve: 100}
}

func TestConnect(t *testing.T) {
	t.Parallel()
	s, _ := service(t, pgtest.Tx(t), oneKey)
	c, err := s.Connect(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	want := channel.Channel{ID: c.ID, Name: "Shop", BotUserID: accounts[0].BotUserID, BasicID: "@one", DisplayName: "One",
		State: channel.Active, TokenLast4: "-one", TokenVersion: 1, PushPerSecond: 1000, MulticastPerSecond: 100,
		QuotaReserve: 100, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	again := request()
	again.ChannelAccessToken = "token-one-new"
	if _, err := s.Connect(t.Context(), again); !errs.Is(err, "channel.taken") || !strings.Contains(err.Error(), c.ID.String()) {
		t.Errorf("the same account once more: %v", err)
	}
}

func TestConnectRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*channel.Request)
		want   string // pointers and codes
	}{
		{"nothing given", func(r *channel.Request) { *r = channel.Request{} },
			"/name request.required, /channel_secret request.required, /channel_access_token request.required"},
		{"long name", func(r *channel.Request) { r.Name = strings.Repeat("ร", 41) }, "/name channel.name"},
		{"longest name", func(r *channel.Request) { r.Name = strings.Repeat("ร", 40) }, ""},
		{"more than LINE allows", func(r *channel.Request) { n := 2001; r.PushPerSecond = &n }, "/push_per_second channel.limit"},
		{"negative reserve", func(r *channel.Request) { r.QuotaReserve = -1 }, "/quota_reserve channel.limit"},
		{"no such zone", func(r *channel.Request) { r.TimeZone = "Asia/Bangcock" }, "/time_zone schedule.time_zone"},
		{"a token LINE does not know", func(r *channel.Request) { r.ChannelAccessToken = "nope" }, "/channel_access_token line.unauthorized"},
		{"a token with a line break", func(r *channel.Request) { r.ChannelAccessToken = "to\nken" }, "/channel_access_token line.bad_token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tx := pgtest.Tx(t)
			s, _ := service(t, tx, oneKey)
			r := request()
			tt.change(&r)
			_, err := s.Connect(t.Context(), r)
			if got := problems(err); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), r.ChannelAccessToken) && r.ChannelAccessToken != "" {
				t.Errorf("the token is in the error: %v", err)
			}
			if list, listErr := postgres.New(tx).ListChannels(t.Context()); listErr != nil || (len(list) == 0) != (err != nil) {
				t.Errorf("%d channels stored, %v", len(list), listErr)
			}
		})
	}
}

// problems lists the pointers and codes of an error.
func problems(err error) string {
	if err == nil {
		return ""
	}
	e := errs.From(err)
	if len(e.Fields) == 0 {
		return e.Pointer + " " + e.Code
	}
	var list []string
	for _, f := range e.Fields {
		list = append(list, f.Pointer+" "+f.Code)
	}
	return strings.Join(list, ", ")
}

// TestUpdate changes limits, and replaces the token by another of the same
// account only; the client follows the token.
func TestUpdate(t *testing.T) {
	t.Parallel()
	s, sim := service(t, pgtest.Tx(t), oneKey)
	ctx := t.Context()
	c, err := s.Connect(ctx, request())
	if err != nil {
		t.Fatal(err)
	}
	_, before, err := s.Open(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, same, err := s.Open(ctx, c.ID); err != nil || same != before {
		t.Error("a client is kept while the token stays")
	}
	rate := 7
	if _, err := s.Update(ctx, c.ID, channel.Change{ChannelAccessToken: "token-two"}); !errs.Is(err, "channel.other_bot") {
		t.Errorf("a token of another account: %v", err)
	}
	changed, err := s.Update(ctx, c.ID, channel.Change{PushPerSecond: &rate, ChannelAccessToken: "token-one-new"})
	if err != nil || changed.PushPerSecond != 7 || changed.TokenLast4 != "-new" {
		t.Fatalf("%+v, %v", changed, err)
	}
	_, after, err := s.Open(ctx, c.ID)
	if err != nil || after == before {
		t.Fatalf("the client of the old token is still given out, %v", err)
	}
	if _, err := after.Quota(ctx); err != nil || sim.Account("1b").Stats().Requests == 0 {
		t.Errorf("the new token is not used: %v", err)
	}
}

// TestSealed: what is stored cannot be opened with another master key, and
// sending the credentials again mends that.
func TestSealed(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	s, _ := service(t, tx, oneKey)
	c, err := s.Connect(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	var stored string
	if err := tx.QueryRow(t.Context(), `select encode(token_sealed, 'escape') || encode(secret_sealed, 'escape') from channels`).Scan(&stored); err != nil || strings.Contains(stored, "token-one") {
		t.Errorf("the token is readable in the database, %v", err)
	}
	moved, _ := service(t, tx, anotherKey)
	if _, _, err := moved.Open(t.Context(), c.ID); !errs.Is(err, "channel.sealed") {
		t.Errorf("opened with another key: %v", err)
	}
	if _, err := moved.Update(t.Context(), c.ID, channel.Change{ChannelAccessToken: "token-one", ChannelSecret: "s"}); err != nil {
		t.Errorf("sending the credentials again: %v", err)
	}
	if _, _, err := moved.Open(t.Context(), c.ID); err != nil {
		t.Errorf("after sending them again: %v", err)
	}
}

func TestVerifyAndQuota(t *testing.T) {
	t.Parallel()
	s, sim := service(t, pgtest.Tx(t), oneKey)
	c, err := s.Connect(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Verify(t.Context(), c.ID)
	if err != nil || !v.OK || len(v.Checks) != 3 {
		t.Errorf("%+v, %v", v, err)
	}
	q, err := s.Quota(t.Context(), c.ID)
	if diff := cmp.Diff(channel.Quota{Limited: true, Limit: 500, Reserved: 100, Left: 400}, q); diff != "" || err != nil {
		t.Errorf("%v -want +got\n%s", err, diff)
	}
	if err := sim.Account("1").SetFaults(simulator.Faults{Revoked: true}); err != nil {
		t.Fatal(err)
	}
	v, err = s.Verify(t.Context(), c.ID)
	if err != nil || v.OK || v.Checks[0].OK || v.Checks[0].Fix == "" {
		t.Errorf("a revoked token: %+v, %v", v, err)
	}
}

func TestSuspendAndResume(t *testing.T) {
	t.Parallel()
	s, _ := service(t, pgtest.Tx(t), oneKey)
	c, err := s.Connect(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	rate := 7
	for range 2 {
		if c, err = s.Suspend(t.Context(), c.ID); err != nil || c.State != channel.Suspended {
			t.Errorf("suspended: %s, %v", c.State, err)
		}
	}
	if c, err = s.Update(t.Context(), c.ID, channel.Change{PushPerSecond: &rate}); err != nil || c.State != channel.Suspended || c.PushPerSecond != 7 {
		t.Errorf("a change resumes the channel: %+v, %v", c, err)
	}
	if c, err = s.Resume(t.Context(), c.ID); err != nil || c.State != channel.Active || c.PushPerSecond != 7 {
		t.Errorf("resumed: %+v, %v", c, err)
	}
	if _, err := s.Resume(t.Context(), c.ID+1); !errs.Is(err, "channel.not_found") {
		t.Errorf("a channel that does not exist: %v", err)
	}
}
