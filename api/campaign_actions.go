package api

import (
	"context"
	"strings"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

// CampaignControl is what people do with campaigns.
type CampaignControl interface {
	Test(ctx context.Context, id ref.Campaign, users []string) ([]delivery.TestResult, error)
	Preflight(ctx context.Context, id ref.Campaign) (delivery.Preflight, error)
	Publish(ctx context.Context, id ref.Campaign) (campaign.Campaign, error)
	Schedule(ctx context.Context, id ref.Campaign, s campaign.Schedule) (campaign.Campaign, error)
	Pause(ctx context.Context, id ref.Campaign, by string) (campaign.Campaign, error)
	Resume(ctx context.Context, id ref.Campaign) (campaign.Campaign, error)
	Cancel(ctx context.Context, id ref.Campaign, by string) (campaign.Campaign, error)
	// RetryRejected makes a run of those whom a run left rejected; run 0 is the
	// campaign's last one.
	RetryRejected(ctx context.Context, id ref.Campaign, run ref.Run) (delivery.Run, error)
}

type campaignTest struct {
	campaignRef
	Users []string `json:"users" required:"true"` // usr_42, line:U… or user:…
}

type testOut struct {
	Results []delivery.TestResult `json:"results"`
	id      ref.Campaign
}

func (t testOut) story() (object string, detail any) {
	accepted := 0
	for _, r := range t.Results {
		if r.Accepted() {
			accepted++
		}
	}
	return t.id.String(), map[string]any{"users": len(t.Results), "accepted": accepted}
}

// testCampaign sends the present content to the users named, now, and answers
// with everything LINE said.
func (a *API) testCampaign(ctx context.Context, in campaignTest) (testOut, error) {
	results, err := a.deps.CampaignControl.Test(ctx, in.ID, in.Users)
	return testOut{results, in.ID}, err
}

// preflightCampaign asks everything that can be known before publishing.
func (a *API) preflightCampaign(ctx context.Context, in campaignRef) (delivery.Preflight, error) {
	return a.deps.CampaignControl.Preflight(ctx, in.ID)
}

type force struct {
	Force bool `query:"force"`
}

// published is a campaign that was let go; the audit log tells when its
// preflight was passed over.
type published struct {
	campaignOut
	forced bool
}

func (p published) story() (object string, detail any) {
	return p.ID.String(), map[string]any{"name": p.Name, "status": p.Status, "version": p.Version, "forced": p.forced}
}

type campaignPublication struct {
	campaignRef
	force
}

// publishCampaign starts or schedules a draft when its preflight finds nothing
// wrong, or when force says to go on all the same.
func (a *API) publishCampaign(ctx context.Context, in campaignPublication) (published, error) {
	c, err := a.deps.CampaignStore.Campaign(ctx, in.ID)
	if err != nil {
		return published{}, err
	}
	if err := a.clearToSend(ctx, c, in.Force); err != nil {
		return published{}, err
	}
	c, err = a.deps.CampaignControl.Publish(ctx, in.ID)
	return published{campaignOut{c}, in.Force}, err
}

type campaignSchedule struct {
	campaignRef
	force
	campaign.Schedule
}

// scheduleCampaign gives a draft another schedule and publishes it.
func (a *API) scheduleCampaign(ctx context.Context, in campaignSchedule) (published, error) {
	c, err := a.deps.CampaignStore.Campaign(ctx, in.ID)
	if err != nil {
		return published{}, err
	}
	if err := c.Rescheduled(in.Schedule).Validate(); err != nil {
		return published{}, below("/schedule", err)
	}
	if err := a.clearToSend(ctx, c, in.Force); err != nil {
		return published{}, err
	}
	c, err = a.deps.CampaignControl.Schedule(ctx, in.ID, in.Schedule)
	return published{campaignOut{c}, in.Force}, below("/schedule", err)
}

// below takes a prefix off the pointers of err: the part of a campaign that
// they point into is here the whole body.
func below(prefix string, err error) error {
	e := errs.From(err)
	if e == nil || !strings.HasPrefix(e.Pointer, prefix) && len(e.Fields) == 0 {
		return err
	}
	moved := *e
	moved.Pointer, moved.Fields = strings.TrimPrefix(e.Pointer, prefix), nil
	for _, f := range e.Fields {
		moved.Fields = append(moved.Fields, errs.From(below(prefix, f)))
	}
	return &moved
}

// clearToSend is campaign.preflight when a check failed.
func (a *API) clearToSend(ctx context.Context, c campaign.Campaign, forced bool) error {
	if _, err := c.Next(campaign.Publish); err != nil || forced {
		return err // before LINE is asked anything
	}
	p, err := a.deps.CampaignControl.Preflight(ctx, c.ID)
	if err != nil {
		return err
	}
	// The schedule may be another one by now; publishing looks at it itself.
	n, failures := p.Failures(delivery.ScheduleCheck)
	if n == 0 {
		return nil
	}
	return errs.New("campaign.preflight", n, failures)
}

// pauseCampaign stops sending within a second; requests on the wire are
// finished.
func (a *API) pauseCampaign(ctx context.Context, in campaignRef) (campaignOut, error) {
	c, err := a.deps.CampaignControl.Pause(ctx, in.ID, access.From(ctx).Actor())
	return campaignOut{c}, err
}

func (a *API) resumeCampaign(ctx context.Context, in campaignRef) (campaignOut, error) {
	c, err := a.deps.CampaignControl.Resume(ctx, in.ID)
	return campaignOut{c}, err
}

// cancelCampaign ends a campaign; recipients that were not reached get the
// outcome cancelled.
func (a *API) cancelCampaign(ctx context.Context, in campaignRef) (campaignOut, error) {
	c, err := a.deps.CampaignControl.Cancel(ctx, in.ID, access.From(ctx).Actor())
	return campaignOut{c}, err
}

type retryRequest struct {
	campaignRef
	Run ref.Run `json:"run,omitempty"` // the campaign's last one when absent
}

// retryRejected sends again, with the same content, to just those whom a run
// left rejected.
func (a *API) retryRejected(ctx context.Context, in retryRequest) (delivery.Run, error) {
	return a.deps.CampaignControl.RetryRejected(ctx, in.ID, in.Run)
}
