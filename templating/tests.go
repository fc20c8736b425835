package templating

// testTable is what may follow "is".
var testTable = []test{
	{name: "defined", doc: "is there", example: `{{ 1 is defined }}`, fn: func(_ *state, in value, _ []value) (bool, error) { return in.k != kUndefined, nil }},
	{name: "undefined", doc: "is not there", example: `{{ UserAttribute['nope'] is undefined }}`, fn: func(_ *state, in value, _ []value) (bool, error) { return in.k == kUndefined, nil }},
	{name: "none", doc: "is null", example: `{{ none is none }}`, fn: func(_ *state, in value, _ []value) (bool, error) { return in.k == kNone, nil }},
}

// testAliases are second names of tests.
var testAliases = map[string]string{}
