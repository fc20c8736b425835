// Linecast sends marketing campaigns over LINE. One binary is the server, the
// worker and the command line; `linecast --help` lists what it does.
//
// This package owns flags, what is printed and exit codes. It refuses to do
// the work itself: servers are wired by internal/app, and commands that look
// at or change data talk to a server over HTTP as everybody else does.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // schedules need zones on machines that have none
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel(errInterrupted)
		<-signals // whoever asks twice does not want to wait
		os.Exit(exitInterrupted)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, environment(os.Environ())))
}

// run is the program as tests call it: everything it touches comes in, and its
// exit code comes out.
func run(ctx context.Context, args []string, in io.Reader, out, talk io.Writer, environ map[string]string) int {
	c := &cli{in: in, out: out, talk: talk, environ: environ, flags: map[string]string{}}
	root := newRoot(c)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(talk)
	err := root.ExecuteContext(ctx)
	return c.finish(ctx, err)
}

// environment is the environment as a map.
func environment(list []string) map[string]string {
	environ := make(map[string]string, len(list))
	for _, entry := range list {
		name, value, _ := strings.Cut(entry, "=")
		environ[name] = value
	}
	return environ
}
