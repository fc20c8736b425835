package segment

import (
	"slices"
	"strings"
	"time"
)

// operator is a row of the table of operators: one name for one type of value,
// with its two readings side by side.
//
// The SQL reading is a template. {text}, {json} and {type} are the attribute as
// text, as jsonb and its JSON type, NULL when it is missing; {local} is what
// clocks in the segment's zone show at the attribute's moment, NULL when it is
// no datetime; the other names are arguments (operand.go). Whatever is not true,
// false or NULL alike, is not a match; no cast in it may ever fail. The Go
// reading sees the user's value, nil when it is missing.
type operator struct {
	name    string
	takes   kind
	folds   bool   // may have ignore_case
	negates string // the exact complement of that operator; such a row has no readings of its own
	doc     string
	example string // a whole condition
	sql     string
	match   func(got any, o operand, e *evaluation) bool
	window  func(o operand, e *evaluation) window // of the operators that ask for a stretch of time
}

// operators is the whole language of comparisons.
var operators = []operator{
	{name: "exists", takes: nothing, doc: "has the attribute, be it an empty string",
		example: `{"attribute": "line_id", "is": "exists"}`,
		sql:     `{text} is not null`,
		match:   func(got any, _ operand, _ *evaluation) bool { return got != nil }},
	{name: "not_exists", negates: "exists",
		example: `{"attribute": "email", "is": "not_exists"}`},

	// PostgreSQL evaluates a plain equality after comparisons of the same cost,
	// and it is what excludes most users; = any is cheaper to its planner.
	{name: "equals", takes: aString, folds: true, doc: "is that string, code point by code point",
		example: `{"attribute": "tier", "is": "equals", "value": "gold"}`,
		sql:     `{text} = any(array[{value}]) and {type} = 'string'`,
		match:   onText(func(got string, o operand) bool { return got == o.text })},
	{name: "equals", takes: aNumber, doc: "is that number: 1.0 is 1",
		example: `{"attribute": "visits", "is": "equals", "value": 3}`,
		sql:     `{json} = any(array[{value}])`,
		match:   onNumber(func(got decimal, o operand) bool { return got.compare(o.numbers[0]) == 0 })},
	{name: "equals", takes: aBool, doc: "is true, or is false",
		example: `{"attribute": "newsletter", "is": "equals", "value": true}`,
		sql:     `{json} = any(array[{value}])`,
		match:   func(got any, o operand, _ *evaluation) bool { return got == any(o.truth) }},
	{name: "not_equals", negates: "equals",
		example: `{"attribute": "tier", "is": "not_equals", "value": "gold"}`},
	{name: "in", takes: someStrings, folds: true, doc: "is one of those strings",
		example: `{"attribute": "tier", "is": "in", "value": ["gold", "platinum"]}`,
		sql:     `{text} = any({value}) and {type} = 'string'`,
		match:   onText(func(got string, o operand) bool { return slices.Contains(o.texts, got) })},
	{name: "in", takes: someNumbers, doc: "is one of those numbers",
		example: `{"attribute": "visits", "is": "in", "value": [1, 2, 3]}`,
		sql:     `{json} = any({value})`,
		match: onNumber(func(got decimal, o operand) bool {
			return slices.ContainsFunc(o.numbers, func(n decimal) bool { return got.compare(n) == 0 })
		})},
	{name: "not_in", negates: "in",
		example: `{"attribute": "tier", "is": "not_in", "value": ["gold", "platinum"]}`},

	{name: "contains", takes: aString, folds: true, doc: "has that text somewhere in it",
		example: `{"attribute": "email", "is": "contains", "value": "@example."}`,
		sql:     `strpos({text}, {value}) > 0 and {type} = 'string'`,
		match:   onText(func(got string, o operand) bool { return strings.Contains(got, o.text) })},
	{name: "not_contains", negates: "contains",
		example: `{"attribute": "email", "is": "not_contains", "value": "@example."}`},
	{name: "starts_with", takes: aString, folds: true, doc: "begins with that text",
		example: `{"attribute": "first_name", "is": "starts_with", "value": "คุณ"}`,
		sql:     `starts_with({text}, {value}) and {type} = 'string'`,
		match:   onText(func(got string, o operand) bool { return strings.HasPrefix(got, o.text) })},
	{name: "ends_with", takes: aString, folds: true, doc: "ends with that text",
		example: `{"attribute": "email", "is": "ends_with", "value": ".CO.JP", "ignore_case": true}`,
		sql:     `right({text}, length({value})) = {value} and {type} = 'string'`,
		match:   onText(func(got string, o operand) bool { return strings.HasSuffix(got, o.text) })},
	{name: "is_empty", takes: nothing, doc: "is the empty string; a missing attribute is not empty",
		example: `{"attribute": "first_name", "is": "is_empty"}`,
		sql:     `{text} = '' and {type} = 'string'`,
		match:   func(got any, _ operand, _ *evaluation) bool { return got == any("") }},
	{name: "not_empty", negates: "is_empty",
		example: `{"attribute": "first_name", "is": "not_empty"}`},

	// jsonb's own order compares numbers exactly and needs no cast. Types stand
	// in a fixed order there (PostgreSQL manual, 8.14.4): what lies between two
	// numbers is a number, and only an open end needs the type's check.
	{name: "less_than", takes: aNumber, doc: "is a smaller number",
		example: `{"attribute": "points", "is": "less_than", "value": 100}`,
		sql:     `{json} < {value} and {type} = 'number'`,
		match:   onNumber(func(got decimal, o operand) bool { return got.compare(o.numbers[0]) < 0 })},
	{name: "at_most", takes: aNumber, doc: "is that number or a smaller one",
		example: `{"attribute": "points", "is": "at_most", "value": 100}`,
		sql:     `{json} <= {value} and {type} = 'number'`,
		match:   onNumber(func(got decimal, o operand) bool { return got.compare(o.numbers[0]) <= 0 })},
	{name: "greater_than", takes: aNumber, doc: "is a greater number",
		example: `{"attribute": "points", "is": "greater_than", "value": 100}`,
		sql:     `{json} > {value} and {type} = 'number'`,
		match:   onNumber(func(got decimal, o operand) bool { return got.compare(o.numbers[0]) > 0 })},
	{name: "at_least", takes: aNumber, doc: "is that number or a greater one",
		example: `{"attribute": "points", "is": "at_least", "value": 100}`,
		sql:     `{json} >= {value} and {type} = 'number'`,
		match:   onNumber(func(got decimal, o operand) bool { return got.compare(o.numbers[0]) >= 0 })},
	{name: "between", takes: twoNumbers, doc: "is a number from the first to the second, both included",
		example: `{"attribute": "points", "is": "between", "value": [1000, 4999]}`,
		sql:     `{json} >= {low} and {json} <= {high}`,
		match: onNumber(func(got decimal, o operand) bool {
			return got.compare(o.numbers[0]) >= 0 && got.compare(o.numbers[1]) <= 0
		})},

	{name: "between", takes: twoMoments, doc: "is a datetime from the first to the second, both included; a date lasts all day",
		example: `{"attribute": "signup", "is": "between", "value": ["2026-01-01", "2026-03-31"]}`,
		sql:     windowSQL, match: inWindow,
		window: func(o operand, e *evaluation) window {
			return between(o.moments[0].first(e), o.moments[1].after(e))
		}},
	{name: "not_between", negates: "between",
		example: `{"attribute": "points", "is": "not_between", "value": [1000, 4999]}`},
	{name: "before", takes: aMoment, doc: "is an earlier datetime; before a date means before its day begins",
		example: `{"attribute": "signup", "is": "before", "value": "2026-01-01"}`,
		sql:     beforeSQL, match: inWindow,
		window: func(o operand, e *evaluation) window { to := o.moments[0].first(e); return window{nil, &to} }},
	{name: "after", takes: aMoment, doc: "is a later datetime; after a date means after its day has ended",
		example: `{"attribute": "signup", "is": "after", "value": {"last": 30, "unit": "days"}}`,
		sql:     afterSQL, match: inWindow,
		window: func(o operand, e *evaluation) window { from := o.moments[0].after(e); return window{&from, nil} }},
	{name: "on", takes: aMoment, doc: "is a datetime on that day, in the segment's time zone",
		example: `{"attribute": "signup", "is": "on", "value": "2026-01-01"}`,
		sql:     windowSQL, match: inWindow,
		window: func(o operand, e *evaluation) window { return dayOf(o.moments[0].first(e).In(e.zone)) }},
	{name: "in_the_last", takes: lastSpan, doc: "is a datetime from that long ago to now",
		example: `{"attribute": "last_visit", "is": "in_the_last", "value": {"last": 7, "unit": "days"}}`,
		sql:     windowSQL, match: inWindow,
		window: func(o operand, e *evaluation) window {
			return between(o.moments[0].first(e), e.now.Add(time.Microsecond))
		}},
	{name: "in_the_next", takes: nextSpan, doc: "is a datetime from now to that far ahead",
		example: `{"attribute": "expires", "is": "in_the_next", "value": {"next": 7, "unit": "days"}}`,
		sql:     windowSQL, match: inWindow,
		window: func(o operand, e *evaluation) window {
			return between(e.now, o.moments[0].first(e).Add(time.Microsecond))
		}},
	{name: "today", takes: nothing, doc: "is a datetime on the present day, in the segment's time zone",
		example: `{"attribute": "last_visit", "is": "today"}`,
		sql:     windowSQL, match: inWindow,
		window: func(_ operand, e *evaluation) window { return dayOf(e.now.In(e.zone)) }},
	{name: "anniversary_today", takes: nothing, doc: "is a datetime of this month and day in any year: a birthday",
		example: `{"attribute": "birthday", "is": "anniversary_today"}`,
		sql:     `substr({text}, 6, 5) = any({near}) and to_char({local}, 'MM-DD') = any({days})`,
		match: onLocal(func(got time.Time, _ operand, e *evaluation) bool {
			return slices.Contains(anniversaries(e), got.Format("01-02"))
		})},
	{name: "hour_equals", takes: anHour, doc: "is a datetime in that hour of any day, 0 to 23, in the segment's time zone",
		example: `{"attribute": "last_visit", "is": "hour_equals", "value": 9}`,
		sql:     `extract(hour from {local}) = {value}`,
		match:   onLocal(func(got time.Time, o operand, _ *evaluation) bool { return got.Hour() == o.whole })},
	{name: "weekday_equals", takes: aWeekday, doc: "is a datetime on that day of the week, in the segment's time zone",
		example: `{"attribute": "last_visit", "is": "weekday_equals", "value": "sunday"}`,
		sql:     `extract(dow from {local}) = {value}`,
		match:   onLocal(func(got time.Time, o operand, _ *evaluation) bool { return int(got.Weekday()) == o.whole })},
	{name: "day_equals", takes: aDay, doc: "is a datetime on that day of any month, 1 to 31, in the segment's time zone",
		example: `{"attribute": "birthday", "is": "day_equals", "value": 31}`,
		sql:     `substr({text}, 9, 2) = any({near}) and extract(day from {local}) = {value}`,
		match:   onLocal(func(got time.Time, o operand, _ *evaluation) bool { return got.Day() == o.whole })},
	{name: "month_equals", takes: aMonth, doc: "is a datetime in that month of any year, 1 to 12, in the segment's time zone",
		example: `{"attribute": "birthday", "is": "month_equals", "value": 12}`,
		sql:     `substr({text}, 6, 2) = any({near}) and extract(month from {local}) = {value}`,
		match:   onLocal(func(got time.Time, o operand, _ *evaluation) bool { return int(got.Month()) == o.whole })},

	// ?| and ?& take half the time of @>, know strings only, and also see keys of
	// objects. @> with a list on its right is only true for lists.
	{name: "contains_any", takes: onlyStrings, doc: "is a list with at least one of those strings",
		example: `{"attribute": "tags", "is": "contains_any", "value": ["vip", "beta"]}`,
		sql:     `{json} ?| {value} and {type} = 'array'`,
		match:   onList(hasAny)},
	{name: "contains_any", takes: someElements, doc: "is a list with at least one of those values",
		example: `{"attribute": "sizes", "is": "contains_any", "value": [38, 38.5, "S"]}`,
		sql:     `{json} @> any({each})`,
		match:   onList(hasAny)},
	{name: "contains_all", takes: onlyStrings, doc: "is a list with all of those strings",
		example: `{"attribute": "tags", "is": "contains_all", "value": ["vip", "beta"]}`,
		sql:     `{json} ?& {value} and {type} = 'array'`,
		match:   onList(hasAll)},
	{name: "contains_all", takes: someElements, doc: "is a list with all of those values",
		example: `{"attribute": "sizes", "is": "contains_all", "value": [38, 39]}`,
		sql:     `{json} @> {value}`,
		match:   onList(hasAll)},
	{name: "contains_none", negates: "contains_any",
		example: `{"attribute": "tags", "is": "contains_none", "value": ["vip"]}`},
	{name: "length_equals", takes: aLength, doc: "is a list of so many values",
		example: `{"attribute": "tags", "is": "length_equals", "value": 2}`,
		sql:     `case when {type} = 'array' then jsonb_array_length({json}) = {value} end`,
		match:   onList(func(got []any, o operand) bool { return len(got) == o.whole })},
	{name: "length_less_than", takes: aLength, doc: "is a list of fewer values",
		example: `{"attribute": "tags", "is": "length_less_than", "value": 2}`,
		sql:     `case when {type} = 'array' then jsonb_array_length({json}) < {value} end`,
		match:   onList(func(got []any, o operand) bool { return len(got) < o.whole })},
	{name: "length_at_most", takes: aLength, doc: "is a list of so many values or fewer",
		example: `{"attribute": "tags", "is": "length_at_most", "value": 2}`,
		sql:     `case when {type} = 'array' then jsonb_array_length({json}) <= {value} end`,
		match:   onList(func(got []any, o operand) bool { return len(got) <= o.whole })},
	{name: "length_greater_than", takes: aLength, doc: "is a list of more values",
		example: `{"attribute": "tags", "is": "length_greater_than", "value": 2}`,
		sql:     `case when {type} = 'array' then jsonb_array_length({json}) > {value} end`,
		match:   onList(func(got []any, o operand) bool { return len(got) > o.whole })},
	{name: "length_at_least", takes: aLength, doc: "is a list of so many values or more",
		example: `{"attribute": "tags", "is": "length_at_least", "value": 2}`,
		sql:     `case when {type} = 'array' then jsonb_array_length({json}) >= {value} end`,
		match:   onList(func(got []any, o operand) bool { return len(got) >= o.whole })},
}
