package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/templating"
)

// renderFlags are what render is told besides the template.
type renderFlags struct {
	person     delivery.Person
	attributes string
	campaign   string // its attributes
	source     delivery.Source
}

// newRender shows a message as one user would get it. It needs a server for a
// stored user and for a kept template, and none otherwise.
func newRender(c *cli) *cobra.Command {
	var f renderFlags
	cmd := &cobra.Command{Use: "render TEMPLATE", Short: "Render a message for one user and check it; needs no server", Args: takes,
		Long: `Render a message for one user and check it: prints the body of the push
request, what LINE would find wrong with it and where in the template, and what
would become of it. TEMPLATE is a file, - for standard input, or the id of a
template on the server, such as tpl_1 or tpl_1@2 for its version 2. A server is
asked for that, and for a user that is stored there; nothing is ever sent.`,
		Example: `  linecast render examples/messages/flex-coupon.json --attributes '{"name": "Somchai"}'
  linecast render examples/messages/flex-coupon.json --user user:c-1001
  linecast render tpl_1 --user user:c-1001`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.read(c, args[0], cmd.Flags().Changed("attributes")); err != nil {
				return err
			}
			p, err := c.preview(cmd.Context(), f)
			if err != nil {
				return err
			}
			return c.showPreview(p)
		}}
	flags := cmd.Flags()
	flags.StringVar(&f.person.User, "user", "", "a user on the server: usr_42, line:U… or user:…")
	flags.StringVar(&f.attributes, "attributes", "{}", "attributes of somebody made up: JSON, or @FILE")
	flags.StringVar(&f.campaign, "campaign-attributes", "", "what the template reads as CampaignAttribute: JSON, or @FILE")
	flags.StringVar(&f.person.LineID, "line-id", "", "their line_id")
	flags.StringVar(&f.person.UserID, "user-id", "", "their user_id")
	flags.StringVar(&f.source.TimeZone, "time-zone", "Asia/Tokyo", "time zone of dates")
	flags.StringVar(&f.source.Language, "language", "en", "language of dates: "+strings.Join(templating.Languages(), ", "))
	flags.StringVar(&f.source.Missing, "on-missing", "skip", "what to do without an attribute: skip, empty or halt")
	return c.talking(cmd)[0]
}

// read reads the template and the attributes.
func (f *renderFlags) read(c *cli, template string, attributes bool) (err error) {
	if f.source.Template, f.source.Version, err = templateID(template); err != nil {
		source, err := c.readFile(template)
		if err != nil {
			return err
		}
		f.source.Body = campaign.Body(source)
	}
	if f.campaign != "" {
		raw, err := c.readObject("campaign-attributes", f.campaign)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &f.source.CampaignAttributes); err != nil {
			return err
		}
	}
	if f.person.User != "" && !attributes {
		return nil
	}
	f.person.Attributes, err = c.readObject("attributes", f.attributes)
	return err
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

// preview renders here, or on the server when something is known only there.
func (c *cli) preview(ctx context.Context, f renderFlags) (delivery.Preview, error) {
	if f.person.User == "" && f.source.Template == 0 {
		return renderHere(f.source, f.person)
	}
	api, err := c.client()
	if err != nil {
		return delivery.Preview{}, err
	}
	return post[delivery.Preview](ctx, api, "render", f.request())
}

// request is what the server is asked: what is set.
func (f renderFlags) request() map[string]any {
	body := map[string]any{"time_zone": f.source.TimeZone, "language": f.source.Language, "on_missing": f.source.Missing}
	for name, value := range map[string]string{"user": f.person.User, "line_id": f.person.LineID, "user_id": f.person.UserID, "body": string(f.source.Body)} {
		if value != "" {
			body[name] = value
		}
	}
	if f.source.Template != 0 {
		body["template"], body["version"] = f.source.Template, f.source.Version
	}
	if f.source.CampaignAttributes != "" {
		body["campaign_attributes"] = f.source.CampaignAttributes
	}
	if len(f.person.Attributes) > 0 {
		body["attributes"] = f.person.Attributes
	}
	return body
}

func renderHere(s delivery.Source, p delivery.Person) (delivery.Preview, error) {
	d, err := s.Over(campaign.Definition{})
	if err != nil {
		return delivery.Preview{}, err
	}
	now := time.Now()
	composer, err := delivery.NewComposer(d, delivery.Run{Clock: now})
	if err != nil {
		return delivery.Preview{}, err
	}
	r, err := p.MadeUp()
	if err != nil {
		return delivery.Preview{}, err
	}
	return composer.Preview(&r, now), nil
}

// showPreview prints a preview; a message that would be refused is an error.
func (c *cli) showPreview(p delivery.Preview) error {
	c.print(p, func() { c.printPreview(p) })
	if p.Refused() {
		return errs.New("template.refused", p.Reason, p.Detail)
	}
	return nil
}

func (c *cli) printPreview(p delivery.Preview) {
	if p.Body != "" {
		c.printf("%s\n", strings.TrimSuffix(p.Body, "\n"))
	}
	if p.Becomes != delivery.Sent && !p.Refused() {
		c.say("This user gets nothing: %s: %s %s", p.Becomes, p.Reason, p.Detail)
	}
	for _, f := range p.Found {
		c.say("%s: line %d, column %d: %s: %s", f.Severity, f.Line, f.Column, f.Path, f.Detail)
	}
	for _, l := range p.Lints {
		c.say("note: line %d, column %d: %s", l.Line, l.Column, l.Detail)
	}
	for _, a := range p.Missing {
		c.say("missing: %s", a.Name)
	}
}
