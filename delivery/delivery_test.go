package delivery_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

var update = flag.Bool("update", false, "write the golden files anew")

func Example() {
	run := delivery.Run{Namespace: uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")}
	// Whatever process sends to user 42, and however often, LINE sees one key.
	fmt.Println(delivery.RetryKey(run.Namespace, ref.User(42)))

	p := delivery.Progress{
		Run:    delivery.Run{State: delivery.RunFinished, Matched: 10, Frozen: 9, Excluded: map[string]int64{"no_line_id": 1}},
		Counts: delivery.Counts{Accepted: 7, Skipped: 2}, Reasons: map[string]int64{"missing_attribute": 2},
	}
	fmt.Printf("%q\n", p.Check())
	fmt.Print(p.Funnel())
	// Output:
	// 19057bc1-954c-5263-a0d8-3345a634754f
	// ""
	// matched                         10
	//   excluded: no_line_id           1
	// recipients                       9
	//   accepted by LINE               7
	//   skipped                        2
	//     missing_attribute            2
}

func TestRetryKey(t *testing.T) {
	t.Parallel()
	one, two := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), uuid.MustParse("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
	seen := map[uuid.UUID]string{}
	for _, ns := range []uuid.UUID{one, two} {
		for id := range 10_000 {
			key := delivery.RetryKey(ns, ref.User(id))
			name := fmt.Sprint(ns, id)
			if other, taken := seen[key]; taken {
				t.Fatalf("%s and %s share %s", name, other, key)
			}
			seen[key] = name
			if key != delivery.RetryKey(ns, ref.User(id)) || key.Version() != 5 {
				t.Fatalf("%s: %s is not the same each time, or not a version 5 UUID", name, key)
			}
		}
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	for _, s := range delivery.States() {
		got, ok := delivery.ParseState(s.String())
		if !ok || got != s {
			t.Errorf("%s does not read back: %v, %v", s, got, ok)
		}
	}
	if _, ok := delivery.ParseState("delivered"); ok {
		t.Error("LINE's 200 is accepted, never delivered")
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	good := delivery.Progress{
		Run:    delivery.Run{State: delivery.RunFinished, Matched: 100, Frozen: 90, Excluded: map[string]int64{"blocked": 4, "no_line_id": 6}},
		Counts: delivery.Counts{Accepted: 80, Skipped: 4, Rejected: 3, Unknown: 2, Cancelled: 1},
	}
	tests := []struct {
		name   string
		change func(*delivery.Progress)
		want   string
	}{
		{"holds", func(*delivery.Progress) {}, ""},
		{"lost in freezing", func(p *delivery.Progress) { p.Matched++ }, "matched 101 is not excluded 10 + frozen 90"},
		{"lost in sending", func(p *delivery.Progress) { p.Counts.Accepted-- }, "finished with 89 outcomes for 90 recipients"},
		{"one too many", func(p *delivery.Progress) { p.Counts.Rejected++ }, "91 outcomes for 90 recipients"},
		{"still sending", func(p *delivery.Progress) { p.State, p.Counts.Accepted = delivery.Sending, 10 }, ""},
		{"cancelled with an open recipient", func(p *delivery.Progress) { p.State, p.Counts.Cancelled = delivery.RunCancelled, 0 },
			"cancelled with 89 outcomes for 90 recipients"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := good
			tt.change(&p)
			if got := p.Check(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSummarize(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	p := delivery.Progress{Run: delivery.Run{State: delivery.Sending, Frozen: 1000}, Counts: delivery.Counts{Accepted: 200, Skipped: 50}, PerSecond: 75}
	p.Summarize(now)
	if p.Remaining != 750 || p.Done != 0.25 || p.ETA == nil || !p.ETA.Equal(now.Add(10*time.Second)) {
		t.Errorf("got %d remaining, %v done, ETA %v", p.Remaining, p.Done, p.ETA)
	}
	empty := delivery.Progress{Run: delivery.Run{State: delivery.RunFinished}}
	if empty.Summarize(now); empty.Done != 1 || empty.ETA != nil {
		t.Errorf("a run without recipients: %v done, ETA %v", empty.Done, empty.ETA)
	}
}

func TestFunnel(t *testing.T) {
	t.Parallel()
	p := delivery.Progress{
		Run: delivery.Run{State: delivery.Sending, Matched: 5000, Frozen: 4700,
			Excluded: map[string]int64{"no_line_id": 180, "blocked": 100, "excluded_segment": 20}},
		Counts:  delivery.Counts{Accepted: 4000, Skipped: 120, Rejected: 30, Unknown: 1},
		Reasons: map[string]int64{"missing_attribute": 120, "bad_recipient": 29, "bad_message": 1, "expired": 1},
	}
	p.Summarize(time.Time{})
	golden(t, "funnel.golden", p.Funnel())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
