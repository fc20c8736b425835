package templating

import (
	"unicode"
)

type testFunc = func(st *state, in value, a []value) (bool, error)

// testTable is what may follow "is".
var testTable = []test{
	{name: "defined", doc: "is there", example: `{{ 1 is defined }}`, fn: kindTest(func(v value) bool { return v.k != kUndefined })},
	{name: "undefined", doc: "is not there", example: `{{ UserAttribute['nope'] is undefined }}`, fn: kindTest(func(v value) bool { return v.k == kUndefined })},
	{name: "none", doc: "is null", example: `{{ none is none }}`, fn: kindTest(func(v value) bool { return v.k == kNone })},
	{name: "boolean", doc: "is true or false", example: `{{ true is boolean }}`, fn: kindTest(func(v value) bool { return v.k == kBool })},
	{name: "true", doc: "is true itself", example: `{{ true is true }}`, fn: kindTest(func(v value) bool { return v.k == kBool && v.n == 1 })},
	{name: "false", doc: "is false itself", example: `{{ false is false }}`, fn: kindTest(func(v value) bool { return v.k == kBool && v.n == 0 })},
	{name: "integer", doc: "is a whole number", example: `{{ 3 is integer }}`, fn: kindTest(func(v value) bool { return v.k == kInt || v.k == kBig })},
	{name: "float", doc: "is a number with a fraction", example: `{{ 3.5 is float }}`, fn: kindTest(func(v value) bool { return v.k == kFloat })},
	{name: "number", doc: "is a number, true or false", example: `{{ 3 is number }}`, fn: kindTest(value.isNumber)},
	{name: "string", doc: "is a text", example: `{{ 'a' is string }}`, fn: kindTest(func(v value) bool { return v.k == kString })},
	{name: "mapping", doc: "is an object", example: `{{ {} is mapping }}`, fn: kindTest(func(v value) bool { return v.k == kDict })},
	{name: "sequence", doc: "is a list, a text or an object", example: `{{ [] is sequence }}`, fn: kindTest(func(v value) bool { return v.isSequence() || v.k == kString || v.k == kDict || v.k == kUndefined })},
	{name: "iterable", doc: "can be looped over", example: `{{ [] is iterable }}`, fn: kindTest(func(v value) bool { return v.isSequence() || v.k == kString || v.k == kDict || v.k == kUndefined })},
	{name: "callable", doc: "can be called, as no value can", example: `{{ 1 is not callable }}`, fn: kindTest(func(value) bool { return false })},
	{name: "escaped", doc: "is marked as escaped, as no value is", example: `{{ 'a' is not escaped }}`, fn: kindTest(func(value) bool { return false })},
	{name: "upper", doc: "is all capitals", example: `{{ 'AB' is upper }}`, fn: caseTest(unicode.IsUpper, isLowerOrTitle)},
	{name: "lower", doc: "is all small letters", example: `{{ 'ab' is lower }}`, fn: caseTest(isLowerRune, isUpperOrTitle)},
	{name: "odd", doc: "is odd", example: `{{ 3 is odd }}`, fn: remainderTest(2, 1)},
	{name: "even", doc: "is even", example: `{{ 4 is even }}`, fn: remainderTest(2, 0)},
	{name: "divisibleby", args: 1, doc: "has no remainder when divided by", example: `{{ 9 is divisibleby 3 }}`, fn: divisibleTest},
	{name: "eq", args: 1, doc: "is equal to", example: `{{ 1 is eq 1 }}`, fn: compareTest("==")},
	{name: "ne", args: 1, doc: "is not equal to", example: `{{ 1 is ne 2 }}`, fn: compareTest("!=")},
	{name: "lt", args: 1, doc: "is less than", example: `{{ 1 is lt 2 }}`, fn: compareTest("<")},
	{name: "le", args: 1, doc: "is at most", example: `{{ 1 is le 1 }}`, fn: compareTest("<=")},
	{name: "gt", args: 1, doc: "is greater than", example: `{{ 2 is gt 1 }}`, fn: compareTest(">")},
	{name: "ge", args: 1, doc: "is at least", example: `{{ 2 is ge 2 }}`, fn: compareTest(">=")},
	{name: "in", args: 1, doc: "is one of", example: `{{ 'a' is in ['a', 'b'] }}`, fn: compareTest("in")},
	{name: "sameas", args: 1, doc: "is the very same", example: `{{ true is sameas true }}`, fn: sameTest},
	{name: "filter", doc: "names a filter", example: `{{ 'upper' is filter }}`, fn: func(st *state, in value, _ []value) (bool, error) {
		return st.lib.filters[in.s] != nil && in.k == kString, nil
	}},
	{name: "test", doc: "names a test", example: `{{ 'odd' is test }}`, fn: func(st *state, in value, _ []value) (bool, error) {
		return st.lib.tests[in.s] != nil && in.k == kString, nil
	}},
}

// testAliases are second names of tests; the operators serve select('>', 3).
var testAliases = map[string]string{"equalto": "eq", "==": "eq", "!=": "ne", "lessthan": "lt", "<": "lt", "<=": "le",
	"greaterthan": "gt", ">": "gt", ">=": "ge"}

func kindTest(is func(value) bool) testFunc {
	return func(_ *state, in value, _ []value) (bool, error) { return is(in), nil }
}

func compareTest(op string) testFunc {
	return func(st *state, in value, a []value) (bool, error) { return st.compare(op, in, a[0]) }
}

// remainderTest is in % by == want.
func remainderTest(by, want int64) testFunc {
	return func(st *state, in value, _ []value) (bool, error) {
		return st.remains(in, integer(by), want)
	}
}

func divisibleTest(st *state, in value, a []value) (bool, error) { return st.remains(in, a[0], 0) }

func (st *state) remains(in, by value, want int64) (bool, error) {
	m, err := st.binary("%", in, by)
	if err != nil {
		return false, err
	}
	return st.equal(m, integer(want), 0)
}

// sameTest is Python's is: the same list, or equal simple values of one type.
func sameTest(st *state, in value, a []value) (bool, error) {
	if in.k != a[0].k {
		return false, nil
	}
	switch in.k {
	case kList, kTuple, kDict, kNamespace, kLoop:
		return in.p == a[0].p, nil
	}
	return st.equal(in, a[0], 0)
}

// caseTest is str.isupper or islower: a letter of one case and none of others.
func caseTest(want, never func(rune) bool) testFunc {
	return func(st *state, in value, _ []value) (bool, error) {
		s, err := st.text(in)
		if err != nil {
			return false, err
		}
		return allOfCase(s, want, never), st.charge(len(s))
	}
}

func allOfCase(s string, want, never func(rune) bool) bool {
	found := false
	for _, r := range s {
		if never(r) {
			return false
		}
		found = found || want(r)
	}
	return found
}

func isLowerRune(r rune) bool {
	return unicode.IsLower(r) || unicode.Is(unicode.Other_Lowercase, r)
}
func isUpperRune(r rune) bool {
	return unicode.IsUpper(r) || unicode.Is(unicode.Other_Uppercase, r)
}
func isLowerOrTitle(r rune) bool { return isLowerRune(r) || unicode.IsTitle(r) }
func isUpperOrTitle(r rune) bool { return isUpperRune(r) || unicode.IsTitle(r) }
