package audience

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// Value is an attribute's value as canonical JSON: no spaces, numbers written
// out, strings with PostgreSQL's escapes. Two values are the same when their
// texts are. The empty Value stands for null, which removes.
type Value string

// Type is what kind of value an attribute holds.
type Type string

// The types. A datetime is a string that is an RFC 3339 date-time or full-date;
// it is stored as the string it was.
const (
	String   Type = "string"
	Number   Type = "number"
	Bool     Type = "bool"
	Datetime Type = "datetime"
	Array    Type = "array"
	Object   Type = "object"
)

// Types lists every Type.
func Types() []Type { return []Type{String, Number, Bool, Datetime, Array, Object} }

// ParseType reads the name of a type; another name is attribute.bad_type.
func ParseType(s string) (Type, error) {
	for _, t := range Types() {
		if s == string(t) {
			return t, nil
		}
	}
	return "", errs.New("attribute.bad_type", excerpt(s), "string, number, bool, datetime, array and object")
}

// Accepts reports whether a value of type v fits an attribute of type t. Any
// datetime is a string too.
func (t Type) Accepts(v Type) bool { return t == v || t == String && v == Datetime }

// Type is inferred from the value alone.
func (v Value) Type() Type {
	switch v[0] {
	case '"':
		if isDatetime(string(v[1 : len(v)-1])) {
			return Datetime
		}
		return String
	case 't', 'f':
		return Bool
	case '[':
		return Array
	case '{':
		return Object
	}
	return Number
}

// isDatetime reports an RFC 3339 date-time or full-date. The first look keeps
// time.Parse away from the names and cities that most strings are.
func isDatetime(s string) bool {
	if len(s) < len(time.DateOnly) || len(s) > 35 || s[4] != '-' || s[7] != '-' {
		return false
	}
	layout := time.RFC3339
	if len(s) == len(time.DateOnly) {
		layout = time.DateOnly
	}
	_, err := time.Parse(layout, s)
	return err == nil
}

// The limits of attributes. Sizes are bytes of canonical JSON.
const (
	MaxAttributes     = 256       // a user
	MaxAttributeBytes = 64 << 10  // a user, names and values together
	MaxValueBytes     = 8 << 10   // a value
	MaxName           = 128       // characters of a name
	maxPatchBytes     = 512 << 10 // JSON of one patch, before anything of it is read
)

// nameProblem says what is wrong with an attribute's name, or "".
func nameProblem(name string) string {
	switch n := utf8.RuneCountInString(name); {
	case name == "":
		return "it is empty"
	case n > MaxName:
		return fmt.Sprintf("it has %d characters; at most %d", n, MaxName)
	case strings.ContainsFunc(name, isControl):
		return "it contains a control character"
	case name == "user_id" || name == "line_id":
		return "it is the name of an id; send it beside attributes, not inside"
	}
	return ""
}

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

// jsonKind names a JSON value by its first byte, as people call it.
func jsonKind(c byte) string {
	switch c {
	case '"':
		return "string"
	case '{':
		return "object"
	case '[':
		return "array"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// pointerPart escapes a name for an RFC 6901 pointer.
func pointerPart(name string) string {
	return pointerEscaper.Replace(excerptName(name))
}

// excerptName keeps a hostile name from filling an answer.
func excerptName(name string) string {
	if utf8.RuneCountInString(name) > MaxName || !utf8.ValidString(name) {
		return excerpt(name)
	}
	return name
}
