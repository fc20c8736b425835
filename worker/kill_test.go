package worker_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/localpg"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/migrations"
)

// faults are those the promise is measured under: 0.5 % of requests accepted
// and then cut without an answer, 0.5 % answered 500.
var faults = simulator.Faults{LatencyMS: 4, JitterMS: 4, CutRate: 0.005, ErrorRate: 0.005}

// TestKilledWorkers kills real worker processes with SIGKILL three times in a
// campaign to 5,000 people: nobody is lost and nobody gets it twice.
func TestKilledWorkers(t *testing.T) {
	t.Parallel()
	const users, kills = 5000, 3
	s := newStage(t, stageOptions{users: users, perSecond: 1500, faults: faults})
	c := s.publish(nil)
	workers := []*exec.Cmd{s.process(), s.process()}
	run := s.run(c)
	for n := range kills {
		s.await("messages before the kill", patience, func() bool { return s.accepted() >= (n+1)*users/(kills+2) })
		victim := rand.IntN(len(workers))
		kill(workers[victim])
		workers[victim] = s.process()
	}
	p := s.ended(run.ID, patience)
	s.check(p, users)
	t.Logf("%d accepted, %d learned by 409, %v", p.Counts.Accepted, p.Counts.Conflicts, p.FinishedAt.Sub(*p.StartedAt))
}

// TestKilledPostgres kills the PostgreSQL server in the middle of a campaign
// and starts it again: the workers live through it.
func TestKilledPostgres(t *testing.T) {
	t.Parallel()
	const users = 5000
	dir := openDir(t)
	server, err := localpg.Start(t.Context(), localpg.Options{Dir: dir, Durable: true})
	if err != nil {
		t.Fatal(err)
	}
	pool, err := pgxpool.New(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Up(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	pool.Close()
	s := newStage(t, stageOptions{url: server.URL(), users: users, perSecond: 1500, faults: faults})
	c := s.publish(nil)
	s.process()
	s.process()
	run := s.run(c)
	s.await("messages before the kill", patience, func() bool { return s.accepted() >= users/3 })
	server.Kill()
	<-server.Done()
	if server, err = localpg.Start(t.Context(), localpg.Options{Dir: dir, Durable: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	var p delivery.Progress
	s.await("the end of the run", 90*time.Second, func() bool { p = s.progress(run.ID); return p.FinishedAt != nil })
	s.check(p, users)
	t.Logf("%d accepted, %d learned by 409, %v", p.Counts.Accepted, p.Counts.Conflicts, p.FinishedAt.Sub(*p.StartedAt))
}

// openDir is a temporary directory that PostgreSQL's own user may enter, which
// t.TempDir is not when the tests run as root.
func openDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != filepath.Clean(os.TempDir()); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
