package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/api"
)

// version is set by releases: -ldflags "-X main.version=1.2.3".
var version = ""

// build says what this binary was made of.
func build() api.Build {
	b := api.Build{Version: version, Commit: ""}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if b.Version == "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Commit = s.Value
		}
	}
	return b
}

func newVersion(c *cli) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", GroupID: looking, Args: takes, RunE: func(*cobra.Command, []string) error {
		b := build()
		v := map[string]string{"version": b.Version, "commit": b.Commit, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
		c.print(v, func() { c.printf("linecast %s (%s, %s)\n", b.Version, v["go"], v["platform"]) })
		return nil
	}}
}
