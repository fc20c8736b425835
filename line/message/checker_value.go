package message

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// field checks a field that is there and reports whether it is more than null.
func (c *checker) field(f *field, n int32) bool {
	if c.nodes[n].kind == kindNull {
		if f.need == required {
			c.report(Error, codeRequired, n, "is null, and must have a value")
			return true
		}
		c.report(Warning, codeNull, n, "is null; leave it out instead")
		return false
	}
	if f.deprecated != "" {
		c.report(Warning, codeDeprecated, n, "is deprecated by LINE; use %s", f.deprecated)
	}
	c.value(f, n)
	return true
}

// value checks a value against a row.
func (c *checker) value(f *field, n int32) {
	switch f.kind {
	case str:
		c.str(f, n)
	case integer, number:
		c.number(f, n)
	case boolean:
		if k := c.nodes[n].kind; k != kindTrue && k != kindFalse {
			c.wrongType(n, wantBoolean)
		}
	case list:
		c.list(f, n)
	case dict:
		c.dict(f, n)
	case obj:
		c.shape(f.shape, n)
	}
}

func (c *checker) str(f *field, n int32) {
	if c.nodes[n].kind != kindString {
		c.wrongType(n, wantString)
		return
	}
	text := c.text(n)
	if len(text) == 0 && c.empty(f, n) {
		return
	}
	if len(f.enum) > 0 && !contains(f.enum, c.content(n)) {
		c.report(Error, codeBadEnum, n, "is %q; LINE takes %s%s", clip(c.content(n), 40), strings.Join(f.enum, ", "), suggest(c.content(n), f.enum))
		return
	}
	if f.format != nil {
		if wrong, severity := f.format.check(c.content(n)); wrong != "" {
			c.report(severity, f.format.code, n, "%q %s", clip(c.content(n), 60), wrong)
		}
	}
	if text := c.text(n); len(text) > 0 && text[0] <= ' ' && f.need == required && blank(c.content(n)) {
		c.report(Warning, codeEmpty, n, "has nothing in it but white space")
	}
	if f.max > 0 {
		c.length(f, n)
	}
}

// empty handles "" and reports whether that settles the field.
func (c *checker) empty(f *field, n int32) bool {
	switch {
	case f.emptyOK:
	case f.need == required || f.min > 0:
		c.report(Error, codeEmpty, n, "is empty; LINE wants text in it")
	case f.format == nil && len(f.enum) == 0:
		c.report(Warning, codeEmpty, n, "is empty; leave it out instead")
	default:
		return false
	}
	return true
}

// length checks a string's length, and its smaller limit beside certain
// fields. Neither unit can exceed the bytes, so that most strings need no
// counting at all.
func (c *checker) length(f *field, n int32) {
	limit, why := f.max, ""
	if f.tight != nil {
		if beside := c.beside(f.tight, c.nodes[n].parent); beside != "" {
			limit, why = f.tight.max, " beside "+beside
		}
	}
	if len(c.text(n)) <= limit {
		return
	}
	content := c.content(n)
	actual, name := units(content), "UTF-16 units"
	if actual <= limit {
		return
	}
	if f.unit == graphemeUnits {
		if actual, name = graphemes(content), "characters"; actual <= limit {
			return
		}
	}
	c.measure(Error, codeTooLong, n, limit, actual, "has %d %s; LINE allows %d%s", actual, name, limit, why)
}

// beside is the first of a tight's fields that object n has.
func (c *checker) beside(t *tight, n int32) string {
	for _, name := range t.when {
		if c.member(n, name) >= 0 {
			return name
		}
	}
	return ""
}

func (c *checker) number(f *field, n int32) {
	want := wantNumber
	if f.kind == integer {
		want = wantInteger
	}
	if c.nodes[n].kind != kindNumber {
		c.wrongType(n, want)
		return
	}
	v := c.float(n)
	if f.kind == integer && v != math.Trunc(v) {
		c.wrongType(n, want)
		return
	}
	if b := f.between; b != nil && (v < b.min || v > b.max) {
		c.report(severityOf(f, v < b.min), codeOutOfRange, n, "is %s; it must be %s", clip(c.raw(n), 40), b)
	}
}

// float is the value of a number; one too large for a float64 is infinite.
func (c *checker) float(n int32) float64 {
	v, _ := strconv.ParseFloat(string(c.raw(n)), 64) // the scanner has seen the grammar; a range error gives ±Inf
	return v
}

// severityOf is what breaking a lower or an upper bound of f means.
func severityOf(f *field, lower bool) Severity {
	if lower && f.soft&softMin != 0 || !lower && f.soft&softMax != 0 {
		return Warning
	}
	return Error
}

func (c *checker) list(f *field, n int32) {
	if c.nodes[n].kind != kindArray {
		c.wrongType(n, wantList)
		return
	}
	c.count(f, n, int(c.nodes[n].count))
	for child := range c.children(n) {
		c.element(f, child)
	}
}

// element checks an entry of a list. Counting animated images starts anew
// with each message.
func (c *checker) element(f *field, n int32) {
	if c.nodes[n].parent == c.messages {
		c.animated = 0
	}
	c.shape(f.shape, n)
}

func (c *checker) dict(f *field, n int32) {
	if c.nodes[n].kind != kindObject {
		c.wrongType(n, wantObject)
		return
	}
	c.count(f, n, int(c.nodes[n].count))
	for key := range c.children(n) {
		if wrong, severity := f.format.check(c.content(key)); wrong != "" {
			c.add(Finding{Severity: severity, Code: f.format.code, Offset: int(c.nodes[key].start),
				Detail: fmt.Sprintf("the name %q %s", clip(c.content(key), 60), wrong)}, key)
		}
		c.shape(f.shape, key+1)
	}
}

// count checks how many entries a list or dict has.
func (c *checker) count(f *field, n int32, actual int) {
	switch {
	case actual < f.min:
		c.measure(severityOf(f, true), codeTooFew, n, f.min, actual, "has %s; LINE wants %s", entries(actual), wanted(f))
	case f.max > 0 && actual > f.max:
		c.measure(severityOf(f, false), codeTooMany, n, f.max, actual, "has %s; LINE allows %s", entries(actual), wanted(f))
	}
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return strconv.Itoa(n) + " entries"
}

// wanted is the allowed number of entries in words; a list with a minimum has
// a maximum too.
func wanted(f *field) string {
	switch f.min {
	case f.max:
		return "exactly " + strconv.Itoa(f.max)
	case 0:
		return "at most " + strconv.Itoa(f.max)
	}
	return strconv.Itoa(f.min) + " to " + strconv.Itoa(f.max)
}

// atLeast is an interval without an upper end.
func atLeast(min float64) *interval { return &interval{min, math.Inf(1)} }

// String is the interval in words.
func (b *interval) String() string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	switch {
	case math.IsInf(b.max, 1):
		return "at least " + number(b.min)
	case b.min == b.max:
		return number(b.min)
	}
	return number(b.min) + " to " + number(b.max)
}
