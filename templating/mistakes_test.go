package templating

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

var update = flag.Bool("update", false, "rewrite golden files")

// inText puts a template into the text of a message.
func inText(s string) string {
	return `{"messages":[{"type":"text","text":"` + s + `"}]}`
}

// mistakes are templates with something wrong or odd; the golden file shows
// what their author reads.
var mistakes = []string{
	// Syntax.
	inText(`{{ UserAttribute['x' }}`),
	inText(`{{ UserAttribute['x'] `),
	inText(`{{ }}`),
	inText(`{{ 'abc }}`),
	inText(`{% if UserAttribute['x'] %}abc`),
	inText(`{% endif %}`),
	inText(`{% if true %}a{% endfor %}`),
	inText(`{% for x in [1] %}{% else %}{% else %}{% endfor %}`),
	inText(`{% if true %}a{% else if false %}b{% endif %}`),
	inText(`{{ 1 + }}`),
	inText(`{{ (1, 2 }}`),
	inText(`{{ [1, 2 }}`),
	inText(`{{ UserAttribute.First Name }}`),
	inText(`{{ UserAttribute[] }}`),
	inText(`{{ 012 }}`),
	inText(`{{ UserAttribute['a'] UserAttribute['b'] }}`),
	inText(`{% break %}`),
	inText(`{% set UserAttribute = 1 %}`),
	inText(`{% for x in [1] %}{{ x }}{% endfor x %}`),
	inText(`{# never closed`),
	inText(`{% raw %} never closed`),
	"{\"messages\":[\n  {\"type\":\"text\",\n   \"text\":\"{{ 1 + }} and {{ nope }} and {{ 'x'|uper }}\"}\n]}",
	// Unknown names.
	inText(`{{first_name}}`),
	inText(`{{ userattribute['x'] }}`),
	inText(`{{ UserAttributes['x'] }}`),
	inText(`{{ UserAttribute['x']|uppercase }}`),
	inText(`{{ UserAttribute['x']|dateformatter }}`),
	inText(`{{ UserAttribute['x'] is defind }}`),
	inText(`{{ rnge(3) }}`),
	inText(`{{ range }}`),
	inText(`{% fi x %}`),
	inText(`{% for i in [1] %}{% set n = i %}{% endfor %}{{ n }}`),
	inText(`{% set subtotal = 1 %}{{ subtotl }}`),
	inText(`{{ 'x'|truncate(wdth=3) }}`),
	inText(`{{ 'x'|truncate(1, 2, 3, 4, 5) }}`),
	inText(`{{ 'x'|replace('y') }}`),
	inText(`{{ 3 is divisibleby }}`),
	// Not here.
	inText(`{% include 'x' %}`),
	inText(`{% macro m() %}{% endmacro %}`),
	inText(`{% extends 'x' %}`),
	inText(`{{ ''.__class__ }}`),
	inText(`{{ UserAttribute['tags']|random }}`),
	inText(`{{ ContentApi.cart() }}`),
	inText(`{{ lipsum() }}`),
	inText(`{% for x in [1] recursive %}{% endfor %}`),
	// Pasted.
	inText(`{{ UserAttribute[‘x’] }}`),
	inText(`{{ “+91” ~ UserAttribute['x'] }}`),
	inText(`{% if UserAttribute['x'] &gt; 1 %}a{% endif %}`),
	inText(`{{ &quot;a&quot; }}`),
	inText(`%7B%7BUserAttribute['x']%7D%7D`),
	inText(`{{$first_name}}`),
	inText(`{% assign x = 1 %}`),
	inText(`{% if a %}1{% elsif b %}2{% endif %}`),
	inText(`{% unless x %}{% endunless %}`),
	inText(`{{ UserAttribute['x'] | default: 'y' }}`),
	inText(`{{ UserAttribute['x'] | date: '%Y' }}`),
	inText(`{{ UserAttribute['x']|upcase }}`),
	inText(`{% if UserAttribute['x'] = 1 %}a{% endif %}`),
	inText(`{% if UserAttribute['x'] && true %}a{% endif %}`),
	inText(`{% if !UserAttribute['x'] %}a{% endif %}`),
	inText(`{% if UserAttribute['tags'] contains 'a' %}a{% endif %}`),
	inText(`｛｛UserAttribute['x']｝｝ {{ UserAttribute（'x'） }}`),
	inText(`{{ UserAttribute['x']` + "\u200b" + ` }}`),
	inText(`{{${first_name}}}`),
	inText(`{{#if x}}a{{/if}}`),
	inText(`{{{UserAttribute['a']}}}`),
	inText(`{{UserAttribute['a']}`),
	inText(`{{ .Name }}`),
	inText(`{{ contact.first_name }}`),
	inText(`{{ user.first_name }}`),
	inText(`{{ UserAttribute('a') }}`),
	inText(`{% for x in [1] %}{{ loop.indx }}{{ loop.counter }}{% endfor %}`),
	inText(`{{ now.yer }}`),
	inText(`{{ 1 ? 'a' : 'b' }}`),
	inText(`{% if UserAttribute['a'] || true %}x{% endif %}`),
	inText(`{% if UserAttribute['a'] === 1 %}x{% endif %}`),
	inText(`{% if UserAttribute['a'] <> 1 %}x{% endif %}`),
	inText(`{% if UserAttribute['a'] == null %}x{% endif %}`),
	inText(`{% if UserAttribute['a'] == blank %}x{% endif %}`),
	inText(`{% if true then %}x{% endif %}`),
	inText(`{% if true: %}x{% endif %}`),
	inText(`{% IF true %}x{% ENDIF %}`),
	inText(`{% for x of [1] %}x{% endfor %}`),
	inText(`{% set = 1 %}`),
	inText(`{% now 'Y' %}`),
	inText(`{% connected_content https://x %}`),
	inText(`{{ UserAttribute['a'].toUpperCase() }}`),
	inText(`{{ UserAttribute['a'].uper() }}`),
	inText(`{{ UserAttribute['a']|floatformat:2 }}`),
	inText(`{{ UserAttribute['a']|default 'x' }}`),
	inText(`{{ UserAttribute['a'] default('x') }}`),
	inText(`{{ UserAttribute['a']; }}`),
	inText(`{{UserAttribute%5B'a'%5D}}`),
	inText(`{{ '\\x4' }}`),
	// Dates.
	inText(`{{ now|date('%d', 'Asia/Tokio') }}`),
	inText(`{{ now|date('%d', timezone='Bangkok') }}`),
	inText(`{{ '2026-11-22'|dateTimeFormatter(timeZone='EST5') }}`),
	inText(`{{ now|date('%d', language='Japanese') }}`),
	inText(`{{ now|date('%Q') }} {{ now|date('%Y-%日') }}`),
	inText(`{{ UserAttribute['d']|dateFormatter('YYYY-MM-DD') }}`),
	// JSON.
	`{"messages":[}`,
	`{"messages":[]`,
	`{"messages":[] "x":1}`,
	`{messages:[]}`,
	`{“messages”:[]}`,
	`{"a":1,"a":2}`,
	`{"a":{"b":1,"b":2}}`,
	`{"a":"x` + "\n" + `y"}`,
	`{"a":"x` + "\t" + `y"}`,
	`{"a":"\q"}`,
	`{"a":"\ud83d alone"}`,
	`{"a":"\{{ 1 }}"}`,
	`{"a":{{ 1 }}{{ 2 }}}`,
	`{"a":1{{ 2 }}}`,
	`{"a":{{ 2 }}px}`,
	`{"a":"{{ 1 }}}`,
	`[{{ 1 }}]`,
	`{{ 1 }}`,
	`[{% if UserAttribute['x'] %}1{% endif %}]`,
	``,
	`hello`,
	`{"a":1} x`,
	`{"to":["{{UserAttribute['line_id']}}"],"messages":[]}`,
	`{"a":.5}`,
	`{"a":01}`,
	`{"a":NaN}`,
	`{"a":True}`,
	`{'a':1}`,
	// Contexts.
	`{"a":"{% if UserAttribute['vip'] %}x"{% else %}y{% endif %}}`,
	`{"a":"{% if UserAttribute['vip'] %}x"{% endif %}}`,
	`{"a":"{% for x in [1] %}x"{% endfor %}}`,
	`{"a":{% for x in [1, 2] %}"{% if x == 2 %}{% break %}{% endif %}"{% endfor %}}`,
	`{"a":"{% set x %}say "hi"{% endset %}"}`,
	// Shapes that data decides.
	`{"messages":[{% for p in UserAttribute['cart'] %}{"t":"{{p.title}}"},{% endfor %}]}`,
	`{"messages":[{% if UserAttribute['tier'] == 'gold' %}{"t":"g"}{% elif UserAttribute['tier'] == 'silver' %}{"t":"s"}{% endif %},{"t":"all"}]}`,
	`{"a":1{% if UserAttribute['age'] > 20 %},"a":2{% endif %}}`,
	`{"messages":[{% if UserAttribute['x'] is sameas UserAttribute['y'] and UserAttribute['z']|string == 'q' ~ 'r' %}{]{% endif %}]}`,
	// Constants that cannot be computed.
	inText(`{{ 1 / 0 }}`),
	inText(`{{ 'a' + 1 }}`),
	inText(`{{ 'x'|int('a')|round(method='up') }}`),
	inText(`{{ '2026-13-45'|dateFormatter('%Y') }}`),
	inText(`{{ range(5000)|join }}`),
	inText(`{{ 'a' * 100000 }}`),
	inText(`{{ 9 ** 99999 }}`),
	// Odd, but allowed.
	inText(`Dear {{UserAttribute['x']|safe}} {{UserAttribute['y']|e}}`),
	inText(`<<first_name>> {{UserAttribute['First name']}}`),
	inText(`MOE_NOT_SEND UserAttribute['x']`),
	inText(`{{ UserAttribute['tags']|list }}`),
	inText(`{{ UserAttribute['tags'].length }}`),
	inText(`&#123;&#123;UserAttribute['x']&#125;&#125; *|FNAME|* ${name} <%= name %>`),
	`{"to":"U4af4980629f9a3d7b1a2c3d4e5f60718","messages":[]}`,
	inText(`{{ UserAttribute['x'] - 'a' }}`),
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, m := range mistakes {
		fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(m, "\n", "⏎\n"))
		tmpl, err := Compile(m, Options{})
		if err == nil {
			for _, l := range tmpl.Lints() {
				fmt.Fprintf(&b, "   lint %s at %d:%d: %s\n", l.Code, l.Line, l.Column, l.Message)
			}
			if len(tmpl.Lints()) == 0 {
				t.Errorf("%s\nhas no error and no lint", m)
			}
			b.WriteByte('\n')
			continue
		}
		var e *errs.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s\nerror %v is not catalogued", m, err)
		}
		for _, f := range e.Fields {
			if f.Line == 0 && f.Code != "template.source_too_large" {
				t.Errorf("%s\nerror without a place: %v", m, f)
			}
			fmt.Fprintf(&b, "   %s at %d:%d: %s\n", f.Code, f.Line, f.Column, f.Detail)
		}
		b.WriteByte('\n')
	}
	golden(t, "testdata/mistakes.golden", b.String())
}

// golden compares got with the file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs; look at it and run with -update\n%s", file, diff)
	}
}
