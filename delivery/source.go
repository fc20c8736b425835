package delivery

import (
	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// Source is what is to be rendered or validated: a body, a kept template or
// the content of a campaign, with what decides how it is rendered. Fields that
// are set replace the campaign's.
type Source struct {
	Body               campaign.Body       `json:"body"`
	Template           ref.Template        `json:"template"`
	Version            int                 `json:"version"`
	CampaignAttributes campaign.Attributes `json:"campaign_attributes"` // attributes are a Person's
	Campaign           ref.Campaign        `json:"campaign"`
	Channel            ref.Channel         `json:"channel"`
	TimeZone           string              `json:"time_zone"`
	Language           string              `json:"language"`
	Missing            string              `json:"on_missing"`
}

// Over is the definition of base, the campaign's or an empty one, with what
// the source replaces. It is not resolved: a kept template has no body yet.
func (s Source) Over(base campaign.Definition) (campaign.Definition, error) {
	d := base
	if s.Body != "" || s.Template != 0 || s.Version != 0 {
		d.Content = campaign.Content{Body: s.Body, Template: s.Template, Version: s.Version, Attributes: d.Content.Attributes}
	}
	if s.CampaignAttributes != "" {
		d.Content.Attributes = s.CampaignAttributes
	}
	if s.TimeZone != "" {
		d.Schedule.TimeZone = s.TimeZone
	}
	if s.Language != "" {
		d.Delivery.Language = s.Language
	}
	if s.Missing != "" {
		d.Delivery.OnMissing = s.Missing
	}
	return d, s.problems(d)
}

func (s Source) problems(d campaign.Definition) error {
	var bad []*errs.Error
	switch {
	case d.Content.Body == "" && d.Content.Template == 0 && s.Version == 0:
		bad = append(bad, errs.New("render.nothing"))
	case s.Body != "" && (s.Template != 0 || s.Version != 0):
		bad = append(bad, errs.New("campaign.two_contents"))
	case s.Body == "" && s.Template == 0 && s.Version != 0:
		bad = append(bad, errs.New("request.required", "template").At("/template"))
	case s.Version < 0:
		bad = append(bad, errs.New("campaign.negative", s.Version).At("/version"))
	}
	for _, e := range s.CampaignAttributes.Problems() {
		bad = append(bad, e.At("/campaign_attributes"))
	}
	if _, err := d.Schedule.Location(); err != nil && s.TimeZone != "" {
		bad = append(bad, errs.From(err).At("/time_zone"))
	}
	bad = append(bad, d.Delivery.Problems()...)
	return errs.Several("request.invalid", bad)
}
