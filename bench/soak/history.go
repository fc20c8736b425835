package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/linecast/linecast/bench/soak/checker"
	"github.com/linecast/linecast/delivery"
)

// sending is a campaign of the soak and what may be expected of it.
type sending struct {
	id    campaignID
	list  string
	quiet []checker.Span
	wakes []time.Time
}

// history reads both records: linecast's through its API, but for the frozen
// audience, and the simulator's.
func (s *stage) history(ctx context.Context, people []person, sendings []*sending) (h checker.History, err error) {
	for _, one := range sendings {
		c := checker.Campaign{Name: one.list, Dues: 1, Wanted: on(people, one.list), Quiet: one.quiet, Wakes: one.wakes}
		runs, err := s.runs(ctx, one.id)
		if err != nil {
			return h, err
		}
		for _, p := range runs {
			run, err := s.ledger(ctx, p)
			if err != nil {
				return h, err
			}
			c.Runs = append(c.Runs, run)
		}
		h.Campaigns = append(h.Campaigns, c)
	}
	if h.Messages, err = s.platform.messages(ctx); err != nil {
		return h, err
	}
	stats, err := s.platform.stats(ctx)
	h.WrongBodies = int(stats.WrongBodies)
	return h, err
}

// ledger is a run as linecast shows it.
func (s *stage) ledger(ctx context.Context, p delivery.Progress) (run checker.Run, err error) {
	run = checker.Run{ID: p.ID.String(), Due: p.DueAt, State: string(p.State), Ended: p.FinishedAt != nil, Funnel: funnel(p)}
	if run.Audience, err = frozen(ctx, s.url, p.ID); err != nil {
		return run, err
	}
	var text []byte
	if err := s.client.Do(ctx, http.MethodGet, "runs/"+p.ID.String()+"/deliveries.csv?raw=true", nil, &text); err != nil {
		return run, err
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(rows) == 0 {
		return run, fmt.Errorf("reading the ledger of %s, %d bytes: %w", p.ID, len(text), err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, row := range rows[1:] {
		run.Outcomes = append(run.Outcomes, checker.Outcome{
			LineID: row[column["line_id"]], State: row[column["state"]], Reason: row[column["reason"]]})
	}
	return run, nil
}

func funnel(p delivery.Progress) checker.Funnel {
	f := checker.Funnel{Matched: p.Matched, Frozen: p.Frozen, Recovered: p.Counts.Conflicts, States: map[string]int64{
		"accepted": p.Counts.Accepted, "skipped": p.Counts.Skipped, "rejected": p.Counts.Rejected,
		"unknown": p.Counts.Unknown, "cancelled": p.Counts.Cancelled}}
	for _, n := range p.Excluded {
		f.Excluded += n
	}
	return f
}
