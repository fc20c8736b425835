package line

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Every status that can come, each with one meaning.
func TestJudgeEveryStatus(t *testing.T) {
	t.Parallel()
	special := map[int]Outcome{
		400: BadMessage, 401: ChannelRefused, 403: ChannelRefused, 409: Accepted, 413: BadMessage, 429: RateLimited,
	}
	for status := 100; status <= 599; status++ {
		want, ok := special[status]
		if !ok {
			want = map[int]Outcome{1: Retry, 2: Accepted, 3: Retry, 4: Rejected, 5: Retry}[status/100]
		}
		got := Judge(Answer{Status: status})
		if got.Outcome != want {
			t.Errorf("%d is %s, want %s", status, got.Outcome, want)
		}
		if got.Reason == "" || got.ToIndex != -1 {
			t.Errorf("%d: reason %q, index %d", status, got.Reason, got.ToIndex)
		}
	}
	for _, status := range []int{-1, 42, 600, 999} {
		if got := Judge(Answer{Status: status}); got.Outcome != Retry || got.Reason != ReasonOddStatus {
			t.Errorf("%d is %s, %s", status, got.Outcome, got.Reason)
		}
	}
}

func TestJudgeTransport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{context.DeadlineExceeded, ReasonTimeout},
		{fmt.Errorf("calling LINE's push: %w", &net.OpError{Op: "dial", Err: &net.DNSError{IsTimeout: true}}), ReasonTimeout},
		{context.Canceled, ReasonUnreachable},
		{errors.New("connection reset by peer"), ReasonUnreachable},
		{&net.DNSError{Err: "no such host", IsNotFound: true}, ReasonUnreachable},
	} {
		got := Judge(Answer{Err: c.err})
		want := Verdict{Outcome: Retry, Reason: c.want, Detail: c.err.Error(), ToIndex: -1}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.err, diff)
		}
	}
}

// The statuses whose text decides.
func TestJudgeTexts(t *testing.T) {
	t.Parallel()
	detail := func(property string) []Detail { return []Detail{{Message: "is wrong", Property: property}} }
	for _, c := range []struct {
		name    string
		status  int
		message string
		details []Detail
		want    Outcome
		index   int
	}{
		{"unknown user", 400, "Failed to send messages", nil, BadRecipient, -1},
		{"unknown user, stopped", 400, "failed to send messages.", nil, BadRecipient, -1},
		{"unknown user, named", 400, "Failed to send messages", detail("to[7]"), BadRecipient, 7},
		{"malformed to", 400, "The property, 'to', in the request body is invalid (line: -, column: -)", nil, BadRecipient, -1},
		{"malformed to in a multicast", 400, "The property, to[1], in the request body is invalid (line: -, column: -)", nil, BadRecipient, 1},
		{"malformed to, quoted", 400, "The property, 'to[499]', in the request body is invalid (line: 1, column: 9)", nil, BadRecipient, 499},
		{"detail to", 400, "The request body has 1 error(s)", detail("to"), BadRecipient, -1},
		{"detail to[0]", 400, "The request body has 1 error(s)", detail("to[0]"), BadRecipient, 0},
		{"detail /to/3", 400, "The request body has 1 error(s)", detail("/to/3"), BadRecipient, 3},
		{"detail of a message", 400, "The request body has 1 error(s)", detail("messages[0].text"), BadMessage, -1},
		{"to and a message", 400, "The request body has 2 error(s)", append(detail("to"), detail("messages[0].text")...), BadMessage, -1},
		{"property of a message", 400, "The property, messages[0].text, in the request body is invalid (line: 1, column: 2)", nil, BadMessage, -1},
		{"a property that begins with to", 400, "The property, 'tone', in the request body is invalid (line: -, column: -)", nil, BadMessage, -1},
		{"flex", 400, "A message (messages[0])\u00a0in the request body is invalid", detail("/hero/url"), BadMessage, -1},
		{"not JSON", 400, "The request body could not be parsed as JSON (line: 1, column: 1)", nil, BadMessage, -1},
		{"nothing said", 400, "", nil, BadMessage, -1},
		{"rate", 429, "The API rate limit has been exceeded. Try again later.", nil, RateLimited, -1},
		{"month", 429, "You have reached your monthly limit.", nil, QuotaExhausted, -1},
		{"month, other letters", 429, "you have reached your MONTHLY LIMIT", nil, QuotaExhausted, -1},
		{"same user", 429, "", nil, RateLimited, -1},
		{"the text alone means nothing", 500, "You have reached your monthly limit.", nil, Retry, -1},
		{"nor of a recipient", 404, "Failed to send messages", nil, Rejected, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := Judge(Answer{Status: c.status, Message: c.message, Details: c.details, RetryAfter: time.Second})
			if got.Outcome != c.want || got.ToIndex != c.index {
				t.Errorf("got %s at %d, want %s at %d", got.Outcome, got.ToIndex, c.want, c.index)
			}
			if got.RetryAfter != time.Second {
				t.Errorf("RetryAfter is %v", got.RetryAfter)
			}
			if c.message != "" && got.Detail == "" {
				t.Error("LINE's words are lost")
			}
		})
	}
}

func TestOutcomeNames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for o := Retry; o <= QuotaExhausted; o++ {
		if name := o.String(); name == "" || seen[name] {
			t.Errorf("outcome %d is called %q", o, name)
		}
		seen[o.String()] = true
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 3, 0, 0, 500, time.UTC)
	at := func(d time.Duration) string { return now.Add(d).Format("Mon, 02 Jan 2006 15:04:05 GMT") }
	for header, want := range map[string]time.Duration{
		"1":                              time.Second,
		"300":                            300 * time.Second,
		"301":                            0,
		"0":                              0,
		"-5":                             0,
		"1.5":                            0,
		"soon":                           0,
		"":                               0,
		"99999999999999999999":           0,
		at(30 * time.Second):             30 * time.Second,
		at(-30 * time.Second):            0,
		at(24 * time.Hour):               0,
		"Sunday, 22-Nov-26 03:00:10 GMT": 10 * time.Second,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("retryAfter(%q) = %v, want %v", header, got, want)
		}
	}
}
