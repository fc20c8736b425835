package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/linecast/linecast/delivery"
)

// testAnswer is what a test send answers.
type testAnswer struct {
	Results []delivery.TestResult `json:"results"`
}

// testText is what became of one test message, for people.
func testText(r delivery.TestResult) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s: %s", r.User, r.Outcome)
	if r.Status != 0 {
		fmt.Fprintf(&b, "; LINE answered %d", r.Status)
	}
	for _, more := range []struct{ name, value string }{{"request", r.LineRequestID}, {"message", strings.Join(r.MessageIDs, ",")}} {
		if more.value != "" {
			fmt.Fprintf(&b, ", %s %s", more.name, more.value)
		}
	}
	for _, reason := range []string{r.Reason, r.Detail, r.LineMessage} {
		if reason != "" {
			fmt.Fprintf(&b, "\n    %s", reason)
		}
	}
	for _, d := range r.LineDetails {
		fmt.Fprintf(&b, "\n    %s: %s", d.Property, d.Message)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "\n    %s: %s %s", f.Severity, f.Path, f.Detail)
	}
	if r.Body != "" {
		fmt.Fprintf(&b, "\n    %s", compact(r.Body))
	}
	return b.String()
}

// compact is JSON on one line, or the text as it is when it is none.
func compact(text string) string {
	var v json.RawMessage
	if json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	return encoded(v)
}
