package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/internal/config"
)

// cli is one call of the program.
type cli struct {
	in      io.Reader
	out     io.Writer // data
	talk    io.Writer // everything said to people: progress, logs, errors
	environ map[string]string
	json    bool              // data and errors as JSON
	flags   map[string]string // settings given as flags, by the name of their variable
}

// config reads the settings, flags over environment.
func (c *cli) config() (config.Config, error) { return config.LoadWithFlags(c.environ, c.flags) }

// say prints a line for people.
func (c *cli) say(format string, args ...any) { fmt.Fprintf(c.talk, format+"\n", args...) }

// lively reports whether progress may redraw its line: people watch a
// terminal, and anything else is a log.
func (c *cli) lively() bool {
	file, ok := c.talk.(*os.File)
	return ok && !c.json && c.environ["TERM"] != "dumb" && term.IsTerminal(int(file.Fd()))
}

// bold marks what matters on a terminal that may be coloured (no-color.org).
func (c *cli) bold(text string) string {
	if !c.lively() || c.environ["NO_COLOR"] != "" {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

// log is the log of a process that serves.
func (c *cli) log(level slog.Level) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if c.json {
		return slog.New(slog.NewJSONHandler(c.talk, o))
	}
	return slog.New(slog.NewTextHandler(c.talk, o))
}

// client talks to the server that the settings name.
func (c *cli) client() (*client.Client, error) {
	settings, err := c.config()
	if err != nil {
		return nil, err
	}
	if settings.APIKey.Reveal() == "" {
		return nil, errs.New("client.no_key")
	}
	return client.New(client.Options{URL: settings.ServerURL, APIKey: settings.APIKey.Reveal(), UserAgent: "linecast/" + build().Version}), nil
}

// get reads path into a T.
func get[T any](ctx context.Context, api *client.Client, path string) (out T, err error) {
	return out, api.Do(ctx, http.MethodGet, path, nil, &out)
}

// post sends in to path and reads the answer into a T.
func post[T any](ctx context.Context, api *client.Client, path string, in any) (out T, err error) {
	return out, api.Do(ctx, http.MethodPost, path, in, &out)
}

// settings gives cmd the flags of the settings with these variables, less
// their LINECAST_.
func (c *cli) settings(cmd *cobra.Command, names ...string) {
	wanted := map[string]bool{}
	for _, n := range names {
		wanted["LINECAST_"+n] = true
	}
	for _, s := range config.Settings() {
		if wanted[s.Name] {
			cmd.Flags().Var(&setting{c.flags, s.Name}, s.Flag, usage(s))
		}
	}
}

// serverSettings are the settings of a process that serves or works.
var serverSettings = []string{"DATABASE_URL", "LISTEN", "METRICS_LISTEN", "PUBLIC_URL", "MASTER_KEY", "BOOTSTRAP_API_KEY",
	"LINE_API_BASE", "LINE_DATA_API_BASE", "TIME_ZONE", "WORKER_CONCURRENCY", "LOG_LEVEL"}

// usage is a setting's help: its first sentence, the default and the variable.
func usage(s config.Setting) string {
	sentence, _, _ := strings.Cut(s.Doc, ". ")
	sentence = strings.TrimSuffix(sentence, ".")
	if s.Default != "" {
		sentence += "; default " + s.Default
	}
	return sentence + " [" + s.Name + "]"
}

// setting is a flag of a setting. What is wrong with a value is found when all
// settings are read.
type setting struct {
	values map[string]string
	name   string
}

func (s *setting) String() string     { return "" }
func (s *setting) Set(v string) error { s.values[s.name] = v; return nil }
func (s *setting) Type() string       { return "value" }

// wait pauses between two looks at something.
func wait(ctx context.Context) error {
	timer := time.NewTimer(looksEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
