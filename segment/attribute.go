package segment

import (
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// maxName is how long the name of an attribute may be, and that of a member of
// an object behind its dot, in characters.
const maxName = 128

// attribute is what a condition looks at: an id of the user, an attribute, or,
// when no attribute has the name and it has a dot, a member of an object.
type attribute struct {
	name         string
	column       string // "user_id" or "line_id" for the ids
	outer, inner string // around the first dot of the name
}

// columns are the names that mean the user's ids.
var columns = map[string]func(*User) string{
	"user_id": func(u *User) string { return u.UserID },
	"line_id": func(u *User) string { return u.LineID },
}

func parseAttribute(v value) (attribute, *errs.Error) {
	if v.kind != '"' {
		return attribute{}, errs.New("segment.wrong_value", "attribute", "a string", v.says())
	}
	a := attribute{name: v.text}
	a.outer, a.inner, _ = strings.Cut(v.text, ".")
	if a.outer == "" || a.inner == "" {
		a.outer, a.inner = "", ""
	}
	if _, ok := columns[a.name]; ok {
		a.column = a.name
	}
	switch n := utf8.RuneCountInString(a.name); {
	case n == 0:
		return a, errs.New("segment.bad_value", "attribute", "it is empty; name the attribute to look at")
	case n > 2*maxName+1:
		return a, errs.New("segment.bad_value", "attribute", "it is longer than any attribute's name")
	case strings.ContainsFunc(a.name, isControl):
		return a, errs.New("segment.bad_value", "attribute", "it contains a control character, which no attribute's name does")
	}
	return a, nil
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// of is the user's value, or nil when it is missing.
func (a attribute) of(u *User) any {
	if a.column != "" {
		if id := columns[a.column](u); id != "" {
			return id
		}
		return nil
	}
	if got := u.Attributes[a.name]; got != nil || a.inner == "" {
		return got
	}
	object, _ := u.Attributes[a.outer].(map[string]any)
	return object[a.inner]
}

// json is the SQL for the value as jsonb: SQL NULL when it is missing, and SQL
// NULL or a jsonb null when it is null, which no operator tells apart.
func (a attribute) json(b *binder) string {
	switch {
	case a.column != "":
		return "to_jsonb(u." + a.column + ")"
	case a.inner != "":
		// -> with a text on its right finds members of objects only; #> would
		// also read "0" as a place in a list.
		return "coalesce(nullif(" + a.top(b) + ", 'null'), u.attributes -> " +
			b.bind("object", a.outer, "text") + " -> " + b.bind("member", a.inner, "text") + ")"
	}
	return a.top(b)
}

func (a attribute) top(b *binder) string {
	return "(u.attributes -> " + b.bind("name", a.name, "text") + ")"
}

// text is the SQL for the value as text: SQL NULL when it is missing or null.
// Where it can be it is attributes ->> name, which an expression index serves.
func (a attribute) text(b *binder) string {
	switch {
	case a.column != "":
		return "u." + a.column
	case a.inner != "":
		return "(" + a.json(b) + " #>> '{}')"
	}
	return "(u.attributes ->> " + b.bind("name", a.name, "text") + ")"
}
