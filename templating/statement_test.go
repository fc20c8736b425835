package templating

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

func TestStatements(t *testing.T) {
	t.Parallel()
	user := `{"l":["a","b","c"],"o":{"x":1,"y":2},"n":3,"nul":null,"cart":[{"t":"Tea","p":300},{"t":"Cake","p":450}]}`
	for _, c := range []struct{ source, want string }{
		// Loops.
		{`{% for x in UserAttribute.l %}{% cycle('odd', 'even') %}{{ x }} {% endfor %}`, "odda evenb oddc "},
		{`{% for x in UserAttribute.l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.length }} {% endfor %}`, "10323 21213 32103 "},
		{`{% for x in UserAttribute.l %}{{ loop.previtem|default('-') }}{{ x }}{{ loop.nextitem|default('-') }} {% endfor %}`, "-ab abc bc- "},
		{`{% for x in UserAttribute.l %}{% for y in UserAttribute.l %}{{ loop.depth }}{% if loop.last %}{{ x }}{% endif %}{% endfor %}{% endfor %}`, "111a111b111c"},
		{`{% for k in UserAttribute.o %}{{ k }}{% endfor %}{% for k, v in UserAttribute.o.items() %}{{ k }}{{ v }}{% endfor %}`, "xyx1y2"},
		{`{% for x in UserAttribute.nope %}{{ x }}{% else %}none{% endfor %}`, "none"},
		{`{% for x in UserAttribute.nul %}{{ x }}{% else %}none{% endfor %}`, "none"},
		{`{% for x in UserAttribute.l if x != 'b' %}{{ loop.index }}{{ x }}{% endfor %}`, "1a2c"},
		{`{% for x in UserAttribute.l %}{% if x == 'b' %}{% break %}{% endif %}{{ x }}{% endfor %}!`, "a!"},
		{`{% for x in UserAttribute.l %}{% for y in [1, 2] %}{% if y == 2 %}{% break %}{% endif %}{{ x }}{{ y }}{% endfor %}{% endfor %}`, "a1b1c1"},
		{`{% for x in UserAttribute.l %}{% do UserAttribute.l.append(x) if loop.length < 3 else none %}{{ x }}{% endfor %}`, "abc"},
		{`{% set l = [1, 2] %}{% for x in l %}{% do l.append(x) %}{% endfor %}{{ l }}`, "[1, 2, 1, 2]"},
		// Names.
		{`{% set n = 1 %}{% for x in UserAttribute.l %}{% set n = n + 1 %}{{ n }}{% endfor %}{{ n }}`, "2221"},
		{`{% set n = 1 %}{% if true %}{% set n = 2 %}{% endif %}{{ n }}`, "2"},
		{`{% set ns = namespace(n=0) %}{% for p in UserAttribute.cart %}{% set ns.n = ns.n + p.p %}{% endfor %}{{ ns.n }}`, "750"},
		{`{% set x = 1 %}{% with x = 2, y = x %}{{ x }}{{ y }}{% endwith %}{{ x }}`, "211"},
		{`{% set a, b = 1, 2 %}{% set a, b = b, a %}{{ a }}{{ b }}`, "21"},
		{`{% set (a, (b, c)) = (1, (2, 3)) %}{{ a }}{{ b }}{{ c }}`, "123"},
		{`{% set x %}a{{ UserAttribute.n }}{% endset %}{{ x }}{{ x|length }}`, "a32"},
		{`{% set x | upper | replace('A', '-') %}ab{% endset %}{{ x }}`, "-B"},
		{`{% for x in UserAttribute.l %}{% set loop_x %}{{ x }}{{ loop.index }}{% endset %}{{ loop_x }}{% endfor %}`, "a1b2c3"},
		// Text.
		{`{% filter upper %}a{% filter replace('B', '-') %}B{% endfilter %}{{ 'c' }}{% endfilter %}`, "A-C"},
		{`{% raw %}{{ x }}{% if %}{# #}<<UserAttribute['x']>>{% endraw %}`, "{{ x }}{% if %}{# #}<<UserAttribute['x']>>"},
		{`a {#- note -#} b`, "ab"},
		{`a {%- if true -%} b {%- endif -%} c`, "abc"},
		{`a {%+ if true %} b {% endif +%} c`, "a  b  c"},
		{`<<UserAttribute['n']>> << x >> <<now|date('%Y')>> <<UserAttribute.n - 1>>`, "3 << x >> 2026 2"},
		// Conditions.
		{`{{ 'a' if UserAttribute.n == 3 }}{{ 'b' if UserAttribute.n == 4 }}`, "a"},
		{`{{ 'a' if false else 'b' if false else 'c' }}`, "c"},
		{`{% if UserAttribute.nope %}a{% elif UserAttribute.nul %}b{% elif not UserAttribute.n %}c{% else %}d{% endif %}`, "d"},
		{`{% if 1 < UserAttribute.n <= 3 %}a{% endif %}{% if UserAttribute.n not in [1, 2] %}b{% endif %}`, "ab"},
		{`{% if UserAttribute.nope is undefined and UserAttribute.nul is none and UserAttribute.nul is defined %}x{% endif %}`, "x"},
	} {
		got, err := renderIn(t, c.source, user)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", c.source, err, diff)
		}
	}
}

// renderIn renders source as the text of a message and reads it back.
func renderIn(t *testing.T, source, user string) (string, error) {
	t.Helper()
	out, err := mustCompile(t, inText(strings.ReplaceAll(source, `"`, `\"`)), Options{}).Render(nil, &Data{LineID: testLineID, Attributes: JSON([]byte(user)), Now: exampleNow})
	if err != nil {
		return "", err
	}
	return decode(t, string(out)).(map[string]any)["messages"].([]any)[0].(map[string]any)["text"].(string), nil
}

// A state is used again by the next rendering: nothing of one recipient may be
// seen by another, whatever the first one ended with.
func TestRecipientsDoNotMeet(t *testing.T) {
	t.Parallel()
	tmpl := mustCompile(t, inText(`{% if UserAttribute.a %}{% set x = UserAttribute.a %}{% endif %}{% for i in UserAttribute.l %}{% set y = i %}{{ 1 // i }}{% endfor %}{{ x|default('-') }}{{ UserAttribute|length }}{{ EventAttribute.e|default('-') }}`), Options{})
	first := &Data{LineID: "U1", Attributes: JSON([]byte(`{"a":"secret","l":[1,0]}`)), Event: JSON([]byte(`{"e":"event"}`))}
	second := &Data{LineID: "U2", Attributes: JSON([]byte(`{"l":[1]}`))}
	want := inText("1-2-")
	for range 50 {
		if _, err := tmpl.RenderPush(nil, first); !errs.Is(err, "template.zero_division") {
			t.Fatalf("got %v", err)
		}
		out, err := tmpl.Render(nil, second)
		if diff := cmp.Diff(want, string(out)); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
	}
}
