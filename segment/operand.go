package segment

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// operand is the value of a comparison, read once by Parse. Which fields are
// set depends on its kind.
type operand struct {
	text     string   // folded when case is ignored
	texts    []string // the same
	fold     *folding // nil when case counts
	numbers  []decimal
	truth    bool
	whole    int
	elements []any // string or decimal
	moments  []moment
	window   window              // of the evaluation: see comparison.bound
	args     map[string]argument // for the SQL reading, by their name in it
}

// argument is an argument of the SQL reading and the type it is cast to.
type argument struct {
	value any
	cast  string
}

// bind adds an argument.
func (o *operand) bind(name string, v any, cast string) {
	if o.args == nil {
		o.args = map[string]argument{}
	}
	o.args[name] = argument{v, cast}
}

// kind is a kind of value that an operator takes.
type kind struct {
	says string             // for people
	fits func(v value) bool // the first look, which chooses between an operator's rows
	read func(v value, ignoreCase bool) (operand, *errs.Error)
}

// The kinds. An absent value is a value of kind 0.
var (
	nothing      = kind{"no value", ofKind(0), func(value, bool) (operand, *errs.Error) { return operand{}, nil }}
	aString      = kind{"a string", ofKind('"'), readString}
	aNumber      = kind{"a number", ofKind('0'), readNumber}
	aBool        = kind{"true or false", ofKind('t'), readBool}
	someStrings  = kind{"a list of strings", listOf('"'), readStrings}
	someNumbers  = kind{"a list of numbers", listOf('0'), readNumbers}
	twoNumbers   = kind{"two numbers", listOf('0'), readTwoNumbers}
	twoMoments   = kind{"two datetimes", listOf('"', '{'), readTwoMoments}
	aMoment      = kind{`a datetime, a date or {"last": 7, "unit": "days"}`, ofKind('"', '{'), readMoment}
	lastSpan     = kind{`{"last": 7, "unit": "days"}`, ofKind('{'), readSpan("last")}
	nextSpan     = kind{`{"next": 7, "unit": "days"}`, ofKind('{'), readSpan("next")}
	anHour       = kind{"an hour from 0 to 23", ofKind('0'), readWhole(0, 23)}
	aDay         = kind{"a day of the month from 1 to 31", ofKind('0'), withNear(readWhole(1, 31), nearDays)}
	aMonth       = kind{"a month from 1 to 12", ofKind('0'), withNear(readWhole(1, 12), nearMonths)}
	aLength      = kind{"a whole number from 0", ofKind('0'), readWhole(0, 1<<20)}
	aWeekday     = kind{"a weekday such as monday", ofKind('"'), readWeekday}
	onlyStrings  = kind{"a list of strings", allStrings, readElements}
	someElements = kind{"a list of strings and numbers", listOf('"', '0'), readElements}
)

func ofKind(kinds ...byte) func(value) bool {
	return func(v value) bool { return strings.IndexByte(string(kinds), v.kind) >= 0 }
}

// listOf looks at the first element only: a mixed list is better refused by
// naming its odd element.
func listOf(kinds ...byte) func(value) bool {
	return func(v value) bool { return v.kind == '[' && (len(v.items) == 0 || ofKind(kinds...)(v.items[0])) }
}

func allStrings(v value) bool {
	return v.kind == '[' && !slices.ContainsFunc(v.items, func(item value) bool { return item.kind != '"' })
}

func readString(v value, ignoreCase bool) (o operand, _ *errs.Error) {
	o.text = v.text
	if ignoreCase {
		o.text = fold(o.text)
		o.fold = foldingFor(o.text)
	}
	o.bind("value", o.text, "text")
	return o, nil
}

func readStrings(v value, ignoreCase bool) (o operand, _ *errs.Error) {
	err := eachItem(v, "a string", ofKind('"'), func(item value) *errs.Error {
		text := item.text
		if ignoreCase {
			text = fold(text)
		}
		o.texts = append(o.texts, text)
		return nil
	})
	if ignoreCase {
		o.fold = foldingFor(o.texts...)
	}
	o.bind("value", o.texts, "text[]")
	return o, err
}

func readNumber(v value, _ bool) (o operand, _ *errs.Error) {
	err := o.addNumber(v)
	o.bind("value", o.numbers[0].json(), "jsonb")
	return o, err
}

func (o *operand) addNumber(v value) *errs.Error {
	n := parseDecimal(v.text)
	o.numbers = append(o.numbers, n)
	if !n.storable() {
		return errs.New("segment.bad_value", v.String(), "no attribute can hold a number of so many digits")
	}
	return nil
}

func readNumbers(v value, _ bool) (o operand, _ *errs.Error) {
	err := eachItem(v, "a number", ofKind('0'), o.addNumber)
	list := make([]string, len(o.numbers))
	for i, n := range o.numbers {
		list[i] = n.json()
	}
	o.bind("value", list, "text[]::jsonb[]")
	return o, err
}

func readTwoNumbers(v value, _ bool) (o operand, _ *errs.Error) {
	err := eachItem(v, "a number", ofKind('0'), o.addNumber)
	switch {
	case err != nil:
		return o, err
	case len(o.numbers) != 2:
		return o, errs.New("segment.bad_value", v.String(), "write two numbers, the lower and the upper end")
	case o.numbers[0].compare(o.numbers[1]) > 0:
		return o, errs.New("segment.bad_value", v.String(), "the first number is greater than the second, so nothing lies between")
	}
	o.bind("low", o.numbers[0].json(), "jsonb")
	o.bind("high", o.numbers[1].json(), "jsonb")
	return o, nil
}

func readBool(v value, _ bool) (o operand, _ *errs.Error) {
	o.truth = v.truth
	o.bind("value", strconv.FormatBool(v.truth), "jsonb")
	return o, nil
}

func readMoment(v value, _ bool) (operand, *errs.Error) {
	m, err := parseMoment(v)
	return operand{moments: []moment{m}}, err
}

func readTwoMoments(v value, _ bool) (o operand, _ *errs.Error) {
	err := eachItem(v, "a datetime", ofKind('"', '{'), func(item value) *errs.Error {
		m, err := parseMoment(item)
		o.moments = append(o.moments, m)
		return err
	})
	if err == nil && len(o.moments) != 2 {
		err = errs.New("segment.bad_value", v.String(), "write two datetimes, the first and the last")
	}
	return o, err
}

func readSpan(key string) func(value, bool) (operand, *errs.Error) {
	return func(v value, _ bool) (operand, *errs.Error) {
		s, err := parseSpan(v, key)
		return operand{moments: []moment{{span: s}}}, err
	}
}

func readWhole(least, most int) func(value, bool) (operand, *errs.Error) {
	return func(v value, _ bool) (o operand, _ *errs.Error) {
		n, err := strconv.Atoi(v.text)
		if err != nil || n < least || n > most {
			return o, errs.New("segment.bad_value", v.String(), "it must be a whole number from "+itoa(least)+" to "+itoa(most))
		}
		o.whole = n
		o.bind("value", n, "int")
		return o, nil
	}
}

// withNear adds what the month or day in a datetime's text can be when it is
// the wanted one in the segment's time zone, so that few texts need be cast.
func withNear(read func(value, bool) (operand, *errs.Error), near func(int) []int) func(value, bool) (operand, *errs.Error) {
	return func(v value, ignoreCase bool) (operand, *errs.Error) {
		o, err := read(v, ignoreCase)
		var texts []string
		for _, n := range near(o.whole) {
			texts = append(texts, fmt.Sprintf("%02d", n))
		}
		o.bind("near", texts, "text[]")
		return o, err
	}
}

func nearMonths(month int) []int { return []int{(month+10)%12 + 1, month, month%12 + 1} }

// nearDays counts on the first and the last days of months as neighbours.
func nearDays(day int) []int {
	switch {
	case day == 1:
		return []int{28, 29, 30, 31, 1, 2}
	case day >= 28:
		return []int{day - 1, day, day + 1, 1}
	}
	return []int{day - 1, day, day + 1}
}

func readWeekday(v value, _ bool) (o operand, _ *errs.Error) {
	var names []string
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		if name == v.text {
			o.whole = int(d)
			o.bind("value", int(d), "int")
			return o, nil
		}
		names = append(names, name)
	}
	return o, errs.New("segment.unknown_value", "weekday", shorten(v.text), strings.Join(names, ", "), nearest.Hint(v.text, names))
}

func readElements(v value, _ bool) (o operand, _ *errs.Error) {
	var each, texts []string
	err := eachItem(v, "a string or a number", ofKind('"', '0'), func(item value) *errs.Error {
		text := quote(item.text)
		texts = append(texts, item.text)
		o.elements = append(o.elements, item.text)
		var err *errs.Error
		if item.kind == '0' {
			err = o.addNumber(item)
			n := o.numbers[len(o.numbers)-1]
			o.elements[len(o.elements)-1], text = n, n.json()
		}
		each = append(each, "["+text+"]")
		return err
	})
	if allStrings(v) {
		o.bind("value", texts, "text[]")
		return o, err
	}
	o.bind("each", each, "text[]::jsonb[]")
	o.bind("value", joinLists(each), "jsonb")
	return o, err
}

// joinLists makes one JSON list of lists of one element.
func joinLists(each []string) string {
	inner := make([]string, len(each))
	for i, list := range each {
		inner[i] = list[1 : len(list)-1]
	}
	return "[" + strings.Join(inner, ",") + "]"
}

// eachItem reads the elements of a list, which may be neither empty nor too
// long: nobody means an empty in, and its not_in would be everybody.
func eachItem(v value, want string, fits func(value) bool, read func(value) *errs.Error) *errs.Error {
	switch n := len(v.items); {
	case n == 0:
		return errs.New("segment.bad_value", "[]", "the list is empty; write at least one value")
	case n > MaxValues:
		return errs.New("segment.bad_value", v.String(), "the list has "+itoa(n)+" values; at most "+itoa(MaxValues))
	}
	for i, item := range v.items {
		if !fits(item) {
			return errs.New("segment.wrong_value", "the list", want, item.says()).At("/" + itoa(i))
		}
		if err := read(item); err != nil {
			return err.At("/" + itoa(i))
		}
	}
	return nil
}
