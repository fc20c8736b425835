package worker_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/worker"
)

// A file and a list of followers come in through a real worker, and LINE's
// simulator tells which of the file's people are friends.
func TestIntake(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{})
	ctx := t.Context()
	intake, err := worker.NewIntake(config(s.pool, s.line.URL()))
	if err != nil {
		t.Fatal(err)
	}
	s.work(nil)
	var file strings.Builder
	file.WriteString("user_id,line_id,points\n")
	for n := range 150 {
		fmt.Fprintf(&file, "c%d,%s,%d\n", n, simulator.UserID(n), n)
	}
	i, err := intake.CreateImport(ctx, "users.csv", audience.ImportOptions{}, strings.NewReader(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	s.await("the end of the import", patience, func() bool {
		i, err = intake.Import(ctx, i.ID)
		return err != nil || i.State.Final()
	})
	if err != nil || i.State != audience.ImportFinished || i.Created != 150 {
		t.Fatalf("got %+v, %v", i, err)
	}
	sync, err := intake.StartSync(ctx, s.channel.ID)
	if err != nil {
		t.Fatal(err)
	}
	s.await("the end of the sync", patience, func() bool {
		sync, err = intake.Sync(ctx, sync.ID)
		return err != nil || sync.State != audience.SyncRunning
	})
	if err != nil || sync.State != audience.SyncFinished || sync.Seen != int64(simulator.Demo().FollowerCount) || sync.Added != 0 {
		t.Errorf("got %+v, %v", sync, err)
	}
	if _, err := s.control.Channels.Suspend(ctx, s.channel.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := intake.StartSync(ctx, s.channel.ID); !errs.Is(err, "channel.suspended") {
		t.Error(err)
	}
}
