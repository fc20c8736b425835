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
	for _, tt := range []struct {
		percent   int
		onMissing string
		warned    bool
	}{{0, "", true}, {34, "skip", false}, {0, "empty", false}, {0, "halt", false}} {
		preflight, err := s.control.Preflight(t.Context(), s.draft(func(d *campaign.Draft) {
			strict(tt.percent)(d)
			d.Delivery.OnMissing = tt.onMissing
		}).ID)
		s.must(preflight, err)
		if got := strings.Contains(fmt.Sprint(preflight.Checks), "the run will stop for a person to look"); got != tt.warned {
			t.Errorf("%+v: warned %v: %+v", tt, got, preflight.Checks)
		}
	}
	c := s.publish(strict(0))
	run := s.run(c)
	s.await("the halt", patience, func() bool { return s.progress(run.ID).State == delivery.Halted })
	p := s.progress(run.ID)
	if !strings.Contains(p.Reason, "of the first 500 recipients lack what the message prints (name ") || p.Counts.Accepted > 0 || p.Counts.Total() > 500 {
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

// TestPreflightOfASchedule: a draft that would never be due, or reach nobody, is
// not ready.
func TestPreflightOfASchedule(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 3})
	tests := []struct {
		name   string
		change func(*campaign.Draft)
		want   string
	}{
		{"a past time", func(d *campaign.Draft) { d.Schedule = campaign.Schedule{At: "2020-02-01T10:00:00Z"} }, "schedule: /schedule/at: 2020-02-01T10:00:00Z is in the past"},
		{"a day that never comes", func(d *campaign.Draft) {
			d.Kind, d.Schedule = campaign.Recurring, campaign.Schedule{Cron: "0 9 31 2 *"}
		}, "schedule: "},
		{"a day to come", func(d *campaign.Draft) { d.Kind, d.Schedule = campaign.Recurring, campaign.Schedule{Cron: "0 9 1 * *"} }, ""},
		{"an attribute that everybody lacks", func(d *campaign.Draft) {
			d.Content.Body = `{"messages":[{"type":"text","text":"Hi {{UserAttribute['nick']}}"}]}`
		}, "missing values: 3 of 3 recipients lack nick, and are skipped"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := s.control.Preflight(t.Context(), s.draft(tt.change).ID)
			s.must(p, err)
			if _, failures := p.Failures(); p.Ready != (tt.want == "") || !strings.Contains(failures, tt.want) {
				t.Errorf("ready %v: %q, want %q", p.Ready, failures, tt.want)
			}
		})
	}
}
