package api

import (
	"context"
	"fmt"
	"slices"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/nearest"
	"github.com/linecast/linecast/ref"
)

// CampaignStore keeps campaigns.
type CampaignStore interface {
	CreateCampaign(ctx context.Context, d campaign.Draft, by string) (campaign.Campaign, error)
	// UpdateCampaign is version.mismatch when version is not 0 and not the
	// present one.
	UpdateCampaign(ctx context.Context, id ref.Campaign, version int, d campaign.Draft, by string) (campaign.Campaign, error)
	Campaign(ctx context.Context, id ref.Campaign) (campaign.Campaign, error)
	// ListCampaigns lists the newest first, from before the id before; all but
	// archived ones when status is "".
	ListCampaigns(ctx context.Context, status campaign.Status, before ref.Campaign, limit int) ([]campaign.Campaign, error)
	DeleteCampaign(ctx context.Context, id ref.Campaign) error
}

// campaignOut is a campaign as it is now, with its version as the ETag.
type campaignOut struct{ campaign.Campaign }

func (c campaignOut) version() int { return c.Version }

func (c campaignOut) story() (object string, detail any) {
	return c.ID.String(), map[string]any{"name": c.Name, "status": c.Status, "version": c.Version}
}

// created is a new campaign.
type created struct{ campaignOut }

func (c created) location() string { return v1 + "/campaigns/" + c.ID.String() }

type campaignRef struct {
	ID ref.Campaign `path:"id"`
}

// createCampaign stores a draft. Nothing is sent before it is published.
func (a *API) createCampaign(ctx context.Context, in campaign.Draft) (created, error) {
	if err := in.Validate(); err != nil {
		return created{}, err
	}
	c, err := a.deps.CampaignStore.CreateCampaign(ctx, in, access.From(ctx).Actor())
	return created{campaignOut{c}}, err
}

// knownStatus is a status of a campaign, as a filter names it.
type knownStatus campaign.Status

// UnmarshalText refuses what is no status, naming the nearest one.
func (s *knownStatus) UnmarshalText(text []byte) error {
	*s = knownStatus(text)
	if slices.Contains(campaign.Statuses(), campaign.Status(text)) {
		return nil
	}
	names := make([]string, len(campaign.Statuses()))
	for i, status := range campaign.Statuses() {
		names[i] = string(status)
	}
	return unknownValue("status", string(text), names)
}

// unknownValue says what a parameter may be.
func unknownValue(name, value string, known []string) error {
	hint := nearest.Hint(value, known)
	if hint == "" {
		hint = fmt.Sprintf("; known are %v", known)
	}
	return errs.New("request.bad_value", name, fmt.Sprintf("%q is unknown%s", value, hint))
}

type campaignsQuery struct {
	paging
	Status knownStatus `query:"status"`
}

// listCampaigns shows the newest first; archived ones only with their status.
func (a *API) listCampaigns(ctx context.Context, in campaignsQuery) (page[campaign.Campaign], error) {
	before, err := after[ref.Campaign](&in.paging)
	if err != nil {
		return page[campaign.Campaign]{}, err
	}
	list, err := a.deps.CampaignStore.ListCampaigns(ctx, campaign.Status(in.Status), before, in.size()+1)
	if err != nil {
		return page[campaign.Campaign]{}, err
	}
	return pageOf(&in.paging, list, func(c campaign.Campaign) ref.Campaign { return c.ID })
}

func (a *API) readCampaign(ctx context.Context, in campaignRef) (campaignOut, error) {
	c, err := a.deps.CampaignStore.Campaign(ctx, in.ID)
	return campaignOut{c}, err
}

type campaignReplacement struct {
	campaignRef
	Match ifMatch `header:"If-Match"`
	campaign.Draft
}

// replaceCampaign replaces a draft; a published campaign is duplicated instead.
func (a *API) replaceCampaign(ctx context.Context, in campaignReplacement) (campaignOut, error) {
	if err := in.Validate(); err != nil {
		return campaignOut{}, err
	}
	c, err := a.deps.CampaignStore.UpdateCampaign(ctx, in.ID, int(in.Match), in.Draft, access.From(ctx).Actor())
	return campaignOut{c}, err
}

func (a *API) deleteCampaign(ctx context.Context, in campaignRef) (none, error) {
	return none{}, a.deps.CampaignStore.DeleteCampaign(ctx, in.ID)
}

// duplicateCampaign makes a draft with the same content.
func (a *API) duplicateCampaign(ctx context.Context, in campaignRef) (created, error) {
	c, err := a.deps.CampaignStore.Campaign(ctx, in.ID)
	if err != nil {
		return created{}, err
	}
	return a.createCampaign(ctx, c.Copy())
}
