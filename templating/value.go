package templating

import (
	"math"
	"math/big"
	"time"
)

// kind is the type of a value, after Python's.
type kind uint8

const (
	kUndefined kind = iota // s is what was missing, as a path
	kNone                  // s is the attribute it was read from, when it was
	kBool
	kInt
	kBig // an integer beyond 64 bits
	kFloat
	kString
	kList
	kTuple
	kDict
	kTime
	kNamespace
	kLoop
)

// value is one value of the language. Values are passed by copy; lists, dicts
// and namespaces are shared by reference, as in Python. A string may share its
// bytes with the data of the rendering and must not outlive it.
type value struct {
	k kind
	j bool   // a string that |tojson made: already JSON where JSON is expected
	n uint64 // bool, int and float bits
	s string
	p any // *big.Int, *list, *dict, time.Time, *loopState
}

// list is the body of a list or tuple.
type list struct{ items []value }

func undefined(name string) value  { return value{k: kUndefined, s: name} }
func str(s string) value           { return value{k: kString, s: s} }
func integer(n int64) value        { return value{k: kInt, n: uint64(n)} }
func number(f float64) value       { return value{k: kFloat, n: math.Float64bits(f)} }
func listOf(items []value) value   { return value{k: kList, p: &list{items}} }
func tupleOf(items ...value) value { return value{k: kTuple, p: &list{items}} }
func timeOf(t time.Time) value     { return value{k: kTime, p: t} }

var none = value{k: kNone}

func boolean(b bool) value {
	if b {
		return value{k: kBool, n: 1}
	}
	return value{k: kBool}
}

// bigOf is the integer b, held in 64 bits when it fits.
func bigOf(b *big.Int) value {
	if b.IsInt64() {
		return integer(b.Int64())
	}
	return value{k: kBig, p: b}
}

func (v value) int() int64       { return int64(v.n) }
func (v value) float() float64   { return math.Float64frombits(v.n) }
func (v value) list() *list      { return v.p.(*list) }
func (v value) dict() *dict      { return v.p.(*dict) }
func (v value) time() time.Time  { return v.p.(time.Time) }
func (v value) isInteger() bool  { return v.k == kInt || v.k == kBig || v.k == kBool }
func (v value) isNumber() bool   { return v.isInteger() || v.k == kFloat }
func (v value) isSequence() bool { return v.k == kList || v.k == kTuple }
func (v value) missing() bool    { return v.k == kUndefined || v.k == kNone }

// big is an integer value of any size; do not change the result.
func (v value) big() *big.Int {
	if v.k == kBig {
		return v.p.(*big.Int)
	}
	return big.NewInt(v.int())
}

// truth is Python's bool(v).
func (v value) truth() bool {
	switch v.k {
	case kUndefined, kNone:
		return false
	case kBool, kInt:
		return v.n != 0
	case kFloat:
		return v.float() != 0
	case kString:
		return v.s != ""
	case kList, kTuple:
		return len(v.list().items) > 0
	case kDict:
		return v.dict().len() > 0
	}
	return true
}

// typeNames are Python's, because error messages quote them as Jinja does.
var typeNames = map[kind]string{kUndefined: "Undefined", kNone: "NoneType", kBool: "bool", kInt: "int",
	kBig: "int", kFloat: "float", kString: "str", kList: "list", kTuple: "tuple", kDict: "dict",
	kTime: "datetime", kNamespace: "Namespace", kLoop: "LoopContext"}

func (v value) typeName() string { return typeNames[v.k] }
