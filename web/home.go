package web

import (
	"net/http"
	"time"

	"github.com/linecast/linecast/channel"
)

// homePage is where things stand: the channels, and what was made and sent
// last.
type homePage struct {
	Channels  []channelCard
	Campaigns []campaignRow
	Runs      []runRow
}

func (homePage) title() string { return "Home" }

// channelCard is a channel as the home page shows it.
type channelCard struct {
	channel.Channel
	Standing string     // in a word: its state, or waiting while its circuit is open
	Until    *time.Time // when sending is tried again
}

const latest = 8 // campaigns and runs on the home page

func (s *Web) home(_ *response, r *http.Request) (page, error) {
	ctx := r.Context()
	channels, err := s.deps.Store.ListChannels(ctx)
	if err != nil {
		return nil, err
	}
	campaigns, err := s.deps.Store.ListCampaigns(ctx, "", 0, latest)
	if err != nil {
		return nil, err
	}
	runs, err := s.deps.Store.ListRuns(ctx, 0, 0, latest)
	if err != nil {
		return nil, err
	}
	names := channelNames{}
	p := homePage{}
	for _, c := range channels {
		names[c.ID] = c.Name
		p.Channels = append(p.Channels, cardOf(c))
	}
	p.Campaigns = campaignRows(campaigns, names)
	p.Runs, err = s.runRows(ctx, runs, nameOf(campaigns))
	return p, err
}

func cardOf(c channel.Channel) channelCard {
	card := channelCard{Channel: c, Standing: string(c.State)}
	if c.State == channel.Active && c.CircuitReason != "" {
		card.Standing, card.Until = "waiting", c.CircuitUntil
	}
	return card
}
