package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// The groups that help lists commands in.
const (
	running = "running"
	using   = "using"
	looking = "looking"
)

// newRoot makes the tree of commands.
func newRoot(c *cli) *cobra.Command {
	root := group("linecast", "Marketing campaigns over LINE: exactly one outcome a recipient, never lost, never repeated.",
		newConfig(c), newVersion(c))
	root.Long = `linecast takes user attributes in, builds segments from them, renders a JSON
message template for each user and sends it through the LINE Messaging API:
rate-limited, retried, never twice, every result recorded.

Start with: linecast demo`
	root.SilenceErrors, root.SilenceUsage = true, true
	root.PersistentFlags().BoolVar(&c.json, "json", false, "print JSON: one value, or one a line for lists and progress")
	root.AddGroup(&cobra.Group{ID: running, Title: "Run it:"}, &cobra.Group{ID: using, Title: "Use it (talks to a server; LINECAST_URL and LINECAST_API_KEY):"},
		&cobra.Group{ID: looking, Title: "Look after it:"})
	add(root, running, newDemo(c), newServe(c), newWorker(c), newSimulate(c))
	add(root, using, newUsers(c), newSegment(c), newTemplate(c), newCampaign(c), newChannel(c), newRender(c))
	add(root, looking, newMigrate(c), newAPIKey(c), newDoctor(c))
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		help.Args = helpArgs
	}
	return root
}

// helpArgs refuses help about a command that does not exist; cobra's own would
// show the help of the command above it.
func helpArgs(help *cobra.Command, args []string) error {
	about, rest, err := help.Root().Find(args)
	if err == nil && len(rest) == 0 {
		return nil
	}
	return errs.New("cli.unknown_command", rest[0], about.CommandPath(), nearest.Hint(rest[0], names(about)))
}

func add(to *cobra.Command, id string, commands ...*cobra.Command) {
	for _, cmd := range commands {
		cmd.GroupID = id
		to.AddCommand(cmd)
	}
}

// group is a command that only has others below it.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return errs.New("cli.unknown_command", args[0], cmd.CommandPath(), nearest.Hint(args[0], names(cmd)))
	}}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(commands...)
	return cmd
}

func names(cmd *cobra.Command) (list []string) {
	for _, sub := range cmd.Commands() {
		list = append(append(list, sub.Name()), sub.Aliases...)
	}
	return list
}

// flagError puts pflag's errors in the catalogue's words.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return errs.New("cli.bad_flag", err.Error())
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
	name := "--" + unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" {
		return errs.New("cli.unknown_flag", cmd.CommandPath(), "-"+unknown.GetSpecifiedShortnames(), "")
	}
	return errs.New("cli.unknown_flag", cmd.CommandPath(), name, nearest.Hint(name, known))
}

// takes checks that a command gets exactly the arguments that its use names,
// such as "status CAMPAIGN". The last may be repeated ("USER…").
func takes(cmd *cobra.Command, args []string) error {
	want := strings.Fields(cmd.Use)[1:]
	repeated := len(want) > 0 && strings.HasSuffix(want[len(want)-1], "...")
	switch {
	case len(args) < len(want):
		return errs.New("cli.arguments", want[len(args)]+" is missing", cmd.CommandPath()+" "+strings.Join(want, " "))
	case len(args) > len(want) && !repeated:
		return errs.New("cli.arguments", fmt.Sprintf("%q is one argument too many", args[len(want)]), strings.TrimSpace(cmd.CommandPath()+" "+strings.Join(want, " ")))
	}
	return nil
}
