package main

import (
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/linecast/linecast/bench/soak/checker"
)

// TestPlan: a seed always means the same faults, as many as were asked for,
// within the times that were asked for.
func TestPlan(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		o := full()
		o.seed, o.pauses, o.cancel = seed, 3, true
		steps := o.plan()
		if !reflect.DeepEqual(steps, o.plan()) {
			t.Fatalf("seed %d: two plans", seed)
		}
		counts, at := map[fault]int{}, 0.0
		for _, s := range steps {
			counts[s.do]++
			if s.at < at || s.at > 0.9 {
				t.Errorf("seed %d: %s at %v after %v", seed, s.do, s.at, at)
			}
			at = s.at
			if s.do == faultStop && (s.during < o.stopLeast || s.during > o.stopMost) {
				t.Errorf("seed %d: suspended for %s", seed, s.during)
			}
			if o.cancel && s.at > 0.9-1.0/steeredShare {
				t.Errorf("seed %d: %s at %v, which a cancelled campaign may never reach", seed, s.do, s.at)
			}
		}
		want := map[fault]int{faultKill: o.kills, faultTerm: o.terms, faultStop: o.stops, faultPostgres: o.postgres,
			faultAPI: o.api, faultPause: o.pauses, faultCancel: 1}
		if !reflect.DeepEqual(counts, want) {
			t.Errorf("seed %d: %v, want %v", seed, counts, want)
		}
	}
	a, b := full(), full()
	if b.seed = 1; reflect.DeepEqual(a.plan(), b.plan()) {
		t.Error("two seeds, one plan")
	}
}

// TestParse: flags repeat a soak, and nonsense is refused.
func TestParse(t *testing.T) {
	t.Parallel()
	o, err := parse([]string{"--short", "--kills", "9", "--cancel"}, io.Discard)
	if err != nil || o.recipients != 10_000 || o.kills != 9 || !o.cancel {
		t.Errorf("%+v, %v", o, err)
	}
	o.seed = 7
	again, err := parse(append(strings.Fields(o.flags()), "--duration", o.limit.String()), io.Discard)
	if err != nil || again != o {
		t.Errorf("%+v is not %+v, %v", again, o, err)
	}
	for _, test := range []struct{ args, want string }{
		{"--recipients 5", "--recipients is 5"},
		{"--workers 0", "--workers is 0"},
		{"--rate 2001", "--rate is 2001"},
		{"--kills -1", "less than 0 times"},
		{"--stop-least 9s --stop-most 8s", "is no span"},
		{"twice", `"twice" is one argument too many`},
		{"--nosuch", "not defined"},
	} {
		if _, err := parse(strings.Fields(test.args), io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.args, err, test.want)
		}
	}
}

// TestCrowd: everybody is made once, and some are on no list.
func TestCrowd(t *testing.T) {
	t.Parallel()
	people := crowd(map[string]int{"a": 300, "b": 100})
	seen := map[string]bool{}
	for _, p := range people {
		seen[p.lineID] = true
	}
	if len(seen) != len(people) || len(on(people, "a")) != 300 || len(on(people, "b")) != 100 || len(on(people, "")) != 21 {
		t.Errorf("%d people, %d of them different; %d and %d and %d", len(people), len(seen), len(on(people, "a")), len(on(people, "b")), len(on(people, "")))
	}
	if ids := badIDs(people); len(ids) != 2 || ids[0] != people[77].lineID {
		t.Errorf("bad ids %v", ids)
	}
}

// TestVerdict: what is wrong is shown, and how to see it again.
func TestVerdict(t *testing.T) {
	t.Parallel()
	o := full()
	o.seed = 42
	v := newVerdict(o, brokenReport(), map[fault]int{faultKill: 20}, 90*time.Second, nil)
	var text strings.Builder
	if err := v.print(&text, false); err != nil || v.OK {
		t.Fatal(v.OK, err)
	}
	for _, want := range []string{"duplicated", "received 2 messages", "duplicated: and 3 more", "seed 42", "kill 20", "90.0 s of sending, 1.80 times", "FAILED", "--seed 42 --recipients 100000"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}

func brokenReport() (r checker.Report) {
	r.Rows = []checker.Row{{Campaign: "main", Duplicated: 8}}
	for range 8 {
		r.Problems = append(r.Problems, checker.Problem{Kind: checker.Duplicated, Campaign: "main", What: "received 2 messages"})
	}
	return r
}
