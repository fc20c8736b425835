package segment

import (
	"slices"
	"time"
)

// The SQL readings of windows: see window.prefilter. An open end needs no test.
const (
	windowSQL = `{text} collate "C" >= {outer} and {text} collate "C" < {beyond} and
	case when {text} collate "C" >= {inner} and {text} collate "C" < {within} then segment_is_datetime({text})
	else tstzrange({start}, {end}) @> segment_instant({text}, {zone}) end`
	beforeSQL = `{text} collate "C" < {beyond} and
	case when {text} collate "C" < {within} then segment_is_datetime({text}) else segment_instant({text}, {zone}) < {end} end`
	afterSQL = `{text} collate "C" >= {outer} and
	case when {text} collate "C" >= {inner} then segment_is_datetime({text}) else segment_instant({text}, {zone}) >= {start} end`
)

// inWindow is its Go reading.
func inWindow(got any, o operand, e *evaluation) bool {
	return onLocal(func(t time.Time, o operand, _ *evaluation) bool { return o.window.has(t) })(got, o, e)
}

// onText is the Go reading of an operator on strings.
func onText(match func(got string, o operand) bool) func(any, operand, *evaluation) bool {
	return func(got any, o operand, _ *evaluation) bool {
		s, ok := got.(string)
		if o.fold != nil {
			s = fold(s)
		}
		return ok && match(s, o)
	}
}

// onNumber is the Go reading of an operator on numbers.
func onNumber(match func(got decimal, o operand) bool) func(any, operand, *evaluation) bool {
	return func(got any, o operand, _ *evaluation) bool {
		n, ok := numberOf(got)
		return ok && match(n, o)
	}
}

// onLocal is the Go reading of an operator on datetimes, which are given in the
// segment's time zone.
func onLocal(match func(got time.Time, o operand, e *evaluation) bool) func(any, operand, *evaluation) bool {
	return func(got any, o operand, e *evaluation) bool {
		s, _ := got.(string)
		t, ok := parseDatetime(s, e.zone)
		return ok && match(t.In(e.zone), o, e)
	}
}

// onList is the Go reading of an operator on lists.
func onList(match func(got []any, o operand) bool) func(any, operand, *evaluation) bool {
	return func(got any, o operand, _ *evaluation) bool {
		list, ok := got.([]any)
		return ok && match(list, o)
	}
}

// hasElement reports whether a list has an element of an operand.
func hasElement(list []any, want any) bool {
	return slices.ContainsFunc(list, func(got any) bool {
		if n, ok := numberOf(got); ok {
			w, ok := want.(decimal)
			return ok && n.compare(w) == 0
		}
		return got == want
	})
}

func hasAny(list []any, o operand) bool {
	return slices.ContainsFunc(o.elements, func(want any) bool { return hasElement(list, want) })
}

func hasAll(list []any, o operand) bool {
	return !slices.ContainsFunc(o.elements, func(want any) bool { return !hasElement(list, want) })
}
