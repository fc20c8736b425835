package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line/simulator"
)

// A test send shows what LINE said, whatever it said, and only a message that
// LINE accepted counts as tested.
func TestTestSends(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		faults simulator.Faults
		want   string // outcome, reason, LINE's status
		tested bool
	}{
		"accepted":         {simulator.Faults{}, "accepted  200", true},
		"an unknown user":  {simulator.Faults{BadIDs: []string{simulator.UserID(0)}}, "rejected bad_recipient 400", false},
		"LINE has trouble": {simulator.Faults{Outage: simulator.OutageUnavailable}, "no_answer server_error 503", false},
		"no answer":        {simulator.Faults{Outage: simulator.OutageCut}, "no_answer unreachable 0", false},
		"a revoked token":  {simulator.Faults{Revoked: true}, "no_answer unauthorized 401", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, stageOptions{channel: true, users: 1})
			c := s.draft(draftOf("Test"))
			must(s, s.account.SetFaults(tt.faults))
			w := s.expect(200, "POST", c+"/test", `{"users": ["user:c-0"]}`)
			var out struct{ Results []delivery.TestResult }
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || len(out.Results) != 1 {
				t.Fatalf("%v %s", err, w.Body)
			}
			r := out.Results[0]
			if got := fmt.Sprint(r.Outcome, " ", r.Reason, " ", r.Status); got != tt.want || !strings.Contains(r.Body, "Hi User 0") {
				t.Errorf("%s of %s, want %s", got, r.Body, tt.want)
			}
			if r.Status > 0 && r.LineRequestID == "" || r.Outcome != "accepted" && r.Detail == "" {
				t.Errorf("it does not say all: %+v", r)
			}
			if tested := read[campaign.Campaign](s, c).TestedAt != nil; tested != tt.tested {
				t.Errorf("tested: %v", tested)
			}
		})
	}
}

// A preflight names each thing that fails, and so does the refusal to publish.
func TestPreflightNamesWhatFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		prepare func(*stage)
		draft   string
		want    string
	}{
		"quota": {func(s *stage) {}, draftOf("x"), "quota: 10 recipients, 0 of 5 messages used this month, 0 reserved"},
		"token": {func(s *stage) { must(s, s.account.SetFaults(simulator.Faults{Revoked: true})) }, draftOf("x"),
			"channel: LINE answered 401 to bot/info"},
		"suspended":                   {func(s *stage) { s.expect(200, "POST", "/api/v1/channels/ch_1/suspend", "") }, draftOf("x"), "channel: channel ch_1 is suspended"},
		"a message that LINE refuses": {func(*stage) {}, draftOf("x", `"content": {"body": {"messages": [{"type": "sticker", "packageId": "1", "stickerId": "{{ UserAttribute['sticker']|default('') }}"}]}}`), "sample usr_1: bad_message: /messages/0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, stageOptions{channel: true, users: 10, change: func(c *simulator.Channel) { c.Quota = 5 }})
			c := s.draft(tt.draft)
			tt.prepare(s)
			p := read[delivery.Preflight](s, c+"/preflight")
			if _, failures := p.Failures(); p.Ready || !strings.Contains(failures, tt.want) {
				t.Errorf("%+v", p)
			}
			w := s.call("POST", c+"/publish", "")
			if w.Code != 409 || problemCode(w) != "campaign.preflight" || !strings.Contains(detailOf(w), tt.want) {
				t.Errorf("published: %d %s", w.Code, w.Body)
			}
			if got := s.status(c); got != campaign.StatusDraft {
				t.Errorf("it is %s", got)
			}
		})
	}
}

func must(s *stage, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(fmt.Errorf("preparing: %w", err))
	}
}
