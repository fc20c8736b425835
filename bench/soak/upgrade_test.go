package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linecast/linecast/migrations"
)

// TestUpgrade replaces processes one by one under a campaign, as
// docs/operations.md says to: the next version migrates the database while this
// one sends, then both send side by side, until nothing of the older is left.
// The older does not start any more. Nobody is lost or gets a message twice.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, 2, 400, map[string]int{"before": 3000, "after": 300})
	next := s.nextVersion()
	s.publish("before")
	s.received(200)
	older := s.binary
	s.binary = next
	if out, err := s.linecast("migrate", "up"); err != nil {
		t.Fatalf("migrate: %v\n%s", err, out)
	}
	s.must(s.addWorkers(t.Context(), 1))
	s.must(s.workers[0].child.stop(stopWithin))
	s.workers = s.workers[1:]
	s.await("a batch of each version's worker", patience, func(context.Context) (bool, error) {
		return s.count(`select count(distinct owner) from batches where state = 'sending'`) == 2, nil
	})
	s.must(s.api.stop(stopWithin))
	s.must(s.startAPI(t.Context()))
	s.publish("after")
	s.binary = older
	if out, err := s.linecast("worker"); err == nil || !strings.Contains(out, "newer than this program") {
		t.Errorf("the older version on the newer schema: %v\n%s", err, out)
	}
	s.must(s.workers[0].child.stop(stopWithin))
	s.workers = s.workers[1:]
	s.finished(patience, s.sendings...)
	if r := s.check(); r.Rows[0].Accepted < 2900 || r.Rows[1].Accepted < 290 {
		t.Errorf("the test tested nothing: %+v", r.Rows)
	}
}

// nextVersion builds the program with one migration more than it has.
func (s *testStage) nextVersion() string {
	s.t.Helper()
	known, err := migrations.All()
	s.must(err)
	dir := s.t.TempDir()
	home, err := filepath.Abs("../../migrations")
	s.must(err)
	replace := map[string]string{}
	for direction, sql := range map[string]string{
		"up":   "alter table campaigns add column next text not null default ''",
		"down": "alter table campaigns drop column next",
	} {
		name := fmt.Sprintf("%04d_next.%s.sql", len(known)+1, direction)
		replace[filepath.Join(home, name)] = filepath.Join(dir, name)
		s.must(os.WriteFile(filepath.Join(dir, name), []byte(sql), 0o600))
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	s.must(err)
	list, file := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "linecast")
	s.must(os.WriteFile(list, overlay, 0o600))
	out, err := exec.CommandContext(s.t.Context(), "go", "build", "-overlay", list, "-o", file, "../../cmd/linecast").CombinedOutput()
	if err != nil {
		s.t.Fatalf("building the next version: %v\n%s", err, out)
	}
	return file
}

// linecast runs the program to its end.
func (s *testStage) linecast(args ...string) (string, error) {
	cmd := exec.CommandContext(s.t.Context(), s.binary, args...)
	cmd.Env = s.environ()
	out, err := cmd.CombinedOutput()
	return string(out), err
}
