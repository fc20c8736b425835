package message

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	body := []byte(`{"messages":[{"type":"text","text":"hi"}]}`)
	body = append(body, bytes.Repeat([]byte(" "), maxBody-len(body))...)
	if findings := Check(body); len(findings) > 0 {
		t.Errorf("%d bytes: %s", len(body), listing(findings))
	}
	findings := Check(append(body, ' '))
	if len(findings) != 1 || findings[0].Code != codeTooLarge || findings[0].Limit != maxBody || findings[0].Actual != maxBody+1 {
		t.Errorf("%d bytes: %s", maxBody+1, listing(findings))
	}
}

// TestCheckMessages: the same findings as Check, with paths from the array.
func TestCheckMessages(t *testing.T) {
	t.Parallel()
	for _, file := range bodies(t, "testdata/*/*.json") {
		var request struct{ Messages json.RawMessage }
		if json.Unmarshal(file.body, &request) != nil || len(request.Messages) == 0 {
			continue
		}
		start := bytes.Index(file.body, request.Messages)
		var want []Finding
		for _, f := range Check(file.body) {
			path, inMessages := strings.CutPrefix(f.Path, "/messages")
			if !inMessages || strings.Contains(f.Detail, `"to" is`) {
				continue // what the array alone cannot tell
			}
			f.Path, f.Offset = path, f.Offset-start
			f.Detail = strings.Replace(f.Detail, "messages ", "the body ", 1)
			want = append(want, f)
		}
		if diff := cmp.Diff(want, CheckMessages(request.Messages)); diff != "" {
			t.Errorf("%s (-Check +CheckMessages):\n%s", file.path, diff)
		}
	}
}

// TestCheckConcurrently is for the race detector: rules are shared.
func TestCheckConcurrently(t *testing.T) {
	t.Parallel()
	files := bodies(t, "testdata/*/*.json")
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, file := range files {
				Check(file.body)
			}
		})
	}
	wait.Wait()
}

func TestSeverity(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal([]Finding{{Severity: Error, Code: "a"}, {Severity: Warning, Code: "b", Message: 1, Limit: 2, Actual: 3}})
	want := `[{"severity":"error","code":"a","message":0,"path":"","offset":0,"detail":""},` +
		`{"severity":"warning","code":"b","message":1,"path":"","offset":0,"detail":"","limit":2,"actual":3}]`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}

func TestHasError(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		findings []Finding
		want     bool
	}{
		{nil, false},
		{[]Finding{{Severity: Warning}}, false},
		{[]Finding{{Severity: Warning}, {Severity: Error}}, true},
	} {
		if got := HasError(test.findings); got != test.want {
			t.Errorf("HasError(%v) = %v", test.findings, got)
		}
	}
}

// TestAllocations keeps the hot path what it is: a body without findings costs
// the tape and the checker.
func TestAllocations(t *testing.T) {
	for _, file := range bodies(t, "../../examples/messages/*.json") {
		if got := testing.AllocsPerRun(20, func() { Check(file.body) }); got > 6 {
			t.Errorf("%s: %v allocations", file.path, got)
		}
	}
}

// TestHostile: the largest lists a body can bring end in an answer; a quadratic
// step shows here as seconds instead of milliseconds.
func TestHostile(t *testing.T) {
	t.Parallel()
	many := func(format string, n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = strings.ReplaceAll(format, "#", string(rune('a'+i%26))+strings.Repeat("x", i%7)+string(rune('0'+i%10)))
		}
		return strings.Join(parts, ",")
	}
	for name, body := range map[string]string{
		"unknown fields": `{"messages":[{"type":"text","text":"a",` + many(`"#q":1`, 15000) + `}]}`,
		"emojis":         `{"messages":[{"type":"text","text":"` + strings.Repeat("a", 100000) + `","emojis":[` + many(`{"index":99999}`, 10000) + `]}]}`,
		"placeholders": `{"messages":[{"type":"textV2","text":"` + strings.Repeat("{a}{bb}{ccc}", 10000) + `","substitution":{` +
			many(`"#":{"type":"emoji"}`, 10000) + `}}]}`,
		"graphemes": `{"messages":[{"type":"template","altText":"a","template":{"type":"confirm","text":"` + strings.Repeat("👨‍👩‍👧", 10000) + `"}}]}`,
		"messages":  `{"messages":[` + many(`{"type":"text","text":"a","quickReply":{"items":[]}}`, 10000) + `]}`,
		"columns":   `{"messages":[{"type":"template","altText":"a","template":{"type":"carousel","columns":[` + many(`{"title":"#"}`, 15000) + `]}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !HasError(Check([]byte(body))) {
				t.Error("no error found")
			}
		})
	}
}
