package templating

import (
	"strings"
	"testing"

	"github.com/linecast/linecast/errs"
)

// Every bound is an error of its own, with a place.
func TestBounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, code string }{
		{"source", inText(strings.Repeat("x", MaxSource)), "template.source_too_large"},
		{"not UTF-8", inText("\xff"), "template.not_utf8"},
		{"depth of brackets", inText(`{{ ` + strings.Repeat("(", MaxDepth+1) + "1" + strings.Repeat(")", MaxDepth+1) + ` }}`), "template.too_deep"},
		{"depth of blocks", inText(strings.Repeat("{% if 1 %}", MaxDepth+1) + strings.Repeat("{% endif %}", MaxDepth+1)), "template.too_deep"},
		{"depth of values", inText(`{% set ns = namespace(l=[]) %}{% for i in range(40) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}`), "template.too_deep"},
		{"depth of JSON", `{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "template.json"},
		{"parts", inText(`{{ [` + strings.Repeat("1,", MaxNodes) + `] }}`), "template.too_many_nodes"},
		{"steps", inText(`{% for i in range(1000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}`), "template.too_many_steps"},
		{"range", inText(`{% for i in range(1001) %}{% endfor %}`), "template.range_too_long"},
		{"list", inText(`{% set l = range(1000)|list %}{% do l.append(1) %}`), "template.list_too_long"},
		{"object", inText(`{% set d = {} %}{% for i in range(1000) %}{% do d.update({i: i}) %}{% endfor %}{% do d.update({'x': 1}) %}`), "template.list_too_long"},
		{"text", inText(`{% set s = UserAttribute['x'] * 60000 %}`), "template.string_too_long"},
		{"captured text", inText(`{% set s %}{% for i in range(1000) %}` + strings.Repeat("y", 100) + `{% endfor %}{% endset %}`), "template.string_too_long"},
		{"output", inText(`{% for i in range(1000) %}` + strings.Repeat("y", 300) + `{% endfor %}`), "template.output_too_large"},
		{"output of a value", `{"a":[{% for i in range(5) %}{{ 'x' * 60000 }},{% endfor %}0]}`, "template.output_too_large"},
		{"digits", inText(`{{ UserAttribute['n'] ** 9999 }}`), "template.number_too_large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tmpl, err := Compile(c.source, Options{})
			if err == nil {
				_, err = tmpl.Render(nil, &Data{Attributes: JSON([]byte(`{"x":"xx","n":7}`))})
			}
			if !errs.Is(err, c.code) {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			if e := errs.From(err); e.Line == 0 && c.code != "template.source_too_large" {
				t.Errorf("%v has no place", e)
			}
		})
	}
}

// What stands right at a bound is allowed.
func TestAtTheBounds(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		inText(strings.Repeat("x", MaxSource-len(inText("")))),
		inText(`{{ range(1000)|length }}`),
		inText(`{{ ('x' * 65536)|length }}`),
		inText(`{{ (10 ** 4299)|string|length }}`),
		inText(`{% for i in range(1000) %}{% for j in range(40) %}{% endfor %}{% endfor %}`),
		inText(strings.Repeat("{% if 1 %}", MaxDepth-1) + "x" + strings.Repeat("{% endif %}", MaxDepth-1)),
	} {
		tmpl := mustCompile(t, source, Options{})
		if _, err := tmpl.RenderPush(nil, &Data{LineID: testLineID}); err != nil {
			t.Errorf("%.80s: %v", source, err)
		}
	}
}
