package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/errs"
)

// demoOptions is what a person may ask of the demo.
type demoOptions struct {
	exit       bool
	recipients int
}

func newDemo(c *cli) *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{Use: "demo", Short: "Run all of it with nothing set up: import, segment, campaign, report", Args: takes,
		Long: `Run all of it with nothing set up: a private PostgreSQL, a LINE simulator, the
API, a worker and the console in one process. Through the same HTTP interface
that everybody uses it imports a file of users, connects a channel, makes a
segment, sends a test message and publishes a personalised campaign. Nothing
leaves this machine.

Each start makes its database anew: what an earlier demo held is gone.`,
		Example: "  linecast demo\n  linecast demo --exit --recipients 20000",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.demo(cmd.Context(), o) }}
	cmd.Flags().BoolVar(&o.exit, "exit", false, "end after the report; exit 0 only when every recipient has its outcome")
	cmd.Flags().IntVar(&o.recipients, "recipients", 0, "make up so many users instead of importing the file of the examples, 1 to 1000000")
	c.settings(cmd, "DATABASE_URL", "LISTEN", "DATA_DIR", "PG_BIN", "LOG_LEVEL", "TIME_ZONE", "WORKER_CONCURRENCY")
	return cmd
}

// demo starts everything, shows it, and keeps it running until ctx ends.
func (c *cli) demo(ctx context.Context, o demoOptions) (err error) {
	if o.recipients < 0 || o.recipients > 1_000_000 {
		return errs.New("cli.bad_flag", "--recipients takes 1 to 1000000")
	}
	begun := time.Now()
	var s stage
	defer func() { err = errors.Join(err, stop(ctx, s.stop)) }()
	if err := c.setUp(ctx, &s); err != nil {
		return err
	}
	t := tour{cli: c, stage: &s}
	if err := t.walkInTime(ctx, o); err != nil {
		return err
	}
	c.say("\nAll of it took %.1f s.", time.Since(begun).Seconds())
	if o.exit {
		return nil
	}
	t.whatNext()
	select {
	case <-ctx.Done():
		c.say("\nStopping. The next demo begins anew.")
	case <-s.broken():
		return errs.New("demo.failed", "PostgreSQL has ended; see "+s.database.LogFile())
	}
	return nil
}
