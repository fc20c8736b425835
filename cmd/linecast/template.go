package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
)

func newTemplate(c *cli) *cobra.Command {
	return group("template", "Keep messages to use again, in versions", c.talking(
		newTemplateCreate(c), newTemplateUpdate(c), newTemplateList(c), newTemplateGet(c), newTemplateDiff(c), newTemplateValidate(c),
		newTemplateUses(c), newTemplateDelete(c))...)
}

// onTemplate is a RunE whose first argument is a template.
func (c *cli) onTemplate(f func(ctx context.Context, api *client.Client, path string, args []string) error) func(*cobra.Command, []string) error {
	return c.with(func(ctx context.Context, api *client.Client, args []string) error {
		var id ref.Template
		if err := id.UnmarshalText([]byte(args[0])); err != nil {
			return err
		}
		return f(ctx, api, "templates/"+id.String(), args[1:])
	})
}

func (c *cli) printTemplate(t library.Template) error {
	c.print(t, func() { c.printf("%s %q is version %d\n", t.ID, t.Name, t.Version) })
	return nil
}

func newTemplateCreate(c *cli) *cobra.Command {
	var name string
	cmd := &cobra.Command{Use: "create FILE", Short: "Keep the template in a file; - reads standard input", Args: takes,
		Example: "  linecast template create examples/messages/flex-coupon.json --name Coupon",
		RunE: c.with(func(ctx context.Context, api *client.Client, args []string) error {
			body, err := c.readFile(args[0])
			if err != nil {
				return err
			}
			t, err := post[library.Template](ctx, api, "templates", map[string]any{"name": name, "body": string(body)})
			if err != nil {
				return err
			}
			return c.printTemplate(t)
		})}
	cmd.Flags().StringVar(&name, "name", "", "what people call it")
	return cmd
}

func newTemplateUpdate(c *cli) *cobra.Command {
	var name string
	cmd := &cobra.Command{Use: "update TEMPLATE FILE", Short: "Make the next version from a file; what is published keeps its own", Args: takes,
		RunE: c.onTemplate(func(ctx context.Context, api *client.Client, path string, args []string) error {
			body, err := c.readFile(args[0])
			if err != nil {
				return err
			}
			t, err := get[library.Template](ctx, api, path)
			if err != nil {
				return err
			}
			if name == "" {
				name = t.Name
			}
			if err := api.Do(ctx, http.MethodPut, path, map[string]any{"name": name, "body": string(body)}, &t); err != nil {
				return err
			}
			return c.printTemplate(t)
		})}
	cmd.Flags().StringVar(&name, "name", "", "another name; as it is when absent")
	return cmd
}

func newTemplateList(c *cli) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List templates", Args: takes,
		RunE: c.with(func(ctx context.Context, api *client.Client, _ []string) error {
			return c.table(client.List(ctx, api, "templates", 0), "ID\tNAME\tVERSION\tCHANGED\tBY", columns(func(t library.Template) []any {
				return []any{t.ID, t.Name, t.Version, when(&t.UpdatedAt), t.UpdatedBy}
			}))
		})}
}

func newTemplateGet(c *cli) *cobra.Command {
	var version int
	cmd := &cobra.Command{Use: "get TEMPLATE", Short: "Print a template's text, of its newest version or another", Args: takes,
		RunE: c.onTemplate(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			if version == 0 {
				return printBody[library.Template](ctx, c, api, path, func(t library.Template) string { return string(t.Body) })
			}
			path += fmt.Sprintf("/versions/%d", version)
			return printBody[library.Version](ctx, c, api, path, func(v library.Version) string { return string(v.Body) })
		})}
	cmd.Flags().IntVar(&version, "version", 0, "the version; the newest when absent")
	return cmd
}

func printBody[T any](ctx context.Context, c *cli, api *client.Client, path string, body func(T) string) error {
	t, err := get[T](ctx, api, path)
	if err != nil {
		return err
	}
	c.print(t, func() { c.printf("%s\n", strings.TrimSuffix(body(t), "\n")) })
	return nil
}

// difference is what changed between two versions.
type difference struct {
	Template ref.Template   `json:"template"`
	From     int            `json:"from"`
	To       int            `json:"to"`
	Lines    []library.Line `json:"lines"`
}

func newTemplateDiff(c *cli) *cobra.Command {
	var from, to int
	cmd := &cobra.Command{Use: "diff TEMPLATE", Short: "Show what changed between two versions, the newest two when none are named", Args: takes,
		RunE: c.onTemplate(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			query := url.Values{}
			for name, n := range map[string]int{"from": from, "to": to} {
				if n != 0 {
					query.Set(name, fmt.Sprint(n))
				}
			}
			d, err := get[difference](ctx, api, path+"/diff?"+query.Encode())
			if err != nil {
				return err
			}
			c.print(d, func() { c.printDiff(d) })
			return nil
		})}
	cmd.Flags().IntVar(&from, "from", 0, "the older version; the one before --to when absent")
	cmd.Flags().IntVar(&to, "to", 0, "the newer version; the newest when absent")
	return cmd
}

func (c *cli) printDiff(d difference) {
	c.printf("--- %s version %d\n+++ %s version %d\n", d.Template, d.From, d.Template, d.To)
	for _, hunk := range library.Hunks(d.Lines) {
		for _, l := range hunk {
			c.printf("%s%s\n", l.Op.Sign(), l.Text)
		}
	}
}

func newTemplateUses(c *cli) *cobra.Command {
	return &cobra.Command{Use: "uses TEMPLATE", Short: "List the campaigns that name it", Args: takes,
		RunE: c.onTemplate(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			return c.table(client.List(ctx, api, path+"/uses", 0), "CAMPAIGN\tNAME\tSTATUS\tVERSION", columns(func(u library.Use) []any {
				version := "newest"
				if u.Version > 0 {
					version = fmt.Sprint(u.Version)
				}
				return []any{u.Campaign, u.Name, u.Status, version}
			}))
		})}
}

func newTemplateDelete(c *cli) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{Use: "delete TEMPLATE", Short: "Delete a template and its versions; refused while a campaign may still send it", Args: takes,
		RunE: c.onTemplate(func(ctx context.Context, api *client.Client, path string, _ []string) error {
			if !yes {
				return errs.New("cli.bad_flag", "--yes is missing: its versions cannot be brought back")
			}
			if err := api.Do(ctx, http.MethodDelete, path, nil, nil); err != nil {
				return err
			}
			c.print(map[string]bool{"deleted": true}, func() { c.printf("It is gone.\n") })
			return nil
		})}
	cmd.Flags().BoolVar(&yes, "yes", false, "yes, delete it")
	return cmd
}
