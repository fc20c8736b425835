package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/ref"
)

// clientSettings are the settings of a command that talks to a server.
var clientSettings = []string{"URL", "API_KEY"}

// talking gives every cmd the flags that name a server.
func (c *cli) talking(commands ...*cobra.Command) []*cobra.Command {
	for _, cmd := range commands {
		c.settings(cmd, clientSettings...)
	}
	return commands
}

// with is a RunE that gets a client.
func (c *cli) with(f func(ctx context.Context, api *client.Client, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		api, err := c.client()
		if err != nil {
			return err
		}
		return f(cmd.Context(), api, args)
	}
}

func newUsers(c *cli) *cobra.Command {
	return group("users", "Import users, read them, and learn of followers",
		c.talking(newUsersImport(c), newUsersSync(c), newUsersGet(c), newUsersList(c))...)
}

func newUsersGet(c *cli) *cobra.Command {
	return &cobra.Command{Use: "get USER", Short: "Show a user, named as usr_42, line:U… or user:…", Args: takes,
		RunE: c.with(func(ctx context.Context, api *client.Client, args []string) error {
			return c.show(ctx, api, "users/"+url.PathEscape(args[0]))
		})}
}

// show prints what a route answers, as JSON for programs and for people.
func (c *cli) show(ctx context.Context, api *client.Client, path string) error {
	raw, err := get[json.RawMessage](ctx, api, path)
	if err != nil {
		return err
	}
	return c.printJSON(raw)
}

func newUsersList(c *cli) *cobra.Command {
	var attribute, value string
	var limit int
	cmd := &cobra.Command{Use: "list", Short: "List users", Args: takes, Example: "  linecast users list --attribute tier --value gold"}
	cmd.RunE = c.with(func(ctx context.Context, api *client.Client, _ []string) error {
		query := url.Values{}
		if attribute != "" {
			query.Set("attribute", attribute)
		}
		if cmd.Flags().Changed("value") {
			query.Set("value", value)
		}
		return c.table(client.List(ctx, api, "users?"+query.Encode(), limit), "ID\tUSER ID\tLINE ID\tATTRIBUTES", columns(func(u audience.User) []any {
			return []any{u.ID, u.UserID, u.LineID, shortened(string(u.Attributes), 60)}
		}))
	})
	cmd.Flags().StringVar(&attribute, "attribute", "", "only users who have it")
	cmd.Flags().StringVar(&value, "value", "", "and with this value")
	cmd.Flags().IntVar(&limit, "limit", 100, "at most so many; 0 is all")
	return cmd
}

// shortened is text, cut to n characters.
func shortened(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n-1]) + "…"
}

func newUsersSync(c *cli) *cobra.Command {
	var channel string
	cmd := &cobra.Command{Use: "sync", Short: "Read the ids of a channel's followers from LINE", Args: takes,
		Long:    "Read the ids of a channel's followers from LINE. LINE lists them for verified and premium accounts only.",
		Example: "  linecast users sync --channel ch_1"}
	cmd.RunE = c.with(func(ctx context.Context, api *client.Client, _ []string) error {
		if channel == "" {
			return errs.New("cli.bad_flag", "--channel is missing: it names the channel, such as ch_1")
		}
		var id ref.Channel
		if err := id.UnmarshalText([]byte(channel)); err != nil {
			return err
		}
		s, err := post[audience.Sync](ctx, api, "channels/"+id.String()+"/followers-sync", nil)
		if err != nil {
			return err
		}
		return c.followSync(ctx, api, s)
	})
	cmd.Flags().StringVar(&channel, "channel", "", "the channel, such as ch_1")
	return cmd
}

func (c *cli) followSync(ctx context.Context, api *client.Client, s audience.Sync) error {
	m := c.newMeter(ctx, "Reading", plainEvery)
	defer m.end()
	for s.State == audience.SyncRunning {
		m.show(s.Seen, s.Seen, fmt.Sprintf("%s ids read, %s of them new", count(s.Seen), count(s.Added)), s)
		if err := wait(ctx); err != nil {
			return err
		}
		next, err := get[audience.Sync](ctx, api, "syncs/"+s.ID.String())
		if err != nil {
			return err
		}
		s = next
	}
	m.end()
	if s.Failure != nil {
		return failure("The sync failed", *s.Failure)
	}
	c.print(s, func() {
		c.printf("%s %s: %s ids, %s new users, %s came back, %s are gone\n", s.ID, s.State, count(s.Seen), count(s.Added), count(s.Returned), count(s.Gone))
	})
	return nil
}
