package main

import (
	"context"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/internal/app"
)

// stopWithin is how long a stop may take: requests and batches under way are
// finished. What a supervisor gives a process is usually 30 s.
const stopWithin = 20 * time.Second

func newServe(c *cli) *cobra.Command {
	var noWorker, migrate bool
	cmd := &cobra.Command{Use: "serve", Short: "Run the API and the console, and a worker with them", Args: takes,
		Long: "Run the API and the console, and a worker with them.\n\nSIGTERM and SIGINT stop it in good order within 20 seconds; a second signal at once.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.process(cmd.Context(), app.Options{Serve: true, Work: !noWorker, Migrate: migrate})
		}}
	cmd.Flags().BoolVar(&noWorker, "no-worker", false, "answer requests only; run linecast worker beside it")
	cmd.Flags().BoolVar(&migrate, "migrate", false, "bring the database up to date first")
	c.settings(cmd, serverSettings...)
	return cmd
}

func newWorker(c *cli) *cobra.Command {
	var migrate bool
	cmd := &cobra.Command{Use: "worker", Short: "Run a worker alone: it sends, imports and keeps schedules", Args: takes,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.process(cmd.Context(), app.Options{Work: true, Migrate: migrate})
		}}
	cmd.Flags().BoolVar(&migrate, "migrate", false, "bring the database up to date first")
	c.settings(cmd, serverSettings...)
	return cmd
}

// gcPercent makes the garbage collector run less often than by default, as what a
// worker keeps is small. 400 would save little more and take 140 MiB instead of
// 119 for flex messages (GOGC=400 go run ./bench push flex).
const gcPercent = 300

// process runs an app until ctx ends.
func (c *cli) process(ctx context.Context, o app.Options) error {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(gcPercent)
	}
	var err error
	if o.Config, err = c.config(); err != nil {
		return err
	}
	o.Log, o.Build = c.log(o.Config.LogLevel), build()
	a, err := app.New(ctx, o)
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	o.Log.Info("stopping", "within", stopWithin)
	return stop(ctx, a.Stop)
}

// stop ends something after ctx has, within stopWithin.
func stop(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	return f(ctx)
}
