package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/worker"
)

// masterKey seals the tests' channel tokens; every process of a test has it.
const masterKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

// What a worker process is told by its environment.
const (
	envDatabase = "LINECAST_TEST_WORKER_DATABASE"
	envLine     = "LINECAST_TEST_WORKER_LINE"
)

// TestMain makes the test binary a worker process when it is asked to be one,
// so that tests can kill real processes.
func TestMain(m *testing.M) {
	if url := os.Getenv(envDatabase); url != "" {
		if err := workUntilKilled(url, os.Getenv(envLine)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func workUntilKilled(url, lineBase string) error {
	ctx := context.Background()
	pool, err := postgres.NewPool(ctx, url)
	if err != nil {
		return err
	}
	w, err := worker.New(config(pool, lineBase))
	if err != nil {
		return err
	}
	if err := w.Start(ctx); err != nil {
		return err
	}
	select {}
}

func config(pool *pgxpool.Pool, lineBase string) worker.Config {
	return worker.Config{
		Pool: pool, Channels: channels(pool, lineBase), TimeZone: time.UTC, Now: time.Now, PumpEvery: 100 * time.Millisecond,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}
}

func channels(pool *pgxpool.Pool, lineBase string) channel.Service {
	ring, err := seal.NewRing(masterKey)
	if err != nil {
		panic(err)
	}
	return channel.Service{Store: postgres.New(pool), Sealer: ring, Clients: channel.NewClients(
		func(token string) (*line.Client, error) {
			return line.NewClient(line.Options{APIBase: lineBase, Token: token, MaxInFlight: 512})
		})}
}

// stage is a database with users, the simulator with one channel connected,
// and the controls.
type stage struct {
	t       *testing.T
	url     string
	pool    *pgxpool.Pool
	db      *postgres.DB
	line    *simulator.Simulator
	account *simulator.Account
	control worker.Control
	channel channel.Channel
}

// patience is how long a test waits for what must come in the end: a machine
// that does other things at the same time may need ten times what a quiet one
// does. Promises about time are measured, not waited for.
const patience = time.Minute

type stageOptions struct {
	url       string // of a migrated database; empty: one of pgtest's
	users     int
	perSecond int // 0: no limit
	faults    simulator.Faults
	limit     float64 // pushes a second that LINE allows; 0: any number
	quota     int64
}

func newStage(t *testing.T, o stageOptions) *stage {
	t.Helper()
	s := &stage{t: t, url: o.url}
	if s.url == "" {
		s.url = pgtest.URL(t)
	}
	ctx := t.Context()
	var err error
	if s.pool, err = pgxpool.New(ctx, s.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.pool.Close)
	s.db = postgres.New(s.pool)
	official := simulator.Demo()
	official.Quota = o.quota
	s.line, err = simulator.New(simulator.Options{Channels: []simulator.Channel{official, second}, Limits: simulator.Limits{Off: o.limit == 0, Push: o.limit}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.line.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.line.Stop(context.WithoutCancel(ctx)) })
	s.account = s.line.Account(official.ID)
	s.control = worker.Control{DB: s.db, Channels: channels(s.pool, s.line.URL()), TimeZone: time.UTC, Now: time.Now}
	unlimited := 0
	s.channel, err = s.control.Channels.Connect(ctx, channel.Request{
		Name: "Test", ChannelSecret: official.Secret, ChannelAccessToken: official.Token, PushPerSecond: &unlimited,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.account.SetFaults(o.faults); err != nil {
		t.Fatal(err)
	}
	if o.perSecond > 0 {
		s.must(s.pool.Exec(ctx, `update channels set push_per_second = $1`, o.perSecond))
	}
	s.addUsers(o.users)
	return s
}

// second is another official account, for tests that need two.
var second = simulator.Channel{ID: "2222222222", Token: "second-token", Secret: "second-secret",
	BotUserID: "U00000000000000000000000000000b08", BasicID: "@second", DisplayName: "Second"}

// secondChannel connects it, without a limit.
func (s *stage) secondChannel() ref.Channel {
	s.t.Helper()
	unlimited := 0
	c, err := s.control.Channels.Connect(s.t.Context(), channel.Request{
		Name: "Second", ChannelSecret: second.Secret, ChannelAccessToken: second.Token, PushPerSecond: &unlimited,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c.ID
}

// must fails the test for the error of a call with two results.
func (s *stage) must(_ any, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// addUsers inserts users u0 to u(n-1) with the simulator's ids.
func (s *stage) addUsers(n int) {
	s.t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = simulator.UserID(i)
	}
	const sql = `insert into users (user_id, line_id, attributes)
		select 'u' || n - 1, id, jsonb_build_object('name', 'Name ' || n, 'n', n)
		from unnest($1::text[]) with ordinality as i (id, n)`
	s.must(s.pool.Exec(s.t.Context(), sql, ids))
	s.must(s.pool.Exec(s.t.Context(), `analyze users`))
}

const greeting = `{"messages":[{"type":"text","text":"Hi <<UserAttribute['name']|default('there')>>"}]}`

// draft creates a campaign to everybody.
func (s *stage) draft(change func(*campaign.Draft)) campaign.Campaign {
	s.t.Helper()
	d := campaign.Draft{Name: "Test", Channel: s.channel.ID, Kind: campaign.OneTime, Definition: campaign.Definition{
		Content: campaign.Content{Body: greeting}, Schedule: campaign.Schedule{Now: true},
	}}
	if change != nil {
		change(&d)
	}
	if err := d.Validate(); err != nil {
		s.t.Fatal(err)
	}
	c, err := s.db.CreateCampaign(s.t.Context(), d, "test")
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// publish creates and publishes a campaign and returns it.
func (s *stage) publish(change func(*campaign.Draft)) campaign.Campaign {
	s.t.Helper()
	c, err := s.control.Publish(s.t.Context(), s.draft(change).ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// work runs a worker in this process until the test ends.
func (s *stage) work(change func(*worker.Config)) *worker.Worker {
	s.t.Helper()
	c := config(s.pool, s.line.URL())
	if change != nil {
		change(&c)
	}
	w, err := worker.New(c)
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
	return w
}

// process starts a worker process of its own.
func (s *stage) process() *exec.Cmd {
	s.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envDatabase+"="+s.url, envLine+"="+s.line.URL())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { kill(cmd) })
	return cmd
}

// kill sends SIGKILL and waits for the end.
func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// await polls until what it waits for is true; the database has no event that
// a test could wait for.
func (s *stage) await(what string, limit time.Duration, done func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(limit)
	for !done() {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s: not within %s\n%s", what, limit, s.situation())
		}
		select {
		case <-s.t.Context().Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// run waits for the campaign's only run.
func (s *stage) run(c campaign.Campaign) delivery.Run {
	s.t.Helper()
	var runs []delivery.Run
	s.await("a run", patience, func() bool {
		runs, _ = s.db.ListRuns(s.t.Context(), c.ID, 0, 10)
		return len(runs) == 1
	})
	return runs[0]
}

// accepted is how many recipients LINE accepted a message for.
func (s *stage) accepted() int { return s.account.Stats().Recipients }

// progress is a run's progress now; errors, as while PostgreSQL is away, are
// those of a later look.
func (s *stage) progress(id ref.Run) delivery.Progress {
	p, _ := s.db.RunProgress(s.t.Context(), id)
	return p
}

// ended waits until a run is closed and returns its last progress.
func (s *stage) ended(id ref.Run, limit time.Duration) delivery.Progress {
	s.t.Helper()
	var p delivery.Progress
	s.await("the end of the run", limit, func() bool { p = s.progress(id); return p.FinishedAt != nil })
	return p
}

// situation describes runs and batches for a failure's message.
func (s *stage) situation() string {
	var b strings.Builder
	rows, err := s.pool.Query(s.t.Context(), `
		select r.id, r.state, r.reason, b.state, count(*), sum(b.accepted), min(b.lease_until)::text
		from runs r left join batches b on b.run_id = r.id group by 1, 2, 3, 4 order by 1, 4`)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	for rows.Next() {
		values, _ := rows.Values()
		fmt.Fprintln(&b, values...)
	}
	fmt.Fprintf(&b, "%+v\n", s.account.Stats().Statuses)
	return b.String()
}

// check compares the simulator's own record with the ledger, in the manner of
// Jepsen's total-queue: nobody lost, nobody twice, nobody unexpected, sums equal.
func (s *stage) check(p delivery.Progress, want int) {
	s.t.Helper()
	stats := s.account.Stats()
	if stats.MaxPerRecipient > 1 || stats.WrongBodies > 0 {
		s.t.Errorf("LINE accepted %v messages per recipient, %d with other bytes", stats.PerRecipient, stats.WrongBodies)
	}
	received := map[string]bool{}
	for r := range s.account.All() {
		received[r.To] = true
	}
	var ledger int
	err := s.db.EachDelivery(s.t.Context(), p.Run, delivery.LedgerFilter{}, func(d delivery.Delivery) error {
		ledger++
		if (d.State == delivery.Accepted) != received[d.LineID] {
			s.t.Errorf("%s is %s (%s %s) and received is %v", d.LineID, d.State, d.Reason, d.Detail, received[d.LineID])
		}
		delete(received, d.LineID)
		return nil
	})
	switch {
	case err != nil:
		s.t.Fatal(err)
	case len(received) > 0:
		s.t.Errorf("%d received without an outcome", len(received))
	case ledger != want || p.Counts.Total() != int64(want) || p.Check() != "":
		s.t.Errorf("%d outcomes in the ledger, %d counted, want %d; %s", ledger, p.Counts.Total(), want, p.Check())
	}
}
