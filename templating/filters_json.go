package templating

// jsonFilters concern printing as JSON, and what stands in for missing values.
var jsonFilters = []filter{
	{name: "default", doc: "the value, or another when it is missing or null; with true also when it is empty, zero or false",
		example: [2]string{`{{ UserAttribute['nick']|default('there') }}`, "there"},
		params:  []param{opt("default_value", str("")), opt("boolean", boolean(false))}, lenient: true, fn: defaultFilter},
	{name: "tojson", doc: "the value as JSON text; where JSON is expected it is not encoded twice",
		example: [2]string{`{{ {'b': 1, 'a': [true, none]}|tojson }}`, `{"a": [true, null], "b": 1}`}, lenient: true, fn: tojsonFilter},
	{name: "safe", doc: "accepted and without effect: escaping follows from JSON and cannot be turned off",
		example: [2]string{`{{ 'a'|safe }}`, "a"}, lenient: true,
		lint: "|safe does nothing here: values are always escaped for JSON", fn: func(_ *state, in value, _ args) (value, error) { return in, nil }},
}

func defaultFilter(_ *state, in value, a args) (value, error) {
	if in.missing() || a.fixed[1].truth() && !in.truth() {
		return a.fixed[0], nil
	}
	return in, nil
}

func tojsonFilter(st *state, in value, _ args) (value, error) {
	if in.k == kUndefined || in.k == kNone && in.s != "" {
		return in, st.missingValue(in)
	}
	w := jsonWriter{writer: writer{st: st, max: MaxString}, spaced: true, sorted: true}
	if w.value(in, 0); w.err != nil {
		return value{}, w.err
	}
	v := str(string(w.b))
	v.j = true
	return v, st.charge(len(w.b))
}
