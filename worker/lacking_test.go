package worker_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
)

// TestManyLackAnAttribute: a run most of whose first recipients would be skipped
// waits for a person, before any of them gets something. Resumed, it skips them
// and sends to the others.
func TestManyLackAnAttribute(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 700})
	s.must(s.pool.Exec(t.Context(), `update users set attributes = '{}' where id % 3 = 0`))
	var lacking int64
	s.must(nil, s.pool.QueryRow(t.Context(), `select count(*) from users where attributes = '{}'`).Scan(&lacking))
	s.work(nil)
	strict := func(percent int) func(d *campaign.Draft) {
		return func(d *campaign.Draft) {
			d.Content.Body = campaign.Body(strings.Replace(greeting, "|default('there')", "", 1))
			d.Delivery.MaxMissingPercent = percent
		}
	}
	for percent, warned := range map[int]bool{0: true, 34: false} {
		preflight, err := s.control.Preflight(t.Context(), s.draft(strict(percent)).ID)
		s.must(preflight, err)
		if got := strings.Contains(fmt.Sprint(preflight.Checks), "the run will stop for a person to look"); got != warned {
			t.Errorf("%d %%: warned %v: %+v", percent, got, preflight.Checks)
		}
	}
	c := s.publish(strict(0))
	run := s.run(c)
	s.await("the halt", patience, func() bool { return s.progress(run.ID).State == delivery.Halted })
	p := s.progress(run.ID)
	if !strings.Contains(p.Reason, "of the first 500 recipients lack what the message prints (name ") || p.Counts.Accepted > 200 {
		t.Errorf("%q, %+v", p.Reason, p.Counts)
	}
	resumed, err := s.control.Resume(t.Context(), c.ID)
	s.must(resumed, err)
	for _, p := range []delivery.Progress{s.ended(run.ID, patience), s.ended(s.run(s.publish(strict(50))).ID, patience)} {
		if p.State != delivery.RunFinished || p.Counts.Skipped != lacking || p.Counts.Accepted != 700-lacking {
			t.Errorf("%s %q: %+v, %d lack the attribute", p.State, p.Reason, p.Counts, lacking)
		}
	}
}
