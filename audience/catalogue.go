package audience

import "time"

// KnownAttribute is a name in the catalogue of attributes, which feeds the
// segment builder, completion and lint, and never decides what may be stored.
type KnownAttribute struct {
	Name      string    `json:"name"`
	Type      Type      `json:"type"` // of the first value seen, until a person says otherwise
	Source    Source    `json:"source"`
	FirstSeen time.Time `json:"first_seen"`
	LastSeen  time.Time `json:"last_seen"` // within an hour
	Drift     int64     `json:"drift"`     // values seen that did not match Type
}

// Source is which way an attribute came in first, or that a person typed it.
type Source string

// The sources of attributes.
const (
	ByAPI    Source = "api"
	ByImport Source = "import"
	BySync   Source = "sync"
	ByPerson Source = "person"
)
