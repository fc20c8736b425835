package checker

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Check compares the records and lists what does not fit.
func Check(h History) Report {
	c := &check{received: map[string][]time.Time{}, owner: map[string]int{}}
	for _, m := range h.Messages {
		c.received[m.To] = append(c.received[m.To], m.At)
	}
	for i, campaign := range h.Campaigns {
		c.own(i, campaign)
	}
	for _, campaign := range h.Campaigns {
		c.campaign(campaign)
	}
	c.strangers()
	if h.WrongBodies > 0 {
		c.problem(Problem{Kind: Bytes, What: fmt.Sprintf("%d requests came again under their retry key with other bytes", h.WrongBodies)})
	}
	if len(h.Messages) == 0 || len(c.owner) == 0 {
		c.problem(Problem{Kind: Vacuous, What: fmt.Sprintf("%d messages for %d people: nothing was put to the test", len(h.Messages), len(c.owner))})
	}
	return c.report
}

// check is one comparison at work.
type check struct {
	received map[string][]time.Time // by line_id
	owner    map[string]int         // line_id to the campaign it is in
	report   Report
}

func (c *check) problem(p Problem) { c.report.Problems = append(c.report.Problems, p) }

// own notes whose messages are this campaign's.
func (c *check) own(i int, campaign Campaign) {
	people := slices.Clone(campaign.Wanted)
	for _, run := range campaign.Runs {
		people = append(people, run.Audience...)
	}
	for _, who := range people {
		if other, taken := c.owner[who]; taken && other != i {
			c.problem(Problem{Kind: Vacuous, Campaign: campaign.Name, Who: who, What: "is in two campaigns' audiences, so nobody can tell whose messages these are"})
			continue
		}
		c.owner[who] = i
	}
}

// campaign checks one campaign and adds its row.
func (c *check) campaign(campaign Campaign) {
	row := Row{Campaign: campaign.Name, Runs: len(campaign.Runs)}
	c.runs(campaign)
	frozen := map[string]bool{}
	for _, run := range campaign.Runs {
		row.State = run.State
		row.Recovered += run.Funnel.Recovered
		c.run(campaign, run, &row)
		for _, who := range run.Audience {
			frozen[who] = true
		}
	}
	c.audience(campaign, frozen, &row)
	for _, who := range slices.Sorted(maps.Keys(frozen)) {
		c.messages(campaign, who, &row)
	}
	c.begun(campaign, row)
	c.report.Rows = append(c.report.Rows, row)
}

// runs checks that each due time has one run.
func (c *check) runs(campaign Campaign) {
	dues := map[time.Time]int{}
	for _, run := range campaign.Runs {
		dues[run.Due.UTC()]++
	}
	for due, n := range dues {
		if n > 1 {
			c.problem(Problem{Kind: Runs, Campaign: campaign.Name, What: fmt.Sprintf("%d runs for %s", n, due.Format(time.RFC3339))})
		}
	}
	if len(dues) != campaign.Dues {
		c.problem(Problem{Kind: Runs, Campaign: campaign.Name, What: fmt.Sprintf("runs for %d due times, and it had %d", len(dues), campaign.Dues)})
	}
}

// audience checks that those were frozen whom the segment named.
func (c *check) audience(campaign Campaign, frozen map[string]bool, row *Row) {
	wanted := map[string]bool{}
	for _, who := range campaign.Wanted {
		if wanted[who] = true; !frozen[who] {
			row.Lost++
			c.problem(Problem{Kind: Lost, Campaign: campaign.Name, Who: who, What: "is in the segment and was not frozen"})
		}
	}
	for who := range frozen {
		if !wanted[who] {
			row.Unexpected++
			c.problem(Problem{Kind: Unexpected, Campaign: campaign.Name, Who: who, What: "was frozen and is not in the segment"})
		}
	}
}

// messages checks what one person of the audience got, and when.
func (c *check) messages(campaign Campaign, who string, row *Row) {
	if n := len(c.received[who]); n > campaign.Dues {
		row.Duplicated++
		c.problem(Problem{Kind: Duplicated, Campaign: campaign.Name, Who: who, What: fmt.Sprintf("received %d messages", n)})
	}
	for _, at := range c.received[who] {
		stopped := slices.ContainsFunc(campaign.Quiet, func(s Span) bool { return at.After(s.From) && (s.To.IsZero() || at.Before(s.To)) })
		woken := slices.ContainsFunc(campaign.Wakes, func(w time.Time) bool { return at.After(w) && at.Before(w.Add(wakeTime)) })
		switch {
		case stopped && woken:
			row.Woken++
		case stopped:
			row.Late++
			c.problem(Problem{Kind: Late, Campaign: campaign.Name, Who: who, What: "received a message at " + at.Format(time.RFC3339Nano) + ", while the campaign was stopped"})
		}
	}
}

// What a worker may finish when it wakes: within a second, and few of the
// requests that were being made, most of which were on the wire.
const (
	wakeTime = time.Second
	perWake  = 10
)

// begun checks that a worker that woke only finished what it had begun.
func (c *check) begun(campaign Campaign, row Row) {
	if most := perWake * len(campaign.Wakes); row.Woken > most {
		c.problem(Problem{Kind: Late, Campaign: campaign.Name, What: fmt.Sprintf("%d messages, more than %d, from workers that woke while the campaign was stopped", row.Woken, most)})
	}
}

// strangers are those who received something and are in nobody's audience.
func (c *check) strangers() {
	for _, who := range slices.Sorted(maps.Keys(c.received)) {
		if _, ok := c.owner[who]; !ok {
			c.problem(Problem{Kind: Unexpected, Who: who, What: fmt.Sprintf("received %d messages and is in no audience", len(c.received[who]))})
		}
	}
}
