// Command bench measures linecast against its limits, in one run: a plain COPY
// beside the import, a raw posting loop beside a campaign, hand-written SQL
// beside a segment. It prints a table and judges nothing.
//
//	go run ./bench              every benchmark
//	go run ./bench push limiter some of them
//
// Servers and workers are processes of their own, on loopback, with a private
// PostgreSQL of durable settings. Machines are noisy: read the ratios.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata"
)

// sizes are how much a benchmark does.
type sizes struct {
	recipients int
	rows       int
	rounds     int
	extra      int
}

// benchmark is a row of the table: a name, what it measures, and the function.
type benchmark struct {
	name string
	what string
	run  func(context.Context, sizes, io.Writer) error
}

// benchmarks is every benchmark; one row adds one.
func benchmarks() []benchmark {
	return []benchmark{
		{"push", "a personalised campaign with its ledger, uncapped, against a raw posting loop", benchPush},
		{"flex", "the same with a flex message of 2.5 KB", benchFlex},
		{"multicast", "a campaign whose messages are equal, without a limit of ours", benchMulticast},
		{"latency", "a campaign at 2,000/s when LINE takes 50 ms to answer", benchLatency},
		{"limiter", "three worker processes sharing 2,000/s", benchLimiter},
		{"outage", "5,000 recipients at 500/s and 503 for a minute, without and with a tenth of 429", benchOutage},
		{"ledger", "reading batches and recording outcomes, without sending", benchLedger},
		{"export", "downloading a ledger as CSV from the API, against a plain COPY of its rows", benchExport},
		{"import", "importing a file of -rows users, against a plain COPY of the same rows", benchImport},
		{"segments", "counting segments of -rows users, against hand-written SQL", benchSegments},
		{"freeze", "freezing an audience of -rows users", benchFreeze},
		{"render", "one message: compose with render, check and hash", benchRender},
	}
}

// children are the other programs this binary is, one process each.
var children = map[string]func(context.Context, []string) error{
	"child-simulator": runSimulator,
	"child-worker":    runWorker,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 {
		if child, ok := children[args[0]]; ok {
			return child(ctx, args[1:])
		}
	}
	var s sizes
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&s.recipients, "recipients", 50_000, "recipients of a campaign")
	flags.IntVar(&s.rows, "rows", 1_000_000, "users in the import, segment and freeze benchmarks")
	flags.IntVar(&s.rounds, "rounds", 3, "how often each is measured; medians are shown")
	flags.IntVar(&s.extra, "extra", 0, "bytes of attributes more that each recipient of push and flex has, which the message does not read")
	profile := flags.String("profile", "", "file for the CPU profile of a worker process")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: bench [flags] [benchmark …]")
		flags.PrintDefaults()
		for _, b := range benchmarks() {
			fmt.Fprintf(flags.Output(), "  %-10s %s\n", b.name, b.what)
		}
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	chosen, err := choose(flags.Args())
	if err != nil {
		return err
	}
	if *profile != "" {
		if err := os.Setenv(envProfile, *profile); err != nil { // children inherit it
			return err
		}
	}
	describeMachine(os.Stdout)
	for _, b := range chosen {
		fmt.Printf("\n== %s: %s\n", b.name, b.what)
		if err := b.run(ctx, s, os.Stdout); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
	}
	return nil
}

// choose finds the benchmarks named; none named is all.
func choose(names []string) ([]benchmark, error) {
	all := benchmarks()
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	for _, b := range all {
		known = append(known, b.name)
	}
	var chosen []benchmark
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, fmt.Errorf("no benchmark %q; there are %s", name, strings.Join(known, ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}
