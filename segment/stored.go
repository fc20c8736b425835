package segment

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// MaxName is how long a segment's name may be, in characters.
const MaxName = 200

// Draft is what an author says of a segment.
type Draft struct {
	Name       string          `json:"name"`
	Definition json.RawMessage `json:"definition"` // kept as it is written
}

// Parse checks the draft alone and parses its definition. The pointers of its
// errors start at the draft.
func (d Draft) Parse() (*Segment, error) {
	var bad []*errs.Error
	switch n := utf8.RuneCountInString(strings.TrimSpace(d.Name)); {
	case n == 0:
		bad = append(bad, errs.New("request.required", "name").At("/name"))
	case n > MaxName:
		bad = append(bad, errs.New("segment.long_name", n, MaxName).At("/name"))
	case strings.ContainsFunc(d.Name, isControl):
		bad = append(bad, errs.New("segment.bad_value", "name", "it contains a control character").At("/name"))
	}
	if len(d.Definition) == 0 {
		bad = append(bad, errs.New("request.required", "definition").At("/definition"))
		return nil, errs.Several("segment.invalid", bad)
	}
	s, err := Parse(d.Definition)
	return s, errs.Several("segment.invalid", append(bad, errs.Under("/definition", err)...))
}

// Stored is a segment as it is kept.
type Stored struct {
	ID         ref.Segment     `json:"id"`
	Name       string          `json:"name"`
	Definition json.RawMessage `json:"definition"` // the author's text
	Version    int             `json:"version"`
	LastCount  *int64          `json:"last_count"` // of this version; null until it is counted
	CountedAt  *time.Time      `json:"counted_at"`
	CreatedAt  time.Time       `json:"created_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
}

// Preview is what a definition would find now.
type Preview struct {
	Count     int64      `json:"count"`
	Total     int64      `json:"total"`               // all users
	Reachable *int64     `json:"reachable,omitempty"` // of Count, on the channel that was asked about
	Rows      []RowCount `json:"rows"`
	Sample    []Member   `json:"sample"`
}

// RowCount is how many users there are after one row of the root: those that
// all rows so far hold for, or for the rows of an any, those that some do.
type RowCount struct {
	Pointer string `json:"pointer"`
	Count   int64  `json:"count"`
}

// Member is a user of a segment.
type Member struct {
	ID         ref.User        `json:"id"`
	UserID     string          `json:"user_id,omitempty"`
	LineID     string          `json:"line_id,omitempty"`
	Attributes json.RawMessage `json:"attributes"`
}
