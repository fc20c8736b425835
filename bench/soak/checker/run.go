package checker

import "fmt"

// run checks one run's ledger against its audience, its funnel and what was
// received, and adds to its campaign's row.
func (c *check) run(campaign Campaign, run Run, row *Row) {
	problem := func(k Kind, who, format string, args ...any) {
		c.problem(Problem{Kind: k, Campaign: campaign.Name, Who: who, What: run.ID + ": " + fmt.Sprintf(format, args...)})
	}
	outcomes := map[string]Outcome{}
	for _, o := range run.Outcomes {
		if before, ok := outcomes[o.LineID]; ok {
			problem(Sums, o.LineID, "has two outcomes, %s and %s", before.State, o.State)
		}
		outcomes[o.LineID] = o
	}
	row.Attempted += len(run.Audience)
	in := map[string]bool{}
	for _, who := range run.Audience {
		if in[who] {
			row.Duplicated++
			problem(Duplicated, who, "is in the audience twice")
			continue
		}
		in[who] = true
		o, ok := outcomes[who]
		if !ok {
			row.Lost++
			problem(Lost, who, "no outcome, and the run is %s", run.State)
			continue
		}
		c.outcome(run, o, row, problem)
	}
	for who, o := range outcomes {
		if !in[who] {
			row.Unexpected++
			problem(Unexpected, who, "has the outcome %s and is not in the audience", o.State)
		}
	}
	sums(run, problem)
}

// outcome counts one person's and holds it against what he received.
func (c *check) outcome(run Run, o Outcome, row *Row, problem func(Kind, string, string, ...any)) {
	got := len(c.received[o.LineID])
	switch o.State {
	case "accepted":
		row.Accepted++
		if got == 0 {
			row.Unexpected++
			problem(Unexpected, o.LineID, "is recorded accepted, and LINE accepted nothing for them")
		}
		return
	case "skipped":
		row.Skipped++
	case "rejected":
		row.Rejected++
	case "cancelled":
		row.Cancelled++
	case "unknown":
		if row.Unknown++; run.State != "cancelled" {
			problem(Unknown, o.LineID, "is recorded unknown (%s), while the retry key was still good", o.Reason)
		}
		return
	default:
		problem(Sums, o.LineID, "has the outcome %q, which there is not", o.State)
		return
	}
	if got > 0 {
		row.Unexpected++
		problem(Unexpected, o.LineID, "is recorded %s (%s), and LINE accepted %d messages for them", o.State, o.Reason, got)
	}
}

// sums checks the funnel: conservation (I1), and that each figure is that of
// the rows.
func sums(run Run, problem func(Kind, string, string, ...any)) {
	f, rows := run.Funnel, map[string]int64{}
	for _, o := range run.Outcomes {
		rows[o.State]++
	}
	var total int64
	for _, state := range []string{"accepted", "skipped", "rejected", "unknown", "cancelled"} {
		total += f.States[state]
		if f.States[state] != rows[state] {
			problem(Sums, "", "the funnel says %d %s, the ledger has %d", f.States[state], state, rows[state])
		}
	}
	if f.Matched != f.Excluded+f.Frozen {
		problem(Sums, "", "matched %d is not excluded %d + frozen %d", f.Matched, f.Excluded, f.Frozen)
	}
	if f.Frozen != int64(len(run.Audience)) {
		problem(Sums, "", "the funnel says %d frozen, the batches hold %d", f.Frozen, len(run.Audience))
	}
	if run.Ended && total != f.Frozen {
		problem(Sums, "", "it is %s with %d outcomes for %d recipients", run.State, total, f.Frozen)
	}
	if !run.Ended {
		problem(Sums, "", "it has not ended: it is %s", run.State)
	}
}
