package worker_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
)

// TestHaltsForWhatIsMissing: of a campaign that must not meet a missing value,
// preflight and rehearsal say whom it would meet, and so does the run, before
// anybody got something. With a value it goes on.
func TestHaltsForWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 20})
	s.must(s.pool.Exec(t.Context(), `update users set attributes = '{}' where user_id in ('u3', 'u5')`))
	halting := func(d *campaign.Draft) {
		d.Content.Body = campaign.Body(strings.Replace(greeting, "|default('there')", "", 1))
		d.Delivery.OnMissing = "halt"
	}
	c := s.draft(halting)
	p, err := s.control.Preflight(t.Context(), c.ID)
	s.must(p, err)
	_, failures := p.Failures()
	for _, want := range []string{"missing values: 2 of 20 recipients lack name, and the first of them halts the run", ": halts the run: missing_attribute name"} {
		if p.Ready || !strings.Contains(failures, want) {
			t.Errorf("ready %v: %q, want %q", p.Ready, failures, want)
		}
	}
	r, err := s.control.Rehearse(t.Context(), c.ID, func(delivery.Rehearsal) error { return nil })
	s.must(r, err)
	if reason := r.Reasons[1]; r.Counts["halted"] != 2 || reason.Reason != "missing_attribute" || reason.Detail != "name" || reason.First.UserID != "u3" {
		t.Errorf("%+v", r)
	}
	s.work(nil)
	c, err = s.control.Publish(t.Context(), c.ID)
	s.must(c, err)
	run := s.run(c)
	s.await("the halt", patience, func() bool { return s.progress(run.ID).State == delivery.Halted })
	if p := s.progress(run.ID); !strings.HasPrefix(p.Reason, r.Reasons[1].First.User+" lacks name, which the message prints") || p.Counts.Total() != 0 {
		t.Errorf("%q, %+v", p.Reason, p.Counts)
	}
	s.must(s.pool.Exec(t.Context(), `update users set attributes = '{"name": "x"}' where attributes = '{}'`))
	s.must(s.control.Resume(t.Context(), c.ID))
	s.check(s.ended(run.ID, patience), 20)
}

// TestRehearsalIsBounded: a rehearsal holds a snapshot of the database, so it
// ends after ten minutes, says how far it came, and reports on the way. An error
// of its reader ends it too.
func TestRehearsalIsBounded(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 450})
	c := s.draft(nil)
	now := time.Now()
	s.control.Now = func() time.Time { now = now.Add(2 * time.Second); return now }
	var reported []int64
	r, err := s.control.Rehearse(t.Context(), c.ID, func(r delivery.Rehearsal) error {
		reported = append(reported, r.Rendered)
		return nil
	})
	s.must(r, err)
	if r.Done || r.Stopped != "it took more than 10m0s; 400 of 450 were rendered" || r.Rendered != 400 || r.Seconds < 600 || len(r.Largest) == 0 {
		t.Errorf("%+v", r)
	}
	if len(reported) == 0 || reported[0] != 100 {
		t.Errorf("reported at %v", reported)
	}
	gone := errors.New("the reader is gone")
	if _, err := s.control.Rehearse(t.Context(), c.ID, func(delivery.Rehearsal) error { return gone }); !errors.Is(err, gone) {
		t.Errorf("it ended with %v", err)
	}
}
