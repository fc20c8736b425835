package worker_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/worker"
)

// TestRun sends to an audience in which everybody differs in what becomes of
// him, and finds each outcome with its reason.
func TestRun(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 1200, faults: simulator.Faults{BadIDs: []string{simulator.UserID(3)}}})
	s.must(s.pool.Exec(t.Context(), `insert into users (user_id) values ('without-line')`))
	s.must(s.pool.Exec(t.Context(), `update users set attributes = '{}' where user_id = 'u4'`))
	s.must(s.pool.Exec(t.Context(), `update users set attributes = jsonb_build_object('name', repeat('x', 5001)) where user_id = 'u5'`))
	s.must(s.pool.Exec(t.Context(), `insert into friendships (channel_id, line_id, state, source, changed_at)
		select $1::bigint, line_id, 'blocked', 'webhook', now() from users where user_id = 'u6'
		union all select $1::bigint, line_id, 'contacted', 'webhook', now() - interval '8 days' from users where user_id = 'u7'
		union all select $1::bigint, line_id, 'contacted', 'webhook', now() - interval '6 days' from users where user_id = 'u8'`, s.channel.ID))
	s.work(nil)
	c := s.publish(func(d *campaign.Draft) {
		d.Content.Body = `{"messages":[{"type":"text","text":"<<UserAttribute['name']>>"}]}`
		d.Audience.MaxRecipients = 1190
	})
	p := s.ended(s.run(c).ID, patience)
	s.check(p, 1190)
	want := delivery.Counts{Accepted: 1187, Skipped: 1, Rejected: 2}
	if diff := cmp.Diff(want, p.Counts); diff != "" {
		t.Errorf("counts: -want +got\n%s", diff)
	}
	reasons := map[string]int64{"missing_attribute": 1, "bad_recipient": 1, "bad_message": 1}
	if diff := cmp.Diff(reasons, p.Reasons); diff != "" {
		t.Errorf("reasons: -want +got\n%s", diff)
	}
	excluded := map[string]int64{"no_line_id": 1, "blocked": 1, "not_reachable": 1, "over_limit": 8}
	if diff := cmp.Diff(excluded, p.Excluded); diff != "" || p.Matched != 1201 {
		t.Errorf("matched %d; excluded: -want +got\n%s", p.Matched, diff)
	}
	after, err := s.db.Campaign(t.Context(), c.ID)
	if err != nil || after.Status != campaign.Finished {
		t.Errorf("campaign is %s, %v; want finished", after.Status, err)
	}
}

// TestPauseResumeCancel pauses and resumes a campaign again and again while it
// runs, then cancels it: nobody is skipped, nobody gets it twice, and after
// each pause only requests on the wire arrive.
func TestPauseResumeCancel(t *testing.T) {
	t.Parallel()
	const users, times = 6000, 50
	s := newStage(t, stageOptions{users: users, perSecond: 200, faults: simulator.Faults{LatencyMS: 20}})
	s.work(nil)
	c := s.publish(nil)
	run := s.run(c)
	for range times {
		before := s.accepted()
		s.await("messages", patience, func() bool { return s.accepted() > before+20 })
		if _, err := s.control.Pause(t.Context(), c.ID, "test"); err != nil {
			t.Fatal(err)
		}
		s.await("silence after the pause", 3*time.Second, func() bool {
			before := s.accepted()
			select {
			case <-t.Context().Done():
			case <-time.After(100 * time.Millisecond):
			}
			return s.accepted() == before
		})
		if p := s.progress(run.ID); p.State != delivery.RunPaused || p.WaitingFor != "paused by test" {
			t.Fatalf("run is %s, waiting for %q", p.State, p.WaitingFor)
		}
		if _, err := s.control.Resume(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
	}
	s.await("messages", patience, func() bool { return s.accepted() > 50*20+100 })
	if _, err := s.control.Cancel(t.Context(), c.ID, "test"); err != nil {
		t.Fatal(err)
	}
	p := s.ended(run.ID, patience)
	s.check(p, users)
	if p.State != delivery.RunCancelled || p.Counts.Cancelled == 0 || p.Counts.Accepted+p.Counts.Cancelled != users {
		t.Errorf("run is %s with %+v", p.State, p.Counts)
	}
	if _, err := s.control.Resume(t.Context(), c.ID); !errs.Is(err, "campaign.wrong_status") {
		t.Errorf("resuming a cancelled campaign: %v", err)
	}
}

// TestPoison stops a run whose message LINE refuses for everybody after a few
// requests, and lets a person cancel it.
func TestPoison(t *testing.T) {
	t.Parallel()
	const users = 2000
	s := newStage(t, stageOptions{users: users, perSecond: 500, faults: simulator.Faults{ErrorRate: 1, ErrorStatus: 400}})
	s.work(nil)
	c := s.publish(nil)
	run := s.run(c)
	s.await("the halt", patience, func() bool { return s.progress(run.ID).State == delivery.Halted })
	s.await("the outcomes of what was on the wire", patience, func() bool { return s.progress(run.ID).Counts.Rejected >= 20 })
	p := s.progress(run.ID)
	if got := p.Counts.Rejected; got < 20 || got > 20+500 {
		t.Errorf("%d rejected before the run was halted; want 20 and what was on the wire", got)
	}
	if !strings.Contains(p.Reason, "refused the message") {
		t.Errorf("reason %q", p.Reason)
	}
	if _, err := s.control.Cancel(t.Context(), c.ID, "test"); err != nil {
		t.Fatal(err)
	}
	p = s.ended(run.ID, patience)
	if p.Counts.Rejected+p.Counts.Cancelled != users {
		t.Errorf("after cancelling: %+v", p.Counts)
	}
}

// TestRevokedToken: nobody is marked failed while LINE refuses the token, and
// the run goes on by itself when it works again.
func TestRevokedToken(t *testing.T) {
	t.Parallel()
	const users = 1500
	s := newStage(t, stageOptions{users: users, perSecond: 500})
	s.work(func(c *worker.Config) { c.ProbeEvery = 300 * time.Millisecond })
	c := s.publish(nil)
	run := s.run(c)
	s.await("messages", patience, func() bool { return s.accepted() > 200 })
	s.must(nil, s.account.SetFaults(simulator.Faults{Revoked: true}))
	s.await("the circuit", patience, func() bool {
		return strings.Contains(s.progress(run.ID).WaitingFor, "LINE refuses the channel's token")
	})
	if p := s.progress(run.ID); p.State != delivery.Sending || p.Counts.Rejected != 0 {
		t.Errorf("run is %s with %+v", p.State, p.Counts)
	}
	s.must(nil, s.account.SetFaults(simulator.Faults{}))
	p := s.ended(run.ID, patience)
	s.check(p, users)
	if p.Counts.Accepted != users {
		t.Errorf("%+v", p.Counts)
	}
}

// TestQuotaExhausted pauses with the reason; nobody is marked failed.
func TestQuotaExhausted(t *testing.T) {
	t.Parallel()
	const users = 1000
	s := newStage(t, stageOptions{users: users, perSecond: 500, quota: 400})
	s.work(nil)
	c := s.publish(nil)
	run := s.run(c)
	s.await("the pause", patience, func() bool { return s.progress(run.ID).State == delivery.RunPaused })
	s.await("the outcomes of what was on the wire", patience, func() bool { return s.progress(run.ID).Counts.Accepted == 400 })
	p := s.progress(run.ID)
	if !strings.HasPrefix(p.Reason, "quota:") || p.Counts.Total() != 400 {
		t.Errorf("reason %q, %+v", p.Reason, p.Counts)
	}
	if requests := s.account.Stats().Statuses["429"]; requests > 500 {
		t.Errorf("%d requests after the quota was used up", requests)
	}
}

// TestTroubles: everybody is reached in the end whatever LINE and the network
// do meanwhile, and nobody has to act.
func TestTroubles(t *testing.T) {
	t.Parallel()
	tests := map[string]simulator.Faults{
		"10 % of 429":          {LimitRate: 0.1},
		"429 with Retry-After": {LimitRate: 0.02, RetryAfter: "1"},
		"20 % of 500":          {ErrorRate: 0.2},
		"outage of 3 s":        {Outage: simulator.OutageUnavailable, OutageMS: 3000},
		"cut for 3 s":          {Outage: simulator.OutageCut, OutageMS: 3000},
		"broken answers":       {BrokenRate: 0.1, LateRate: 0.1, DropRate: 0.1, CutRate: 0.1},
	}
	for name, faults := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, stageOptions{users: 600, perSecond: 1000, faults: faults})
			s.work(nil)
			p := s.ended(s.run(s.publish(nil)).ID, patience)
			s.check(p, 600)
			if p.Counts.Accepted != 600 {
				t.Errorf("%+v %v", p.Counts, p.Reasons)
			}
		})
	}
}

// TestLowerLimit: where LINE allows less than the channel's rate says, the rate
// goes down to what LINE takes, and few requests are refused from then on.
func TestLowerLimit(t *testing.T) {
	t.Parallel()
	const users, limit = 2400, 300
	s := newStage(t, stageOptions{users: users, perSecond: 2 * limit, limit: limit})
	s.work(nil)
	run := s.run(s.publish(nil))
	s.await("the first refusal", patience, func() bool { return s.account.Stats().Statuses["429"] > 0 })
	refusedAt := s.accepted()
	s.await("the rate to go down", patience, func() bool { return s.accepted() > refusedAt+limit })
	before := s.account.Stats()
	p := s.ended(run.ID, patience)
	s.check(p, users)
	after := s.account.Stats()
	refused, requests := after.Statuses["429"]-before.Statuses["429"], after.Statuses["200"]-before.Statuses["200"]
	took := p.FinishedAt.Sub(*p.StartedAt)
	t.Logf("%d 429s before, %d beside %d messages since; %s", before.Statuses["429"], refused, requests, took)
	if p.Counts.Accepted != users || refused > users/50 || took > 6*users/limit*time.Second {
		t.Errorf("%+v, %d times 429 before the rate went down and %d after, %s", p.Counts, before.Statuses["429"], refused, took)
	}
}

// TestDueOnce: four pumps with one clock start one run a due time, and a time
// that passed while nothing ran is missed, not sent late.
func TestDueOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 10})
	soon := s.publish(func(d *campaign.Draft) {
		d.Schedule = campaign.Schedule{At: time.Now().Add(2 * time.Second).UTC().Format(time.RFC3339)}
	})
	late := s.publish(func(d *campaign.Draft) {
		d.Schedule = campaign.Schedule{At: time.Now().Add(time.Hour).UTC().Format(time.RFC3339)}
	})
	s.must(s.pool.Exec(t.Context(), `update campaigns set next_due_at = now() - interval '61 minutes' where id = $1`, late.ID))
	for range 4 {
		s.work(nil)
	}
	p := s.ended(s.run(soon).ID, patience)
	s.check(p, 10)
	missed := s.run(late)
	if missed.State != delivery.Missed {
		t.Errorf("run is %s, want missed", missed.State)
	}
	c, err := s.db.Campaign(t.Context(), late.ID)
	if err != nil || c.Status != campaign.Finished || c.Missed != 1 || s.accepted() != 10 {
		t.Errorf("campaign is %s, missed %d, %v; %d accepted", c.Status, c.Missed, err, s.accepted())
	}
}

// TestRecurring makes a run each time and stays scheduled.
func TestRecurring(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 3})
	c := s.publish(func(d *campaign.Draft) {
		d.Kind, d.Schedule = campaign.Recurring, campaign.Schedule{Cron: "0 0 1 1 *", TimeZone: "UTC"}
	})
	s.must(s.pool.Exec(t.Context(), `update campaigns set next_due_at = date_trunc('minute', now()) where id = $1`, c.ID))
	s.work(nil)
	p := s.ended(s.run(c).ID, patience)
	s.check(p, 3)
	s.await("the next due time", patience, func() bool {
		c, _ = s.db.Campaign(t.Context(), c.ID)
		return c.Status == campaign.Scheduled
	})
	newYear := time.Date(p.DueAt.UTC().Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
	if c.NextDueAt == nil || !c.NextDueAt.Equal(newYear) {
		t.Errorf("due at %s and next at %v", p.DueAt, c.NextDueAt)
	}
}

// TestEditedWhileRunning: a run keeps the version it started with.
func TestEditedWhileRunning(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 500, perSecond: 200})
	s.work(nil)
	c := s.publish(nil)
	run := s.run(c)
	s.await("messages", patience, func() bool { return s.accepted() > 50 })
	d := campaign.Draft{Name: "x", Channel: s.channel.ID, Kind: campaign.OneTime, Definition: c.Definition}
	if _, err := s.db.UpdateCampaign(t.Context(), c.ID, 0, d, "test"); !errs.Is(err, "campaign.wrong_status") {
		t.Errorf("editing a running campaign: %v", err)
	}
	s.must(s.pool.Exec(t.Context(), `update campaigns set definition = '{"content":{"body":"{}"}}' where id = $1`, c.ID))
	p := s.ended(run.ID, patience)
	s.check(p, 500)
}

// TestStop: SIGTERM's order. Nothing is left to be rescued, and another worker
// goes on at once.
func TestStop(t *testing.T) {
	t.Parallel()
	const users = 2000
	s := newStage(t, stageOptions{users: users, perSecond: 1000, faults: simulator.Faults{LatencyMS: 50}})
	first := s.work(nil)
	c := s.publish(nil)
	run := s.run(c)
	s.await("messages", patience, func() bool { return s.accepted() > 300 })
	start := time.Now()
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("stopping took %s", took)
	}
	if p := s.progress(run.ID); int(p.Counts.Accepted) != s.accepted() {
		t.Errorf("%d accepted by LINE, %d recorded", s.accepted(), p.Counts.Accepted)
	}
	var held int
	s.must(nil, s.pool.QueryRow(t.Context(), `select count(*) from batches where state = 'sending'`).Scan(&held))
	if held > 0 {
		t.Errorf("%d batches left to be rescued", held)
	}
	s.work(nil)
	p := s.ended(run.ID, patience)
	s.check(p, users)
	if p.Counts.Conflicts > 0 {
		t.Errorf("%d requests repeated after an orderly stop", p.Counts.Conflicts)
	}
}

func TestTestSend(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 5, faults: simulator.Faults{BadIDs: []string{simulator.UserID(1)}}})
	s.must(s.pool.Exec(t.Context(), `update users set attributes = '{}' where user_id = 'u2'`))
	c := s.draft(func(d *campaign.Draft) {
		d.Content.Body = `{"messages":[{"type":"text","text":"Hi <<UserAttribute['name']>>"}]}`
	})
	results, err := s.control.Test(t.Context(), c.ID, []string{"user:u0", "line:" + simulator.UserID(1), "user:u2"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range results {
		got = append(got, fmt.Sprint(r.UserID, " ", r.Outcome, " ", r.Reason, " ", r.Status, " ", r.LineMessage, " ", r.LineRequestID != ""))
	}
	want := []string{"u0 accepted  200  true", "u1 rejected bad_recipient 400 Failed to send messages true", "u2 skipped missing_attribute 0  false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if !strings.Contains(results[0].Body, `"Hi Name 1"`) || !strings.Contains(results[0].Body, simulator.UserID(0)) {
		t.Errorf("body %s", results[0].Body)
	}
	for _, users := range [][]string{{"user:nobody"}, {}, {"user:u0", "what"}} {
		if _, err := s.control.Test(t.Context(), c.ID, users); err == nil {
			t.Errorf("%v: no error", users)
		}
	}
	if c, err = s.db.Campaign(t.Context(), c.ID); err != nil || c.TestedAt == nil || s.accepted() != 1 {
		t.Errorf("tested at %v, %v; %d accepted", c.TestedAt, err, s.accepted())
	}
}

// TestPreflightOfAnUnsteadyLINE: an outage is no verdict on the message.
func TestPreflightOfAnUnsteadyLINE(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 3})
	c := s.draft(nil)
	for _, test := range []struct {
		faults simulator.Faults
		want   delivery.CheckStatus
	}{{simulator.Faults{ErrorRate: 1}, delivery.Warn}, {simulator.Faults{}, delivery.OK}} {
		if err := s.account.SetFaults(test.faults); err != nil {
			t.Fatal(err)
		}
		p, err := s.control.Preflight(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		samples := 0
		for _, check := range p.Checks {
			if strings.HasPrefix(check.Name, "sample ") {
				if samples++; check.Status != test.want {
					t.Errorf("%+v: %+v, want %s", test.faults, check, test.want)
				}
			}
		}
		if samples == 0 {
			t.Errorf("%+v", p.Checks)
		}
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 50, quota: 10})
	c := s.draft(func(d *campaign.Draft) {
		d.Content.Body = `{"messages":[{"type":"text","text":"Hi <<UserAttribute['nmae']|default('you')>>"}]}`
	})
	p, err := s.control.Preflight(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]delivery.CheckStatus{}
	for _, check := range p.Checks {
		name, _, _ := strings.Cut(check.Name, " usr_")
		got[name] = check.Status
	}
	want := map[string]delivery.CheckStatus{"audience": "ok", "schedule": "ok", "channel": "ok", "quota": "fail", "template": "ok", "attributes": "warn", "missing values": "ok", "sample": "ok", "test send": "warn"}
	if diff := cmp.Diff(want, got); diff != "" || p.Ready || p.Reach != 50 {
		t.Errorf("ready %v, reach %d; -want +got\n%s", p.Ready, p.Reach, diff)
	}
	if s.accepted() != 0 {
		t.Error("a preflight sent something")
	}
}
