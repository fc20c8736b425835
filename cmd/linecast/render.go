package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line/message"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/templating"
)

// newRender shows a message as one user would get it. It needs no server.
func newRender(c *cli) *cobra.Command {
	var attributes, lineID, userID, zone, language string
	cmd := &cobra.Command{Use: "render TEMPLATE", Short: "Render a message template for one user and check it, without a server", Args: takes,
		Long: `Render a message template for one user and check it, without a server: prints
the body of the push request, and what LINE would find wrong with it.`,
		Example: `  linecast render examples/messages/flex-coupon.json --attributes '{"name": "Somchai"}'`,
		RunE: func(_ *cobra.Command, args []string) error {
			source, err := c.readFile(args[0])
			if err != nil {
				return err
			}
			d := templating.Data{LineID: lineID, UserID: userID, Attributes: templating.Values(attributes), Now: time.Now()}
			if strings.HasPrefix(attributes, "@") {
				raw, err := c.readFile(attributes[1:])
				if err != nil {
					return err
				}
				d.Attributes = raw
			}
			location, err := time.LoadLocation(zone)
			if err != nil {
				return errs.New("schedule.time_zone", zone)
			}
			return c.render(string(source), templating.Options{TimeZone: location, Language: language}, &d)
		}}
	f := cmd.Flags()
	f.StringVar(&attributes, "attributes", "{}", "the user's attributes: JSON, or @FILE")
	f.StringVar(&lineID, "line-id", simulator.UserID(0), "the user's line_id")
	f.StringVar(&userID, "user-id", "", "the user's user_id")
	f.StringVar(&zone, "time-zone", "Asia/Tokyo", "time zone of dates")
	f.StringVar(&language, "language", "en", "language of dates: "+strings.Join(templating.Languages(), ", "))
	return cmd
}

// rendered is what render prints as JSON.
type rendered struct {
	Body     string            `json:"body,omitempty"`
	Skipped  string            `json:"skipped,omitempty"` // why this user gets nothing
	Findings []message.Finding `json:"findings"`
	Lints    []string          `json:"lints"`
}

func (c *cli) render(source string, o templating.Options, d *templating.Data) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(d.Attributes, &object); err != nil {
		return errs.New("cli.bad_flag", "--attributes is not a JSON object: "+err.Error())
	}
	t, err := templating.Compile(source, o)
	if err != nil {
		return err
	}
	out := rendered{Findings: []message.Finding{}, Lints: []string{}}
	for _, l := range t.Lints() {
		out.Lints = append(out.Lints, fmt.Sprintf("line %d, column %d: %s", l.Line, l.Column, l.Message))
	}
	body, err := t.RenderPush(nil, d)
	var skip *templating.Skip
	var reject *templating.Reject
	switch {
	case errors.As(err, &skip), errors.As(err, &reject):
		out.Skipped = err.Error()
	case err != nil:
		return err
	default:
		out.Body, out.Findings = string(body), message.Check(body)
	}
	c.print(out, func() { c.printRendered(out) })
	if message.HasError(out.Findings) {
		return errs.New("template.refused", len(out.Findings))
	}
	return nil
}

func (c *cli) printRendered(r rendered) {
	if r.Body != "" {
		c.printf("%s\n", strings.TrimSuffix(r.Body, "\n"))
	}
	if r.Skipped != "" {
		c.say("This user gets nothing: %s", r.Skipped)
	}
	for _, f := range r.Findings {
		c.say("%s: %s: %s", f.Severity, f.Path, f.Detail)
	}
	for _, l := range r.Lints {
		c.say("note: %s", l)
	}
}
