package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/internal/config"
)

// newConfig shows every setting, its value and where that comes from.
func newConfig(c *cli) *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Print every setting, its value and where it comes from; secrets stay hidden", GroupID: looking, Args: takes}
	for _, s := range config.Settings() {
		cmd.Flags().Var(&setting{c.flags, s.Name}, s.Flag, usage(s))
	}
	cmd.RunE = func(*cobra.Command, []string) error {
		settings, err := c.config()
		if err != nil {
			return err
		}
		if c.json {
			for _, row := range settings.Table() {
				fmt.Fprintln(c.out, encoded(map[string]any{"name": row.Name, "flag": "--" + row.Flag, "value": row.Value,
					"source": row.Source, "default": row.Default, "secret": row.Secret, "doc": row.Doc}))
			}
			return nil
		}
		w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "SETTING\tVALUE\tFROM")
		for _, row := range settings.Table() {
			fmt.Fprintf(w, "%s\t%s\t%s\n", row.Name, row.Value, row.Source)
		}
		return w.Flush()
	}
	return cmd
}
