package simulator

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Everything the Go API can steer can be steered by HTTP.
func TestAdmin(t *testing.T) {
	t.Parallel()
	url, came := hook(t, 200)
	s := newTest(t, func(o *Options, c *Channel) {
		o.Channels = []Channel{{ID: "other", Token: "other-token"}}
		c.Webhook = url
	})
	s.ask("GET", "/_simulator/channels", "").want(t, 200, `"token":"other-token"`)
	s.ask("PUT", "/_simulator/faults?channel="+Demo().ID, `{"error_rate":1,"error_status":503}`).want(t, 200, `"error_status":503`)
	s.push(1, 1, "hello").want(t, 503, "")
	s.ask("POST", "/v2/bot/message/push", textPush(1, "hi"), "Authorization", "Bearer other-token").want(t, 200, "")
	s.ask("PUT", "/_simulator/faults", `{}`).want(t, 200, `{"1234567890":{`)
	s.push(1, 1, "hello").want(t, 200, "")

	var all map[string]Stats
	if err := json.Unmarshal([]byte(s.ask("GET", "/_simulator/stats", "").Body), &all); err != nil {
		t.Fatal(err)
	}
	if got := all[Demo().ID]; got.Received != 1 || got.Statuses["503"] != 1 || got.Push.Accepted.SlidingMax != 1 || all["other"].Received != 1 {
		t.Errorf("%+v", all)
	}

	var received Received
	line := s.ask("GET", "/_simulator/record?channel="+Demo().ID+"&to="+UserID(1), "")
	if err := json.Unmarshal([]byte(line.Body), &received); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.account().Received(UserID(1)), []Received{received}); diff != "" {
		t.Error(diff)
	}
	if a := s.ask("GET", "/_simulator/record", ""); strings.Count(a.Body, "\n") != 2 {
		t.Errorf("the record of both: %s", a.Body)
	}

	s.ask("POST", "/_simulator/events?channel="+Demo().ID, `[{"type":"unfollow","user_id":"`+UserID(5)+`"}]`).want(t, 200, `"id":"0`)
	if w := <-came; w.Events[0].Type != "unfollow" {
		t.Errorf("%+v", w)
	}
	s.ask("GET", "/v2/bot/profile/"+UserID(5), "").want(t, 404, "")

	s.ask("POST", "/_simulator/reset", "").want(t, 200, "{}")
	if got := s.account().Stats(); got.Received != 0 || got.Requests != 0 {
		t.Errorf("after reset: %+v", got)
	}
}

func TestAdminRefuses(t *testing.T) {
	t.Parallel()
	s := newTest(t, nil)
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"PUT", "/_simulator/faults", `{"eror_rate":1}`, 400, "eror_rate"},
		{"PUT", "/_simulator/faults", `{"error_rate":2}`, 400, "must not pass 1"},
		{"PUT", "/_simulator/faults", `nonsense`, 400, "reading the body"},
		{"PUT", "/_simulator/faults?channel=nobody", `{}`, 404, "no such channel"},
		{"POST", "/_simulator/events", `[]`, 400, "?channel=ID"},
		{"POST", "/_simulator/events?channel=1234567890", `{}`, 400, "reading the body"},
		{"POST", "/_simulator/events?channel=1234567890", `[{"type":"follow","user_id":"hanako"}]`, 400, "hanako"},
		{"POST", "/_simulator/events?channel=1234567890", `[{"type":"follow","user_id":"` + u1 + `"}]`, 400, "no webhook"},
		{"GET", "/_simulator/nothing", ``, 404, textNotFound},
	} {
		a := s.ask(c.method, c.path, c.body)
		a.want(t, c.status, c.says)
		if !json.Valid([]byte(a.Body)) {
			t.Errorf("%s %s answers %s", c.method, c.path, a.Body)
		}
	}
}
