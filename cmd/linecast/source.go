package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// sourceFlags are the message that a command looks at: the template that its
// argument names, and what decides how it is rendered.
type sourceFlags struct {
	delivery.Source
	campaign string // its attributes
}

// add gives a command the flags that mean the same everywhere.
func (s *sourceFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&s.campaign, "campaign-attributes", "", "what the template reads as CampaignAttribute: JSON, or @FILE")
	flags.StringVar(&s.Missing, "on-missing", "skip", "what to do without an attribute: skip, empty or halt")
}

// read reads the template, a file or an id, and the attributes of the campaign.
func (s *sourceFlags) read(c *cli, template string) (err error) {
	if s.Template, s.Version, err = templateID(template); err != nil {
		source, err := c.readFile(template)
		if err != nil {
			return err
		}
		s.Body = campaign.Body(source)
	}
	if s.campaign == "" {
		return nil
	}
	raw, err := c.readObject("campaign-attributes", s.campaign)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, &s.CampaignAttributes)
}

// request is what the server is asked: what is set, and those of more that are.
func (s *sourceFlags) request(more map[string]string) map[string]any {
	body := map[string]any{}
	set := func(name, value string) {
		if value != "" {
			body[name] = value
		}
	}
	for name, value := range more {
		set(name, value)
	}
	set("body", string(s.Body))
	set("time_zone", s.TimeZone)
	set("language", s.Language)
	set("on_missing", s.Missing)
	if s.Template != 0 {
		body["template"], body["version"] = s.Template, s.Version
	}
	if s.CampaignAttributes != "" {
		body["campaign_attributes"] = s.CampaignAttributes
	}
	return body
}

// readObject reads the JSON object that a flag gives, or the file that it names.
func (c *cli) readObject(flag, value string) (raw []byte, err error) {
	raw = []byte(value)
	if strings.HasPrefix(value, "@") {
		if raw, err = c.readFile(value[1:]); err != nil {
			return nil, err
		}
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil || object == nil {
		return nil, errs.New("cli.bad_flag", "--"+flag+" is not a JSON object")
	}
	return raw, nil
}

// templateID reads tpl_1 or tpl_1@2.
func templateID(text string) (id ref.Template, version int, err error) {
	name, number, pinned := strings.Cut(text, "@")
	if err := id.UnmarshalText([]byte(name)); err != nil || !pinned {
		return id, 0, err
	}
	if _, err := fmt.Sscanf(number, "%d", &version); err != nil || version < 1 || number != fmt.Sprint(version) {
		return 0, 0, errs.New("request.bad_id", text, "tpl_42@3")
	}
	return id, version, nil
}
