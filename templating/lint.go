package templating

import (
	"cmp"
	"slices"
)

// Lint is something allowed that an author probably did not mean.
type Lint struct {
	Code    string
	Message string
	Line    int
	Column  int
}

// lintList collects lints in the order met.
type lintList struct {
	src   string
	items []Lint
}

// mostLints are kept.
const mostLints = 50

func (l *lintList) add(code string, off int, message string) {
	if len(l.items) >= mostLints {
		return
	}
	line, column := position(l.src, off)
	lint := Lint{code, message, line, column}
	if slices.Contains(l.items, lint) {
		return
	}
	l.items = append(l.items, lint)
}

// sort puts the lints in the order of the source.
func (l *lintList) sort() {
	slices.SortStableFunc(l.items, func(a, b Lint) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
