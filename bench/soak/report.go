package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/linecast/linecast/bench/soak/checker"
)

// verdict is everything that is printed at the end.
type verdict struct {
	OK          bool          `json:"ok"`
	Seed        uint64        `json:"seed"`
	Flags       string        `json:"flags"`
	Faults      map[fault]int `json:"faults"`
	Seconds     float64       `json:"seconds"` // from the first publish to the last run's end
	Ideal       float64       `json:"ideal_seconds,omitempty"`
	Away        float64       `json:"postgres_away_seconds,omitempty"` // of Seconds
	WorstSecond int           `json:"worst_second"`                    // most requests within any second
	checker.Report
	Trouble []string `json:"trouble"`
}

func newVerdict(o options, report checker.Report, done map[fault]int, took time.Duration, trouble []error) verdict {
	v := verdict{Seed: o.seed, Flags: o.flags(), Faults: done, Seconds: took.Seconds(), Report: report}
	if o.rate > 0 {
		v.Ideal = float64(o.recipients) / float64(o.rate)
	}
	for _, err := range trouble {
		v.Trouble = append(v.Trouble, err.Error())
	}
	v.OK = report.OK() && len(trouble) == 0
	return v
}

func (v verdict) print(out io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(v)
	}
	fmt.Fprintln(out)
	if err := v.table(out); err != nil {
		return err
	}
	v.problems(out)
	fmt.Fprintf(out, "\nseed %d, faults%s\n", v.Seed, v.faults())
	fmt.Fprintf(out, "%.1f s of sending", v.Seconds)
	if v.Ideal > 0 {
		fmt.Fprintf(out, ", %.2f times what the rate alone takes", v.Seconds/v.Ideal)
	}
	if v.Away > 0 {
		fmt.Fprintf(out, "; PostgreSQL was away for %.1f s of it", v.Away)
	}
	fmt.Fprintf(out, "; worst second %d requests\n", v.WorstSecond)
	if v.OK {
		fmt.Fprintln(out, "ok: nobody lost, nobody twice, nobody unexpected")
		return nil
	}
	fmt.Fprintf(out, "FAILED; again with: make soak ARGS=%q\n", v.Flags)
	return nil
}

func (v verdict) table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "campaign\tstate\truns\tattempted\taccepted\trecovered\tskipped\trejected\tcancelled\tunknown\tlost\tduplicated\tunexpected\tlate\twoken\t")
	for _, r := range v.Rows {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", r.Campaign, r.State, r.Runs, r.Attempted,
			r.Accepted, r.Recovered, r.Skipped, r.Rejected, r.Cancelled, r.Unknown, r.Lost, r.Duplicated, r.Unexpected, r.Late, r.Woken)
	}
	return w.Flush()
}

// shown is how many problems of a kind are printed.
const shown = 5

func (v verdict) problems(out io.Writer) {
	printed := map[checker.Kind]int{}
	for _, p := range v.Problems {
		if printed[p.Kind]++; printed[p.Kind] <= shown {
			fmt.Fprintf(out, "%s: %s %s: %s\n", p.Kind, p.Campaign, p.Who, p.What)
		}
	}
	for _, kind := range sortedKeys(printed) {
		if n := printed[kind]; n > shown {
			fmt.Fprintf(out, "%s: and %d more\n", kind, n-shown)
		}
	}
	for _, text := range v.Trouble {
		fmt.Fprintln(out, "trouble:", text)
	}
}

func (v verdict) faults() string {
	var b strings.Builder
	for _, f := range sortedKeys(v.Faults) {
		fmt.Fprintf(&b, " %s %d", f, v.Faults[f])
	}
	return b.String()
}

func sortedKeys[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
