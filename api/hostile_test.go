package api_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// hostile are texts in JSON that have broken programs before.
var hostile = []string{
	`"\u0000"`, `"a\u0000b"`, "\"a\x00b\"", "\"\xff\"", "\"\xc3\x28\"", `"\ud800"`, `"\udc00\ud800"`, `"\ud83d\ude00"`,
	`""`, `" "`, `"null"`, `null`, `true`, `0`, `-0`, `1e400`, `1E-400`, `123456789012345678901234567890`, `[]`, `{}`,
	`"'; drop table users; --"`, `"{{7*7}}"`, `"\u202e\u200f\ufeff"`, `"` + strings.Repeat("x", 5000) + `"`,
	`"` + strings.Repeat(`\u0e0a`, 20_000) + `"`, strings.Repeat("[", 200) + strings.Repeat("]", 200),
	strings.Repeat(`{"all":[`, 200) + strings.Repeat("]}", 200), `{"a": 1, "a": 2}`, `"seg_99999999999999999999"`, `"../../etc/passwd"`,
}

// hostilePlaces take a text into every part of every body.
var hostilePlaces = []struct{ method, path, body string }{
	{"POST", "/api/v1/api-keys", `{"name": %s, "scopes": ["admin"]}`},
	{"POST", "/api/v1/api-keys", `{"name": "x", "scopes": [%s]}`},
	{"POST", "/api/v1/api-keys", `{"name": "x", "scopes": ["admin"], "expires_at": %s}`},
	{"POST", "/api/v1/api-keys", `{%s: 1}`},
	{"POST", "/api/v1/users", `{"user_id": %s}`},
	{"POST", "/api/v1/users", `{"line_id": %s}`},
	{"POST", "/api/v1/users", `{"user_id": "x", "attributes": {"a": %s}}`},
	{"POST", "/api/v1/users", `{"user_id": "x", "attributes": {"a": [%s]}}`},
	{"POST", "/api/v1/users", `{"user_id": "x", "attributes": {"a": {"b": %s}}}`},
	{"POST", "/api/v1/users", `{"user_id": "x", "attributes": {%s: 1}}`},
	{"POST", "/api/v1/users", `{"user_id": "x", "attributes": {"a": {%s: 1}}}`},
	{"POST", "/api/v1/users", `{"user_id": "x", "add": {"a": %s}}`},
	{"POST", "/api/v1/users", `{"user_id": "x", "remove": {"a": [%s]}}`},
	{"POST", "/api/v1/users", `%s`},
	{"POST", "/api/v1/users/batch", `{"users": [{"user_id": %s}, {"user_id": "fine"}]}`},
	{"POST", "/api/v1/users/batch", `{"users": [%s]}`},
	{"POST", "/api/v1/users/batch", `{"users": %s}`},
	{"PATCH", "/api/v1/attributes/a", `{"type": %s}`},
	{"POST", "/api/v1/segments", `{"name": %s, "definition": {"all": []}}`},
	{"POST", "/api/v1/segments", `{"name": "x", "definition": %s}`},
	{"POST", "/api/v1/segments", `{"name": "x", "definition": {"attribute": %s, "is": "exists"}}`},
	{"POST", "/api/v1/segments", `{"name": "x", "definition": {"attribute": "a", "is": %s}}`},
	{"POST", "/api/v1/segments", `{"name": "x", "definition": {"all": [], "time_zone": %s}}`},
	{"POST", "/api/v1/segments/preview", `{"definition": {"attribute": "a", "is": "equals", "value": %s}}`},
	{"POST", "/api/v1/segments/preview", `{"definition": {"attribute": "a", "is": "in", "value": [%s]}}`},
	{"POST", "/api/v1/segments/preview", `{"definition": {"attribute": "a", "is": "contains", "value": %s, "ignore_case": true}}`},
	{"POST", "/api/v1/segments/preview", `{"definition": {"attribute": "a", "is": "between", "value": [%s, 5]}}`},
	{"POST", "/api/v1/segments/preview", `{"definition": {"attribute": "a", "is": "before", "value": %s}}`},
	{"POST", "/api/v1/segments/preview", `{"definition": {"attribute": "a", "is": "in_the_last", "value": {"last": %s, "unit": "days"}}}`},
	{"POST", "/api/v1/segments/preview", `{"definition": {"segment": %s}}`},
	{"POST", "/api/v1/segments/preview", `{"definition": {"friend_of": %s, "state": "friend"}}`},
	{"POST", "/api/v1/segments/preview", `{"definition": {"all": []}, "channel": %s}`},
	{"POST", "/api/v1/render", `{"body": %s}`},
	{"POST", "/api/v1/render", `{"body": {"messages": [{"type": "text", "text": "{{ UserAttribute['a'] }}"}]}, "attributes": {"a": %s}}`},
	{"POST", "/api/v1/render", `{"body": {"messages": []}, "attributes": %s}`},
	{"POST", "/api/v1/render", `{"body": {"messages": []}, "line_id": %s}`},
	{"POST", "/api/v1/templates", `{"name": %s, "body": {"messages": [{"type": "text", "text": "a"}]}}`},
	{"POST", "/api/v1/templates", `{"name": "x", "body": %s}`},
	{"POST", "/api/v1/templates", `{"name": "x", "body": {"messages": [{"type": "text", "text": %s}]}}`},
}

// Whatever is sent, it is the sender's mistake or it works: never a 5xx, and
// always an answer of the document.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	for _, place := range hostilePlaces {
		for _, text := range hostile {
			r := httptest.NewRequest(place.method, place.path, nil)
			r.Header.Set("Content-Type", "application/json")
			w := c.do(r, fmt.Appendf(nil, place.body, text))
			if w.Code >= 500 {
				t.Errorf("%s %s %s with %.60s: %d %s", place.method, place.path, place.body, text, w.Code, w.Body)
			}
		}
	}
	if c.log.Len() == 0 || strings.Contains(c.log.String(), `"level":"ERROR"`) {
		t.Error("the log has errors, or nothing")
	}
}

func TestHostilePathsAndQueries(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	texts := []string{"", "\x00", "a\x00", "\xff", "'", `"`, "%", "/", "../..", "user:", "line:", "user:\x00", "user:" + strings.Repeat("x", 3000),
		"usr_0", "usr_9223372036854775807", "usr_9223372036854775808", "seg_1", "imp_1", "key_1", "😀", "eyJmIjpudWxsfQ", "1", "-1", "true"}
	for _, path := range []string{
		"GET /api/v1/users/%s", "DELETE /api/v1/users/%s", "GET /api/v1/users/%s/export", "GET /api/v1/users?user_id=%s",
		"GET /api/v1/users?line_id=%s", "GET /api/v1/users?attribute=%s", "GET /api/v1/users?attribute=a&value=%s",
		"GET /api/v1/users?limit=%s", "GET /api/v1/users?cursor=%s", "GET /api/v1/users?%s=1", "GET /api/v1/attributes?cursor=%s",
		"GET /api/v1/audit?object=%s", "GET /api/v1/audit?cursor=%s", "DELETE /api/v1/api-keys/%s", "GET /api/v1/imports/%s",
		"GET /api/v1/imports/%s/errors.csv", "POST /api/v1/imports/%s/cancel", "GET /api/v1/segments/%s", "DELETE /api/v1/segments/%s",
		"POST /api/v1/segments/%s/count", "GET /api/v1/segments/%s/users", "GET /api/v1/segments/seg_1/explain?user=%s", "GET /%s",
	} {
		for _, text := range texts {
			method, target, _ := strings.Cut(fmt.Sprintf(path, strings.ReplaceAll(url.QueryEscape(text), "+", "%20")), " ")
			if w := c.do(httptest.NewRequest(method, target, nil), nil); w.Code >= 500 {
				t.Errorf("%s %s: %d %s", method, target, w.Code, w.Body)
			}
		}
	}
}
