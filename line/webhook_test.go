package line

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/linecast/linecast/errs"
)

func TestParseWebhook(t *testing.T) {
	t.Parallel()
	const user = "U3d3edab4f36c6292e6d8a8131f141b8b"
	source := Source{Type: "user", UserID: user}
	at := time.Date(2024, 1, 22, 2, 44, 27, 176e6, time.UTC)
	for _, c := range []struct {
		name, event string
		want        Event
	}{
		{
			name: "follow, as LINE's reference has it",
			event: `{"replyToken":"85cbe770fa8b4f45bbe077b1d4be4a36","type":"follow","mode":"active","timestamp":1705891467176,
				"source":{"type":"user","userId":"` + user + `"},"webhookEventId":"01HMQGW40RZJPJM3RAJP7BHC2Q",
				"deliveryContext":{"isRedelivery":false},"follow":{"isUnblocked":true}}`,
			want: Event{Type: EventFollow, ID: "01HMQGW40RZJPJM3RAJP7BHC2Q", Mode: "active", At: at, Source: source,
				ReplyToken: "85cbe770fa8b4f45bbe077b1d4be4a36", Follow: &Follow{IsUnblocked: true}},
		}, {
			name: "unfollow, redelivered",
			event: `{"type":"unfollow","mode":"standby","timestamp":1705891467176,"source":{"type":"user","userId":"` + user + `"},
				"webhookEventId":"01FZ74B5Y0F4TNKA5SCAVKPEDM","deliveryContext":{"isRedelivery":true}}`,
			want: Event{Type: EventUnfollow, ID: "01FZ74B5Y0F4TNKA5SCAVKPEDM", Mode: "standby", At: at, Source: source, IsRedelivery: true},
		}, {
			name: "message in a group",
			event: `{"type":"message","timestamp":1705891467176,"source":{"type":"group","groupId":"Ca56f94637c","userId":"` + user + `"},
				"message":{"type":"text","id":"14353798921116","text":"Hello, 世界","emojis":[]}}`,
			want: Event{Type: EventMessage, At: at, Source: Source{Type: "group", GroupID: "Ca56f94637c", UserID: user},
				Message: &Message{ID: "14353798921116", Type: "text", Text: "Hello, 世界"}},
		}, {
			name:  "a type of tomorrow",
			event: `{"type":"telepathy","timestamp":1705891467176,"thought":{"text":"?"}}`,
			want:  Event{Type: "telepathy", At: at},
		},
		{name: "no source, as when linking fails", event: `{"type":"accountLink","source":null}`, want: Event{Type: "accountLink"}},
		{name: "a source of another type", event: `{"type":"follow","source":"` + user + `","webhookEventId":"01"}`, want: Event{Type: "follow", ID: "01"}},
		{name: "a timestamp of another type", event: `{"type":"follow","timestamp":"now","source":{"userId":"` + user + `"}}`,
			want: Event{Type: "follow", Source: Source{UserID: user}}},
		{name: "no object", event: `"follow"`, want: Event{}},
		{name: "null", event: `null`, want: Event{}},
		{name: "a list", event: `[{"type":"follow"}]`, want: Event{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := `{"destination":"Ub07","new":true,"events":[{"type":"before"},` + c.event + `,{"type":"after"}]}`
			got, err := ParseWebhook([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			want := Webhook{Destination: "Ub07", Events: []Event{{Type: "before"}, c.want, {Type: "after"}}}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Event{}, "Raw")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if raw := string(got.Events[1].Raw); raw != c.event {
				t.Errorf("Raw is %s", raw)
			}
		})
	}
}

func TestParseWebhookEnvelope(t *testing.T) {
	t.Parallel()
	w, err := ParseWebhook([]byte(vectorBody))
	if err != nil || w.Destination != "U8e742f61d673b39c7fff3cecb7536ef0" || len(w.Events) != 0 {
		t.Errorf("LINE's empty webhook: %+v, %v", w, err)
	}
	for _, body := range []string{"", "null and void", `"hanako@example.com"`, `{"events":{"hanako@example.com":1}}`,
		`{"events":"hanako@example.com"}`, `{"destination":1}`, `{"events":[{]}`, `[]`} {
		_, err := ParseWebhook([]byte(body))
		if !errs.Is(err, "line.bad_webhook") {
			t.Errorf("%s: %v", body, err)
		} else if strings.Contains(err.Error(), "hanako") {
			t.Errorf("%v repeats the body", err)
		}
	}
}

// No body crashes it, and every event it returns is a part of the body.
func FuzzParseWebhook(f *testing.F) {
	f.Add([]byte(vectorBody))
	f.Add([]byte(`{"events":[{"type":"follow","source":null,"timestamp":-1},7,"x",null,[],{"timestamp":1e99}]}`))
	f.Add([]byte(`{"EVENTS":[{"Type":"message","message":{"text":"\ud800"}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		w, err := ParseWebhook(body)
		if err != nil {
			if errs.From(err).Code != "line.bad_webhook" {
				t.Fatal(err)
			}
			return
		}
		for _, e := range w.Events {
			if !json.Valid(e.Raw) || !strings.Contains(string(body), string(e.Raw)) {
				t.Errorf("event %q is no part of %q", e.Raw, body)
			}
			if e.At.Year() < 1970 && !e.At.IsZero() {
				t.Errorf("happened at %v", e.At)
			}
		}
	})
}
