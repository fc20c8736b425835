package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/templating"
)

// newTemplateValidate checks a message that no campaign need send yet.
func newTemplateValidate(c *cli) *cobra.Command {
	var source sourceFlags
	var channel, segment string
	cmd := &cobra.Command{Use: "validate TEMPLATE", Short: "Check it for an audience, by our rules and LINE's; sends nothing", Args: takes,
		Long: `Check a message for the extremes of an audience: who lacks an attribute, who has
the longest and the shortest value, and somebody made up who has the longest of
everything. It is checked by our own reading of LINE's rules, and with a channel
by LINE itself. Nothing is sent and nothing is stored; the exit code is 1 when a
message would be refused. TEMPLATE is a file, - for standard input, or the id of
a template on the server, such as tpl_1 or tpl_1@2 for its version 2.`,
		Example: `  linecast template validate examples/messages/flex-coupon.json --channel ch_1
  linecast template validate tpl_1 --channel ch_1 --segment seg_1`,
		RunE: c.with(func(ctx context.Context, api *client.Client, args []string) error {
			if err := source.read(c, args[0]); err != nil {
				return err
			}
			return c.validate(ctx, api, source.request(map[string]string{"channel": channel, "segment": segment}))
		})}
	flags := cmd.Flags()
	flags.StringVar(&channel, "channel", "", "the channel whose friends are looked at, and with whose token LINE is asked, such as ch_1")
	flags.StringVar(&segment, "segment", "", "the audience, such as seg_1; two people are made up when absent")
	source.add(flags)
	flags.StringVar(&source.TimeZone, "time-zone", "", "time zone of dates; the server's when absent")
	flags.StringVar(&source.Language, "language", "", "language of dates: "+strings.Join(templating.Languages(), ", "))
	return cmd
}

func newCampaignValidate(c *cli) *cobra.Command {
	return &cobra.Command{Use: "validate CAMPAIGN", Short: "Check its message for the extremes of its audience, by our rules and LINE's; sends nothing", Args: takes,
		Long: `Check its message for the extremes of its audience: who lacks an attribute, who
has the longest and the shortest value, and somebody made up who has the longest
of everything. LINE is asked about each. Nothing is sent and nothing is stored;
the exit code is 1 when a message would be refused.`,
		RunE: c.onCampaign(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			return c.validate(ctx, api, map[string]any{"campaign": strings.TrimPrefix(path, "campaigns/")})
		})}
}

// validate asks the server and prints what it found; a message that would be
// refused is an error.
func (c *cli) validate(ctx context.Context, api *client.Client, request map[string]any) error {
	v, err := post[delivery.Validation](ctx, api, "validate", request)
	if err != nil {
		return err
	}
	c.print(v, func() { c.printValidation(v, request["campaign"] != nil || request["segment"] != nil) })
	for _, s := range v.Samples {
		switch {
		case s.Refused():
			return errs.New("template.refused", s.Reason, s.Detail)
		case s.Line != nil && !s.Line.OK:
			return errs.New("template.refused", "LINE", s.Line.Message)
		}
	}
	return nil
}

func (c *cli) printValidation(v delivery.Validation, audience bool) {
	if audience {
		c.printf("%s of %s matching users can be reached\n", count(v.Reach), count(v.Matched))
		for _, a := range v.Attributes {
			c.printCheck(extremeCheck(a, v.Reach))
		}
	}
	for i, s := range v.Samples {
		if i == 0 { // they are the template's, the same for everybody
			c.printLints(s.Lints, audience)
		}
		c.printSample(s)
	}
}

// printLints leaves out what is guessed of names when an audience tells who
// has them.
func (c *cli) printLints(lints []delivery.Lint, audience bool) {
	for _, l := range lints {
		if l.Code != "attribute_name" || !audience {
			c.printCheck("warn", "template", fmt.Sprintf("line %d, column %d: %s", l.Line, l.Column, l.Detail), "")
		}
	}
}

// extremeCheck is an attribute over an audience as a check.
func extremeCheck(a delivery.Extreme, reach int64) (status, name, detail, fix string) {
	status, detail = "ok", "everybody has it"
	if a.Missing > 0 {
		detail = fmt.Sprintf("%s of %s recipients lack it, such as %s", count(a.Missing), count(reach), a.Lacking)
	}
	if a.Missing > 0 && a.Required {
		status, detail = "warn", detail+", and it has no default"
	}
	if a.Length > 0 {
		detail += fmt.Sprintf("; the longest has %s characters", count(int64(a.Length)))
	}
	return status, "attribute " + a.Name, detail, "Give the placeholder a default, or narrow the segment."
}

func (c *cli) printSample(s delivery.Sample) {
	name := strings.Join(s.Why, ", ")
	if s.User != "" {
		name = s.User + ", " + name
	}
	status, detail := sampleCheck(s)
	c.printCheck(status, name, detail, "")
	for _, p := range s.Found {
		c.printf("      %s\n", problemText(p))
	}
	if s.Line == nil {
		return
	}
	for _, d := range s.Line.Details {
		c.printf("      LINE: %s: %s\n", d.Property, d.Message)
	}
}

// sampleCheck is what would become of a sample.
func sampleCheck(s delivery.Sample) (status, detail string) {
	switch {
	case s.Refused():
		return "fail", s.Reason + ": " + s.Detail
	case s.Line != nil && !s.Line.OK:
		return "fail", fmt.Sprintf("LINE answers %d: %s", s.Line.Status, s.Line.Message)
	case s.Becomes != delivery.Sent:
		return "warn", s.Becomes + ": " + s.Reason + " " + s.Detail
	case s.Line == nil:
		return "ok", "our own check finds nothing to refuse; LINE was not asked"
	}
	return "ok", "LINE would take it"
}
