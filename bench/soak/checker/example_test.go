package checker_test

import (
	"fmt"
	"time"

	"github.com/linecast/linecast/bench/soak/checker"
)

// LINE accepted two messages for Ann, and linecast has forgotten Bob.
func Example() {
	now := time.Now()
	report := checker.Check(checker.History{
		Campaigns: []checker.Campaign{{
			Name: "sale", Dues: 1, Wanted: []string{"Ann", "Bob"},
			Runs: []checker.Run{{
				ID: "run_1", Due: now, State: "finished", Ended: true,
				Funnel:   checker.Funnel{Matched: 2, Frozen: 2, States: map[string]int64{"accepted": 1}},
				Audience: []string{"Ann", "Bob"},
				Outcomes: []checker.Outcome{{LineID: "Ann", State: "accepted"}},
			}},
		}},
		Messages: []checker.Message{{To: "Ann", At: now}, {To: "Ann", At: now.Add(time.Second)}},
	})
	for _, p := range report.Problems {
		fmt.Printf("%s %s: %s\n", p.Kind, p.Who, p.What)
	}
	// Output:
	// lost Bob: run_1: no outcome, and the run is finished
	// sums : run_1: it is finished with 1 outcomes for 2 recipients
	// duplicated Ann: received 2 messages
}
