package line

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

// Each call: what it asks LINE, and what it makes of LINE's documented answer
// with a field added, as LINE may do without notice.
func TestCalls(t *testing.T) {
	t.Parallel()
	const user = "U4af4980629000000000000000000718a"
	for _, c := range []struct {
		name, method, uri, sent, answer string
		call                            func(context.Context, *Client) (any, error)
		want                            any
	}{
		{
			name: "bot info", method: "GET", uri: "/v2/bot/info",
			answer: `{"userId":"Ub9952f8","basicId":"@216ru","displayName":"Example name","pictureUrl":"https://obs.line-apps.com/1","chatMode":"chat","markAsReadMode":"manual","new":{}}`,
			call:   func(ctx context.Context, c *Client) (any, error) { return c.BotInfo(ctx) },
			want: BotInfo{UserID: "Ub9952f8", BasicID: "@216ru", DisplayName: "Example name",
				PictureURL: "https://obs.line-apps.com/1", ChatMode: "chat"},
		}, {
			name: "profile", method: "GET", uri: "/v2/bot/profile/" + user,
			answer: `{"displayName":"LINE 太郎","userId":"` + user + `","language":"ja","statusMessage":"Hello!","new":1}`,
			call:   func(ctx context.Context, c *Client) (any, error) { return c.Profile(ctx, user) },
			want:   Profile{UserID: user, DisplayName: "LINE 太郎", StatusMessage: "Hello!", Language: "ja"},
		}, {
			name: "quota", method: "GET", uri: "/v2/bot/message/quota", answer: `{"type":"limited","value":30000}`,
			call: func(ctx context.Context, c *Client) (any, error) { return c.Quota(ctx) },
			want: Quota{Limited: true, Value: 30000},
		}, {
			name: "no quota", method: "GET", uri: "/v2/bot/message/quota", answer: `{"type":"none"}`,
			call: func(ctx context.Context, c *Client) (any, error) { return c.Quota(ctx) },
			want: Quota{},
		}, {
			name: "consumption", method: "GET", uri: "/v2/bot/message/quota/consumption", answer: `{"totalUsage":500}`,
			call: func(ctx context.Context, c *Client) (any, error) { return c.Consumption(ctx) },
			want: int64(500),
		}, {
			name: "unit names", method: "GET", uri: "/v2/bot/message/aggregation/info", answer: `{"numOfCustomAggregationUnits":22}`,
			call: func(ctx context.Context, c *Client) (any, error) { return c.AggregationUnits(ctx) },
			want: 22,
		}, {
			name: "followers", method: "GET", uri: "/v2/bot/followers/ids?limit=1000", answer: `{"userIds":["` + user + `"],"next":"yANU9IA+/="}`,
			call: func(ctx context.Context, c *Client) (any, error) { return c.FollowerIDs(ctx, "", 1000) },
			want: Page{IDs: []string{user}, Next: "yANU9IA+/="},
		}, {
			name: "followers, next page", method: "GET", uri: "/v2/bot/followers/ids?limit=1&start=yANU9IA%2B%2F%3D", answer: `{"userIds":[]}`,
			call: func(ctx context.Context, c *Client) (any, error) { return c.FollowerIDs(ctx, "yANU9IA+/=", 1) },
			want: Page{IDs: []string{}},
		}, {
			name: "webhook endpoint", method: "GET", uri: "/v2/bot/channel/webhook/endpoint", answer: `{"endpoint":"https://example.com/test","active":true}`,
			call: func(ctx context.Context, c *Client) (any, error) { return c.WebhookEndpoint(ctx) },
			want: WebhookEndpoint{Endpoint: "https://example.com/test", Active: true},
		}, {
			name: "set webhook endpoint", method: "PUT", uri: "/v2/bot/channel/webhook/endpoint", sent: `{"endpoint":"https://example.com/hoge"}`, answer: `{}`,
			call: func(ctx context.Context, c *Client) (any, error) {
				return nil, c.SetWebhookEndpoint(ctx, "https://example.com/hoge")
			},
		}, {
			name: "test webhook", method: "POST", uri: "/v2/bot/channel/webhook/test", sent: `{}`,
			answer: `{"success":false,"timestamp":"2023-07-07T04:29:51.043124Z","statusCode":0,"reason":"COULD_NOT_CONNECT","detail":"TLS handshake failure"}`,
			call:   func(ctx context.Context, c *Client) (any, error) { return c.TestWebhookEndpoint(ctx, "") },
			want:   WebhookTest{Reason: "COULD_NOT_CONNECT", Detail: "TLS handshake failure"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method != c.method || r.RequestURI != c.uri || string(body) != c.sent {
					t.Errorf("asked %s %s %s, want %s %s %s", r.Method, r.RequestURI, body, c.method, c.uri, c.sent)
				}
				if got := r.Header.Get("Authorization"); got != "Bearer "+testToken {
					t.Errorf("Authorization: %s", got)
				}
				_, _ = io.WriteString(w, c.answer)
			})
			got, err := c.call(t.Context(), client)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What people are told when a call fails: the code, and LINE's own words.
func TestCallProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status     int
		body       string
		code, says string
	}{
		{400, `{"message":"The request body has 1 error(s)","details":[{"message":"bad","property":"endpoint"}]}`, "line.refused", "endpoint bad"},
		{400, `{"message":"Invalid start param"}`, "line.refused", "Invalid start param"},
		{401, `{"message":"Authentication failed due to the following reason: invalid token."}`, "line.unauthorized", "invalid token"},
		{403, `{"message":"Access to this API is not available for your account"}`, "line.forbidden", "not available for your account"},
		{404, `{"message":"Not found"}`, "line.not_found", "Not found"},
		{410, ``, "line.refused", "Gone"},
		{429, `{"message":"You have reached your monthly limit."}`, "line.quota_exhausted", "monthly limit"},
		{429, `{"message":"The API rate limit has been exceeded. Try again later."}`, "line.rate_limited", "rate limit"},
		{500, `oops`, "line.failing", "oops"},
		{302, ``, "line.failing", "302"},
		{200, `<html>`, "line.bad_answer", "200"},
		{200, ``, "line.bad_answer", "bot/info"},
		{200, `{"userId":7}`, "line.bad_answer", "bot/info"},
	} {
		t.Run(c.code, func(t *testing.T) {
			t.Parallel()
			_, err := serve(t, respond(c.status, c.body)).BotInfo(t.Context())
			if !errs.Is(err, c.code) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%d %s gives %v, want %s with %q", c.status, c.body, err, c.code, c.says)
			}
		})
	}
}

func TestFollowerIDsRefusals(t *testing.T) {
	t.Parallel()
	c := serve(t, respond(400, `{"message":"Invalid start param"}`))
	for _, limit := range []int{-1, 0, 1001} {
		if _, err := c.FollowerIDs(t.Context(), "", limit); !errs.Is(err, "request.bad_limit") {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
	if _, err := c.FollowerIDs(t.Context(), "old", 1000); !errs.Is(err, "line.expired_page") {
		t.Errorf("expired token: %v", err)
	}
	if _, err := newTestClient(t, refusedBase(t)).FollowerIDs(t.Context(), "", 1); !errs.Is(err, "line.unreachable") {
		t.Errorf("nobody there: %v", err)
	}
}

// An unknown kind cannot leave the path of validation.
func TestValidateKindIsEscaped(t *testing.T) {
	t.Parallel()
	paths := make(chan string, 1)
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) { paths <- r.URL.EscapedPath() })
	c.Validate(t.Context(), "../push", []byte(`{}`))
	if got := <-paths; !strings.HasPrefix(got, "/v2/bot/message/validate/") {
		t.Errorf("asked %s", got)
	}
}
