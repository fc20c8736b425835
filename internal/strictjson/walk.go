package strictjson

import (
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
)

var (
	jsonReader = reflect.TypeFor[json.Unmarshaler]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// walker compares a document that is known to be JSON with a Go type. It goes
// on after a problem, so that one answer names them all.
type walker struct {
	text     []byte
	at       int // the next byte to read
	problems []*errs.Error
}

func (w *walker) problem(pointer string, e *errs.Error) {
	if len(w.problems) < maxProblems {
		w.problems = append(w.problems, e.At(pointer))
	}
}

// value reads the value at w.at as a t. A null is fine where Go has nil.
func (w *walker) value(t reflect.Type, pointer string) {
	if t.Kind() == reflect.Pointer {
		if w.peek() == 'n' {
			w.skip()
			return
		}
		t = t.Elem()
	}
	switch {
	case reflect.PointerTo(t).Implements(jsonReader), reflect.PointerTo(t).Implements(textReader):
		w.own(t, pointer)
	case t.Kind() == reflect.Struct:
		w.object(t, pointer)
	case t.Kind() == reflect.Map:
		w.table(t, pointer)
	case t.Kind() == reflect.Slice:
		w.list(t, pointer)
	case t.Kind() == reflect.Interface:
		w.anything(pointer)
	default:
		w.scalar(t, pointer)
	}
}

// own leaves the value to its type's own UnmarshalJSON or UnmarshalText.
func (w *walker) own(t reflect.Type, pointer string) {
	start := w.peek()
	from := w.at
	isText := !reflect.PointerTo(t).Implements(jsonReader)
	if start == '"' && t != reflect.TypeFor[json.RawMessage]() {
		w.str(pointer)
	} else {
		w.skip()
	}
	raw := w.text[from:w.at]
	if isText && start != '"' || start == 'n' && t != reflect.TypeFor[json.RawMessage]() {
		w.problem(pointer, errs.New("request.wrong_type", "string", kindOf(start)))
		return
	}
	if err := json.Unmarshal(raw, reflect.New(t).Interface()); err != nil {
		w.problem(pointer, ownError(err, raw))
	}
}

// ownError keeps the words of a type that has some. A time's are Go's.
func ownError(err error, raw []byte) *errs.Error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e
	}
	return errs.New("request.bad_value", excerpt(raw),
		"not a value of this field; times look like \"2026-12-01T09:00:00Z\"").Because(err)
}

func (w *walker) object(t reflect.Type, pointer string) {
	if !w.opens('{', "object", pointer) {
		return
	}
	fields := fieldsOf(t)
	seen := map[string]bool{}
	for w.peek() != '}' {
		name := w.name(pointer, seen)
		here := pointer + "/" + escape(name)
		f, ok := fields.byName[name]
		if !ok {
			w.problem(here, errs.New("request.unknown_field", name, fields.hint(name)))
			w.skip()
			continue
		}
		if f.required && (w.peek() == 'n' || w.empty()) {
			w.problem(here, errs.New("request.required", name))
			w.skip()
			continue
		}
		w.value(f.typ, here)
	}
	w.at++
	for _, name := range fields.required {
		if !seen[name] {
			w.problem(pointer+"/"+escape(name), errs.New("request.required", name))
		}
	}
}

func (w *walker) table(t reflect.Type, pointer string) {
	if !w.opens('{', "object", pointer) {
		return
	}
	seen := map[string]bool{}
	for w.peek() != '}' {
		name := w.name(pointer, seen)
		w.value(t.Elem(), pointer+"/"+escape(name))
	}
	w.at++
}

func (w *walker) list(t reflect.Type, pointer string) {
	if !w.opens('[', "array", pointer) {
		return
	}
	for i := 0; w.peek() != ']'; i++ {
		w.value(t.Elem(), pointer+"/"+strconv.Itoa(i))
	}
	w.at++
}

// anything reads a value of any kind: its strings and names are held to the
// same rules at every depth.
func (w *walker) anything(pointer string) {
	switch w.peek() {
	case '{':
		w.table(reflect.TypeFor[map[string]any](), pointer)
	case '[':
		w.list(reflect.TypeFor[[]any](), pointer)
	case '"':
		w.str(pointer)
	default:
		w.skip()
	}
}

// opens steps over an opening bracket, or names what stands there instead.
func (w *walker) opens(bracket byte, want, pointer string) bool {
	if got := w.peek(); got != bracket {
		w.problem(pointer, errs.New("request.wrong_type", want, kindOf(got)))
		w.skip()
		return false
	}
	w.at++
	return true
}

// name reads a member's name and refuses one that came before.
func (w *walker) name(pointer string, seen map[string]bool) string {
	w.peek()
	name := w.str(pointer)
	if seen[name] {
		w.problem(pointer+"/"+escape(name), errs.New("request.bad_value", name, "the name stands twice in one object"))
	}
	seen[name] = true
	return name
}

func (w *walker) scalar(t reflect.Type, pointer string) {
	got := w.peek()
	from := w.at
	want := scalarName(t)
	if got == '"' && t.Kind() == reflect.String {
		w.str(pointer)
		return
	}
	w.skip()
	if want != kindOf(got) && (want != "whole number" || kindOf(got) != "number") {
		w.problem(pointer, errs.New("request.wrong_type", want, kindOf(got)))
		return
	}
	if raw := w.text[from:w.at]; json.Unmarshal(raw, reflect.New(t).Interface()) != nil {
		w.problem(pointer, errs.New("request.wrong_type", want, excerpt(raw)))
	}
}

func scalarName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Float32, reflect.Float64:
		return "number"
	}
	return "whole number"
}

// kindOf names a JSON value by its first byte.
func kindOf(first byte) string {
	switch first {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

func excerpt(raw []byte) string {
	r := []rune(string(raw)) // makes valid UTF-8 of anything
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}

var escaper = strings.NewReplacer("~", "~0", "/", "~1")

// escape writes a member's name as a token of a JSON pointer (RFC 6901, 3).
func escape(name string) string { return escaper.Replace(name) }
