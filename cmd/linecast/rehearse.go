package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
)

func newCampaignRehearse(c *cli) *cobra.Command {
	return &cobra.Command{Use: "rehearse CAMPAIGN", Short: "Render it for its whole audience and count what would become of everybody; sends nothing", Args: takes,
		Long: `Render it for its whole audience and count what would become of everybody, with
one example of each. Nothing is sent and nothing is stored; Ctrl-C ends it.`,
		RunE: c.onCampaign(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			var last delivery.Rehearsal
			err := api.Stream(ctx, path+"/rehearse", func(line json.RawMessage) error {
				last = delivery.Rehearsal{}
				if err := json.Unmarshal(line, &last); err != nil {
					return fmt.Errorf("reading the server's line: %w", err)
				}
				if c.json {
					c.printf("%s\n", encoded(line))
				} else if !last.Done && last.Stopped == "" {
					c.say("rendered %s of %s", count(last.Rendered), count(last.Recipients))
				}
				return nil
			})
			if err != nil {
				return err
			}
			if !c.json {
				c.printf("%s", rehearsalText(last))
			}
			if !last.Done {
				return errs.New("campaign.rehearsal_stopped", last.Stopped)
			}
			return nil
		})}
}

// rehearsalText is the result of a rehearsal, for people.
func rehearsalText(r delivery.Rehearsal) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s recipients rendered, %s matching users\n", count(r.Rendered), count(r.Recipients), count(r.Matched))
	for _, reason := range r.Reasons {
		what := strings.TrimSpace(reason.Becomes + " " + reason.Reason + " " + reason.Detail)
		fmt.Fprintf(&b, "  %10s  %s, such as %s\n", count(reason.Count), what, reason.First.User)
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "  %10s  warned of %s %s, such as %s\n", count(w.Count), w.Code, w.Path, w.First)
	}
	for _, p := range r.Largest {
		fmt.Fprintf(&b, "  %10s  bytes for %s\n", count(int64(len(p.Body))), p.User)
	}
	return b.String()
}
