package checker_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/bench/soak/checker"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// right is a history without a fault: a campaign to Ann, Bea, Cid and Dan, who
// were accepted, skipped, rejected and cancelled.
func right() checker.History {
	people := []string{"Ann", "Bea", "Cid", "Dan"}
	return checker.History{
		Campaigns: []checker.Campaign{{
			Name: "sale", Dues: 1, Wanted: people, Quiet: []checker.Span{{From: noon.Add(time.Minute)}},
			Runs: []checker.Run{{
				ID: "run_1", Due: noon, State: "cancelled", Ended: true, Audience: people,
				Funnel: checker.Funnel{Matched: 5, Excluded: 1, Frozen: 4, Recovered: 1,
					States: map[string]int64{"accepted": 1, "skipped": 1, "rejected": 1, "cancelled": 1}},
				Outcomes: []checker.Outcome{{"Ann", "accepted", ""}, {"Bea", "skipped", "missing_attribute"},
					{"Cid", "rejected", "bad_recipient"}, {"Dan", "cancelled", "cancelled"}},
			}},
		}},
		Messages: []checker.Message{{To: "Ann", At: noon}},
	}
}

func TestNothingWrong(t *testing.T) {
	t.Parallel()
	got := checker.Check(right())
	want := checker.Report{Rows: []checker.Row{{Campaign: "sale", State: "cancelled", Runs: 1, Attempted: 4,
		Accepted: 1, Recovered: 1, Skipped: 1, Rejected: 1, Cancelled: 1}}}
	if diff := cmp.Diff(want, got); diff != "" || !got.OK() {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestBegunBeforeASuspension: a request that was made when its worker was
// suspended arrives when it wakes.
func TestBegunBeforeASuspension(t *testing.T) {
	t.Parallel()
	h := right()
	h.Campaigns[0].Wakes = []time.Time{noon.Add(2 * time.Minute)}
	h.Messages[0].At = noon.Add(2*time.Minute + time.Millisecond)
	if got := checker.Check(h); !got.OK() || got.Rows[0].Woken != 1 || got.Rows[0].Late != 0 {
		t.Errorf("%+v", got)
	}
}

// TestUnknownWhenCancelled: who was asked and had not been answered when the run
// was cancelled cannot be asked again, so unknown is the truth.
func TestUnknownWhenCancelled(t *testing.T) {
	t.Parallel()
	h := right()
	run := &h.Campaigns[0].Runs[0]
	run.Outcomes[0].State, run.Funnel.States = "unknown", map[string]int64{"unknown": 1, "skipped": 1, "rejected": 1, "cancelled": 1}
	got := checker.Check(h)
	if !got.OK() || got.Rows[0].Unknown != 1 {
		t.Errorf("%+v", got)
	}
}

// TestFailures breaks the right history in every way there is.
func TestFailures(t *testing.T) {
	t.Parallel()
	type history = *checker.History
	tests := []struct {
		name   string
		damage func(h history, c *checker.Campaign, r *checker.Run)
		want   map[checker.Kind]int
		row    checker.Row // the columns of what was found
	}{
		{"no outcome", func(_ history, _ *checker.Campaign, r *checker.Run) {
			r.Outcomes, r.Funnel.States["cancelled"], r.Ended, r.State = r.Outcomes[:3], 0, false, "sending"
		}, map[checker.Kind]int{checker.Lost: 1, checker.Sums: 1}, checker.Row{Lost: 1}},
		{"ended too early", func(_ history, _ *checker.Campaign, r *checker.Run) {
			r.Outcomes, r.Funnel.States["cancelled"] = r.Outcomes[:3], 0
		}, map[checker.Kind]int{checker.Lost: 1, checker.Sums: 1}, checker.Row{Lost: 1}},
		{"never frozen", func(_ history, c *checker.Campaign, _ *checker.Run) { c.Wanted = append(c.Wanted, "Eve") },
			map[checker.Kind]int{checker.Lost: 1}, checker.Row{Lost: 1}},
		{"two messages", func(h history, _ *checker.Campaign, _ *checker.Run) {
			h.Messages = append(h.Messages, checker.Message{To: "Ann", At: noon})
		}, map[checker.Kind]int{checker.Duplicated: 1}, checker.Row{Duplicated: 1}},
		{"frozen twice", func(_ history, _ *checker.Campaign, r *checker.Run) {
			r.Audience = append(r.Audience, "Ann")
		}, map[checker.Kind]int{checker.Duplicated: 1, checker.Sums: 1}, checker.Row{Duplicated: 1}},
		{"accepted, and nothing received", func(h history, _ *checker.Campaign, _ *checker.Run) { h.Messages[0].To = "Zoe" },
			map[checker.Kind]int{checker.Unexpected: 2}, checker.Row{Unexpected: 1}},
		{"skipped, and received", func(h history, _ *checker.Campaign, _ *checker.Run) {
			h.Messages = append(h.Messages, checker.Message{To: "Bea", At: noon})
		}, map[checker.Kind]int{checker.Unexpected: 1}, checker.Row{Unexpected: 1}},
		{"rejected, and received", func(h history, _ *checker.Campaign, _ *checker.Run) {
			h.Messages = append(h.Messages, checker.Message{To: "Cid", At: noon})
		}, map[checker.Kind]int{checker.Unexpected: 1}, checker.Row{Unexpected: 1}},
		{"cancelled, and received after it", func(h history, _ *checker.Campaign, _ *checker.Run) {
			h.Messages = append(h.Messages, checker.Message{To: "Dan", At: noon.Add(2 * time.Minute)})
		}, map[checker.Kind]int{checker.Unexpected: 1, checker.Late: 1}, checker.Row{Unexpected: 1, Late: 1}},
		{"sent while paused", func(h history, c *checker.Campaign, _ *checker.Run) {
			c.Quiet = []checker.Span{{From: noon.Add(time.Second), To: noon.Add(time.Minute)}}
			h.Messages[0].At = noon.Add(2 * time.Second)
		}, map[checker.Kind]int{checker.Late: 1}, checker.Row{Late: 1}},
		{"long after a suspension", func(h history, c *checker.Campaign, _ *checker.Run) {
			c.Wakes = []time.Time{noon.Add(2 * time.Minute)}
			h.Messages[0].At = noon.Add(2*time.Minute + 2*time.Second)
		}, map[checker.Kind]int{checker.Late: 1}, checker.Row{Late: 1}},
		{"more than was begun before a suspension", func(h history, c *checker.Campaign, _ *checker.Run) {
			c.Wakes = []time.Time{noon.Add(2 * time.Minute)}
			for range 11 {
				h.Messages = append(h.Messages, checker.Message{To: "Ann", At: noon.Add(2*time.Minute + time.Millisecond)})
			}
		}, map[checker.Kind]int{checker.Duplicated: 1, checker.Late: 1}, checker.Row{Duplicated: 1, Woken: 11}},
		{"frozen, and not in the segment", func(_ history, c *checker.Campaign, _ *checker.Run) { c.Wanted = c.Wanted[:3] },
			map[checker.Kind]int{checker.Unexpected: 1}, checker.Row{Unexpected: 1}},
		{"an outcome of somebody else", func(_ history, _ *checker.Campaign, r *checker.Run) {
			r.Outcomes = append(r.Outcomes, checker.Outcome{LineID: "Eve", State: "skipped"})
			r.Funnel.States["skipped"]++
			r.Ended = false
		}, map[checker.Kind]int{checker.Unexpected: 1, checker.Sums: 1}, checker.Row{Unexpected: 1}},
		{"received by a stranger", func(h history, _ *checker.Campaign, _ *checker.Run) {
			h.Messages = append(h.Messages, checker.Message{To: "Zoe", At: noon})
		}, map[checker.Kind]int{checker.Unexpected: 1}, checker.Row{}},
		{"unknown", func(_ history, _ *checker.Campaign, r *checker.Run) {
			r.State = "finished"
			r.Outcomes[0].State, r.Funnel.States = "unknown", map[string]int64{"unknown": 1, "skipped": 1, "rejected": 1, "cancelled": 1}
		}, map[checker.Kind]int{checker.Unknown: 1}, checker.Row{Unknown: 1}},
		{"two outcomes", func(_ history, _ *checker.Campaign, r *checker.Run) {
			r.Outcomes = append(r.Outcomes, checker.Outcome{LineID: "Ann", State: "accepted"})
			r.Funnel.States["accepted"]++
			r.Ended = false
		}, map[checker.Kind]int{checker.Sums: 2}, checker.Row{}},
		{"an outcome there is not", func(_ history, _ *checker.Campaign, r *checker.Run) { r.Outcomes[3].State = "sent" },
			map[checker.Kind]int{checker.Sums: 2}, checker.Row{}},
		{"matched is not the sum", func(_ history, _ *checker.Campaign, r *checker.Run) { r.Funnel.Matched = 4 },
			map[checker.Kind]int{checker.Sums: 1}, checker.Row{}},
		{"the funnel is not the ledger", func(_ history, _ *checker.Campaign, r *checker.Run) {
			r.Funnel.States["accepted"], r.Funnel.States["skipped"] = 2, 0
		}, map[checker.Kind]int{checker.Sums: 2}, checker.Row{}},
		{"frozen is not the audience", func(_ history, _ *checker.Campaign, r *checker.Run) {
			r.Funnel.Matched, r.Funnel.Frozen, r.Ended = 6, 5, false
		}, map[checker.Kind]int{checker.Sums: 2}, checker.Row{}},
		{"two runs for one due time", func(_ history, c *checker.Campaign, r *checker.Run) { c.Runs = append(c.Runs, *r) },
			map[checker.Kind]int{checker.Runs: 1}, checker.Row{}},
		{"no run", func(h history, c *checker.Campaign, _ *checker.Run) {
			c.Runs, c.Wanted, h.Messages = nil, c.Wanted[:1], nil
		},
			map[checker.Kind]int{checker.Runs: 1, checker.Lost: 1, checker.Vacuous: 1}, checker.Row{Lost: 1}},
		{"other bytes", func(h history, _ *checker.Campaign, _ *checker.Run) { h.WrongBodies = 1 },
			map[checker.Kind]int{checker.Bytes: 1}, checker.Row{}},
		{"nothing at all", func(h history, _ *checker.Campaign, _ *checker.Run) { *h = checker.History{} },
			map[checker.Kind]int{checker.Vacuous: 1}, checker.Row{}},
		{"one person in two campaigns", func(h history, _ *checker.Campaign, _ *checker.Run) {
			h.Campaigns = append(h.Campaigns, checker.Campaign{Name: "news", Dues: 1, Wanted: []string{"Ann"}, Runs: []checker.Run{{
				ID: "run_2", Due: noon, State: "finished", Ended: true, Audience: []string{"Ann"}, Outcomes: []checker.Outcome{{"Ann", "accepted", ""}},
				Funnel: checker.Funnel{Matched: 1, Frozen: 1, States: map[string]int64{"accepted": 1}}}}})
		}, map[checker.Kind]int{checker.Vacuous: 2}, checker.Row{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := right()
			test.damage(&h, &h.Campaigns[0], &h.Campaigns[0].Runs[0])
			got := checker.Check(h)
			kinds := map[checker.Kind]int{}
			for _, p := range got.Problems {
				kinds[p.Kind] = got.Count(p.Kind)
			}
			if diff := cmp.Diff(test.want, kinds); diff != "" || got.OK() {
				t.Errorf("problems (-want +got)\n%s%+v", diff, got.Problems)
			}
			if len(got.Rows) == 0 {
				return
			}
			r := got.Rows[0]
			found := checker.Row{Lost: r.Lost, Duplicated: r.Duplicated, Unexpected: r.Unexpected, Late: r.Late, Woken: r.Woken, Unknown: r.Unknown}
			if diff := cmp.Diff(test.row, found); diff != "" {
				t.Errorf("row (-want +got)\n%s", diff)
			}
		})
	}
}
