package postgres_test

import (
	"fmt"
	"strings"
)

// conditions are every operator with every value that could trouble it, on
// every kind of attribute.
func conditions() []string {
	var list []string
	names := []string{`"x"`, `"x.city"`, `"we\"ird.na'me $1"`, `"line_id"`, `"user_id"`, `"missing"`, `"missing.city"`, `"x.0"`, `"x.a.b"`}
	add := func(is, rest string) {
		for _, name := range names {
			list = append(list, fmt.Sprintf(`{"attribute": %s, "is": %q%s}`, name, is, rest))
		}
	}
	var texts, numbers, elements []string
	for _, v := range append([]string{`"U00000000000000000000000000000003"`, `"user-3"`}, odd...) {
		switch {
		case strings.HasPrefix(v, `"`) && !strings.Contains(v, "null"):
			texts = append(texts, v)
		case v != "" && strings.Contains("-0123456789", v[:1]):
			numbers = append(numbers, v)
		}
	}
	elements = append(append(elements, texts...), numbers...)
	all := names
	for i, v := range texts {
		names = all[i%3 : i%3+1]
		for _, is := range []string{"equals", "contains", "starts_with", "ends_with"} {
			add(is, `, "value": `+v)
			add(is, `, "ignore_case": true, "value": `+v)
		}
	}
	for i, v := range numbers {
		names = all[i%3 : i%3+1]
		for _, is := range []string{"equals", "less_than", "at_most", "greater_than", "at_least"} {
			add(is, `, "value": `+v)
		}
	}
	for i, v := range elements {
		names = all[i%3 : i%3+1]
		w := elements[(i*5+1)%len(elements)]
		add("contains_any", `, "value": [`+v+`]`)
		add("contains_any", `, "value": [`+v+`, `+w+`]`)
		add("contains_all", `, "value": [`+v+`, `+w+`]`)
		add("contains_any", `, "value": ["vip", `+v+`, 5]`)
		add("contains_none", `, "value": [`+v+`]`)
	}
	names = all
	add("contains_all", `, "value": ["vip", "beta"]`)
	add("contains_all", `, "value": [5, "vip"]`)
	add("contains_all", `, "value": ["vip", "vip"]`)
	add("contains_any", `, "value": ["city", "vip", "gold"]`)
	for _, is := range []string{"exists", "not_exists", "is_empty", "not_empty"} {
		add(is, "")
	}
	for _, is := range []string{"equals", "not_equals"} {
		add(is, `, "value": true`)
		add(is, `, "value": false`)
		add(is, `, "value": "gold"`)
		add(is, `, "value": 5`)
	}
	for _, is := range []string{"in", "not_in"} {
		add(is, `, "value": [`+strings.Join(texts, ", ")+`]`)
		add(is, `, "value": ["gold", "ΣΊΣΥΦΟΣ", "\u212aelvin"], "ignore_case": true`)
		add(is, `, "value": ["U00000000000000000000000000000003", "user-3"], "ignore_case": true`)
		add(is, `, "value": [`+strings.Join(numbers, ", ")+`]`)
		add(is, `, "value": [5]`)
	}
	for _, is := range []string{"between", "not_between"} {
		add(is, `, "value": [1, 100]`)
		add(is, `, "value": [-1e131071, 1e131071]`)
		add(is, `, "value": [5, 5]`)
		add(is, `, "value": [0.30000000000000004, 9007199254740993]`)
	}
	add("not_contains", `, "value": "gold"`)
	for _, n := range []string{"0", "1", "2", "3"} {
		for _, is := range []string{"length_equals", "length_less_than", "length_at_most", "length_greater_than", "length_at_least"} {
			add(is, `, "value": `+n)
		}
	}
	return list
}

// timedConditions are the operators whose meaning depends on clock and zone.
func timedConditions() []string {
	var list []string
	add := func(is, rest string) {
		for _, name := range []string{"x", "x.city"} {
			list = append(list, fmt.Sprintf(`{"attribute": %q, "is": %q%s}`, name, is, rest))
		}
	}
	moments := []string{`"2026-03-29"`, `"2026-03-29T10:00:00Z"`, `"2026-03-29T10:00:00.0000015+00:00"`, `"2018-11-04"`, `"2018-02-18"`, `"0001-01-01"`,
		`"9999-12-31"`, `"9999-12-31T23:59:59.9999999-15:59"`, `"0001-01-01T00:00:00+15:59"`, `"2011-12-30"`,
		`{"last": 1, "unit": "days"}`, `{"next": 1, "unit": "months"}`, `{"last": 10000, "unit": "months"}`}
	for i, m := range moments {
		for _, is := range []string{"before", "after", "on"} {
			add(is, `, "value": `+m)
		}
		add("between", fmt.Sprintf(`, "value": [%s, %s]`, m, moments[(i+1)%len(moments)]))
		add("not_between", fmt.Sprintf(`, "value": [%s, %s]`, m, m))
	}
	for _, unit := range []string{"hours", "days", "weeks", "months"} {
		add("in_the_last", `, "value": {"last": 1, "unit": "`+unit+`"}`)
		add("in_the_next", `, "value": {"next": 1, "unit": "`+unit+`"}`)
		add("in_the_last", `, "value": {"last": 5000, "unit": "`+unit+`"}`)
	}
	add("today", "")
	add("anniversary_today", "")
	for _, v := range []string{"0", "9", "10", "17", "23"} {
		add("hour_equals", `, "value": `+v)
	}
	for _, v := range []string{"sunday", "monday", "saturday"} {
		add("weekday_equals", `, "value": "`+v+`"`)
	}
	for _, v := range []string{"1", "2", "3", "10", "12"} {
		add("month_equals", `, "value": `+v)
		add("day_equals", `, "value": `+v)
	}
	for _, v := range []string{"28", "29", "30", "31"} {
		add("day_equals", `, "value": `+v)
	}
	return list
}

// midnights ask for dates around the midnights that clocks skip or repeat.
var midnights = []string{
	`{"attribute": "x", "is": "hour_equals", "value": 0}`,
	`{"attribute": "x", "is": "hour_equals", "value": 1}`,
	`{"attribute": "x", "is": "before", "value": "2018-02-18T02:30:00Z"}`,
	`{"attribute": "x", "is": "before", "value": "2018-11-04T02:30:00Z"}`,
	`{"attribute": "x", "is": "after", "value": "2026-03-29T22:30:00Z"}`,
	`{"attribute": "x", "is": "between", "value": ["2011-12-30T09:59:59Z", "2011-12-31T10:00:00Z"]}`,
}
