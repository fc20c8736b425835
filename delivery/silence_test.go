package delivery_test

import (
	"testing"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line/simulator"
)

// TestSilence: when LINE answers nobody, a batch gives up after a few requests,
// the next asks with a single one, and the first answer lets all go again. Who
// was not asked is not in doubt.
func TestSilence(t *testing.T) {
	t.Parallel()
	for name, outage := range map[string]string{"503": simulator.OutageUnavailable, "cut": simulator.OutageCut} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, simulator.Faults{Outage: outage})
			requests := messages(500)
			report := s.sender.Send(t.Context(), t.Context(), requests, s.record)
			unclear, _ := delivery.Unclear(report.Open, nil, nil)
			if report.Stop != delivery.Unanswered || len(report.Open) != 500 || len(unclear) < 20 || len(unclear) > 20+s.sender.InFlight {
				t.Errorf("stopped %v, %d open, %d in doubt", report.Stop, len(report.Open), len(unclear))
			}
			again := messages(500)
			report = s.sender.Send(t.Context(), t.Context(), again, s.record)
			if unclear, _ := delivery.Unclear(report.Open, nil, nil); report.Stop != delivery.Unanswered || len(unclear) != 1 {
				t.Errorf("stopped %v, %d in doubt", report.Stop, len(unclear))
			}
			if err := s.account.SetFaults(simulator.Faults{}); err != nil {
				t.Fatal(err)
			}
			report = s.sender.Send(t.Context(), t.Context(), requests, s.record)
			if report.Stop != delivery.NotStopped || len(s.outcomes) != 500 {
				t.Errorf("stopped %v, %d outcomes", report.Stop, len(s.outcomes))
			}
		})
	}
}
