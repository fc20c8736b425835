package main

import (
	"github.com/spf13/cobra"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/app"
	"github.com/linecast/linecast/migrations"
)

func newMigrate(c *cli) *cobra.Command {
	up := &cobra.Command{Use: "up", Short: "Apply every migration that the database does not have", Args: takes,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := c.config()
			if err != nil {
				return err
			}
			applied, err := app.Migrate(cmd.Context(), settings, c.log(settings.LogLevel))
			if err != nil {
				return err
			}
			c.print(map[string]any{"applied": migrationNames(applied)}, func() {
				for _, m := range applied {
					c.printf("applied %s\n", m)
				}
				c.say("%d migrations applied; the database is up to date.", len(applied))
			})
			return nil
		}}
	status := &cobra.Command{Use: "status", Short: "Say where the database stands; exit 1 when migrations are missing", Args: takes,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.migrateStatus(cmd) }}
	for _, cmd := range []*cobra.Command{up, status} {
		c.settings(cmd, "DATABASE_URL", "LOG_LEVEL")
	}
	return group("migrate", "Bring the database's schema up to date, or say where it stands", up, status)
}

func (c *cli) migrateStatus(cmd *cobra.Command) error {
	settings, err := c.config()
	if err != nil {
		return err
	}
	state, err := app.Schema(cmd.Context(), settings, c.log(settings.LogLevel))
	if err != nil {
		return err
	}
	v := map[string]any{"version": state.Version, "latest": state.Latest, "pending": migrationNames(state.Pending),
		"river": state.River, "river_latest": state.RiverWant}
	c.print(v, func() {
		for _, m := range state.Applied {
			c.printf("applied  %s  %s\n", m.AppliedAt.Format("2006-01-02 15:04:05 MST"), m)
		}
		for _, m := range state.Pending {
			c.printf("pending  %s\n", m)
		}
		c.printf("queue    version %d of %d\n", state.River, state.RiverWant)
	})
	if len(state.Pending) > 0 {
		return errs.New("schema.older", state.Version, state.Latest)
	}
	return nil
}

func migrationNames(list []migrations.Migration) []string {
	names := []string{}
	for _, m := range list {
		names = append(names, m.String())
	}
	return names
}
