package delivery

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Progress is what people see of a run: its funnel, its speed and what it is
// waiting for. Counts are LINE's answers, never rows read.
type Progress struct {
	Run
	Counts     Counts           `json:"counts"`
	Reasons    map[string]int64 `json:"reasons"`   // of skipped, rejected and unknown, by reason
	Remaining  int64            `json:"remaining"` // recipients without an outcome
	Done       float64          `json:"done"`      // 0 to 1
	PerSecond  float64          `json:"per_second"`
	Limit      int              `json:"limit_per_second"`      // 0: none of ours
	ETA        *time.Time       `json:"eta"`                   // null while it cannot be told
	WaitingFor string           `json:"waiting_for,omitempty"` // why nothing is being sent
	WaitUntil  *time.Time       `json:"waiting_until,omitempty"`
}

// Summarize fills the figures that follow from the others. now is the time the
// counts were read.
func (p *Progress) Summarize(now time.Time) {
	p.Remaining = p.Frozen - p.Counts.Total()
	switch {
	case p.Frozen > 0:
		p.Done = float64(p.Counts.Total()) / float64(p.Frozen)
	case p.State.Ended():
		p.Done = 1
	}
	if p.State == Sending && p.PerSecond > 0 {
		eta := now.Add(time.Duration(float64(p.Remaining) / p.PerSecond * float64(time.Second))).Truncate(time.Second)
		p.ETA = &eta
	}
}

// Check reports the first of a run's invariants that does not hold, or "".
// ended says whether every recipient should have an outcome by now.
//
// I1, conservation: matched = excluded + frozen, and in an ended run
// frozen = accepted + skipped + rejected + unknown + cancelled.
func (p Progress) Check() string {
	var excluded int64
	for _, n := range p.Excluded {
		excluded += n
	}
	switch total := p.Counts.Total(); {
	case p.Matched != excluded+p.Frozen:
		return fmt.Sprintf("matched %d is not excluded %d + frozen %d", p.Matched, excluded, p.Frozen)
	case total > p.Frozen:
		return fmt.Sprintf("%d outcomes for %d recipients", total, p.Frozen)
	case p.State.Ended() && total != p.Frozen:
		return fmt.Sprintf("%s with %d outcomes for %d recipients", p.State, total, p.Frozen)
	}
	return ""
}

// Funnel is the run as lines of text, from the users matched down to what
// became of each, such as the demo and the CLI print.
func (p Progress) Funnel() string {
	var b strings.Builder
	line := func(indent int, name string, n int64) {
		fmt.Fprintf(&b, "%*s%-*s %9d\n", indent, "", 24-indent, name, n)
	}
	line(0, "matched", p.Matched)
	byCount(p.Excluded, func(reason string, n int64) { line(2, "excluded: "+reason, n) })
	line(0, "recipients", p.Frozen)
	line(2, "accepted by LINE", p.Counts.Accepted)
	for _, row := range []struct {
		name string
		n    int64
	}{{"skipped", p.Counts.Skipped}, {"rejected", p.Counts.Rejected}, {"unknown", p.Counts.Unknown}, {"cancelled", p.Counts.Cancelled}} {
		if row.n > 0 {
			line(2, row.name, row.n)
		}
	}
	byCount(p.Reasons, func(reason string, n int64) { line(4, reason, n) })
	if p.Remaining > 0 {
		line(2, "not sent yet", p.Remaining)
	}
	return b.String()
}

// byCount visits counts, the largest first.
func byCount(counts map[string]int64, visit func(string, int64)) {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if d := counts[b] - counts[a]; d != 0 {
			return int(d)
		}
		return strings.Compare(a, b)
	})
	for _, k := range keys {
		visit(k, counts[k])
	}
}
