package main

import (
	"fmt"
	"testing"
	"time"
)

// TestTermMidCampaign: SIGTERM finishes what is in flight and leaves nothing
// for a rescuer: no batch and no job is held, and each message that LINE
// accepted has its outcome.
func TestTermMidCampaign(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, 1, 500, map[string]int{"all": 1200})
	s.publish("all")
	s.received(300)
	asked := time.Now()
	if err := s.workers[0].child.stop(stopWithin); err != nil {
		t.Fatal(err)
	}
	t.Logf("ended %s after SIGTERM", time.Since(asked).Truncate(time.Millisecond))
	if n := s.count(`select count(*) from batches where state = 'sending'`); n > 0 {
		t.Errorf("%d batches are still being sent by nobody", n)
	}
	if n := s.count(`select count(*) from river.river_job where state = 'running'`); n > 0 {
		t.Errorf("%d jobs are still running, says the queue", n)
	}
	s.recordsAgree()
	c, err := s.spawnWorker()
	s.must(err)
	s.workers[0].child = c
	s.finished(patience, s.sendings...)
	if r := s.check(); r.Rows[0].Accepted < 1100 {
		t.Errorf("only %d accepted", r.Rows[0].Accepted)
	}
}

// recordsAgree checks the two records in the middle of a run: who has an outcome and
// who received something are the same people, but for a few whose connection
// was cut after LINE had accepted.
func (s *testStage) recordsAgree() {
	s.t.Helper()
	h, err := s.history(s.t.Context(), s.people, s.sendings)
	s.must(err)
	run := h.Campaigns[0].Runs[0]
	accepted := map[string]bool{}
	for _, o := range run.Outcomes {
		accepted[o.LineID] = o.State == "accepted"
	}
	open, last := 0, run.Audience
	for _, m := range h.Messages {
		if !accepted[m.To] {
			open++
		}
	}
	if open > 5 || len(run.Outcomes) < 250 || len(run.Outcomes) == len(last) {
		s.t.Errorf("%d messages, %d outcomes of %d; %d messages without an outcome", len(h.Messages), len(run.Outcomes), len(last), open)
	}
}

// TestFourSchedulers: four workers, each of which starts what is due, make one
// run of each of five campaigns that are due in the same second.
func TestFourSchedulers(t *testing.T) {
	t.Parallel()
	lists, names := map[string]int{}, []string(nil)
	for i := range 5 {
		name := fmt.Sprint("list ", i)
		lists[name], names = 30, append(names, name)
	}
	s := newTestStage(t, 4, 0, lists)
	s.draft(names...)
	// Scheduling asks LINE first: on a busy machine that takes a while, and a
	// time that has passed is refused.
	due := time.Now().Add(10 * time.Second).Truncate(time.Second).UTC()
	for _, one := range s.sendings {
		s.must(s.schedule(t.Context(), one.id, due))
	}
	s.finished(patience, s.sendings...)
	r := s.check()
	for _, row := range r.Rows {
		if row.Runs != 1 || row.Attempted != 30 {
			t.Errorf("%+v", row)
		}
	}
	if n := s.count(`select count(*) from runs where due_at <> '` + due.Format(time.RFC3339) + `'`); n > 0 {
		t.Errorf("%d runs for another time", n)
	}
}
