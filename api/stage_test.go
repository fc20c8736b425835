package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/linecast/linecast/api"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/worker"
)

// stage is a contract with LINE's simulator behind it. Its worker runs when
// work is called.
type stage struct {
	*contract
	line     *simulator.Simulator
	account  *simulator.Account
	channels channel.Service
}

type stageOptions struct {
	users   int                      // stored beforehand
	channel bool                     // connect the simulator's as ch_1, without limits
	change  func(*simulator.Channel) // of the simulator's channel
	deps    func(*stage, *api.Deps)  // after everything else
}

// otherAccount is a second account of the simulator.
var otherAccount = simulator.Channel{
	ID: "2222222222", Token: "other-token", Secret: "other-secret",
	BotUserID: "U000000000000000000000000000002b07", BasicID: "@other", DisplayName: "Other", Quota: 500,
}

func newStage(t *testing.T, o stageOptions) *stage {
	t.Helper()
	s, pool := &stage{}, pgtest.Pool(t)
	db := postgres.New(pool)
	s.startLine(t, o.change)
	ring, err := seal.NewRing("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	if err != nil {
		t.Fatal(err)
	}
	s.channels = channel.Service{Store: db, Sealer: ring, Clients: channel.NewClients(
		func(token string) (*line.Client, error) {
			return line.NewClient(line.Options{APIBase: s.line.URL(), Token: token, MaxInFlight: 64})
		})}
	t.Cleanup(s.channels.Clients.Close)
	s.contract = newContractOn(t, pool, func(d *api.Deps) {
		d.Channels, d.ChannelStore, d.Syncs, d.CampaignStore, d.RunStore = s.channels, db, d.Imports.(worker.Intake), db, db
		control := worker.Control{DB: db, Channels: s.channels, TimeZone: time.UTC, Now: time.Now}
		d.CampaignControl, d.Renderer = control, control
		if o.deps != nil {
			o.deps(s, d)
		}
	})
	if o.channel {
		s.expect(201, "POST", "/api/v1/channels", `{"name": "Coffee Club", "channel_secret": "simulator-secret",
			"channel_access_token": "simulator-token", "push_per_second": 0}`)
	}
	s.addUsers(o.users)
	return s
}

func (s *stage) startLine(t *testing.T, change func(*simulator.Channel)) {
	t.Helper()
	official := simulator.Demo()
	if change != nil {
		change(&official)
	}
	var err error
	s.line, err = simulator.New(simulator.Options{
		Channels: []simulator.Channel{official, otherAccount}, Limits: simulator.Limits{Off: true}, Seed: 1, KeepBodies: 16})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.line.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.line.Stop(context.Background()) })
	s.account = s.line.Account(official.ID)
}

// addUsers stores users c-0 to c-(n-1) with the simulator's ids.
func (s *stage) addUsers(n int) {
	s.t.Helper()
	type user struct {
		UserID     string         `json:"user_id"`
		LineID     string         `json:"line_id"`
		Attributes map[string]any `json:"attributes"`
	}
	users := make([]user, n)
	for i := range users {
		users[i] = user{fmt.Sprint("c-", i), simulator.UserID(i), map[string]any{"name": fmt.Sprint("User ", i), "n": i}}
	}
	body, err := json.Marshal(map[string]any{"users": users})
	if err != nil {
		s.t.Fatal(err)
	}
	s.expect(200, "POST", "/api/v1/users/batch", string(body))
}

// work runs a worker until the test ends.
func (s *stage) work() {
	s.t.Helper()
	w, err := worker.New(worker.Config{
		Pool: s.pool, Channels: s.channels, TimeZone: time.UTC, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := w.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := w.Stop(ctx); err != nil {
			s.t.Errorf("stopping the worker: %v", err)
		}
	})
}

// call sends a JSON body, or none, as an admin.
func (s *stage) call(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, nil)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	return s.do(r, []byte(body))
}

// expect calls and fails the test unless the status is the one wanted.
func (s *stage) expect(status int, method, path, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := s.call(method, path, body)
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	return w
}

// read is what a GET answers with, as a T.
func read[T any](s *stage, path string) (v T) {
	s.t.Helper()
	w := s.expect(http.StatusOK, "GET", path, "")
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	return v
}

// await polls until what it waits for is true; neither HTTP nor the database
// has an event that a test could wait for.
func (s *stage) await(what string, done func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s: not within 30 s", what)
		}
		select {
		case <-s.t.Context().Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}
