package campaign_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
)

// attributesOf is n attributes.
func attributesOf(n int) string {
	var members []string
	for i := range n {
		members = append(members, fmt.Sprintf(`"a%d":%d`, i, i))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("ชื่", 34) // of 102 characters
	tests := []struct {
		name, text string
		want       []string
	}{
		{"none", `{}`, nil},
		{"every kind", `{"Flow Name":"welcome","n":-1.50,"b":true,"none":null,"l":[1,"a",{}],"o":{"x":{"y":"z"}}}`, nil},
		{"as many as may be", attributesOf(50), nil},
		{"too many", attributesOf(51), []string{" campaign.too_many_attributes: 51 attributes; a campaign may have 50"}},
		{"a long name", `{"` + name[:300] + `":1}`, nil},
		{"a longer name, and none", `{"` + name + `":1,"":2}`, []string{
			"/ campaign.attribute_name: the name has 0 characters; it may have 1 to 100",
			"/" + name + " campaign.attribute_name: the name has 102 characters; it may have 1 to 100"}},
		{"large", `{"a":"` + strings.Repeat("x", 8184) + `"}`, nil},
		{"too large", `{"a":"` + strings.Repeat("x", 8185) + `"}`, []string{" campaign.attributes_too_large: 8193 bytes of JSON; a campaign's attributes may have 8192 together"}},
		{"twice", `{"a":1,"b":{"c/d":1,"c/d":2}}`, []string{"/b/c~1d request.bad_value: c/d: the name stands twice in one object"}},
		{"not a character", `{"a":["\ud83d"]}`, []string{`/a/0 request.bad_value: "\ud83d": half of a surrogate pair is not a character`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var a campaign.Attributes
			if err := json.Unmarshal([]byte(tt.text), &a); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range a.Problems() {
				got = append(got, e.Pointer+" "+e.Code+": "+e.Detail)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// What an author wrote is kept to the digit, and of nothing else than an object.
func TestAttributesAsJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"body": "x"}`: `{"body":"x"}`,
		`{"body": "x", "attributes": {"n": 1.50, "big": 12345678901234567890, "s": "<<ก>>"}}`: `{"body":"x","attributes":{"n":1.50,"big":12345678901234567890,"s":"<<ก>>"}}`,
		`{"body": "x", "attributes": {}}`:    `{"body":"x","attributes":{}}`,
		`{"body": "x", "attributes": [1]}`:   "request.wrong_type: expected an object, got [1]",
		`{"body": "x", "attributes": "a=1"}`: `request.wrong_type: expected an object, got "a=1"`,
		`{"body": "x", "attributes": null}`:  "request.wrong_type: expected an object, got null",
	} {
		var c campaign.Content
		got := ""
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			got = err.Error()
		} else {
			got = encoded(t, c)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// encoded is v as the store writes it.
func encoded(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}
