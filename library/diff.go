package library

import (
	"slices"
	"strings"
)

// Op is what became of a line.
type Op string

// The ops.
const (
	Same    Op = "same"
	Removed Op = "removed"
	Added   Op = "added"
)

// Line is a line of a difference, with its number on each side where it
// stands; 0 where it does not.
type Line struct {
	Op   Op     `json:"op"`
	Old  int    `json:"old,omitempty"`
	New  int    `json:"new,omitempty"`
	Text string `json:"text"`
}

// mostCells bounds the work of a comparison. A template has at most 64 KiB;
// two that have thousands of lines and share few are shown as a whole removed
// and a whole added.
const mostCells = 4 << 20

// Diff is the shortest way from one text to another in lines, both shown
// whole.
func Diff(from, to string) []Line {
	a, b := split(from), split(to)
	lead := 0
	for lead < min(len(a), len(b)) && a[lead] == b[lead] {
		lead++
	}
	tail := 0
	for tail < min(len(a), len(b))-lead && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	w := &differ{a: a, b: b}
	w.same(lead)
	w.middle(len(a)-tail, len(b)-tail)
	w.same(tail)
	return w.out
}

// split is a text's lines; a newline at its end does not make one more.
func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// differ writes a difference; i and j are the lines it comes to next.
type differ struct {
	a, b []string
	i, j int
	out  []Line
}

func (w *differ) same(n int) {
	for range n {
		w.out = append(w.out, Line{Same, w.i + 1, w.j + 1, w.a[w.i]})
		w.i, w.j = w.i+1, w.j+1
	}
}

func (w *differ) removed() {
	w.out = append(w.out, Line{Removed, w.i + 1, 0, w.a[w.i]})
	w.i++
}

func (w *differ) added() {
	w.out = append(w.out, Line{Added, 0, w.j + 1, w.b[w.j]})
	w.j++
}

// middle writes what differs, up to the lines endA and endB: along a longest
// common subsequence.
func (w *differ) middle(endA, endB int) {
	for left := common(w.a[w.i:endA], w.b[w.j:endB]); w.i < endA && w.j < endB && left != nil; {
		i, j := len(left)-1-(endA-w.i), len(left[0])-1-(endB-w.j)
		switch {
		case w.a[w.i] == w.b[w.j]:
			w.same(1)
		case left[i+1][j] >= left[i][j+1]:
			w.removed()
		default:
			w.added()
		}
	}
	for w.i < endA {
		w.removed()
	}
	for w.j < endB {
		w.added()
	}
}

// common[i][j] is the length of the longest common subsequence of a[i:] and
// b[j:]; nil when that were too much work.
func common(a, b []string) [][]int32 {
	if (len(a)+1)*(len(b)+1) > mostCells {
		return nil
	}
	left := make([][]int32, len(a)+1)
	for i := range left {
		left[i] = make([]int32, len(b)+1)
	}
	for i := range slices.Backward(a) {
		for j := range slices.Backward(b) {
			if a[i] == b[j] {
				left[i][j] = left[i+1][j+1] + 1
			} else {
				left[i][j] = max(left[i+1][j], left[i][j+1])
			}
		}
	}
	return left
}
