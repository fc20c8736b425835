package worker

import (
	"testing"
	"time"

	"github.com/linecast/linecast/campaign"
)

// TestCatchUpOnce: after an hour of downtime a campaign that is due every five
// minutes is caught up once, not twelve times.
func TestCatchUpOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 2, 0, 0, time.UTC)
	p := &pump{config: Config{TimeZone: time.UTC}}
	c := campaign.Campaign{Definition: campaign.Definition{Schedule: campaign.Schedule{Cron: "*/5 * * * *"}}}
	for _, down := range []time.Duration{7 * time.Minute, 57 * time.Minute, 48 * time.Hour} {
		runs := 0
		for due := now.Add(-down); !due.After(now); {
			late := now.Sub(due) > c.Delivery.Grace()
			if !late {
				runs++
			}
			due = *p.next(c, due, now, late)
		}
		if runs != 1 {
			t.Errorf("after %s: %d runs at once", down, runs)
		}
	}
}
