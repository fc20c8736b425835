package delivery

import (
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/ref"
)

// Extreme is an attribute over a whole audience.
type Extreme struct {
	Attribute
	Missing  int64    `json:"missing"` // recipients who lack it
	Length   int      `json:"length"`  // of the longest value, in characters
	Longest  ref.User `json:"longest,omitempty"`
	Shortest ref.User `json:"shortest,omitempty"`
	Lacking  ref.User `json:"lacking,omitempty"` // the first of those who lack it
}

// Validation is what is known of a message for an audience before anything is
// sent: who is in it, what they lack, and how the extremes come out.
type Validation struct {
	OK         bool             `json:"ok"` // no sample would be refused
	Matched    int64            `json:"matched"`
	Excluded   map[string]int64 `json:"excluded"`
	Reach      int64            `json:"recipients"`
	Attributes []Extreme        `json:"attributes"`
	Samples    []Sample         `json:"samples"`
}

// Sample is a message of a validation, with the reason why it was looked at
// and LINE's opinion.
type Sample struct {
	Why []string `json:"why"`
	Preview
	Line *LineVerdict `json:"line"` // nil: LINE was not asked
}

// LineVerdict is what LINE's validate endpoint says of the messages.
type LineVerdict struct {
	OK      bool          `json:"ok"`
	Status  int           `json:"status"` // 0: no answer
	Message string        `json:"message,omitempty"`
	Details []line.Detail `json:"details,omitempty"`
}

// Verdict reads an answer of the validate endpoint.
func Verdict(a line.Answer) *LineVerdict {
	v := &LineVerdict{OK: a.Status == 200, Status: a.Status, Message: a.Message, Details: a.Details}
	switch {
	case a.Err != nil:
		v.Message = a.Err.Error()
	case !v.OK && v.Message == "":
		v.Message = a.Text()
	}
	return v
}

// Add appends a sample and keeps OK true to its meaning.
func (v *Validation) Add(s Sample) {
	if s.Refused() || s.Line != nil && !s.Line.OK {
		v.OK = false
	}
	v.Samples = append(v.Samples, s)
}

// Interesting are users of an audience whom it is worth looking at, each with
// the reasons, the most telling first and at most most of them.
func Interesting(extremes []Extreme, ordinary []Recipient, most int) (ids []ref.User, why map[ref.User][]string) {
	why = map[ref.User][]string{}
	add := func(id ref.User, reason string) {
		switch _, known := why[id]; {
		case id == 0 || !known && len(ids) == most:
			return
		case !known:
			ids = append(ids, id)
		}
		why[id] = append(why[id], reason)
	}
	for _, e := range extremes {
		add(e.Longest, "longest "+e.Name)
	}
	for _, e := range extremes {
		add(e.Lacking, "lacks "+e.Name)
	}
	for _, e := range extremes {
		add(e.Shortest, "shortest "+e.Name)
	}
	for i := range ordinary {
		add(ordinary[i].ID, "one of the audience")
	}
	return ids, why
}
