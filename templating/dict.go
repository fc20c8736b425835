package templating

import (
	"math"
	"slices"

	"github.com/linecast/linecast/errs"
)

// dict is an object: it keeps the order of insertion, as Python's does.
type dict struct {
	entries []entry
	index   map[dictKey]int // nil while there are few entries
}

type entry struct{ key, val value }

// dictKey makes equal keys equal: 1, 1.0 and True are one key in Python.
type dictKey struct {
	k kind
	n uint64
	s string
}

// fewEntries are searched one by one.
const fewEntries = 8

func dictOf(d *dict) value { return value{k: kDict, p: d} }

// keyOf is v as a key. Lists and objects cannot be one.
func keyOf(v value) (dictKey, *errs.Error) {
	switch v.k {
	case kString:
		return dictKey{k: kString, s: v.s}, nil
	case kNone, kUndefined:
		return dictKey{k: v.k}, nil
	case kBool, kInt:
		return dictKey{k: kInt, n: v.n}, nil
	case kBig:
		return dictKey{k: kBig, s: v.big().String()}, nil
	case kFloat:
		if f := v.float(); f == math.Trunc(f) && math.Abs(f) < 1<<62 {
			return dictKey{k: kInt, n: uint64(int64(f))}, nil
		}
		return dictKey{k: kFloat, n: v.n}, nil
	case kTuple:
		return tupleKey(v)
	case kTime:
		return dictKey{k: kTime, n: uint64(v.time().UnixNano())}, nil
	}
	return dictKey{}, errs.New("template.type", "unhashable type: '"+v.typeName()+"'")
}

// tupleKey spells a tuple of simple keys.
func tupleKey(v value) (dictKey, *errs.Error) {
	out := dictKey{k: kTuple}
	for _, item := range v.list().items {
		if item.k == kTuple {
			return out, errs.New("template.type", "a tuple within a tuple cannot be a key")
		}
		k, err := keyOf(item)
		if err != nil {
			return out, err
		}
		out.s += reprKey(k)
	}
	return out, nil
}

func (d *dict) len() int { return len(d.entries) }

// find is the index of key, or -1.
func (d *dict) find(key dictKey) int {
	if d.index != nil {
		if i, ok := d.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range d.entries {
		if k, err := keyOf(d.entries[i].key); err == nil && k == key {
			return i
		}
	}
	return -1
}

// get looks key up; a key that cannot be one is not there.
func (d *dict) get(key value) (value, bool) {
	k, err := keyOf(key)
	if err != nil {
		return value{}, false
	}
	i := d.find(k)
	if i < 0 {
		return value{}, false
	}
	return d.entries[i].val, true
}

// set puts val under key, in place when the key is there.
func (d *dict) set(key, val value) *errs.Error {
	k, err := keyOf(key)
	if err != nil {
		return err
	}
	if i := d.find(k); i >= 0 {
		d.entries[i].val = val
		return nil
	}
	if d.len() >= MaxItems {
		return errs.New("template.list_too_long", "an object", MaxItems)
	}
	d.entries = append(d.entries, entry{key, val})
	if d.index != nil {
		d.index[k] = d.len() - 1
	} else if d.len() > fewEntries {
		d.reindex()
	}
	return nil
}

func (d *dict) reindex() {
	d.index = make(map[dictKey]int, 2*d.len())
	for i, e := range d.entries {
		if k, err := keyOf(e.key); err == nil {
			d.index[k] = i
		}
	}
}

// remove takes key out and returns what it held.
func (d *dict) remove(key value) (value, bool) {
	k, err := keyOf(key)
	if err != nil {
		return value{}, false
	}
	i := d.find(k)
	if i < 0 {
		return value{}, false
	}
	val := d.entries[i].val
	d.entries = slices.Delete(d.entries, i, i+1)
	if d.index == nil {
		return val, true
	}
	delete(d.index, k)
	for j := i; j < d.len(); j++ { // those behind move up
		if k, err := keyOf(d.entries[j].key); err == nil {
			d.index[k] = j
		}
	}
	return val, true
}
