package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/ref"
)

// followRun shows a run until it has ended and its sums were checked.
func (c *cli) followRun(ctx context.Context, api *client.Client, id ref.Run, every time.Duration) (delivery.Progress, error) {
	m := c.newMeter(ctx, "Sending", every)
	defer m.end()
	for {
		p, err := get[delivery.Progress](ctx, api, "runs/"+id.String())
		if err != nil {
			return p, err
		}
		m.show(p.Counts.Total(), p.Frozen, runLine(p), p)
		if p.State.Ended() && (p.CheckedAt != nil || p.State == delivery.Missed) || p.State == delivery.Halted {
			return p, nil
		}
		if err := wait(ctx); err != nil {
			return p, err
		}
	}
}

// runLine is a run's progress on one line.
func runLine(p delivery.Progress) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s of %s (%.0f %%), %s accepted", p.State, count(p.Counts.Total()), count(p.Frozen), 100*p.Done, count(p.Counts.Accepted))
	for _, other := range []struct {
		name string
		n    int64
	}{{"skipped", p.Counts.Skipped}, {"rejected", p.Counts.Rejected}, {"unknown", p.Counts.Unknown}} {
		if other.n > 0 {
			fmt.Fprintf(&b, ", %s %s", count(other.n), other.name)
		}
	}
	if p.PerSecond >= 1 && p.State == delivery.Sending {
		fmt.Fprintf(&b, ", %s/s", count(int64(p.PerSecond)))
	}
	if p.WaitingFor != "" {
		fmt.Fprintf(&b, ", waiting: %s", p.WaitingFor)
	}
	return b.String()
}

// awaitRun waits for a campaign's newest run to exist, as long as it still may.
func (c *cli) awaitRun(ctx context.Context, api *client.Client, id ref.Campaign) (ref.Run, error) {
	for first := true; ; first = false {
		now, err := get[campaign.Campaign](ctx, api, "campaigns/"+id.String())
		if err != nil {
			return 0, err
		}
		run, ok, err := newest(ctx, api, id)
		if err != nil || ok {
			return run, err
		}
		if now.Status != campaign.Scheduled && now.Status != campaign.Running {
			return 0, errs.New("campaign.no_run", id, now.Status)
		}
		if first && now.NextDueAt != nil && time.Until(*now.NextDueAt) > time.Minute {
			c.say("%s runs at %s; Ctrl-C ends the watching, not the campaign.", id, when(now.NextDueAt))
		}
		if err := wait(ctx); err != nil {
			return 0, err
		}
	}
}

// newest is a campaign's newest run; false when it has none yet.
func newest(ctx context.Context, api *client.Client, id ref.Campaign) (ref.Run, bool, error) {
	page, err := get[struct {
		Data []delivery.Run `json:"data"`
	}](ctx, api, "campaigns/"+id.String()+"/runs?limit=1")
	if err != nil || len(page.Data) == 0 {
		return 0, false, err
	}
	return page.Data[0].ID, true, nil
}
