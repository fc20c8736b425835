package api

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/linecast/linecast/internal/access"
)

func TestIdentify(t *testing.T) {
	t.Parallel()
	who := handle(200, func(ctx context.Context, _ struct{}) (access.Caller, error) { return access.From(ctx), nil })
	f := newFrame(t, nil, route{get, "/who", access.UsersRead, "who", who, 0})
	good := f.keys[access.UsersWrite]
	for header, code := range map[string]string{
		"":                                     "auth.missing",
		good:                                   "auth.missing",
		"Basic " + good:                        "auth.missing",
		"Bearer":                               "auth.missing",
		"Bearer ":                              "auth.missing",
		"Bearer " + good[1:]:                   "auth.unknown",
		"Bearer " + good + "x":                 "auth.unknown",
		"Bearer lcs_0":                         "auth.unknown",
		"Bearer " + good + ", x":               "auth.unknown",
		"Bearer " + good:                       "",
		"bearer  " + good:                      "",
		"Bearer " + f.keys[access.ReportsRead]: "auth.scope",
	} {
		w := f.call("GET", "/who", "", "Authorization: "+header)
		if code == "" {
			if w.Code != 200 {
				t.Errorf("%q: %d %s", header, w.Code, w.Body)
			}
			continue
		}
		if p := problemOf(t, w); p.Code != code {
			t.Errorf("%q: %s, want %s", header, p.Code, code)
		}
	}

	p := problemOf(t, f.call("GET", "/who", "", "Authorization: Bearer "+f.keys[access.ReportsRead]))
	if p.Detail != "this needs the scope users:read; the key has reports:read" {
		t.Errorf("the wrong scope is answered with %q", p.Detail)
	}

	w := f.call("GET", "/who", "", "X-Request-Id: trace-0001")
	var caller access.Caller
	if err := json.Unmarshal(w.Body.Bytes(), &caller); err != nil || caller.RequestID != "trace-0001" || !caller.May(access.Admin) {
		t.Errorf("the handler sees %s, %v", w.Body, err)
	}
}

// A mistyped key costs no query, and two Authorization headers are none.
func TestIdentifyAsksOnlyForPlausibleKeys(t *testing.T) {
	t.Parallel()
	asked := 0
	f := newFrame(t, func(d *Deps) { d.Keys = countingKeys{d.Keys.(fakeKeys), &asked} },
		route{get, "/x", access.Admin, "x", gives(none{}), 0})
	token := f.keys[access.Admin]
	f.call("GET", "/x", "", "Authorization: Bearer "+strings.Repeat("lcs_", 10))
	f.call("GET", "/x", "", "Authorization: Bearer "+token[:len(token)-1]+"!")
	if asked != 0 {
		t.Errorf("%d queries for mistyped keys", asked)
	}
	if w := f.call("GET", "/x", ""); w.Code != 204 || asked != 1 {
		t.Errorf("%d after %d queries", w.Code, asked)
	}
	if _, err := bearer([]string{"Bearer " + token, "Bearer " + token}); err == nil {
		t.Error("two headers are fine")
	}
}

type countingKeys struct {
	fakeKeys
	asked *int
}

func (c countingKeys) UseKey(ctx context.Context, d access.Digest, now time.Time) (access.Key, error) {
	*c.asked++
	return c.fakeKeys.UseKey(ctx, d, now)
}
