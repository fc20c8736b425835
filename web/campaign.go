package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/ref"
)

// campaignPage is one campaign: its definition as it was written, and its
// runs.
type campaignPage struct {
	campaign.Campaign
	ChannelName string
	Origin      *origin // of the content; nil: it was written for this campaign
	Audience    []fact
	Timing      []fact
	Options     []fact
	Source      string // the definition as JSON
	Runs        []runRow
	Next        string // link to older runs; "" on the last page
}

func (p campaignPage) title() string { return p.Name }

// fact is a line of a description.
type fact struct{ Name, Value string }

func (s *Web) campaign(_ *response, r *http.Request) (page, error) {
	ctx := r.Context()
	id, err := pathID[ref.Campaign](r)
	if err != nil {
		return nil, err
	}
	before, err := queryID[ref.Run](r.URL.Query(), "before")
	if err != nil {
		return nil, err
	}
	c, err := s.deps.Store.Campaign(ctx, id)
	if err != nil {
		return nil, err
	}
	names, err := s.channelNames(ctx)
	if err != nil {
		return nil, err
	}
	p := campaignPage{
		Campaign: c, ChannelName: names.name(c.Channel), Source: source(c.Definition),
		Audience: audienceFacts(c.Audience), Timing: s.timingFacts(c.Schedule), Options: optionFacts(c.Delivery),
	}
	if p.Origin, p.Content, err = s.resolve(ctx, c.Content); err != nil {
		return nil, err
	}
	runs, err := s.deps.Store.ListRuns(ctx, id, before, listRows+1)
	if err != nil {
		return nil, err
	}
	if len(runs) > listRows {
		runs = runs[:listRows]
		p.Next = join("/campaigns/"+id.String(), older(url.Values{}, "", runs[listRows-1].ID.String())) + "#runs"
	}
	p.Runs, err = s.runRows(ctx, runs, map[ref.Campaign]string{id: c.Name})
	return p, err
}

// source is a definition as JSON for people: indented, and without Go's
// escapes, so that << stays <<.
func source(d campaign.Definition) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(d) // strings, numbers and ids always encode
	return strings.TrimSpace(b.String())
}

// audienceFacts says to whom it goes.
func audienceFacts(a campaign.Audience) []fact {
	facts := []fact{{"Segment", "everybody the channel can reach"}}
	if a.Segment != 0 {
		facts[0].Value = a.Segment.String()
	}
	if len(a.Exclude) > 0 {
		ids := make([]string, len(a.Exclude))
		for i, id := range a.Exclude {
			ids[i] = id.String()
		}
		facts = append(facts, fact{"Without", strings.Join(ids, ", ")})
	}
	if a.MaxRecipients > 0 {
		facts = append(facts, fact{"At most", number(a.MaxRecipients) + " recipients"})
	}
	return facts
}

// timingFacts says when it goes.
func (s *Web) timingFacts(c campaign.Schedule) []fact {
	zone := c.TimeZone
	if zone == "" {
		zone = s.deps.Zone.String() + " (the workspace's)"
	}
	var facts []fact
	for _, f := range []fact{{"At", c.At}, {"Cron", c.Cron}, {"Until", c.Until}, {"Event", c.Event}, {"Delay", c.Delay}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	if c.Now {
		return append(facts, fact{"At", "once, when it is published"})
	}
	return append(facts, fact{"Time zone", zone})
}

// optionFacts says how it goes.
func optionFacts(o campaign.Options) []fact {
	facts := []fact{{"Speed", "as fast as the channel may"}, {"Multicast", "where bodies are equal"},
		{"Missing attributes", "skip the recipient"}, {"May start late by", span(o.Grace())}}
	if o.MaxPerSecond > 0 {
		facts[0].Value = "at most " + number(o.MaxPerSecond) + " a second"
	}
	if o.Multicast != nil && !*o.Multicast {
		facts[1].Value = "never"
	}
	if o.OnMissing != "" {
		facts[2].Value = o.OnMissing
	}
	if o.MaxMissingPercent > 0 {
		facts[2].Value += ", halt when more than " + number(o.MaxMissingPercent) + " % of the first lack them"
	}
	if o.AggregationUnit {
		facts = append(facts, fact{"Statistics of LINE", "under each run's own name"})
	}
	if o.Language != "" {
		facts = append(facts, fact{"Language", o.Language})
	}
	return facts
}
