package simulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/linecast/linecast/line"
)

// hook is a bot server that checks signatures and keeps what came.
func hook(t *testing.T, status int) (url string, came chan line.Webhook) {
	t.Helper()
	came = make(chan line.Webhook, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !line.ValidSignature([]string{Demo().Secret}, r.Header.Get("X-Line-Signature"), body) {
			t.Error("the signature does not fit")
		}
		parsed, err := line.ParseWebhook(body)
		if err != nil {
			t.Error(err)
		}
		came <- parsed
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, came
}

func TestSendWebhook(t *testing.T) {
	t.Parallel()
	clock := newClock()
	url, came := hook(t, 200)
	s := newTest(t, func(o *Options, c *Channel) { o.Clock, c.Webhook = clock.Now, url })
	sentEvents, err := s.SendWebhook(t.Context(), Demo().ID,
		Follow(u1), Unblock(UserID(1)), Unfollow(UserID(2)), Message(UserID(3), "สวัสดี"), Event{Raw: []byte(`{"type":"telepathy"}`)})
	if err != nil {
		t.Fatal(err)
	}
	person := func(id string) line.Source { return line.Source{Type: "user", UserID: id} }
	want := line.Webhook{Destination: Demo().BotUserID, Events: []line.Event{
		{Type: "follow", Mode: "active", At: clock.Now(), Source: person(u1), Follow: &line.Follow{}},
		{Type: "follow", Mode: "active", At: clock.Now(), Source: person(UserID(1)), Follow: &line.Follow{IsUnblocked: true}},
		{Type: "unfollow", Mode: "active", At: clock.Now(), Source: person(UserID(2))},
		{Type: "message", Mode: "active", At: clock.Now(), Source: person(UserID(3)), Message: &line.Message{Type: "text", Text: "สวัสดี"}},
		{Type: "telepathy"},
	}}
	got := <-came
	ignore := cmpopts.IgnoreFields(line.Event{}, "Raw", "ID", "ReplyToken")
	if diff := cmp.Diff(want, got, ignore, cmpopts.IgnoreFields(line.Message{}, "ID")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ids := map[string]bool{}
	for i, e := range got.Events[:4] {
		if len(e.ID) != 26 || ids[e.ID] || e.ID != sentEvents[i].ID || (e.ReplyToken == "") != (e.Type == "unfollow") {
			t.Errorf("event %d: id %q, reply token %q", i, e.ID, e.ReplyToken)
		}
		ids[e.ID] = true
	}

	again := sentEvents[2]
	again.IsRedelivery = true
	clock.Add(time.Hour)
	if _, err := s.SendWebhook(t.Context(), Demo().ID, again); err != nil {
		t.Fatal(err)
	}
	if e := (<-came).Events[0]; !e.IsRedelivery || e.ID != sentEvents[2].ID || !e.At.Equal(want.Events[2].At) {
		t.Errorf("redelivered as %+v", e)
	}

	s.ask("GET", "/v2/bot/profile/"+u1, "").want(t, 200, "") // followed
	s.ask("GET", "/v2/bot/profile/"+UserID(2), "").want(t, 404, "")
}

func TestSendWebhookErrors(t *testing.T) {
	t.Parallel()
	url, _ := hook(t, 500)
	s := newTest(t, func(_ *Options, c *Channel) { c.Webhook = url })
	for name, c := range map[string]struct {
		channel string
		event   Event
		says    string
	}{
		"no channel":    {"nobody", Follow(u1), "no channel nobody"},
		"bad user":      {Demo().ID, Follow("hanako"), "event 0"},
		"bad raw event": {Demo().ID, Event{Raw: []byte(`{`)}, "encoding"},
		"an answer 500": {Demo().ID, Follow(u1), "answered 500"},
	} {
		if _, err := s.SendWebhook(t.Context(), c.channel, c.event); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	bare := newTest(t, nil)
	if _, err := bare.SendWebhook(t.Context(), Demo().ID, Follow(u1)); err == nil || !strings.Contains(err.Error(), "no webhook") {
		t.Errorf("no webhook: %v", err)
	}
}

// The three endpoints about the webhook.
func TestWebhookEndpoints(t *testing.T) {
	t.Parallel()
	url, came := hook(t, 200)
	failing, _ := hook(t, 418)
	s := newTest(t, nil)
	const endpoint, test = "/v2/bot/channel/webhook/endpoint", "/v2/bot/channel/webhook/test"
	put := func(url string) answer { return s.ask("PUT", endpoint, `{"endpoint":"`+url+`"}`) }

	s.ask("GET", endpoint, "").want(t, 404, textNoHook)
	s.ask("POST", test, `{}`).want(t, 404, textNoHook)
	for _, bad := range []string{"", "ftp://example.com/", "http://example.com/", "https://", "http://192.0.2.1/", "https://example.com/" + strings.Repeat("a", 500)} {
		put(bad).want(t, 400, textBadHook)
	}
	s.ask("PUT", endpoint, `{"endpoint":`).want(t, 400, "could not be parsed as JSON")
	for _, good := range []string{"https://example.com/hook", "http://localhost:8080/", "http://app/hook", "http://[::1]:80/", url} {
		put(good).want(t, 200, "{}")
	}
	s.ask("GET", endpoint, "").want(t, 200, `"endpoint":"`+url+`"`)

	s.ask("POST", test, `{}`).want(t, 200, `"reason":"OK","statusCode":200,"success":true`)
	if w := <-came; len(w.Events) != 0 || w.Destination != Demo().BotUserID {
		t.Errorf("the test sent %+v", w)
	}
	s.ask("POST", test, `{"endpoint":"`+failing+`"}`).want(t, 200, `"detail":"418","reason":"ERROR_STATUS_CODE","statusCode":418,"success":false`)
	gone := httptest.NewServer(nil)
	gone.Close()
	s.ask("POST", test, `{"endpoint":"`+gone.URL+`"}`).want(t, 200, `"reason":"COULD_NOT_CONNECT","statusCode":0,"success":false`)
}

func TestWebhookTimeout(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(hang) })
	s := newTest(t, nil)
	s.hooks.Timeout = 20 * time.Millisecond
	s.ask("POST", "/v2/bot/channel/webhook/test", `{"endpoint":"`+slow.URL+`"}`).want(t, 200, `"reason":"REQUEST_TIMEOUT"`)
}
