package delivery

import (
	"slices"
	"strings"
)

// CheckStatus is how a preflight check came out.
type CheckStatus string

// The outcomes of a check. Only Fail keeps a campaign from being published.
const (
	OK   CheckStatus = "ok"
	Warn CheckStatus = "warn"
	Fail CheckStatus = "fail"
)

// Check is one question asked before a campaign is published.
type Check struct {
	Name   string      `json:"name"`
	Status CheckStatus `json:"status"`
	Detail string      `json:"detail"`
	Fix    string      `json:"fix,omitempty"`
}

// Preflight is what is known about a campaign before it is sent.
type Preflight struct {
	Ready    bool             `json:"ready"` // no check failed
	Matched  int64            `json:"matched"`
	Excluded map[string]int64 `json:"excluded"`
	Reach    int64            `json:"recipients"`
	Checks   []Check          `json:"checks"`
}

// Add appends a check and keeps Ready true to its meaning.
func (p *Preflight) Add(c Check) {
	p.Checks = append(p.Checks, c)
	p.Ready = !slices.ContainsFunc(p.Checks, func(c Check) bool { return c.Status == Fail })
}

// ScheduleCheck is the name of the check whether the campaign will ever be due.
const ScheduleCheck = "schedule"

// Failures is the failed checks as a sentence, and how many there are, without
// those named.
func (p *Preflight) Failures(without ...string) (int, string) {
	var details []string
	for _, c := range p.Checks {
		if c.Status == Fail && !slices.Contains(without, c.Name) {
			details = append(details, c.Name+": "+c.Detail)
		}
	}
	return len(details), strings.Join(details, "; ")
}
