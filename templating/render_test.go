package templating

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

const testLineID = "U4af4980629f9a3d7b1a2c3d4e5f60718"

func mustCompile(t testing.TB, source string, opts Options) *Template {
	t.Helper()
	tmpl, err := Compile(source, opts)
	if err != nil {
		t.Fatalf("Compile(%s): %v %v", source, err, errs.From(err).Fields)
	}
	return tmpl
}

func TestRenderPushAndShared(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, source, user string
		push, shared       string
	}{
		{"to left out", `{"messages":[{"t":"{{UserAttribute['name']}}"}]}`, `{"name":"A"}`,
			`{"to":"` + testLineID + `","messages":[{"t":"A"}]}`, `"messages":[{"t":"A"}]`},
		{"to first", `{ "to": "{{UserAttribute['line_id']}}" , "messages": [] }`, `{}`,
			`{ "to": "` + testLineID + `" , "messages": [] }`, `"messages": []`},
		{"to last", `{"messages":[], "to":"<<UserAttribute['line_id']>>"}`, `{}`,
			`{"messages":[], "to":"` + testLineID + `"}`, `"messages":[]`},
		{"to in the middle", `{"a":1,"to":"{{UserAttribute['line_id']}}","b":2}`, `{}`,
			`{"a":1,"to":"` + testLineID + `","b":2}`, `"a":1,"b":2`},
		{"to alone", `{"to":"{{UserAttribute['line_id']}}"}`, `{}`, `{"to":"` + testLineID + `"}`, ``},
		{"to bare", `{"to":{{UserAttribute['line_id']}},"a":1}`, `{}`, `{"to":"` + testLineID + `","a":1}`, `"a":1`},
		{"to by another name", `{"to":"{{UserAttribute['id']}}","a":1}`, `{"id":"` + testLineID + `"}`, `{"to":"` + testLineID + `","a":1}`, `"a":1`},
		{"nothing", ` { } `, `{}`, ` {"to":"` + testLineID + `" } `, ``},
		{"to within a message", `{"messages":[{"to":"x"}]}`, `{}`, `{"to":"` + testLineID + `","messages":[{"to":"x"}]}`, `"messages":[{"to":"x"}]`},
		{"to named by escapes", `{"\u0074o":"{{UserAttribute['line_id']}}","a":1}`, `{}`, `{"\u0074o":"` + testLineID + `","a":1}`, `"a":1`},
		{"set before", `{% set n = UserAttribute['name'] %}{"a":"{{ n }}","to":"{{UserAttribute['line_id']}}"}`, `{"name":"A"}`, `{"a":"A","to":"` + testLineID + `"}`, `"a":"A"`},
		{"set between", `{"a":1,{% set n = UserAttribute['name'] %}"to":"{{UserAttribute['line_id']}}","b":"{{ n }}"}`, `{"name":"A"}`, `{"a":1,"to":"` + testLineID + `","b":"A"}`, `"a":1,"b":"A"`},
		{"dynamic, to left out", `{"messages":[{% if UserAttribute['vip'] %}1,{% endif %}2]}`, `{"vip":true}`,
			`{"to":"` + testLineID + `","messages":[1,2]}`, `"messages":[1,2]`},
		{"dynamic, to first", `{"to":"{{UserAttribute['line_id']}}", "messages":[{% if UserAttribute['vip'] %}1,{% endif %}2]}`, `{}`,
			`{"to":"` + testLineID + `", "messages":[2]}`, `"messages":[2]`},
		{"dynamic, to last", `{"messages":[{% if UserAttribute['vip'] %}1,{% endif %}2] , "to":"{{UserAttribute['line_id']}}"}`, `{}`,
			`{"messages":[2] , "to":"` + testLineID + `"}`, `"messages":[2]`},
		{"dynamic, to in the middle", `{"a":1, "to":"{{UserAttribute['line_id']}}","messages":[{% if UserAttribute['vip'] %}1,{% endif %}2]}`, `{}`,
			`{"a":1, "to":"` + testLineID + `","messages":[2]}`, `"a":1,"messages":[2]`},
		{"dynamic, nothing", `{ {% if UserAttribute['vip'] %}"a":1{% endif %}}`, `{}`, `{"to":"` + testLineID + `" }`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tmpl := mustCompile(t, c.source, Options{})
			d := &Data{LineID: testLineID, Attributes: JSON([]byte(c.user))}
			push, err := tmpl.RenderPush([]byte("kept "), d)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("kept "+c.push, string(push)); diff != "" {
				t.Error("push", diff)
			}
			shared, err := tmpl.RenderShared([]byte("kept "), d)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("kept "+c.shared, string(shared)); diff != "" {
				t.Error("shared", diff)
			}
			sameBody(t, c.push, string(AppendPush(nil, testLineID, shared[5:])))
			many := decode(t, string(AppendMulticast(nil, []string{"Ua", "Ub"}, shared[5:]))).(map[string]any)
			if diff := cmp.Diff([]any{"Ua", "Ub"}, many["to"]); diff != "" {
				t.Error("multicast", diff)
			}
		})
	}
}

// sameBody compares two JSON texts by value.
func sameBody(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(decode(t, want), decode(t, got)); diff != "" {
		t.Error(diff)
	}
}

func TestToMismatch(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		`{"to":"Uother","messages":[]}`,
		`{"to":"{{UserAttribute['id']}}","messages":[]}`,
		`{"to":"x{{UserAttribute['line_id']}}","messages":[]}`,
		`{"to":{{UserAttribute['n']}},"messages":[]}`,
		`{"to":"Uother","messages":[{% if UserAttribute['vip'] %}1{% endif %}]}`,
		`{"to":{{UserAttribute['n']}},"messages":[{% if UserAttribute['vip'] %}1{% endif %}]}`,
	} {
		tmpl := mustCompile(t, source, Options{})
		d := &Data{LineID: testLineID, Attributes: JSON([]byte(`{"id":"Ux","n":7}`))}
		for name, render := range map[string]func([]byte, *Data) ([]byte, error){"push": tmpl.RenderPush, "shared": tmpl.RenderShared} {
			out, err := render([]byte("kept"), d)
			var reject *Reject
			if !errors.As(err, &reject) || reject.Reason != ToMismatch || string(out) != "kept" {
				t.Errorf("%s: %s gives %q, %v; want a Reject", source, name, out, err)
			}
		}
		if _, err := tmpl.Render(nil, d); err != nil {
			t.Errorf("%s: a preview gives %v", source, err)
		}
	}
}

func TestSeedBodies(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"text", "image", "video"} {
		raw, err := os.ReadFile("testdata/seeds/" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range []string{string(raw), strings.NewReplacer("{{", "<<", "}}", ">>").Replace(string(raw))} {
			tmpl := mustCompile(t, source, Options{})
			if !tmpl.Static() || tmpl.UsesRecipient() || len(tmpl.Lints()) > 0 {
				t.Errorf("%s: static %v, uses recipient %v, lints %v", file, tmpl.Static(), tmpl.UsesRecipient(), tmpl.Lints())
			}
			want := strings.ReplaceAll(string(raw), `{{UserAttribute['line_id']}}`, testLineID)
			for name, render := range map[string]func([]byte, *Data) ([]byte, error){"Render": tmpl.Render, "RenderPush": tmpl.RenderPush} {
				got, err := render(nil, &Data{LineID: testLineID})
				if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
					t.Errorf("%s %s: %v\n%s", file, name, err, diff)
				}
			}
		}
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	user := JSON([]byte(`{"nul":null,"address":{"city":null},"tags":[]}`))
	for _, c := range []struct{ x, name string }{
		{`UserAttribute['nope']`, "nope"},
		{`UserAttribute['nul']`, "nul"},
		{`UserAttribute['address']['city']`, "address.city"},
		{`UserAttribute.address.zip`, "address.zip"},
		{`UserAttribute['tags'][3]`, "tags[3]"},
		{`UserAttribute['nope']['deeper']`, "nope"},
		{`UserAttribute['nul'].deeper`, "nul"},
		{`UserAttribute['nope']|upper`, "nope"},
		{`UserAttribute['nul']|upper`, "nul"},
		{`UserAttribute['nope'] + 1`, "nope"},
		{`UserAttribute['tags']|first`, "first item"},
		{`EventAttribute['x']`, "x"},
		{`'a' ~ UserAttribute['nope']`, "nope"},
		{`none`, "null"},
	} {
		source := `{"a":"[{{ ` + c.x + ` }}]"}`
		d := &Data{LineID: testLineID, Attributes: user}
		var skip *Skip
		if _, err := mustCompile(t, source, Options{}).Render(nil, d); !errors.As(err, &skip) || skip.Reason != MissingAttribute || skip.Name != c.name {
			t.Errorf("%s: %v, want %s skipped", c.x, err, c.name)
		}
		var halt *Halt
		if _, err := mustCompile(t, source, Options{OnMissing: MissingHalt}).Render(nil, d); !errors.As(err, &halt) || halt.Name != c.name {
			t.Errorf("%s: %v, want halted for %s", c.x, err, c.name)
		}
		out, err := mustCompile(t, source, Options{OnMissing: MissingEmpty}).Render(nil, d)
		if err != nil || !json.Valid(out) {
			t.Errorf("%s: %q, %v; want something empty", c.x, out, err)
		}
	}
	for _, source := range []string{`{"a":{{UserAttribute['nope']}}}`, `{"{{UserAttribute['nope']}}":""}`, `{"a":[{{ UserAttribute['nope'] }}]}`} {
		out, err := mustCompile(t, source, Options{OnMissing: MissingEmpty}).Render(nil, &Data{})
		if err != nil || !strings.Contains(string(out), `""`) || !json.Valid(out) {
			t.Errorf("%s: %s, %v", source, out, err)
		}
	}
}

func TestAnalysis(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source     string
		attributes []string
		required   []string
		recipient  bool
	}{
		{`{"a":"x"}`, nil, nil, false},
		{`{"to":"{{UserAttribute['line_id']}}","a":"x"}`, []string{"line_id"}, nil, false},
		{`{"to":"{{UserAttribute['id']}}","a":"x"}`, []string{"id"}, []string{"id"}, true},
		{`{"a":"{{CampaignAttribute['Flow Name']}}"}`, nil, nil, false},
		{`{"a":"{{EventAttribute['x']}}"}`, nil, nil, true},
		{`{"a":"{{UserAttribute['First Name']}} {{UserAttribute.age|default(1)}}"}`, []string{"First Name", "age"}, []string{"First Name"}, true},
		{`{"a":"{% if UserAttribute['x'] %}{{UserAttribute['y']}}{% endif %}"}`, []string{"x", "y"}, nil, true},
		{`{"a":"{{ UserAttribute['a'] or UserAttribute['b'] }}"}`, []string{"a", "b"}, nil, true},
		{`{"a":"{{ UserAttribute['a'] and 'x' }}"}`, []string{"a"}, []string{"a"}, true},
		{`{"a":"{{ UserAttribute['a']|upper|default('x') }}"}`, []string{"a"}, []string{"a"}, true},
		{`{"a":"{{ UserAttribute['a']|join }}{{ UserAttribute['b'].x }}{{ UserAttribute['c'][1:] }}{{ 'x' ~ UserAttribute['d'] }}{{ -UserAttribute['e'] }}"}`, []string{"a", "b", "c", "d", "e"}, []string{"b", "c", "d", "e"}, true},
		{`{% set n = UserAttribute['n'] %}{"a":"{{ n }}"}`, []string{"n"}, []string{"n"}, true},
		{`{% set n = UserAttribute['n'] %}{% set n = 1 %}{"a":"{{ n }}"}`, []string{"n"}, nil, true},
		{`{"a":"{{ UserAttribute['a'] < 1 }}{{ UserAttribute['b'] == 1 }}{{ UserAttribute['c'] is defined }}{{ UserAttribute['d'].upper() if UserAttribute['e'] else 1 }}"}`, []string{"a", "b", "c", "d", "e"}, []string{"a"}, true},
		{`{"a":"{% for x in UserAttribute['l'] %}{{ x }}{% endfor %}{% filter upper %}{{ UserAttribute['f'] }}{% endfilter %}{% with y = UserAttribute['w'] %}{{ UserAttribute['v'] }}{% endwith %}"}`, []string{"f", "l", "v", "w"}, []string{"f", "v"}, true},
		{`{"a":"{{ now|date }}"}`, nil, nil, true},
		{`{"a":"{{ '%d'|today }}"}`, nil, nil, true},
		{`{"a":[{% if UserAttribute['x'] %}1{% endif %}]}`, []string{"x"}, nil, true},
		{`{"a":[{% if CampaignAttribute['x'] %}1{% endif %}]}`, nil, nil, false},
		{`{"a":"{{ user.properties.first_name }}{{ MoeUserAttribute['ltv'] }}"}`, []string{"first_name", "ltv"}, []string{"first_name", "ltv"}, true},
	} {
		tmpl := mustCompile(t, c.source, Options{})
		if diff := cmp.Diff(c.attributes, tmpl.Attributes()); diff != "" {
			t.Errorf("%s attributes\n%s", c.source, diff)
		}
		if diff := cmp.Diff(c.required, tmpl.Required()); diff != "" {
			t.Errorf("%s required\n%s", c.source, diff)
		}
		if tmpl.UsesRecipient() != c.recipient {
			t.Errorf("%s uses the recipient: %v", c.source, tmpl.UsesRecipient())
		}
	}
}

// What a template reads of its campaign and of an event: each name where it is
// first read, and whether every rendering needs it.
func TestReadings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source          string
		campaign, event []Reading
	}{
		{`{"a":"{{UserAttribute['x']}}"}`, nil, nil},
		{`{"a":"{{CampaignAttribute['Flow Name']}} {{ CampaignAttribute.code }}"}`, []Reading{{"Flow Name", true, 1, 26}, {"code", true, 1, 63}}, nil},
		{"{\"a\":\"{{ CampaignAttribute.b|default('-') }}\",\n\"b\":\"{{ CampaignAttribute.b }}\"}", []Reading{{"b", true, 1, 28}}, nil},
		{`{"a":"{% if CampaignAttribute['c'] %}{{ CampaignAttribute['d'] }}{% endif %}{{ EventAttribute['e'] }}"}`,
			[]Reading{{"c", false, 1, 30}, {"d", false, 1, 58}}, []Reading{{"e", true, 1, 94}}},
		{`{"a":"{{ 'x' if EventAttribute['e'] is defined else 'y' }}{{ CampaignAttribute['line_id'] }}"}`,
			[]Reading{{"line_id", true, 1, 79}}, []Reading{{"e", false, 1, 31}}},
	} {
		tmpl := mustCompile(t, c.source, Options{})
		if diff := cmp.Diff(c.campaign, tmpl.CampaignAttributes()); diff != "" {
			t.Errorf("%s of the campaign\n%s", c.source, diff)
		}
		if diff := cmp.Diff(c.event, tmpl.EventAttributes()); diff != "" {
			t.Errorf("%s of the event\n%s", c.source, diff)
		}
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	source := "{\"messages\":[\n" +
		" {\"type\":\"text\",\n  \"text\":\"{{UserAttribute['name']}}\"}{% for p in UserAttribute['cart'] %},\n" +
		" {\"t\":{{ p.price }}}{% endfor %}\n]}"
	tmpl := mustCompile(t, source, Options{})
	d := &Data{Attributes: JSON([]byte(`{"name":"A \"b\" c","cart":[{"price":1},{"price":22}]}`))}
	for _, c := range []struct {
		pointer      string
		line, column int
	}{
		{"", 1, 1}, {"/messages", 1, 13}, {"/messages/0", 2, 2}, {"/messages/0/text", 3, 10},
		{"/messages/1", 4, 2}, {"/messages/2/t", 4, 7}, {"/messages/9", 1, 13}, {"/nope", 1, 1}, {"/messages/0/text/deep", 3, 10},
	} {
		line, column := tmpl.Locate(d, c.pointer)
		if line != c.line || column != c.column {
			t.Errorf("%s is at %d:%d, want %d:%d", c.pointer, line, column, c.line, c.column)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	_, user := oracleCases(t)
	const zones = `{"a":"{{ now|date('%H', UserAttribute['zone']) }}{{ now|date('%H', 'Asia/Tokyo') }}{{ UserAttribute|length }}"}`
	for _, source := range []string{benchFlex(), benchDynamic, benchText, zones} {
		tmpl := mustCompile(t, source, Options{OnMissing: MissingEmpty})
		d := &Data{LineID: testLineID, Attributes: JSON(user)}
		want, err := tmpl.RenderPush(nil, d)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				var dst []byte
				for range 50 {
					dst, err := tmpl.RenderPush(dst[:0], d)
					if err != nil || string(dst) != string(want) {
						t.Errorf("%v\n%s", err, dst)
						return
					}
				}
			})
		}
		wg.Wait()
	}
}

func TestStaticRendersWithoutAllocating(t *testing.T) {
	tmpl := mustCompile(t, benchFlex(), Options{})
	d := &Data{LineID: testLineID, Attributes: benchUser()}
	dst, err := tmpl.RenderPush(nil, d)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(200, func() { dst, _ = tmpl.RenderPush(dst[:0], d) }); n >= 1 {
		t.Errorf("%v allocations", n)
	}
}
