package main

import (
	"context"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/ref"
)

func newCampaign(c *cli) *cobra.Command {
	return group("campaign", "Make campaigns, try them out, let them go and watch them", c.talking(
		newCampaignCreate(c), newCampaignTest(c), newCampaignPreflight(c), newCampaignValidate(c), newCampaignRehearse(c), newCampaignPublish(c), newCampaignStatus(c),
		newAct(c, "pause", "Stop sending within a second; requests on the wire are finished"),
		newAct(c, "resume", "Go on where it was paused or halted"),
		newAct(c, "cancel", "End it; recipients not reached get the outcome cancelled"),
		newCampaignRetry(c), newCampaignList(c))...)
}

// onCampaign is a RunE whose first argument is a campaign.
func (c *cli) onCampaign(f func(ctx context.Context, api *client.Client, path string, args []string) error) func(*cobra.Command, []string) error {
	return c.with(func(ctx context.Context, api *client.Client, args []string) error {
		var id ref.Campaign
		if err := id.UnmarshalText([]byte(args[0])); err != nil {
			return err
		}
		return f(ctx, api, "campaigns/"+id.String(), args[1:])
	})
}

func newCampaignCreate(c *cli) *cobra.Command {
	return &cobra.Command{Use: "create FILE", Short: "Store the campaign in a JSON file as a draft; - reads standard input", Args: takes,
		RunE: c.with(func(ctx context.Context, api *client.Client, args []string) error {
			draft, err := c.readJSON(args[0])
			if err != nil {
				return err
			}
			made, err := post[campaign.Campaign](ctx, api, "campaigns", draft)
			if err != nil {
				return err
			}
			return c.printCampaign(made)
		})}
}

func (c *cli) printCampaign(cmp campaign.Campaign) error {
	c.print(cmp, func() {
		c.printf("%s %q is %s", cmp.ID, cmp.Name, cmp.Status)
		if cmp.NextDueAt != nil {
			c.printf(", next run %s", when(cmp.NextDueAt))
		}
		c.printf("\n")
	})
	return nil
}

func newCampaignTest(c *cli) *cobra.Command {
	return &cobra.Command{Use: "test CAMPAIGN USER...", Short: "Send it to the users named, now, and show what LINE says", Args: takes,
		Long:    "Send it to the users named, now, and show what LINE says. Users are named as usr_42, line:U… or user:…. Nothing of it counts as a run.",
		Example: "  linecast campaign test cmp_1 user:c-1001",
		RunE: c.onCampaign(func(ctx context.Context, api *client.Client, path string, users []string) error {
			answer, err := post[testAnswer](ctx, api, path+"/test", map[string]any{"users": users})
			if err != nil {
				return err
			}
			failed := 0
			for _, r := range answer.Results {
				c.print(r, func() { c.printf("%s\n", testText(r)) })
				if r.Outcome != "accepted" {
					failed++
				}
			}
			if failed > 0 {
				return errs.New("campaign.test_failed", failed, len(answer.Results))
			}
			return nil
		})}
}

func newCampaignPreflight(c *cli) *cobra.Command {
	return &cobra.Command{Use: "preflight CAMPAIGN", Short: "Ask everything that can be known before it is published; sends nothing", Args: takes,
		RunE: c.onCampaign(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			p, err := get[delivery.Preflight](ctx, api, path+"/preflight")
			if err != nil {
				return err
			}
			c.print(p, func() {
				for _, check := range p.Checks {
					c.printCheck(string(check.Status), check.Name, check.Detail, check.Fix)
				}
			})
			if n, failures := p.Failures(); !p.Ready {
				return errs.New("campaign.preflight", n, failures)
			}
			return nil
		})}
}

func newCampaignPublish(c *cli) *cobra.Command {
	var force bool
	cmd := &cobra.Command{Use: "publish CAMPAIGN", Short: "Let it go by its own schedule: now, at its time, or by its cron expression", Args: takes,
		RunE: c.onCampaign(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			if path += "/publish"; force {
				path += "?force=true"
			}
			after, err := post[campaign.Campaign](ctx, api, path, nil)
			if err != nil {
				return err
			}
			return c.printCampaign(after)
		})}
	cmd.Flags().BoolVar(&force, "force", false, "publish although its preflight fails")
	return cmd
}

// newAct is a command that moves a campaign's status.
func newAct(c *cli, act, short string) *cobra.Command {
	return &cobra.Command{Use: act + " CAMPAIGN", Short: short, Args: takes,
		RunE: c.onCampaign(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			after, err := post[campaign.Campaign](ctx, api, path+"/"+act, nil)
			if err != nil {
				return err
			}
			return c.printCampaign(after)
		})}
}

func newCampaignRetry(c *cli) *cobra.Command {
	var run ref.Run
	cmd := &cobra.Command{Use: "retry-rejected CAMPAIGN", Short: "Send again to just those whom its last run left rejected", Args: takes,
		RunE: c.onCampaign(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			made, err := post[delivery.Run](ctx, api, path+"/retry-rejected", retryOf{run})
			if err != nil {
				return err
			}
			c.print(made, func() { c.printf("%s: follow it with linecast campaign status %s --watch\n", made.ID, made.Campaign) })
			return nil
		})}
	cmd.Flags().Var(idFlag{&run}, "run", "the run to retry; the campaign's last one by default")
	return cmd
}

// idFlag is a flag that names a run.
type idFlag struct{ *ref.Run }

// Set implements pflag.Value.
func (f idFlag) Set(text string) error { return f.UnmarshalText([]byte(text)) }

// Type implements pflag.Value.
func (f idFlag) Type() string { return "run" }

// String implements pflag.Value; it is empty for a flag not given.
func (f idFlag) String() string {
	if f.Run == nil || *f.Run == 0 {
		return ""
	}
	return f.Run.String()
}

// retryOf is the body of a retry.
type retryOf struct {
	Run ref.Run `json:"run,omitempty"`
}

func newCampaignStatus(c *cli) *cobra.Command {
	var watch bool
	cmd := &cobra.Command{Use: "status CAMPAIGN", Short: "Show a campaign and the funnel of its newest run", Args: takes,
		RunE: c.onCampaign(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			return c.campaignStatus(ctx, api, path, watch)
		})}
	cmd.Flags().BoolVar(&watch, "watch", false, "wait for the run and follow it to its end")
	return cmd
}

// status is a campaign with its newest run.
type status struct {
	Campaign campaign.Campaign  `json:"campaign"`
	Run      *delivery.Progress `json:"run"` // null before the first
}

func (c *cli) campaignStatus(ctx context.Context, api *client.Client, path string, watch bool) (err error) {
	var s status
	if s.Campaign, err = get[campaign.Campaign](ctx, api, path); err != nil {
		return err
	}
	if s.Run, err = c.newestRun(ctx, api, s.Campaign.ID, watch); err != nil {
		return err
	}
	if watch { // the run has changed it
		if s.Campaign, err = get[campaign.Campaign](ctx, api, path); err != nil {
			return err
		}
	}
	if c.json {
		c.printf("%s\n", encoded(s))
		return nil
	}
	if err := c.printCampaign(s.Campaign); err != nil || s.Run == nil {
		return err
	}
	c.printf("%s %s\n%s", s.Run.ID, runLine(*s.Run), indented(s.Run.Funnel()))
	return nil
}

func (c *cli) newestRun(ctx context.Context, api *client.Client, id ref.Campaign, watch bool) (*delivery.Progress, error) {
	if watch {
		run, err := c.awaitRun(ctx, api, id)
		if err != nil {
			return nil, err
		}
		p, err := c.followRun(ctx, api, run, plainEvery)
		return &p, err
	}
	run, ok, err := newest(ctx, api, id)
	if err != nil || !ok {
		return nil, err
	}
	p, err := get[delivery.Progress](ctx, api, "runs/"+run.String())
	return &p, err
}

func newCampaignList(c *cli) *cobra.Command {
	var only string
	cmd := &cobra.Command{Use: "list", Short: "List campaigns, the newest first", Args: takes,
		RunE: c.with(func(ctx context.Context, api *client.Client, _ []string) error {
			path := "campaigns"
			if only != "" {
				path += "?" + url.Values{"status": {only}}.Encode()
			}
			return c.table(client.List(ctx, api, path, 0), "ID\tNAME\tSTATUS\tKIND\tCHANNEL\tNEXT RUN", columns(func(cmp campaign.Campaign) []any {
				return []any{cmp.ID, cmp.Name, cmp.Status, cmp.Kind, cmp.Channel, when(cmp.NextDueAt)}
			}))
		})}
	cmd.Flags().StringVar(&only, "status", "", "only those, such as draft, scheduled, running or archived")
	return cmd
}
