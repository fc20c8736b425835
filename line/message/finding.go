package message

import (
	"fmt"
	"slices"
)

// Severity says what LINE does with a body that has the finding.
type Severity uint8

// The severities.
const (
	Error   Severity = iota + 1 // LINE's documents say the request is refused
	Warning                     // LINE accepts it, or its documents do not say
)

// String is "error" or "warning".
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// MarshalText writes String, so that findings read well as JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(text []byte) error {
	for _, known := range []Severity{Error, Warning} {
		if string(text) == known.String() {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("%q is no severity", text)
}

// Finding is one thing that is wrong with a body.
type Finding struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`            // a row of Codes, such as "too_long"
	Message  int      `json:"message"`         // 0-based index in messages; -1 when it is in none
	Path     string   `json:"path"`            // RFC 6901 pointer in the body, such as "/messages/0/text"; for a missing field, where it should stand
	Offset   int      `json:"offset"`          // byte offset in the body of the value, of the name when the name is wrong, or of the object that lacks it; len(body) when it ends too early
	Detail   string   `json:"detail"`          // a sentence naming what, the offending value, and the nearest valid one
	Limit    int      `json:"limit,omitzero"`  // LINE's limit, in the unit Detail names; 0 when there is none
	Actual   int      `json:"actual,omitzero"` // what the body has, in the same unit
}

// HasError reports whether LINE would refuse a body with these findings.
func HasError(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Error })
}
