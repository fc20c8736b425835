package line

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// What a push makes of each answer, and what that means.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const requestID = "123e4567-e89b-12d3-a456-426655440002"
	for _, c := range []struct {
		name   string
		status int
		body   string
		header []string
		want   Answer
		judged Outcome
	}{
		{
			name: "accepted", status: 200, judged: Accepted,
			body:   `{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b"},{"id":"461230966842064898"}]}`,
			header: []string{"X-Line-Request-Id", requestID},
			want:   Answer{Status: 200, RequestID: requestID, MessageIDs: []string{"461230966842064897", "461230966842064898"}},
		}, {
			name: "ids as numbers, unknown fields, spaces", status: 200, judged: Accepted,
			body: ` {"new": 1, "sentMessages": [ {"id": 461230966842064897, "newer": {}} ]}`,
			want: Answer{Status: 200, MessageIDs: []string{"461230966842064897"}},
		}, {
			name: "multicast", status: 200, body: `{}`, want: Answer{Status: 200}, judged: Accepted,
		}, {
			name: "202", status: 202, body: `{}`, want: Answer{Status: 202}, judged: Accepted,
		}, {
			name: "2xx, empty", status: 200, body: ``, want: Answer{Status: 200}, judged: Accepted,
		}, {
			name: "2xx, broken off", status: 200, body: `{"sentMessages":[{"id":"4612`, judged: Accepted,
			want: Answer{Status: 200, Excerpt: `{"sentMessages":[{"id":"4612`},
		}, {
			name: "2xx from a proxy", status: 200, body: "<html>\n\x00Welcome</html>", judged: Accepted,
			want: Answer{Status: 200, Excerpt: "<html> Welcome</html>"},
		}, {
			name: "already accepted", status: 409, judged: Accepted,
			body:   `{"message":"The retry key is already accepted","sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b..."}]}`,
			header: []string{"x-line-request-id", requestID, "x-line-accepted-request-id", "123e4567-e89b-12d3-a456-426655440001"},
			want: Answer{Status: 409, RequestID: requestID, AcceptedRequestID: "123e4567-e89b-12d3-a456-426655440001",
				Message: "The retry key is already accepted", MessageIDs: []string{"461230966842064897"}},
		}, {
			name: "errors with details", status: 400, judged: BadMessage,
			body: `{"message":"The request body has 2 error(s)","details":[{"message":"May not be empty","property":"messages[0].text"},{"property":"messages[1]"},{}]}`,
			want: Answer{Status: 400, Message: "The request body has 2 error(s)",
				Details: []Detail{{"May not be empty", "messages[0].text"}, {"", "messages[1]"}, {"", ""}}},
		}, {
			name: "the no-break space", status: 400, judged: BadMessage,
			body: "{\"message\":\"A message (messages[0])\u00a0in the request body is invalid\",\"details\":[{\"message\":\"invalid uri scheme\",\"property\":\"/hero/url\"}]}",
			want: Answer{Status: 400, Message: "A message (messages[0]) in the request body is invalid",
				Details: []Detail{{"invalid uri scheme", "/hero/url"}}},
		}, {
			name: "wrong types", status: 400, body: `{"message":7,"details":"none"}`, want: Answer{Status: 400}, judged: BadMessage,
		}, {
			name: "an error page", status: 502, body: `<h1>Bad Gateway</h1>`, want: Answer{Status: 502}, judged: Retry,
		}, {
			name: "wait", status: 429, body: `{"message":"The API rate limit has been exceeded. Try again later."}`,
			header: []string{"Retry-After", "7"}, judged: RateLimited,
			want: Answer{Status: 429, Message: "The API rate limit has been exceeded. Try again later.", RetryAfter: 7 * time.Second},
		}, {
			name: "wait for a day", status: 429, header: []string{"Retry-After", "86400"}, want: Answer{Status: 429}, judged: RateLimited,
		}, {
			name: "a redirect", status: 307, header: []string{"Location", "https://example.com/"}, want: Answer{Status: 307}, judged: Retry,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, respond(c.status, c.body, c.header...))
			got := client.Push(t.Context(), []byte(`{}`), testKey)
			if c.status/100 != 2 {
				c.want.Excerpt = strings.ReplaceAll(c.body, "\u00a0", " ")
			}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if v := Judge(got); v.Outcome != c.judged {
				t.Errorf("judged %s, want %s", v.Outcome, c.judged)
			}
		})
	}
}

// A body that ends early on the wire is as good as one that does not.
func TestAnswerCutOff(t *testing.T) {
	t.Parallel()
	client := serve(t, respond(200, `{"sentMessages":[`, "Content-Length", "100"))
	got := client.Push(t.Context(), []byte(`{}`), testKey)
	if got.Err != nil || Judge(got).Outcome != Accepted {
		t.Errorf("got %+v", got)
	}
}

// However long LINE talks, what is kept is short and can be stored as text.
func TestAnswerIsBounded(t *testing.T) {
	t.Parallel()
	message := strings.Repeat("日本\u0000\xff", 20_000)
	details := make([]Detail, 100)
	for i := range details {
		details[i] = Detail{strings.Repeat("é", 2000), strings.Repeat("p", 2000)}
	}
	body, err := json.Marshal(map[string]any{"message": message[:10_000], "details": details[:5]})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []string{message, string(body)} {
		a := serve(t, respond(400, b)).Push(t.Context(), nil, testKey)
		texts := []string{a.Message, a.Excerpt, a.Text()}
		for _, d := range a.Details {
			texts = append(texts, d.Message, d.Property)
		}
		for _, s := range texts {
			if len(s) > 15_000 || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Errorf("%d bytes, valid UTF-8 %v: %.60q", len(s), utf8.ValidString(s), s)
			}
		}
		if len(a.Excerpt) > excerptLimit || len(a.Message) > textLimit || len(a.Details) > detailsLimit {
			t.Errorf("excerpt %d, message %d, details %d", len(a.Excerpt), len(a.Message), len(a.Details))
		}
	}
}

func TestAnswerText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a    Answer
		want string
	}{
		{Answer{}, ""},
		{Answer{Excerpt: "<html>"}, "<html>"},
		{Answer{Message: "Not found", Excerpt: `{"message":"Not found"}`}, "Not found"},
		{Answer{Message: "2 error(s)", Details: []Detail{{"May not be empty", "messages[0].text"}, {Message: "bad"}}},
			"2 error(s): messages[0].text May not be empty; bad"},
	} {
		if got := c.a.Text(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// The quick reader of message ids agrees with encoding/json or gives up.
func FuzzSentMessageIDs(f *testing.F) {
	f.Add([]byte(`{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b..."},{"id":"2"}]}`))
	f.Add([]byte(`{"sentMessages":[{"id":"1\u0031"}]}`))
	f.Add([]byte(`{"sentMessages":[{"id":"1","id":"2"}]}`))
	f.Add([]byte(`{"sentMessages":[]}`))
	f.Add([]byte(`{"sentMessages":[{"id":"1"}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, ok := sentMessageIDs(body)
		if !ok {
			return
		}
		var want answerBody
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("read %v from what is not JSON: %v", got, err)
		}
		var ids []string
		for _, m := range want.SentMessages {
			ids = append(ids, string(m.ID))
		}
		if diff := cmp.Diff(ids, got); diff != "" {
			t.Errorf("(-encoding/json +ours):\n%s", diff)
		}
	})
}

func BenchmarkReadAnswer(b *testing.B) {
	c, err := NewClient(Options{Token: testToken})
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(`{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b0123456789"}]}`)
	b.ReportAllocs()
	for b.Loop() {
		a := Answer{Status: http.StatusOK}
		if c.decode(&a, body); len(a.MessageIDs) != 1 {
			b.Fatal("no id")
		}
	}
}
