package message

import (
	"fmt"
	"strings"
)

// suggest is "; did you mean …?" when one of known is close to what the author
// wrote, and "" otherwise.
func suggest(content []byte, known []string) string {
	if near := nearest(string(content), known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// a puts "a" or "an" before a title; the titles that start with u are spoken
// with a consonant.
func a(title string) string {
	if strings.IndexByte("aeio", title[0]) >= 0 {
		return "an " + title
	}
	return "a " + title
}

// nearest is the known name with the fewest edits, counted without regard to
// case, if they are at most a third of the name's length; the first of equals.
func nearest(name string, known []string) string {
	best, fewest := "", max(1, len(name)/3)+1
	for _, k := range known {
		if difference := len(k) - len(name); difference >= fewest || -difference >= fewest {
			continue
		}
		if d := edits(strings.ToLower(name), strings.ToLower(k)); d < fewest {
			best, fewest = k, d
		}
	}
	return best
}

// edits is the Levenshtein distance of two short strings, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
