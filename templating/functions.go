package templating

import "github.com/linecast/linecast/errs"

// functions is the table of functions.
var functions = map[string]*function{
	"now": {name: "now", doc: "the present point in time, as the name now alone", example: [2]string{`{{ now()|date }}`, "2026-11-22"}, clock: true,
		fn: func(st *state, a args) (value, error) {
			return timeOf(st.d.Now.In(st.zone())), a.fit("now", 0, 0)
		}},
	"range":     {name: "range", doc: "the numbers from a start to before a stop", example: [2]string{`{{ range(1, 4)|join }}`, "123"}, fn: rangeFunction},
	"dict":      {name: "dict", doc: "an object of its named arguments", example: [2]string{`{{ dict(a=1)['a'] }}`, "1"}, fn: dictFunction},
	"namespace": {name: "namespace", doc: "an object whose members can be set inside loops", example: [2]string{`{% set n = namespace(t=0) %}{% for i in [1, 2] %}{% set n.t = n.t + i %}{% endfor %}{{ n.t }}`, "3"}, fn: namespaceFunction},
}

func rangeFunction(st *state, a args) (value, error) {
	if err := a.fit("range", 1, 3); err != nil {
		return value{}, err
	}
	n := [3]int{0, 0, 1}
	for i, v := range a.rest {
		if v.k == kUndefined {
			return st.operandMissing(v)
		}
		var ok bool
		if n[i], ok = asInt(v); !ok {
			return value{}, typeError("'%s' object cannot be interpreted as an integer", v.typeName())
		}
	}
	if len(a.rest) == 1 {
		n[0], n[1] = 0, n[0]
	}
	if n[2] == 0 {
		return value{}, valueError("range() arg 3 must not be zero")
	}
	var items []value
	for i := n[0]; n[2] > 0 && i < n[1] || n[2] < 0 && i > n[1]; i += n[2] {
		if len(items) == MaxItems {
			return value{}, errs.New("template.range_too_long", MaxItems)
		}
		items = append(items, integer(int64(i)))
	}
	return st.newList(items)
}

func dictFunction(st *state, a args) (value, error) {
	if len(a.rest) > 1 {
		return value{}, typeError("dict expected at most 1 argument, got %d", len(a.rest))
	}
	d := &dict{}
	if len(a.rest) == 1 {
		if err := st.update(d, a.rest[0]); err != nil {
			return value{}, err
		}
	}
	for i, name := range a.names {
		if err := d.set(str(name), a.kw[i]); err != nil {
			return value{}, err
		}
	}
	return dictOf(d), st.step(d.len())
}

// update puts what from holds into d: the members of an object, or pairs.
func (st *state) update(d *dict, from value) error {
	if from.k == kDict || from.k == kNamespace {
		for _, e := range from.dict().entries {
			if err := d.set(e.key, e.val); err != nil {
				return err
			}
		}
		return st.step(from.dict().len())
	}
	if err := st.required(from); err != nil {
		return err
	}
	pairs, err := st.items(from)
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		items, err := st.items(pair)
		if err != nil {
			return err
		}
		if len(items) != 2 {
			return valueError("dictionary update sequence element has length %d; 2 is required", len(items))
		}
		if err := d.set(items[0], items[1]); err != nil {
			return err
		}
	}
	return nil
}

func namespaceFunction(st *state, a args) (value, error) {
	v, err := dictFunction(st, a)
	v.k = kNamespace
	return v, err
}
