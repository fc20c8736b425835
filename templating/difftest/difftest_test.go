package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Random templates are worth comparing when most of them render, and can be
// looked into when a seed makes them again.
func TestGenerator(t *testing.T) {
	t.Parallel()
	const n = 500
	r, again := rand.New(rand.NewPCG(7, 1)), rand.New(rand.NewPCG(7, 1))
	a, b := generator{r: r}, generator{r: again}
	rendered := 0
	for range n {
		source, user := a.template(), randomUser(r)
		if other, same := b.template(), randomUser(again); other != source || string(same) != string(user) {
			t.Fatalf("one seed makes %q and %q", source, other)
		}
		if !json.Valid(user) {
			t.Fatalf("the user %s is not JSON", user)
		}
		if o := compile(source).render(user); o.OK != nil || o.Missing != nil || o.Skip != nil {
			rendered++
		} else if o.Error == "not JSON" || o.Error == "marshal" {
			t.Errorf("%q: %v", source, o)
		}
	}
	if rendered < n*6/10 {
		t.Errorf("only %d of %d templates render", rendered, n)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	ok := func(s string) outcome { return outcome{OK: &s} }
	missing := func(s string) outcome { return outcome{Missing: &s} }
	skip := func(s string) outcome { return outcome{Skip: &s} }
	for _, c := range []struct {
		source       string
		ours, theirs outcome
		want         string
	}{
		{"", ok("a"), ok("a"), "same"},
		{"", ok("a"), ok("b"), ""},
		{"", missing("a"), missing("b"), "same"},
		{"", missing("a"), ok(""), ""},
		{"", skip("a"), skip("a"), "same"},
		{"", skip("a"), skip("b"), ""},
		{"", skip("aa…"), skip("aab"), "a reason is shortened"},
		{"", outcome{Error: "template.type"}, outcome{Error: "TypeError"}, "same"},
		{"", outcome{Error: "template.type"}, ok("a"), ""},
		{"", outcome{Error: "template.too_many_steps"}, ok("a"), "bounds"},
		{"", outcome{Error: "template.zero_division", atSave: true}, missing("a"), "a constant that cannot be computed is an error at save"},
		{"{{ '%r' % x }}", missing("x"), ok("''"), "what is missing is missing in every operation"},
		{"{{ x|default('y') }}", ok("y"), ok("None"), "default replaces null"},
	} {
		if got := explain(c.source, c.ours, c.theirs); got != c.want {
			t.Errorf("%q: ours %v, theirs %v is %q, want %q", c.source, c.ours, c.theirs, got, c.want)
		}
	}
}

// Every explanation is a heading of the page that it points to.
func TestExplanationsAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/templating-deviations.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("explain.go")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`return "([^"]+)"`).FindAllStringSubmatch(string(code), -1)
	if len(names) < 10 {
		t.Fatalf("only %d explanations", len(names))
	}
	for _, name := range names {
		if name[1] != "same" && !strings.Contains(string(page), `"`+name[1]+`"`) {
			t.Errorf("%q is not explained", name[1])
		}
	}
	if !strings.Contains(string(page), `"null is missing"`) {
		t.Error("null is not explained")
	}
}
