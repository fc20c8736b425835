package main

import (
	"testing"

	"github.com/linecast/linecast/line/simulator"
)

// TestCancelInDoubt cancels a campaign while it is not known of some whether
// LINE took their message: the answer was lost on the way, or the worker died
// before it could write it down. They may end as unknown, and not as cancelled.
func TestCancelInDoubt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		faults simulator.Faults
		kill   bool
	}{
		{"answers lost", simulator.Faults{LatencyMS: 20, CutRate: 0.1}, false},
		{"worker killed", simulator.Faults{LatencyMS: 100}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newTestStage(t, 1, 300, map[string]int{"all": 4000})
			s.must(s.platform.faults(t.Context(), test.faults))
			s.publish("all")
			s.received(200)
			if test.kill {
				s.workers[0].child.kill()
				s.replace(s.workers[0])
			}
			s.must(s.act(t.Context(), s.sendings[0].id, "cancel"))
			s.finished(patience, s.sendings...)
			if r := s.check(); r.Rows[0].Cancelled < 500 {
				t.Errorf("only %d were cancelled: the test tested nothing", r.Rows[0].Cancelled)
			}
		})
	}
}
