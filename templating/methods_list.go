package templating

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/linecast/linecast/errs"
)

var tupleMethods = map[string]method{
	"count": {1, 1, listCount},
	"index": {1, 3, listIndex},
}

var listMethods = map[string]method{
	"append": {1, 1, func(st *state, self value, a args) (value, error) {
		return none, st.extend(self.list(), a.rest[:1])
	}},
	"extend": {1, 1, func(st *state, self value, a args) (value, error) {
		items, err := st.items(a.rest[0])
		if err != nil {
			return value{}, err
		}
		return none, st.extend(self.list(), slices.Clone(items))
	}},
	"insert":  {2, 2, listInsert},
	"pop":     {0, 1, listPop},
	"remove":  {1, 1, listRemove},
	"clear":   {0, 0, func(_ *state, self value, _ args) (value, error) { self.list().items = nil; return none, nil }},
	"copy":    {0, 0, listFilter},
	"count":   {1, 1, listCount},
	"index":   {1, 3, listIndex},
	"reverse": {0, 0, func(_ *state, self value, _ args) (value, error) { reverse(self.list().items); return none, nil }},
	"sort":    {0, -1, listSort},
}

func (st *state) extend(l *list, items []value) error {
	if len(l.items)+len(items) > MaxItems {
		return errs.New("template.list_too_long", "a list", MaxItems)
	}
	l.items = append(l.items, items...)
	return st.step(len(items))
}

func listInsert(st *state, self value, a args) (value, error) {
	l := self.list()
	i, err := st.wholeNumber(a.rest[0])
	if err != nil {
		return value{}, err
	}
	if i < 0 {
		i = max(i+len(l.items), 0)
	}
	i = min(i, len(l.items))
	if len(l.items) >= MaxItems {
		return value{}, errs.New("template.list_too_long", "a list", MaxItems)
	}
	l.items = slices.Insert(l.items, i, a.rest[1])
	return none, st.step(len(l.items) / 8)
}

func listPop(st *state, self value, a args) (value, error) {
	l := self.list()
	i := -1
	if len(a.rest) == 1 {
		var err error
		if i, err = st.wholeNumber(a.rest[0]); err != nil {
			return value{}, err
		}
	}
	if i < 0 {
		i += len(l.items)
	}
	if i < 0 || i >= len(l.items) {
		if len(l.items) == 0 {
			return value{}, valueError("pop from empty list")
		}
		return value{}, valueError("pop index out of range")
	}
	v := l.items[i]
	l.items = slices.Delete(l.items, i, i+1)
	return v, st.step(len(l.items) / 8)
}

func listRemove(st *state, self value, a args) (value, error) {
	l := self.list()
	for i, item := range l.items {
		eq, err := st.equal(item, a.rest[0], 0)
		if err != nil {
			return value{}, err
		}
		if eq {
			l.items = slices.Delete(l.items, i, i+1)
			return none, nil
		}
	}
	return value{}, valueError("list.remove(x): x not in list")
}

func listCount(st *state, self value, a args) (value, error) {
	n := 0
	for _, item := range self.list().items {
		eq, err := st.equal(item, a.rest[0], 0)
		if err != nil {
			return value{}, err
		}
		if eq {
			n++
		}
	}
	return integer(int64(n)), nil
}

func listIndex(st *state, self value, a args) (value, error) {
	items := self.list().items
	bounds := [3]value{none, none, none}
	copy(bounds[:2], a.rest[1:])
	from, to, _, err := sliceBounds(bounds, len(items))
	if err != nil {
		return value{}, err
	}
	for i := from; i < to; i++ {
		eq, err := st.equal(items[i], a.rest[0], 0)
		if err != nil {
			return value{}, err
		}
		if eq {
			return integer(int64(i)), nil
		}
	}
	return value{}, valueError("the value is not in the list")
}

func listSort(st *state, self value, a args) (value, error) {
	backwards, _ := a.named("reverse")
	if len(a.rest) > 0 || len(a.names) > 1 || len(a.names) == 1 && a.names[0] != "reverse" {
		return value{}, typeError("sort() takes only reverse=…; |sort(attribute='…') sorts by a member")
	}
	v, err := st.sorted(self.list().items, st.key(none, none), true, backwards.truth())
	if err == nil {
		self.list().items = v.list().items
	}
	return none, err
}

var dictMethods = map[string]method{
	"get":   {1, 2, dictGet},
	"items": {0, 0, func(st *state, self value, _ args) (value, error) { return st.pairs(self.dict()) }},
	"keys": {0, 0, func(st *state, self value, _ args) (value, error) {
		keys, err := st.items(self)
		return listOf(keys), err
	}},
	"values": {0, 0, func(st *state, self value, _ args) (value, error) {
		var vals []value
		for _, e := range self.dict().entries {
			vals = append(vals, e.val)
		}
		return st.newList(vals)
	}},
	"copy": {0, 0, func(st *state, self value, _ args) (value, error) {
		d := &dict{}
		return dictOf(d), st.update(d, self)
	}},
	"clear":      {0, 0, func(_ *state, self value, _ args) (value, error) { *self.dict() = dict{}; return none, nil }},
	"update":     {0, -1, dictUpdate},
	"pop":        {1, 2, dictPop},
	"popitem":    {0, 0, dictPopItem},
	"setdefault": {1, 2, dictSetDefault},
}

func dictGet(_ *state, self value, a args) (value, error) {
	if _, err := keyOf(a.rest[0]); err != nil {
		return value{}, err
	}
	if v, ok := self.dict().get(a.rest[0]); ok {
		return v, nil
	}
	if len(a.rest) == 2 {
		return a.rest[1], nil
	}
	return none, nil
}

func dictUpdate(st *state, self value, a args) (value, error) {
	if len(a.rest) > 1 {
		return value{}, typeError("update expected at most 1 argument, got %d", len(a.rest))
	}
	if len(a.rest) == 1 {
		if err := st.update(self.dict(), a.rest[0]); err != nil {
			return value{}, err
		}
	}
	for i, name := range a.names {
		if err := self.dict().set(str(name), a.kw[i]); err != nil {
			return value{}, err
		}
	}
	return none, nil
}

func dictPop(st *state, self value, a args) (value, error) {
	v, ok := self.dict().remove(a.rest[0])
	switch {
	case ok:
		return v, st.step(self.dict().len())
	case len(a.rest) == 2:
		return a.rest[1], nil
	}
	return value{}, valueError("the object has no such name to pop")
}

func dictPopItem(st *state, self value, _ args) (value, error) {
	d := self.dict()
	if d.len() == 0 {
		return value{}, valueError("popitem(): dictionary is empty")
	}
	last := d.entries[d.len()-1]
	d.remove(last.key)
	return tupleOf(last.key, last.val), st.step(d.len())
}

func dictSetDefault(_ *state, self value, a args) (value, error) {
	if v, ok := self.dict().get(a.rest[0]); ok {
		return v, nil
	}
	v := none
	if len(a.rest) == 2 {
		v = a.rest[1]
	}
	if err := self.dict().set(a.rest[0], v); err != nil {
		return value{}, err
	}
	return v, nil
}

var intMethods = map[string]method{
	"bit_length": {0, 0, func(_ *state, self value, _ args) (value, error) { return integer(int64(self.big().BitLen())), nil }},
	"bit_count": {0, 0, func(_ *state, self value, _ args) (value, error) {
		n := 0
		for _, w := range self.big().Bits() {
			for ; w != 0; w &= w - 1 {
				n++
			}
		}
		return integer(int64(n)), nil
	}},
}

var floatMethods = map[string]method{
	"is_integer": {0, 0, func(_ *state, self value, _ args) (value, error) {
		f := self.float()
		return boolean(f == math.Trunc(f) && !math.IsInf(f, 0)), nil
	}},
}

var timeMethods = map[string]method{
	"strftime": {1, 1, func(st *state, self value, a args) (value, error) {
		lang, err := st.language(none)
		if err != nil {
			return value{}, err
		}
		return st.strftime(a.rest[0], self.time(), lang)
	}},
	"isoformat": {0, 0, func(_ *state, self value, _ args) (value, error) {
		return str(self.time().Format(time.RFC3339)), nil
	}},
	"timestamp": {0, 0, func(_ *state, self value, _ args) (value, error) {
		return number(float64(self.time().UnixMicro()) / 1e6), nil
	}},
	"weekday": {0, 0, func(_ *state, self value, _ args) (value, error) {
		return integer(int64((self.time().Weekday() + 6) % 7)), nil
	}},
	"isoweekday": {0, 0, func(_ *state, self value, _ args) (value, error) {
		return integer(int64((self.time().Weekday()+6)%7 + 1)), nil
	}},
	"date": {0, 0, func(_ *state, self value, _ args) (value, error) {
		t := self.time()
		return str(strconv.Itoa(t.Year()) + t.Format("-01-02")), nil
	}},
}
