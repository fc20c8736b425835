package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
	"github.com/linecast/linecast/ref"
)

// campaignsPage lists campaigns of a status.
type campaignsPage struct {
	Status   campaign.Status // "" for all but archived ones
	Statuses []campaign.Status
	Rows     []campaignRow
	Next     string // link to older ones; "" on the last page
}

func (campaignsPage) title() string { return "Campaigns" }

// campaignRow is a campaign in a list.
type campaignRow struct {
	campaign.Campaign
	ChannelName string
}

const listRows = 25 // on a page of a list

// statuses are those that the list can be filtered by. A test holds them
// against package campaign.
func statuses() []campaign.Status {
	return []campaign.Status{campaign.StatusDraft, campaign.InReview, campaign.Scheduled, campaign.Running,
		campaign.Paused, campaign.Finished, campaign.StatusCancelled, campaign.Archived}
}

func (s *Web) campaigns(_ *response, r *http.Request) (page, error) {
	q := r.URL.Query()
	p := campaignsPage{Status: campaign.Status(q.Get("status")), Statuses: statuses()}
	if p.Status != "" && !slices.Contains(p.Statuses, p.Status) {
		return nil, unknownStatus(q.Get("status"))
	}
	before, err := queryID[ref.Campaign](q, "before")
	if err != nil {
		return nil, err
	}
	list, err := s.deps.Store.ListCampaigns(r.Context(), p.Status, before, listRows+1)
	if err != nil {
		return nil, err
	}
	if len(list) > listRows {
		list = list[:listRows]
		p.Next = join("/campaigns", older(q, "status", list[listRows-1].ID.String()))
	}
	names, err := s.channelNames(r.Context())
	p.Rows = campaignRows(list, names)
	return p, err
}

func unknownStatus(name string) error {
	var known []string
	for _, status := range statuses() {
		known = append(known, string(status))
	}
	return errs.New("request.bad_value", name, "status is one of "+strings.Join(known, ", ")+nearest.Hint(name, known))
}

// older is the query of the page behind the row with id before: the same
// filter from there on.
func older(q url.Values, filter, before string) url.Values {
	next := url.Values{"before": {before}}
	if value := q.Get(filter); value != "" {
		next.Set(filter, value)
	}
	return next
}

func campaignRows(list []campaign.Campaign, names channelNames) []campaignRow {
	rows := make([]campaignRow, len(list))
	for i, c := range list {
		rows[i] = campaignRow{Campaign: c, ChannelName: names.name(c.Channel)}
	}
	return rows
}

// channelNames are the channels' names by id.
type channelNames map[ref.Channel]string

// name is a channel's name, or its id when it was disconnected.
func (n channelNames) name(id ref.Channel) string {
	if name, ok := n[id]; ok {
		return name
	}
	return id.String()
}

func (s *Web) channelNames(ctx context.Context) (channelNames, error) {
	list, err := s.deps.Store.ListChannels(ctx)
	names := channelNames{}
	for _, c := range list {
		names[c.ID] = c.Name
	}
	return names, err
}
