package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line/simulator"
)

// newSimulate runs a LINE platform for staging and for trying things out.
func newSimulate(c *cli) *cobra.Command {
	var faults simulator.Faults
	channel := simulator.Demo()
	var noLimits bool
	listen := "127.0.0.1:9900"
	cmd := &cobra.Command{Use: "simulate", Short: "Run a LINE Messaging API to send to: for staging, load tests and trying things out", Args: takes,
		Long: `Run a LINE Messaging API to send to. It keeps LINE's promises about retry keys,
rate limits, quota and followers, and can fail on command. LINE forbids load
tests on its own platform; this is where they go. It has no other protection
than its address: keep it on loopback.`,
		Example: "  linecast simulate --latency 80 --error-rate 0.02\n  LINECAST_LINE_API_BASE=http://127.0.0.1:9900 linecast serve",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := simulator.New(simulator.Options{Channels: []simulator.Channel{channel}, Limits: simulator.Limits{Off: noLimits}, KeepBodies: 1000})
			if err != nil {
				return err
			}
			if err := s.SetFaults(faults); err != nil {
				return errs.New("cli.bad_flag", err.Error())
			}
			return c.simulate(cmd.Context(), s, listen)
		}}
	f := cmd.Flags()
	f.StringVar(&listen, "listen", listen, "address to listen on")
	f.StringVar(&channel.Token, "token", channel.Token, "channel access token to accept")
	f.StringVar(&channel.Secret, "secret", channel.Secret, "channel secret that webhooks are signed with")
	f.IntVar(&channel.FollowerCount, "followers", channel.FollowerCount, "friends the account has")
	f.Int64Var(&channel.Quota, "quota", 0, "messages a month; 0 is no limit")
	f.StringVar(&channel.Webhook, "webhook", "", "where events go")
	f.Float64Var(&faults.LatencyMS, "latency", 0, "milliseconds that every answer waits")
	f.Float64Var(&faults.JitterMS, "jitter", 0, "up to so many milliseconds longer")
	f.Float64Var(&faults.ErrorRate, "error-rate", 0, "share of requests that are answered 500 and not accepted, 0 to 1")
	f.Float64Var(&faults.LateRate, "late-rate", 0, "share that are accepted and answered 500 all the same")
	f.Float64Var(&faults.DropRate, "drop-rate", 0, "share whose connection is cut before they are accepted")
	f.Float64Var(&faults.CutRate, "cut-rate", 0, "share that are accepted and whose connection is cut")
	f.Float64Var(&faults.LimitRate, "limit-rate", 0, "share that are answered 429")
	f.BoolVar(&noLimits, "no-limits", false, "do not keep LINE's rate limits")
	return cmd
}

func (c *cli) simulate(ctx context.Context, s *simulator.Simulator, listen string) error {
	if err := s.Start(listen); err != nil {
		return err
	}
	account := s.Accounts()[0]
	channel := account.Channel()
	v := map[string]string{"url": s.URL(), "channel_id": channel.ID, "channel_access_token": channel.Token, "channel_secret": channel.Secret, "bot": channel.BasicID}
	c.print(v, func() {
		c.printf("LINE simulator on %s\n\n  channel id            %s\n  channel access token  %s\n  channel secret        %s\n",
			s.URL(), channel.ID, channel.Token, channel.Secret)
		c.say("\nPoint linecast at it: LINECAST_LINE_API_BASE=%s LINECAST_LINE_DATA_API_BASE=%[1]s\nWhat it received: curl %[1]s/_simulator/\nCtrl-C ends it.", s.URL())
	})
	<-ctx.Done()
	stats := account.Stats()
	c.say("Received %s messages for %s recipients; %s requests.", count(int64(stats.Received)), count(int64(stats.Recipients)), count(int64(stats.Requests)))
	return errors.Join(s.Flush(), stop(ctx, s.Stop))
}
