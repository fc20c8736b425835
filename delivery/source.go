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
	campaign.Content
	Campaign ref.Campaign `json:"campaign"`
	Channel  ref.Channel  `json:"channel"`
	TimeZone string       `json:"time_zone"`
	Language string       `json:"language"`
	Missing  string       `json:"on_missing"`
}

// Over is the definition of base, the campaign's or an empty one, with what
// the source replaces. It is not resolved: a kept template has no body yet.
func (s Source) Over(base campaign.Definition) (campaign.Definition, error) {
	d := base
	if s.Content != (campaign.Content{}) {
		d.Content = s.Content
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
	switch c := s.Content; {
	case d.Content == (campaign.Content{}):
		bad = append(bad, errs.New("render.nothing"))
	case c.Body != "" && (c.Template != 0 || c.Version != 0):
		bad = append(bad, errs.New("campaign.two_contents"))
	case c.Body == "" && c.Template == 0 && c.Version != 0:
		bad = append(bad, errs.New("request.required", "template").At("/template"))
	case c.Version < 0:
		bad = append(bad, errs.New("campaign.negative", c.Version).At("/version"))
	}
	if _, err := d.Schedule.Location(); err != nil && s.TimeZone != "" {
		bad = append(bad, errs.From(err).At("/time_zone"))
	}
	bad = append(bad, d.Delivery.Problems()...)
	return errs.Several("request.invalid", bad)
}
