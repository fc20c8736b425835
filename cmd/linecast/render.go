package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating"
)

// renderFlags are what render is told besides the template.
type renderFlags struct {
	person     delivery.Person
	attributes string
	source     sourceFlags
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
	flags.StringVar(&f.person.LineID, "line-id", "", "their line_id")
	flags.StringVar(&f.person.UserID, "user-id", "", "their user_id")
	flags.StringVar(&f.source.TimeZone, "time-zone", "Asia/Tokyo", "time zone of dates")
	flags.StringVar(&f.source.Language, "language", "en", "language of dates: "+strings.Join(templating.Languages(), ", "))
	f.source.add(flags)
	return c.talking(cmd)[0]
}

// read reads the template and the attributes.
func (f *renderFlags) read(c *cli, template string, attributes bool) (err error) {
	if err := f.source.read(c, template); err != nil || f.person.User != "" && !attributes {
		return err
	}
	f.person.Attributes, err = c.readObject("attributes", f.attributes)
	return err
}

// preview renders here, or on the server when something is known only there.
func (c *cli) preview(ctx context.Context, f renderFlags) (delivery.Preview, error) {
	if f.person.User == "" && f.source.Template == 0 {
		return renderHere(f.source.Source, f.person)
	}
	api, err := c.client()
	if err != nil {
		return delivery.Preview{}, err
	}
	return post[delivery.Preview](ctx, api, "render", f.request())
}

// request is what the server is asked.
func (f renderFlags) request() map[string]any {
	body := f.source.request(map[string]string{"user": f.person.User, "line_id": f.person.LineID, "user_id": f.person.UserID})
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
		c.say("%s", problemText(f))
	}
	for _, l := range p.Lints {
		c.say("note: line %d, column %d: %s", l.Line, l.Column, l.Detail)
	}
	for _, a := range p.Missing {
		c.say("missing: %s", a.Name)
	}
}

// problemText is a finding for people, with what is known of its place.
func problemText(p delivery.Problem) string {
	text := p.Detail
	if p.Path != "" {
		text = p.Path + ": " + text
	}
	if p.Line > 0 {
		text = fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, text)
	}
	return fmt.Sprintf("%s: %s", p.Severity, text)
}
