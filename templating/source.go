package templating

import (
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// position turns a byte offset into a 1-based line and a 1-based column
// counted in runes.
func position(source string, off int) (line, column int) {
	off = min(max(off, 0), len(source))
	before := source[:off]
	line = 1 + strings.Count(before, "\n")
	return line, 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
}

// at puts the place of off on e, unless a deeper part has put one already.
func at(source string, off int, e *errs.Error) *errs.Error {
	if e.Line > 0 {
		return e
	}
	return e.AtLine(position(source, off))
}

// shorten cuts s for a message, on a rune boundary.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
