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
