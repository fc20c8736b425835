package segment

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/ref"
)

func somchai(t testing.TB) *User {
	t.Helper()
	attributes, err := DecodeAttributes([]byte(`{"first_name": "สมชาย", "nickname": "", "tier": "gold", "points": 1500.50, "newsletter": true, "tags": ["vip", 7],
		"address": {"city": "Bangkok"}, "a.b": null, "a": {"b": "inner"}, "c.d": "outer", "c": {"d": "inner"}, "signup": "2026-03-01T09:00:00+07:00", "gone": null}`))
	if err != nil {
		t.Fatal(err)
	}
	return &User{UserID: "c-1", Attributes: attributes, LineID: "U1",
		Friendships: map[ref.Channel]audience.Friendship{1: {State: audience.Friend}, 2: {State: audience.Blocked}}}
}

// TestMatch says what the language promises in its documentation.
func TestMatch(t *testing.T) {
	t.Parallel()
	user := somchai(t)
	for definition, want := range map[string]bool{
		`{"all": []}`: true, `{"any": []}`: false, `{"not": {"any": []}}`: true,
		`{"attribute": "nickname", "is": "exists"}`:                                              true,
		`{"attribute": "gone", "is": "exists"}`:                                                  false,
		`{"attribute": "missing", "is": "not_equals", "value": "x"}`:                             true,
		`{"attribute": "missing", "is": "not_empty"}`:                                            true,
		`{"attribute": "missing", "is": "is_empty"}`:                                             false,
		`{"attribute": "tier", "is": "greater_than", "value": 5}`:                                false,
		`{"attribute": "points", "is": "equals", "value": 1500.5}`:                               true,
		`{"attribute": "points", "is": "equals", "value": "1500.50"}`:                            false,
		`{"attribute": "points", "is": "not_in", "value": ["1500.5"]}`:                           true,
		`{"attribute": "newsletter", "is": "equals", "value": true}`:                             true,
		`{"attribute": "address.city", "is": "equals", "value": "bangkok"}`:                      false,
		`{"attribute": "address.city", "is": "equals", "value": "BANGKOK", "ignore_case": true}`: true,
		`{"attribute": "a.b", "is": "equals", "value": "inner"}`:                                 true,
		`{"attribute": "c.d", "is": "equals", "value": "outer"}`:                                 true,
		`{"attribute": "tags.0", "is": "exists"}`:                                                false,
		`{"attribute": "tags", "is": "contains_all", "value": [7.0, "vip"]}`:                     true,
		`{"attribute": "tags", "is": "contains_any", "value": ["7"]}`:                            false,
		`{"attribute": "tags", "is": "length_equals", "value": 2}`:                               true,
		`{"attribute": "missing", "is": "length_equals", "value": 0}`:                            false,
		`{"attribute": "user_id", "is": "equals", "value": "c-1"}`:                               true,
		`{"attribute": "signup", "is": "on", "value": "2026-03-01"}`:                             true,
		`{"attribute": "signup", "is": "hour_equals", "value": 2}`:                               true,
		`{"time_zone": "Asia/Bangkok", "attribute": "signup", "is": "hour_equals", "value": 9}`:  true,
		`{"attribute": "signup", "is": "in_the_last", "value": {"last": 1, "unit": "months"}}`:   true,
		`{"attribute": "signup", "is": "in_the_last", "value": {"last": 4, "unit": "weeks"}}`:    false,
		`{"attribute": "first_name", "is": "before", "value": "2026-03-01"}`:                     false,
		`{"friend_of": "ch_1", "state": "friend"}`:                                               true,
		`{"friend_of": "ch_2", "state": "reachable"}`:                                            false,
		`{"friend_of": "ch_3", "state": "reachable"}`:                                            true,
		`{"friend_of": "ch_3", "state": "unknown"}`:                                              true,
		`{"segment": "seg_1"}`:   true,
		`{"segment": "seg_404"}`: false,
		`{"segment": "seg_2"}`:   false, // a circle is nobody, and ends
	} {
		env := Env{Now: clock, Segments: map[ref.Segment]*Segment{
			1: parse(t, `{"time_zone": "Asia/Bangkok", "attribute": "signup", "is": "hour_equals", "value": 9}`),
			2: parse(t, `{"segment": "seg_2"}`),
		}}
		if got := parse(t, definition).Match(env, user); got != want {
			t.Errorf("%s: %v", definition, got)
		}
	}
}

// TestEmptyUser asks that nothing needs a user to have anything.
func TestEmptyUser(t *testing.T) {
	t.Parallel()
	for _, op := range Operators() {
		for _, example := range op.Examples {
			if got := parse(t, example).Match(Env{Now: clock}, &User{}); got != (op.Negates != "") {
				t.Errorf("%s: %v for a user without anything", example, got)
			}
		}
	}
	if parse(t, `{"friend_of": "ch_1", "state": "reachable"}`).Match(Env{Now: clock}, &User{}) {
		t.Error("a user without a line_id is reachable")
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	env := Env{Now: clock, Segments: map[ref.Segment]*Segment{7: parse(t, `{"any": [{"attribute": "tier", "is": "equals", "value": "GOLD", "ignore_case": true}]}`)}}
	s := parse(t, `{"all": [
		{"attribute": "points", "is": "at_least", "value": 2000},
		{"not": {"attribute": "email", "is": "contains", "value": "<b>"}},
		{"segment": "seg_7"}, {"segment": "seg_8"},
		{"friend_of": "ch_2", "state": "blocked"}, {"friend_of": "ch_9", "state": "friend"}]}`)
	want := Explanation{Pointer: "", Says: "all of 6", Holds: false, Children: []Explanation{
		{Pointer: "/all/0", Says: "points at_least 2000", Value: json.Number("1500.50")},
		{Pointer: "/all/1", Says: "not", Holds: true, Children: []Explanation{
			{Pointer: "/all/1/not", Says: `email contains "<b>"`, Missing: true}}},
		{Pointer: "/all/2", Says: "in segment seg_7", Holds: true, Children: []Explanation{
			{Pointer: "", Says: "any of 1", Holds: true, Children: []Explanation{
				{Pointer: "/any/0", Says: `tier equals "GOLD" (ignoring case)`, Holds: true, Value: "gold"}}}}},
		{Pointer: "/all/3", Says: "in segment seg_8"},
		{Pointer: "/all/4", Says: "friend_of ch_2 is blocked", Holds: true, Value: audience.Blocked},
		{Pointer: "/all/5", Says: "friend_of ch_9 is friend"},
	}}
	if diff := cmp.Diff(want, s.Explain(env, somchai(t))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for definition, says := range map[string]string{`{"all": []}`: "everybody", `{"any": []}`: "nobody", `{"attribute": "x", "is": "exists"}`: "x exists"} {
		if got := parse(t, definition).Explain(env, &User{}).Says; got != says {
			t.Errorf("%s says %q, want %q", definition, got, says)
		}
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	everybody := parse(t, `{"all": []}`)
	for channel, want := range map[ref.Channel]bool{1: true, 2: false, 3: true} {
		if got := everybody.Reachable(channel).Match(Env{Now: clock}, somchai(t)); got != want {
			t.Errorf("on %s: %v", channel, got)
		}
	}
	if s := parse(t, `{"any": []}`).Reachable(1); s.Match(Env{Now: clock}, somchai(t)) || len(s.Channels()) != 1 {
		t.Error("nobody is reachable")
	}
}

func TestDecodeAttributes(t *testing.T) {
	t.Parallel()
	got, err := DecodeAttributes([]byte(`{"n": 9007199254740993, "s": "x"}`))
	if diff := cmp.Diff(map[string]any{"n": json.Number("9007199254740993"), "s": "x"}, got); err != nil || diff != "" {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
	if _, err := DecodeAttributes([]byte(`[]`)); err == nil || !strings.Contains(err.Error(), "decoding a user's attributes") {
		t.Errorf("a list is taken: %v", err)
	}
}

func BenchmarkMatch(b *testing.B) {
	s := parse(b, `{"all": [{"attribute": "tier", "is": "in", "value": ["gold", "platinum"]}, {"attribute": "points", "is": "at_least", "value": 1000},
		{"attribute": "signup", "is": "in_the_last", "value": {"last": 1, "unit": "months"}}]}`)
	user, env := somchai(b), Env{Now: clock}
	b.ReportAllocs()
	for b.Loop() {
		if !s.Match(env, user) {
			b.Fatal("no match")
		}
	}
}
