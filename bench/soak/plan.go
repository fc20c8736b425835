package main

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// step is one fault.
type step struct {
	at     float64       // once this share of all messages was received
	do     fault         // what happens
	victim int           // which of the running workers
	during time.Duration // how long it is down, suspended or paused
	hard   bool          // of the API: killed, not stopped
}

// fault is a kind of step.
type fault string

const (
	faultKill     fault = "kill"
	faultTerm     fault = "term"
	faultStop     fault = "stop"
	faultPostgres fault = "postgres"
	faultAPI      fault = "api"
	faultPause    fault = "pause"
	faultCancel   fault = "cancel"
)

// moments says between which shares of the messages a fault happens, and for
// how long. The campaign that is steered must not be over by then; when it is
// cancelled, its messages are never received.
type moments struct {
	times       int
	first, last float64
	least, most time.Duration
}

// plan draws the faults from the seed, in the order in which they happen.
func (o options) plan() (steps []step) {
	dice := rand.New(rand.NewPCG(o.seed, 0))
	last := 0.9
	if o.cancel {
		last = 0.9 - 1.0/steeredShare
	}
	for _, row := range []struct {
		do fault
		moments
	}{
		{faultKill, moments{o.kills, 0, last, 0, 2 * time.Second}},
		{faultTerm, moments{o.terms, 0.02, last, 0, time.Second}},
		{faultStop, moments{o.stops, 0.02, last / 2, o.stopLeast, o.stopMost}},
		{faultPostgres, moments{o.postgres, 0.02, last, 200 * time.Millisecond, 3 * time.Second}},
		{faultAPI, moments{o.api, 0, last, 0, time.Second}},
		{faultPause, moments{o.pauses, 0.05, 0.4, 1500 * time.Millisecond, 4 * time.Second}},
		{faultCancel, moments{times(o.cancel), 0.4, 0.5, 0, 0}},
	} {
		for range row.times {
			steps = append(steps, step{
				do: row.do, at: row.first + dice.Float64()*(row.last-row.first), victim: dice.IntN(1 << 16),
				during: row.least + time.Duration(dice.Int64N(int64(row.most-row.least)+1)), hard: dice.IntN(2) == 0,
			})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	return steps
}

func times(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
