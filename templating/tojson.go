package templating

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// jsonWriter writes values as JSON.
type jsonWriter struct {
	writer
	spaced bool // ", " and ": ", as Python's json.dumps writes them
	sorted bool // keys in order, as |tojson does
}

func (w *jsonWriter) value(v value, depth int) {
	if w.full() {
		return
	}
	if depth > MaxDepth {
		w.err = errs.New("template.too_deep", MaxDepth)
		return
	}
	if w.err = w.st.step(1); w.err != nil {
		return
	}
	switch v.k {
	case kUndefined:
		w.err = w.st.missingValue(v)
		w.b = append(w.b, `""`...)
	case kNone:
		w.b = append(w.b, "null"...)
	case kBool:
		w.b = strconv.AppendBool(w.b, v.truth())
	case kInt:
		w.b = strconv.AppendInt(w.b, v.int(), 10)
	case kBig:
		w.b = append(w.b, v.big().String()...)
	case kFloat:
		w.float(v.float())
	case kString:
		w.b = jsontext.AppendQuoted(w.b, v.s)
	case kList, kTuple:
		w.array(v.list().items, depth)
	case kDict:
		w.object(v.dict(), depth)
	case kTime:
		w.b = jsontext.AppendQuoted(w.b, string(appendTime(nil, v.time())))
	default:
		w.err = typeError("Object of type %s is not JSON serializable", v.typeName())
	}
}

func (w *jsonWriter) float(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		w.err = valueError("%s has no form in JSON", appendFloat(nil, f))
		return
	}
	w.b = appendFloat(w.b, f)
}

func (w *jsonWriter) comma(i int) {
	switch {
	case i == 0:
	case w.spaced:
		w.b = append(w.b, ", "...)
	default:
		w.b = append(w.b, ',')
	}
}

func (w *jsonWriter) array(items []value, depth int) {
	w.b = append(w.b, '[')
	for i, item := range items {
		w.comma(i)
		if w.value(item, depth+1); w.err != nil {
			return
		}
	}
	w.b = append(w.b, ']')
}

// object writes d; keys that are not text become text, and two that become the
// same text are refused, because JSON readers disagree about them.
func (w *jsonWriter) object(d *dict, depth int) {
	type member struct {
		key string
		val value
	}
	members := make([]member, 0, d.len())
	texts := map[string]bool{}
	for _, e := range d.entries {
		key := w.key(e.key)
		if w.err != nil {
			return
		}
		if texts[key] {
			w.err = valueError("two keys of an object are both %q as text", key)
			return
		}
		texts[key] = true
		members = append(members, member{key, e.val})
	}
	if w.sorted {
		slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	}
	w.b = append(w.b, '{')
	for i, m := range members {
		w.comma(i)
		w.b = append(jsontext.AppendQuoted(w.b, m.key), ':')
		if w.spaced {
			w.b = append(w.b, ' ')
		}
		if w.value(m.val, depth+1); w.err != nil {
			return
		}
	}
	w.b = append(w.b, '}')
}

func (w *jsonWriter) key(k value) string {
	switch k.k {
	case kString:
		return k.s
	case kUndefined:
		w.err = w.st.missingValue(k)
		return ""
	case kBool, kInt, kBig, kFloat, kNone:
		inner := jsonWriter{writer: writer{st: w.st, max: MaxString}}
		inner.value(k, 0)
		w.err = inner.err
		return string(inner.b)
	}
	w.err = typeError("keys must be str, int, float, bool or None, not %s", k.typeName())
	return ""
}
