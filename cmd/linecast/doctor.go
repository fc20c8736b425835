package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/app"
)

func newDoctor(c *cli) *cobra.Command {
	cmd := &cobra.Command{Use: "doctor", Short: "Look at everything linecast needs and say what is wrong; exit 1 when something is", Args: takes,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := c.config()
			if err != nil {
				return err
			}
			failed, all := 0, 0
			app.Doctor(cmd.Context(), settings, slog.New(slog.DiscardHandler), time.Now, func(f app.Finding) {
				if all++; f.Status == app.Fail {
					failed++
				}
				if c.json {
					fmt.Fprintln(c.out, encoded(f))
					return
				}
				c.printCheck(f.Status, f.Name, f.Detail, f.Fix)
			})
			if failed > 0 {
				return errs.New("doctor.failed", failed, all)
			}
			return nil
		}}
	c.settings(cmd, serverSettings...)
	return cmd
}
