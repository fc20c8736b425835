package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/bench/soak/checker"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/line/simulator"
)

var binaries string

// binary is the program, built once.
var binary = sync.OnceValues(func() (string, error) {
	file := filepath.Join(binaries, "linecast")
	out, err := exec.Command("go", "build", "-o", file, "../../cmd/linecast").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, nil
})

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "linecast-binary-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binaries = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// patience is how long a test waits for what must come in the end, on a machine
// that does other things at the same time.
const patience = time.Minute

// testStage is a stage with people on lists and one channel.
type testStage struct {
	*stage
	t        *testing.T
	people   []person
	channel  channelID
	sendings []*sending
}

func newTestStage(t *testing.T, workers, perSecond int, lists map[string]int) *testStage {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newStage(t.Context(), t.TempDir(), file, pgtest.URL(t))
	t.Cleanup(s.close)
	ts := &testStage{stage: s, t: t, people: crowd(lists)}
	ts.must(err)
	ts.must(s.addWorkers(t.Context(), workers))
	ts.channel, err = s.connect(t.Context(), perSecond, ts.people)
	ts.must(err)
	ts.must(s.platform.faults(t.Context(), simulator.Faults{LatencyMS: 40, JitterMS: 40, CutRate: 0.005, ErrorRate: 0.005, BadIDs: badIDs(ts.people)}))
	return ts
}

func (s *testStage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// draft makes a campaign to each list.
func (s *testStage) draft(lists ...string) {
	s.t.Helper()
	for _, list := range lists {
		id, err := s.stage.draft(s.t.Context(), s.channel, list, 0)
		s.must(err)
		s.sendings = append(s.sendings, &sending{id: id, list: list})
	}
}

// publish sends a campaign to each list.
func (s *testStage) publish(lists ...string) {
	s.t.Helper()
	before := len(s.sendings)
	s.draft(lists...)
	for _, one := range s.sendings[before:] {
		s.must(s.act(s.t.Context(), one.id, "publish"))
	}
}

func (s *testStage) await(what string, limit time.Duration, done func(context.Context) (bool, error)) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), limit)
	defer cancel()
	if err := poll(ctx, func() (bool, error) { return done(ctx) }); err != nil {
		s.t.Fatalf("%s, within %s: %v\n%s", what, limit, err, s.situation())
	}
}

// received waits for n messages.
func (s *testStage) received(n uint64) {
	s.t.Helper()
	s.await(fmt.Sprint(n, " messages"), patience, func(ctx context.Context) (bool, error) {
		stats, err := s.platform.stats(ctx)
		return stats.Received >= n, err
	})
}

// finished waits until the runs are closed.
func (s *testStage) finished(limit time.Duration, sendings ...*sending) {
	s.t.Helper()
	var ids []campaignID
	for _, one := range sendings {
		ids = append(ids, one.id)
	}
	s.await("the end of the runs", limit, func(ctx context.Context) (bool, error) { return s.ended(ctx, ids) })
}

// check ends the workers and holds both records against each other.
func (s *testStage) check() checker.Report {
	s.t.Helper()
	s.stopWorkers()
	h, err := s.history(s.t.Context(), s.people, s.sendings)
	s.must(err)
	report := checker.Check(h)
	for i, p := range report.Problems {
		if i < 10 {
			s.t.Errorf("%s: %s %s: %s", p.Kind, p.Campaign, p.Who, p.What)
		}
	}
	for _, err := range s.trouble {
		s.t.Error(err)
	}
	s.t.Logf("%+v, %d problems", report.Rows, len(report.Problems))
	return report
}

// situation is what runs, batches and sessions are doing, for a failure's message.
func (s *testStage) situation() string {
	const sql = `
		select coalesce(string_agg(line, E'\n'), '') from (
			select concat_ws(' ', 'run', r.id, r.state, 'batches', b.state, count(*)) as line
			from runs r left join batches b on b.run_id = r.id group by r.id, r.state, b.state
			union all
			select concat_ws(' ', 'session', pid, state, wait_event_type, wait_event, now() - xact_start, 'waits for', pg_blocking_pids(pid)::text, left(query, 200))
			from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null) lines`
	conn, err := pgx.Connect(context.Background(), s.url)
	if err != nil {
		return err.Error()
	}
	defer conn.Close(context.Background())
	var text string
	if err := conn.QueryRow(context.Background(), sql).Scan(&text); err != nil {
		return err.Error()
	}
	return text
}

// count is the number that a query answers.
func (s *testStage) count(sql string) (n int) {
	s.t.Helper()
	s.query(&n, sql)
	return n
}

// text is the text that a query answers.
func (s *testStage) text(sql string, args ...any) (text string) {
	s.t.Helper()
	s.query(&text, sql, args...)
	return text
}

func (s *testStage) query(into any, sql string, args ...any) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.url)
	s.must(err)
	defer conn.Close(context.WithoutCancel(s.t.Context()))
	s.must(conn.QueryRow(s.t.Context(), sql, args...).Scan(into))
}
