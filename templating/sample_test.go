package templating

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/linecast/linecast/templating/internal/jsontext"
)

// Samples are users for whom the conditions of the template come out both
// ways: whatever values it compares with, some sample has them.
func TestSamplesTakeEveryBranch(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		`{% if UserAttribute['x'] %}{}{% else %}{}{% endif %}`,
		`{% if UserAttribute['tier'] == 'gold' %}{}{% elif UserAttribute['tier'] == 'silver' %}{}{% else %}{}{% endif %}`,
		`{% if UserAttribute['age'] > 20 %}{}{% endif %}`,
		`{% if UserAttribute['age'] >= 20 and UserAttribute['age'] < 30 %}{}{% endif %}`,
		`{% if UserAttribute['l']|length > 2 %}{}{% endif %}`,
		`{% if UserAttribute['o']['k'] == 'v' %}{}{% endif %}`,
		`{% if 'vip' in UserAttribute['tags'] %}{}{% endif %}`,
		`{% if UserAttribute['t'] in ['a', 'b'] %}{}{% endif %}`,
		`{% if UserAttribute['x'] is defined %}{}{% endif %}{% if UserAttribute['y'] is none %}{}{% endif %}`,
		`{% for p in UserAttribute['cart'] %}{% if p.price > 100 %}{}{% endif %}{% if loop.first %}{}{% endif %}{% endfor %}`,
		`{% set t = UserAttribute['t'] %}{% if t == 'a' %}{}{% endif %}`,
		`{% if EventAttribute['e'] == 'buy' %}{}{% endif %}{% if CampaignAttribute['c'] %}{}{% endif %}`,
		`{% if UserAttribute['d']|date('%m-%d') == now|date('%m-%d') %}{}{% else %}{}{% endif %}`,
	} {
		body := `{"m":[` + strings.ReplaceAll(source, "{}", `"x",`) + `0]}`
		tmpl := mustCompile(t, body, Options{})
		p := &probe{taken: map[branch]bool{}}
		r := rand.New(rand.NewPCG(1, 2))
		shapes := inferShapes(tmpl)
		for i := range mostSamples {
			d := shapes.sample(i, r)
			for _, values := range []Values{d.Attributes, d.Event, d.Campaign} {
				if _, fault := jsontext.Check(string(values), ""); fault != nil {
					t.Fatalf("%s: sample %d: %v in %s", body, i, fault, values)
				}
			}
			if err := tmpl.trySample(d, p); err != nil {
				t.Errorf("%s: sample %d: %v", body, i, err)
			}
		}
		for _, b := range tmpl.branchList() {
			if !p.taken[b] && !strings.Contains(source, "now|date") { // nobody's birthday is today for sure
				t.Errorf("%s: no sample takes branch %d of if %d", body, b.arm, b.id)
			}
		}
	}
}

// Compiling is deterministic: the same samples, the same findings.
func TestCompilingTwiceFindsTheSame(t *testing.T) {
	t.Parallel()
	for _, m := range mistakes {
		first, errA := Compile(m, Options{})
		second, errB := Compile(m, Options{})
		switch {
		case (errA == nil) != (errB == nil) || errA != nil && errA.Error() != errB.Error():
			t.Errorf("%s\n%v, then %v", m, errA, errB)
		case errA == nil && len(first.Lints()) != len(second.Lints()):
			t.Errorf("%s\n%v, then %v", m, first.Lints(), second.Lints())
		}
	}
}
