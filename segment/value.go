package segment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// maxNesting bounds the JSON itself; ten levels of conditions need 24.
const maxNesting = 40

// value is a JSON value with its members in the author's order.
type value struct {
	kind  byte   // '{' '[' '"' '0' 't' 'n', the last four for string, number, boolean and null
	text  string // of a string; of a number as it was written
	truth bool
	names []string // of the members of an object
	items []value  // members or elements
}

// says names the kind of a JSON value for error messages.
func (v value) says() string {
	switch v.kind {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't':
		return "true or false"
	case 0:
		return "nothing"
	}
	return "null"
}

// member is the member of an object that is called name.
func (v value) member(name string) (value, bool) {
	for i, n := range v.names {
		if n == name {
			return v.items[i], true
		}
	}
	return value{}, false
}

// String is the value as compact JSON, shortened to what a message can show.
func (v value) String() string {
	var b strings.Builder
	v.write(&b)
	return shorten(b.String())
}

func (v value) write(b *strings.Builder) {
	switch v.kind {
	case '"':
		b.WriteString(quote(v.text))
	case '0':
		b.WriteString(v.text)
	case 't':
		fmt.Fprint(b, v.truth)
	case '{', '[':
		v.writeItems(b)
	default:
		b.WriteString("null")
	}
}

func (v value) writeItems(b *strings.Builder) {
	b.WriteByte(v.kind)
	for i, item := range v.items {
		if i > 0 {
			b.WriteString(", ")
		}
		if v.kind == '{' {
			b.WriteString(quote(v.names[i]) + ": ")
		}
		item.write(b)
	}
	b.WriteByte(v.kind + 2) // the closing bracket, in ASCII
}

// quote is s as a JSON string that leaves <, > and & as they are.
func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// shorten cuts what an author wrote to what a message can show.
func shorten(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// reader builds values from tokens and remembers where it stands.
type reader struct {
	text []byte
	dec  *json.Decoder
}

// read reads a definition as one JSON value. What is not JSON, or holds text
// that PostgreSQL cannot store, is request.malformed with its line and column.
func read(definition []byte) (value, error) {
	r := reader{text: definition, dec: json.NewDecoder(bytes.NewReader(definition))}
	r.dec.UseNumber()
	if !utf8.Valid(definition) {
		return value{}, r.malformedAt(firstInvalid(definition), "it is not valid UTF-8")
	}
	var whole json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal(definition, &whole); errors.As(err, &syntax) {
		return value{}, r.malformedAt(int(syntax.Offset)-1, syntax.Error())
	}
	v, err := r.value(0)
	if err != nil {
		return v, r.malformedAt(int(r.dec.InputOffset()), err.Error())
	}
	return v, nil
}

// firstInvalid is where text stops being UTF-8.
func firstInvalid(text []byte) int {
	for at := 0; ; {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

func (r *reader) value(depth int) (value, error) {
	start := r.dec.InputOffset()
	token, err := r.dec.Token()
	if err != nil {
		return value{}, err
	}
	switch t := token.(type) {
	case json.Delim:
		return r.items(byte(t), depth+1)
	case string:
		return value{kind: '"', text: t}, storable(t, r.text[start:r.dec.InputOffset()])
	case json.Number:
		return value{kind: '0', text: t.String()}, nil
	case bool:
		return value{kind: 't', truth: t}, nil
	}
	return value{kind: 'n'}, nil
}

func (r *reader) items(kind byte, depth int) (value, error) {
	v := value{kind: kind}
	if depth > maxNesting {
		return v, fmt.Errorf("it is nested deeper than %d levels", maxNesting)
	}
	for r.dec.More() {
		if kind == '{' {
			name, err := r.value(depth)
			if err != nil {
				return v, err
			}
			if _, twice := v.member(name.text); twice {
				return v, fmt.Errorf("the name %s stands twice in one object", shorten(quote(name.text)))
			}
			v.names = append(v.names, name.text)
		}
		item, err := r.value(depth)
		if err != nil {
			return v, err
		}
		v.items = append(v.items, item)
	}
	_, err := r.dec.Token() // the closing bracket
	return v, err
}

// storable refuses U+0000 and half a surrogate pair, which encoding/json turns
// into U+FFFD without a word.
func storable(s string, raw []byte) error {
	if strings.ContainsRune(s, 0) {
		return errors.New("the character U+0000 cannot be stored")
	}
	written := bytes.Count(raw, []byte("\uFFFD")) + bytes.Count(bytes.ToLower(raw), []byte(`\ufffd`))
	if strings.Count(s, "\uFFFD") > written {
		return errors.New("half of a surrogate pair is not a character")
	}
	return nil
}

// malformedAt names the place as people count: from 1, columns in characters.
func (r *reader) malformedAt(at int, what string) error {
	before := string(r.text[:max(0, min(at, len(r.text)))])
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return errs.New("request.malformed", what).AtLine(line, column)
}
