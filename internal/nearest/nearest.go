// Package nearest finds the name somebody probably meant. Error details use
// it; it refuses to guess when nothing is close.
package nearest

import (
	"fmt"
	"strings"
)

// Name is the one of known that got is most likely a misspelling of, or "".
// Case, and the choice between -, _ and spaces, are no difference at all; else
// a third of the name's characters may differ, and at most three.
func Name(got string, known []string) string {
	best, bestCost := "", 4
	folded := fold(got)
	for _, k := range known {
		allowed := min(3, max(1, len([]rune(k))/3))
		if cost := distance(folded, fold(k)); cost <= allowed && cost < bestCost {
			best, bestCost = k, cost
		}
	}
	return best
}

// Hint is `, did you mean "name"?` for the end of a sentence, or "".
func Hint(got string, known []string) string {
	if name := Name(got, known); name != "" {
		return fmt.Sprintf(", did you mean %q?", name)
	}
	return ""
}

var folder = strings.NewReplacer("-", "", "_", "", " ", "")

// fold also bounds the work that a hostile name can cause.
func fold(s string) []rune {
	r := []rune(folder.Replace(strings.ToLower(s[:min(len(s), 400)])))
	return r[:min(len(r), 100)]
}

// distance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours cost one each.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
