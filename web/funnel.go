package web

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/linecast/linecast/delivery"
)

// piece is a coloured part of a bar, in thousandths of its length. Bars are
// SVG: the length is an attribute there, and our policy allows no style ones.
type piece struct {
	Class    string // of style.css: the outcome's name
	X, Width string
}

// barLength is the length of a bar in the units of its viewBox.
const barLength = 1000

// pieceOf is n of total, behind what comes before it. What is there at all is
// at least a hair wide.
func pieceOf(class string, before, n, total int64) piece {
	unit := barLength / float64(max(1, total))
	width := float64(n) * unit
	if n > 0 {
		width = max(width, 2)
	}
	x := min(float64(before)*unit, barLength-width)
	return piece{Class: class, X: units(x), Width: units(width)}
}

func units(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// outcome is a row of the table of outcomes, in the order of the funnel.
type outcome struct {
	class, name string
	count       func(delivery.Progress) int64
}

var outcomes = []outcome{
	{"accepted", "Accepted by LINE", func(p delivery.Progress) int64 { return p.Counts.Accepted }},
	{"skipped", "Skipped", func(p delivery.Progress) int64 { return p.Counts.Skipped }},
	{"rejected", "Rejected", func(p delivery.Progress) int64 { return p.Counts.Rejected }},
	{"unknown", "Unknown", func(p delivery.Progress) int64 { return p.Counts.Unknown }},
	{"cancelled", "Cancelled", func(p delivery.Progress) int64 { return p.Counts.Cancelled }},
	{"remaining", "Not sent yet", func(p delivery.Progress) int64 { return p.Remaining }},
}

// outcomeBar is a run's recipients by outcome, on one bar. What is not sent
// yet is the bar's ground.
func outcomeBar(p delivery.Progress) []piece {
	var bar []piece
	var before int64
	for _, o := range outcomes[:len(outcomes)-1] {
		if n := o.count(p); n > 0 {
			bar = append(bar, pieceOf(o.class, before, n, p.Frozen))
			before += n
		}
	}
	return bar
}

// step is a row of the funnel.
type step struct {
	Name    string
	N       int64
	Share   float64 // of the users matched
	Whole   bool    // a sum, of which the rows below it are parts
	Piece   piece
	Outcome string // the ledger's name of it; "" for steps before the ledger
}

// stepsOf is the funnel: the users matched, less those left out, by what
// became of them. Each bar begins where the one before it ends.
func stepsOf(p delivery.Progress) []step {
	share := func(n int64) float64 { return float64(n) / float64(max(1, p.Matched)) }
	steps := []step{{Name: "Users matched", N: p.Matched, Share: share(p.Matched), Whole: true,
		Piece: pieceOf("matched", 0, p.Matched, p.Matched)}}
	before := p.Frozen
	for _, code := range byCount(p.Excluded) {
		n := p.Excluded[code]
		steps = append(steps, step{Name: "Left out: " + words(code), N: n, Share: share(n),
			Piece: pieceOf("excluded", before, n, p.Matched)})
		before += n
	}
	steps = append(steps, step{Name: "Recipients", N: p.Frozen, Share: share(p.Frozen), Whole: true,
		Piece: pieceOf("matched", 0, p.Frozen, p.Matched)})
	before = 0
	for i, o := range outcomes {
		n := o.count(p)
		if n == 0 && i > 0 {
			continue
		}
		row := step{Name: o.name, N: n, Share: share(n), Piece: pieceOf(o.class, before, n, p.Matched)}
		if o.class != "remaining" {
			row.Outcome = o.class
		}
		steps, before = append(steps, row), before+n
	}
	return steps
}

// reason is why a number of users got nothing.
type reason struct {
	Code, Meaning string
	N             int64
	Frozen        bool // they were recipients: the ledger has a row for each
}

// reasonsOf lists the reasons, those before the freeze first, the largest
// numbers first.
func reasonsOf(p delivery.Progress) []reason {
	var list []reason
	add := func(counts map[string]int64, frozen bool) {
		for _, code := range byCount(counts) {
			list = append(list, reason{Code: code, Meaning: delivery.Reasons[code], N: counts[code], Frozen: frozen})
		}
	}
	add(p.Excluded, false)
	add(p.Reasons, true)
	return list
}

// byCount is the keys of counts, the largest count first.
func byCount(counts map[string]int64) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}
