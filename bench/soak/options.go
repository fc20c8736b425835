package main

import (
	"flag"
	"fmt"
	"io"
	"time"
)

// options is how much is done, and to whom.
type options struct {
	recipients int
	workers    int
	rate       int
	seed       uint64
	limit      time.Duration

	kills, terms, stops int // of workers
	postgres, api       int
	pauses              int
	cancel              bool
	stopLeast, stopMost time.Duration
	binary              string
	json, keep          bool
}

// steered is the share of the recipients that are in the campaign that is
// paused and cancelled.
const steeredShare = 5

func full() options {
	return options{
		recipients: 100_000, workers: 3, rate: 2000, limit: 10 * time.Minute,
		kills: 20, terms: 2, stops: 2, postgres: 1, api: 1,
		stopLeast: 8 * time.Second, stopMost: 20 * time.Second, binary: defaultBinary(),
	}
}

// short is what CI runs: half a minute that meets every kind of fault.
func (o *options) short() {
	o.recipients, o.rate = 10_000, 1000
	o.kills, o.terms, o.stops, o.postgres, o.api = 4, 1, 1, 1, 1
	o.pauses, o.cancel = 1, true
	o.stopLeast, o.stopMost, o.limit = 7*time.Second, 8*time.Second, 3*time.Minute
}

// parse reads the command line; of two flags about one thing the last holds.
func parse(args []string, talk io.Writer) (options, error) {
	o := full()
	f := flag.NewFlagSet("soak", flag.ContinueOnError)
	f.SetOutput(talk)
	f.BoolFunc("short", "half a minute of everything, as CI runs it", func(string) error { o.short(); return nil })
	f.IntVar(&o.recipients, "recipients", o.recipients, "people that messages are sent to")
	f.IntVar(&o.workers, "workers", o.workers, "worker processes")
	f.IntVar(&o.rate, "rate", o.rate, "messages a second at most; 0 is no limit")
	f.IntVar(&o.kills, "kills", o.kills, "times that a worker is killed")
	f.IntVar(&o.terms, "terms", o.terms, "times that a worker is asked to stop, and must end with 0")
	f.IntVar(&o.stops, "stops", o.stops, "times that a worker is suspended for longer than it may hold a batch")
	f.DurationVar(&o.stopLeast, "stop-least", o.stopLeast, "shortest time that one is suspended")
	f.DurationVar(&o.stopMost, "stop-most", o.stopMost, "longest time that one is suspended")
	f.IntVar(&o.postgres, "postgres-kills", o.postgres, "times that PostgreSQL is killed and started again")
	f.IntVar(&o.api, "api-restarts", o.api, "times that the API is killed or stopped and started again")
	f.IntVar(&o.pauses, "pauses", o.pauses, "times that one of the campaigns is paused and resumed")
	f.BoolVar(&o.cancel, "cancel", o.cancel, "cancel one of the campaigns in the middle")
	f.DurationVar(&o.limit, "duration", o.limit, "how long sending may take")
	f.Uint64Var(&o.seed, "seed", 0, "of the faults; 0 picks one")
	f.StringVar(&o.binary, "binary", o.binary, "the linecast to be tested")
	f.BoolVar(&o.json, "json", false, "print the verdict as JSON")
	f.BoolVar(&o.keep, "keep", false, "keep the logs and the database also when all is right")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	return o, o.check(f.Args())
}

func (o options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%q is one argument too many: there are flags only", rest[0])
	case o.recipients < 100 || o.recipients > 2_000_000:
		return fmt.Errorf("--recipients is %d: want 100 to 2000000", o.recipients)
	case o.workers < 1 || o.workers > 16:
		return fmt.Errorf("--workers is %d: want 1 to 16", o.workers)
	case o.rate < 0 || o.rate > 2000:
		return fmt.Errorf("--rate is %d: want 0 to 2000", o.rate)
	case min(o.kills, o.terms, o.stops, o.postgres, o.api, o.pauses) < 0:
		return fmt.Errorf("there is no fault that happens less than 0 times")
	case o.stopLeast < 0 || o.stopMost < o.stopLeast:
		return fmt.Errorf("--stop-least %s to --stop-most %s is no span", o.stopLeast, o.stopMost)
	}
	return nil
}

// flags is the command line that repeats these options.
func (o options) flags() string {
	return fmt.Sprintf("--seed %d --recipients %d --workers %d --rate %d --kills %d --terms %d --stops %d --stop-least %s --stop-most %s --postgres-kills %d --api-restarts %d --pauses %d --cancel=%t",
		o.seed, o.recipients, o.workers, o.rate, o.kills, o.terms, o.stops, o.stopLeast, o.stopMost, o.postgres, o.api, o.pauses, o.cancel)
}
