package library

import "fmt"

// Sign is the op as the first character of a line of a unified difference.
func (o Op) Sign() string {
	switch o {
	case Removed:
		return "-"
	case Added:
		return "+"
	}
	return " "
}

// Hunk is a stretch of a difference: lines that differ, and what is around
// them.
type Hunk []Line

// around is how many lines that are the same stand beside one that is not.
const around = 3

// Hunks leaves out of a difference what is far from everything that differs.
func Hunks(lines []Line) (hunks []Hunk) {
	start, end := 0, 0 // of the hunk that is being found
	for i, l := range lines {
		if l.Op == Same {
			continue
		}
		if i-around > end && end > 0 {
			hunks = append(hunks, lines[start:end])
			start = i - around
		} else if end == 0 {
			start = max(0, i-around)
		}
		end = min(len(lines), i+around+1)
	}
	if end > 0 {
		hunks = append(hunks, lines[start:end])
	}
	return hunks
}

// Header says which lines of both sides the hunk has, in the form of a unified
// difference: where it begins and how many there are.
func (h Hunk) Header() string {
	var first, count struct{ old, new int }
	for _, l := range h {
		if l.Op != Added {
			count.old++
			first.old = l.Old - count.old + 1
		}
		if l.Op != Removed {
			count.new++
			first.new = l.New - count.new + 1
		}
	}
	return fmt.Sprintf("@@ -%d,%d +%d,%d @@", first.old, count.old, first.new, count.new)
}
