package templating

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAttributeLookup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ x, user, want string }{
		{`UserAttribute['First Name']`, `{"u_fn":"A"}`, "A"},
		{`UserAttribute['u_fn']`, `{"First Name":"A"}`, "A"},
		{`UserAttribute['First Name']`, `{"u_fn":"A","First Name":"B"}`, "B"},
		{`UserAttribute['First Name']`, `{"First Name":null,"u_fn":"A"}`, "A"},
		{`UserAttribute['First Name'] ~ UserAttribute['u_fn']`, `{"u_fn":"A"}`, "AA"},
		{`UserAttribute['u_fn'] ~ UserAttribute['First Name']`, `{"u_fn":"A","First Name":"B"}`, "AB"},
		{`UserAttribute['User Time Zone Offset (Mins)']`, `{"moe_dtzo":540}`, "540"},
		{`UserAttribute['line_id']`, `{"line_id":"Uother"}`, testLineID},
		{`UserAttribute['user_id']`, `{"user_id":"x"}`, "brand-7"},
		{`UserAttribute['ID'] ~ UserAttribute.uid`, `{}`, "brand-7brand-7"},
		{`UserAttribute['ID']`, `{"uid":"own"}`, "own"},
		{`UserAttribute['line_id'] ~ UserAttribute|length`, `{"a":1}`, testLineID + "3"},
		{`UserAttribute['a"b'] ~ UserAttribute['日本']`, `{"a\"b":1,"\u65e5本":2}`, "12"},
		{`UserAttribute['é\n']`, `{"\u00e9\n":1}`, "1"},
		{`UserAttribute['a']`, ` { "x" : [1, {"a":5}, "}"] , "a" : 7 } `, "7"},
		{`UserAttribute['a']`, `{"b":"\\","a":"x\"y\\"}`, `x"y\`},
		{`UserAttribute['a']`, `{"b":"\\\"","a":1.50}`, "1.5"},
		{`UserAttribute['a']`, `{"a":1e400}`, "inf"},
		{`UserAttribute['a']`, `{"a":-0}`, "0"},
		{`UserAttribute['a']`, `{"a":123456789012345678901234567890}`, "123456789012345678901234567890"},
		{`UserAttribute['a']`, `{"a":"\ud83d\ude00 \ud83d"}`, "😀 \ufffd"},
		{`UserAttribute['a']['b'][1].c`, `{"a":{"b":[0,{"c":"deep"}]}}`, "deep"},
		{`UserAttribute['a']`, `{"a":{"k":[1,null,true,"x"]}}`, `{'k': [1, None, True, 'x']}`},
		{`EventAttribute['Add to Cart. Product Name']`, `{}`, "Tea"},
		{`EventAttribute['MOE_TRIGGER_EVENT.Add to Cart. Product Id']`, `{}`, "9"},
		{`CampaignAttribute['Flow Name'] ~ CampaignAttribute['x']|default('-')`, `{}`, "welcome-"},
		{`MoeUserAttribute['a'] ~ user.properties.a ~ user['attributes']['a']`, `{"a":1}`, "111"},
		{`UserAttribute[CampaignAttribute['key']]`, `{"dyn":"x"}`, "x"},
		{`UserAttribute.get('a', 'none')`, `{}`, "none"},
		{`UserAttribute.items()|list`, `{"a":1}`, "[('a', 1), ('line_id', '" + testLineID + "'), ('user_id', 'brand-7')]"},
	} {
		quoted, err := json.Marshal(`{{ ` + c.x + ` }}`)
		if err != nil {
			t.Fatal(err)
		}
		tmpl := mustCompile(t, `{"a":`+string(quoted)+`}`, Options{})
		out, err := tmpl.Render(nil, &Data{LineID: testLineID, UserID: "brand-7", Attributes: JSON([]byte(c.user)),
			Event:    Map(map[string]any{"Add to Cart. Product Name": "Tea", "MOE_TRIGGER_EVENT.Add to Cart. Product Id": 9}),
			Campaign: Map(map[string]any{"Flow Name": "welcome", "key": "dyn"})})
		if err != nil {
			t.Errorf("%s of %s: %v", c.x, c.user, err)
			continue
		}
		if diff := cmp.Diff(c.want, decode(t, string(out)).(map[string]any)["a"]); diff != "" {
			t.Errorf("%s of %s\n%s", c.x, c.user, diff)
		}
	}
}

func TestValuesThatAreNotAnObject(t *testing.T) {
	t.Parallel()
	tmpl := mustCompile(t, `{"a":"{{UserAttribute['a']|default('-')}}","b":{{UserAttribute['b']|default(0)}}}`, Options{})
	for _, raw := range []string{"", "null", "[]", "7", `"x"`, "{", `{"a`, `{"a"`, `{"a":`, `{"a":"`, `{"a":"x`, `{"c":{`, `{"c":[1,`, `{a:1}`, `{"a" 1}`, "{,}", `{"b":tru`, `{"b":1.}`, `{"b":-}`, `{"b":[1}`} {
		out, err := tmpl.Render(nil, &Data{Attributes: JSON([]byte(raw))})
		if err == nil && !json.Valid(out) {
			t.Errorf("%q makes %s", raw, out)
		}
	}
}

// Many attributes are looked up through a map, few one by one.
func TestManyAttributes(t *testing.T) {
	t.Parallel()
	var source, user, want strings.Builder
	for i := range 60 {
		fmt.Fprintf(&source, "{{UserAttribute['a%d']}},", i)
		fmt.Fprintf(&user, `"a%d":%d,`, i, i)
		fmt.Fprintf(&want, "%d,", i)
	}
	tmpl := mustCompile(t, inText(source.String()), Options{})
	out, err := tmpl.Render(nil, &Data{Attributes: JSON([]byte("{" + user.String() + `"z":0}`))})
	if diff := cmp.Diff(inText(want.String()), string(out)); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestMap(t *testing.T) {
	t.Parallel()
	got := string(Map(map[string]any{"s": "a\"b\u2028", "f": 1200.0, "i": 7, "b": true, "n": nil, "l": []any{1.5, "x"}, "o": map[string]any{"k": json.Number("1e3")}, "bad": func() {}}))
	want := `{"b":true,"bad":null,"f":1200.0,"i":7,"l":[1.5,"x"],"n":null,"o":{"k":1e3},"s":"a\"b\u2028"}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
