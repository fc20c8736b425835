package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
)

func newUsersImport(c *cli) *cobra.Command {
	var o audience.ImportOptions
	var mapping []string
	var conflict string
	cmd := &cobra.Command{Use: "import FILE", Short: "Import a CSV file of users and follow it to its end; - reads standard input", Args: takes,
		Long: `Import a CSV file of users and follow it to its end; - reads standard input.

The header row names the attributes; line_id and user_id are the ids. Rows that
cannot be stored are reported with line and reason, the others are stored, and
the exit code is then 3. Ctrl-C stops watching; the import goes on.`,
		Example: "  linecast users import users.csv --map \"E-mail=email\" --map \"Internal note=\"\n  linecast users import - --delimiter tab < users.tsv",
		RunE: c.with(func(ctx context.Context, api *client.Client, args []string) (err error) {
			if o.Mapping, err = readMapping(mapping); err != nil {
				return err
			}
			o.OnConflict = audience.OnConflict(conflict)
			return c.importFile(ctx, api, args[0], o)
		})}
	f := cmd.Flags()
	f.StringArrayVar(&mapping, "map", nil, `column=attribute; "column=" leaves it out; "column=points:number" gives a type; repeat it`)
	f.BoolVar(&o.DryRun, "dry-run", false, "check and count, and change no user")
	f.StringVar(&o.Delimiter, "delimiter", "", "one of , ; tab |; default is to look at the header row")
	f.StringVar(&o.Key, "key", "", "the id that every row must have: line_id or user_id")
	f.StringVar(&conflict, "on-conflict", "", "users who exist: update (default), skip or replace")
	return cmd
}

// readMapping reads "column=attribute" flags.
func readMapping(flags []string) (map[string]string, error) {
	mapping := map[string]string{}
	for _, f := range flags {
		column, attribute, ok := strings.Cut(f, "=")
		if !ok || column == "" {
			return nil, errs.New("cli.bad_flag", fmt.Sprintf("--map %q has no =: write column=attribute", f))
		}
		mapping[column] = attribute
	}
	return mapping, nil
}

// open opens a file, or standard input for "-".
func (c *cli) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.in), nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, errs.New("cli.file", err.Error())
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, errs.New("cli.file", name+" is a directory")
	}
	return file, nil
}

func (c *cli) importFile(ctx context.Context, api *client.Client, name string, o audience.ImportOptions) error {
	file, err := c.open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	shown := filepath.Base(name)
	if name == "-" {
		shown = "standard input"
	}
	i, err := c.upload(ctx, api, shown, file, o, plainEvery)
	if errors.Is(err, context.Canceled) && i.ID != 0 {
		c.say("The import %[1]s goes on. Look at it: curl %[2]s%[3]s/imports/%[1]s; cancel it: curl -X POST …/cancel (with Authorization: Bearer)",
			i.ID, api.URL(), client.Prefix)
	}
	if err != nil {
		return err
	}
	return c.reportImport(ctx, api, i, o.DryRun)
}

func (c *cli) reportImport(ctx context.Context, api *client.Client, i audience.Import, dry bool) error {
	list, err := rejections(ctx, api, i)
	if err != nil {
		return err
	}
	c.print(i, func() {
		verb := ""
		if dry {
			verb = " (dry run: nothing was stored)"
		}
		c.printf("%s %s%s: %s rows, %s created, %s updated, %s unchanged, %s rejected\n", i.ID, i.State, verb,
			count(i.RowsTotal), count(i.Created), count(i.Updated), count(i.Unchanged), count(i.Rejected))
		c.sayRejections(i, list)
	})
	switch {
	case i.Rejected > 0:
		return errPartly
	case i.State == audience.ImportCancelled:
		return &client.Problem{Code: "import.cancelled", Title: "The import was cancelled", Detail: "rows before that are stored"}
	}
	return nil
}
