package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/ref"
)

func newChannel(c *cli) *cobra.Command {
	return group("channel", "Connect LINE official accounts",
		c.talking(newChannelConnect(c), newChannelList(c), newChannelVerify(c))...)
}

func newChannelConnect(c *cli) *cobra.Command {
	var r channel.Request
	var rate int
	cmd := &cobra.Command{Use: "connect", Short: "Connect an account; LINE is asked about its token first", Args: takes,
		Long: `Connect an account; LINE is asked about its token first. The token and secret
are read from LINE_CHANNEL_TOKEN and LINE_CHANNEL_SECRET unless the flags give
them: what stands on a command line, others on the machine can see.`,
		Example: "  linecast channel connect --name Shop --line-channel-id 1234567890"}
	cmd.RunE = c.with(func(ctx context.Context, api *client.Client, _ []string) error {
		for _, from := range []struct {
			to   *string
			name string
		}{{&r.ChannelAccessToken, "LINE_CHANNEL_TOKEN"}, {&r.ChannelSecret, "LINE_CHANNEL_SECRET"}} {
			if *from.to == "" {
				*from.to = c.environ[from.name]
			}
		}
		if cmd.Flags().Changed("push-per-second") {
			r.PushPerSecond = &rate
		}
		made, err := post[channel.Channel](ctx, api, "channels", r)
		if err != nil {
			return err
		}
		c.print(made, func() { c.printf("%s %s: %s (%s)\n", made.ID, made.Name, made.DisplayName, made.BasicID) })
		return nil
	})
	f := cmd.Flags()
	f.StringVar(&r.Name, "name", "", "what people call it, at most 40 characters")
	f.StringVar(&r.LineChannelID, "line-channel-id", "", "the channel id of the LINE Developers Console")
	f.StringVar(&r.ChannelAccessToken, "token", "", "the channel access token [LINE_CHANNEL_TOKEN]")
	f.StringVar(&r.ChannelSecret, "secret", "", "the channel secret [LINE_CHANNEL_SECRET]")
	f.IntVar(&rate, "push-per-second", 0, "messages a second at most, up to 2000; default 1000")
	f.StringVar(&r.TimeZone, "time-zone", "", "of its campaigns, such as Asia/Bangkok")
	return cmd
}

func newChannelList(c *cli) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List connected accounts", Args: takes,
		RunE: c.with(func(ctx context.Context, api *client.Client, _ []string) error {
			return c.table(client.List(ctx, api, "channels", 0), "ID\tNAME\tACCOUNT\tSTATE\tA SECOND\tWAITS FOR", columns(func(ch channel.Channel) []any {
				return []any{ch.ID, ch.Name, ch.DisplayName + " " + ch.BasicID, ch.State, ch.PushPerSecond, ch.CircuitReason}
			}))
		})}
}

func newChannelVerify(c *cli) *cobra.Command {
	return &cobra.Command{Use: "verify CHANNEL", Short: "Ask LINE about an account's token, plan and webhook", Args: takes,
		RunE: c.with(func(ctx context.Context, api *client.Client, args []string) error {
			var id ref.Channel
			if err := id.UnmarshalText([]byte(args[0])); err != nil {
				return err
			}
			v, err := post[channel.Verification](ctx, api, "channels/"+id.String()+"/verify", nil)
			if err != nil {
				return err
			}
			failed := 0
			for _, check := range v.Checks {
				if !check.OK {
					failed++
				}
			}
			c.print(v, func() {
				for _, check := range v.Checks {
					c.printCheck(okOr(check.OK, "fail"), check.Name, check.Detail, check.Fix)
				}
			})
			if !v.OK {
				return errs.New("doctor.failed", failed, len(v.Checks))
			}
			return nil
		})}
}

func okOr(ok bool, otherwise string) string {
	if ok {
		return "ok"
	}
	return otherwise
}

// printCheck prints a line of a list of checks, and what to do below it.
func (c *cli) printCheck(status, name, detail, fix string) {
	c.printf("%-4s  %s: %s\n", status, name, detail)
	if status != "ok" && fix != "" {
		c.printf("      Fix: %s\n", fix)
	}
}
