package audience

import (
	"fmt"

	"github.com/linecast/linecast/errs"
)

// value consumes one attribute's value and makes it canonical. null gives the
// empty Value. The error points inside the value.
func (w *walker) value() (Value, *errs.Error) {
	start := w.pos
	out, err := w.appendValue(nil)
	if err != nil {
		w.pos = start
		w.skip()
		return "", err
	}
	if len(out) > MaxValueBytes {
		return "", errs.New("user.value_too_large", len(out), MaxValueBytes)
	}
	return Value(out), nil
}

func (w *walker) appendValue(out []byte) ([]byte, *errs.Error) {
	switch w.next() {
	case '[':
		return w.appendArray(out)
	case '{':
		return w.appendObject(out)
	case 'n':
		w.token()
		return out, nil
	}
	return w.appendScalar(out)
}

func (w *walker) appendScalar(out []byte) ([]byte, *errs.Error) {
	switch c := w.next(); c {
	case '"':
		s, why := w.text()
		if why != "" {
			return nil, errs.New("user.bad_text", why)
		}
		return appendText(out, s), nil
	case 't', 'f':
		return append(out, w.token()...), nil
	default:
		raw := w.token()
		plain, why := plainNumber(raw)
		if why != "" {
			return nil, errs.New("user.bad_number", excerpt(raw), why)
		}
		return append(out, plain...), nil
	}
}

// appendArray reads an array of strings and numbers.
func (w *walker) appendArray(out []byte) ([]byte, *errs.Error) {
	var failed *errs.Error
	out = append(out, '[')
	w.array(func(i int) {
		if i > 0 {
			out = append(out, ',')
		}
		var err *errs.Error
		if kind := jsonKind(w.next()); kind != "string" && kind != "number" {
			err = errs.New("user.bad_element", kind)
			w.skip()
		} else {
			out, err = w.keep(out, w.appendScalar)
		}
		if failed == nil && err != nil {
			failed = err.At(fmt.Sprintf("/%d", i))
		}
	})
	return append(out, ']'), failed
}

// appendObject reads an object one level deep. A null member is left out, as
// null is stored as missing everywhere.
func (w *walker) appendObject(out []byte) ([]byte, *errs.Error) {
	var failed *errs.Error
	seen := map[string]Value{}
	var order []string
	w.object(func(name, why string) {
		value, err := w.member(name, why)
		if _, twice := seen[name]; twice && err == nil {
			err = errs.New("user.duplicate_attribute", excerpt(name))
		}
		if err != nil {
			if failed == nil {
				failed = err.At("/" + pointerPart(name))
			}
			return
		}
		seen[name] = value
		order = append(order, name)
	})
	return appendMembers(out, order, seen), failed
}

// member reads the value of an object's member.
func (w *walker) member(name, why string) (Value, *errs.Error) {
	kind := jsonKind(w.next())
	switch {
	case why != "":
		w.skip()
		return "", errs.New("user.bad_text", why)
	case nameProblem(name) != "" && name != "user_id" && name != "line_id":
		w.skip()
		return "", errs.New("user.bad_name", excerpt(name), nameProblem(name))
	case kind == "array" || kind == "object":
		w.skip()
		return "", errs.New("user.too_deep", kind)
	case kind == "null":
		w.token()
		return "", nil
	}
	out, err := w.appendScalar(nil)
	return Value(out), err
}

// appendMembers writes an object as PostgreSQL orders it: the shorter names
// first, names of one length by their bytes.
func appendMembers(out []byte, names []string, values map[string]Value) []byte {
	sortNames(names)
	out = append(out, '{')
	for _, name := range names {
		if values[name] == "" {
			continue
		}
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(appendText(out, name), ':')
		out = append(out, values[name]...)
	}
	return append(out, '}')
}

// keep runs f and gives out back unchanged when f fails.
func (w *walker) keep(out []byte, f func([]byte) ([]byte, *errs.Error)) ([]byte, *errs.Error) {
	longer, err := f(out)
	if err != nil {
		return out, err
	}
	return longer, nil
}
