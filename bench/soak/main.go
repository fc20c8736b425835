// Command soak kills linecast under its campaigns and counts what became of
// every recipient: worker processes, PostgreSQL and the API are killed, stopped
// and suspended at moments drawn from a seed while a simulated LINE cuts
// connections and fails. At the end it holds the ledger against what the
// simulator received; see package checker and docs/soak.md.
//
//	make soak                  20 killed workers and more, 100,000 recipients
//	make soak ARGS=--short     half a minute of it
//	make soak ARGS="--seed 7"  the faults of an earlier one
//
// It exits with 0 only when nobody was lost, nobody got a message twice and
// both records agree about everybody.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes.
const (
	exitOK = iota
	exitBroken
	exitUsage
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, out, talk io.Writer) int {
	o, err := parse(args, talk)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK
		}
		fmt.Fprintln(talk, "soak:", err)
		return exitUsage
	}
	if o.seed == 0 {
		o.seed = rand.Uint64N(1_000_000)
	}
	v, err := soak(ctx, o, talk)
	if err == nil {
		err = v.print(out, o.json)
	}
	if err != nil {
		fmt.Fprintf(talk, "soak: seed %d: %v\n", o.seed, err)
		return exitBroken
	}
	if !v.OK {
		return exitBroken
	}
	return exitOK
}
