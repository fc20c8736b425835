package delivery

import (
	"cmp"
	"slices"
	"time"

	"github.com/linecast/linecast/line/message"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/templating"
)

// Rehearsal is a campaign rendered for its whole audience, with nothing sent:
// how it stands so far, and at its end what would become of everybody.
type Rehearsal struct {
	Campaign   ref.Campaign     `json:"campaign"`
	Version    int              `json:"campaign_version"`
	Done       bool             `json:"done"`
	Stopped    string           `json:"stopped,omitempty"` // why it ended before its end
	Matched    int64            `json:"matched"`
	Excluded   map[string]int64 `json:"excluded"`
	Recipients int64            `json:"recipients"`
	Rendered   int64            `json:"rendered"`
	Seconds    float64          `json:"seconds"`
	Counts     map[string]int64 `json:"counts"`   // by what becomes of them
	Reasons    []Rehearsed      `json:"reasons"`  // the most frequent first
	Warnings   []WarningCount   `json:"warnings"` // of the check; LINE takes the messages all the same
	Largest    []Preview        `json:"largest"`  // the largest bodies; once it is done
}

// Rehearsed is how many come out alike, and the first of them.
type Rehearsed struct {
	Becomes string  `json:"becomes"`
	Reason  string  `json:"reason,omitempty"`
	Detail  string  `json:"detail,omitempty"` // the attribute, the author's reason, or the check's code and path
	Count   int64   `json:"count"`
	First   Preview `json:"first"`
}

// WarningCount is how many messages have a warning at a place.
type WarningCount struct {
	Code  string   `json:"code"`
	Path  string   `json:"path"`
	Count int64    `json:"count"`
	First ref.User `json:"first"`
}

// Bounds of what a rehearsal keeps: a template can give every recipient a
// reason of their own.
const (
	mostReasons  = 50
	mostWarnings = 50
	mostLargest  = 3
)

// Rehearser renders a campaign's audience one by one and keeps counts and
// examples, never the audience.
type Rehearser struct {
	Rehearsal
	composer *Composer
	reasons  map[reasonKey]*Rehearsed
	warnings map[warningKey]*WarningCount
	largest  []largeBody
}

type reasonKey struct{ becomes, reason, detail string }

type warningKey struct{ code, path string }

type largeBody struct {
	size      int
	recipient Recipient
}

// NewRehearser starts a rehearsal of what composer composes.
func NewRehearser(composer *Composer, head Rehearsal) *Rehearser {
	head.Counts = map[string]int64{}
	return &Rehearser{Rehearsal: head, composer: composer, reasons: map[reasonKey]*Rehearsed{}, warnings: map[warningKey]*WarningCount{}}
}

// Add renders for one recipient, of whom nothing is kept unless they are an
// example.
func (h *Rehearser) Add(r *Recipient, now time.Time) {
	made := h.composer.Compose(r, now)
	key := reasonOf(made)
	h.Rendered++
	h.Counts[key.becomes]++
	h.count(key, r, now)
	for _, f := range made.Findings {
		if f.Severity == message.Warning {
			h.warn(f, r)
		}
	}
	if len(made.Body) > 0 {
		h.keepLarge(len(made.Body), r)
	}
}

// reasonOf says what becomes of a message in words that many share.
func reasonOf(made Composed) reasonKey {
	switch {
	case made.Message != nil:
		return reasonKey{becomes: Sent}
	case made.Outcome == nil:
		name, _ := made.Halts()
		return reasonKey{wouldHalt, templating.MissingAttribute, name}
	}
	key := reasonKey{made.Outcome.State.String(), made.Outcome.Reason, made.Outcome.Detail}
	for _, f := range made.Findings {
		if f.Severity == message.Error {
			key.detail = f.Code + " " + f.Path
			break
		}
	}
	return key
}

func (h *Rehearser) count(key reasonKey, r *Recipient, now time.Time) {
	if h.reasons[key] == nil && len(h.reasons) >= mostReasons {
		key.detail = "other"
	}
	have := h.reasons[key]
	if have == nil {
		have = &Rehearsed{Becomes: key.becomes, Reason: key.reason, Detail: key.detail, First: h.composer.Preview(r, now)}
		h.reasons[key] = have
	}
	have.Count++
}

func (h *Rehearser) warn(f message.Finding, r *Recipient) {
	key := warningKey{f.Code, f.Path}
	if h.warnings[key] == nil && len(h.warnings) >= mostWarnings {
		key = warningKey{"other", ""}
	}
	if h.warnings[key] == nil {
		h.warnings[key] = &WarningCount{Code: key.code, Path: key.path, First: r.ID}
	}
	h.warnings[key].Count++
}

func (h *Rehearser) keepLarge(size int, r *Recipient) {
	if len(h.largest) == mostLargest && size <= h.largest[mostLargest-1].size {
		return
	}
	kept := *r
	kept.Attributes = slices.Clone(r.Attributes)
	h.largest = append(h.largest, largeBody{size, kept})
	slices.SortStableFunc(h.largest, func(a, b largeBody) int { return cmp.Compare(b.size, a.size) })
	h.largest = h.largest[:min(len(h.largest), mostLargest)]
}

// Report is the rehearsal as it stands after the time it took so far.
func (h *Rehearser) Report(took time.Duration) Rehearsal {
	report := h.Rehearsal
	report.Seconds = took.Seconds()
	report.Reasons, report.Warnings, report.Largest = []Rehearsed{}, []WarningCount{}, []Preview{}
	for _, r := range h.reasons {
		report.Reasons = append(report.Reasons, *r)
	}
	slices.SortFunc(report.Reasons, func(a, b Rehearsed) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Becomes, b.Becomes), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Detail, b.Detail))
	})
	for _, w := range h.warnings {
		report.Warnings = append(report.Warnings, *w)
	}
	slices.SortFunc(report.Warnings, func(a, b WarningCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Code, b.Code))
	})
	return report
}

// Finish is the last report: Done, unless stopped says why it ended before,
// with the largest bodies.
func (h *Rehearser) Finish(took time.Duration, now time.Time, stopped string) Rehearsal {
	h.Stopped, h.Done = stopped, stopped == ""
	report := h.Report(took)
	for i := range h.largest {
		report.Largest = append(report.Largest, h.composer.Preview(&h.largest[i].recipient, now))
	}
	return report
}
