// Package strictjson owns the reading of JSON that people and programs send:
// encoding/json with every leniency removed, and every mistake of a document
// named in one go, each by its RFC 6901 pointer.
//
// It refuses what encoding/json lets pass: unknown and repeated names, names
// in another case, null for a value, missing required fields, invalid UTF-8,
// lone surrogates and NUL (PostgreSQL cannot store it), and text after the
// value. A json.RawMessage field takes any JSON value as its author wrote it:
// what stands in it, invalid UTF-8 included, is its reader's business. A field
// of type any takes one too, and holds it to these rules at every depth.
//
// A struct field is known by its json tag; one without a tag is not a field of
// the document. The tag `required:"true"` refuses a field that is absent, null
// or an empty string.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// maxProblems bounds the answer to a hostile document.
const maxProblems = 50

// Decode reads the one JSON value in data into the struct, slice or map that
// into points at. It fails with request.malformed for what is not JSON, and
// otherwise with all the document's mistakes (errs.Several).
func Decode(data []byte, into any) error {
	if err := wellFormed(data); err != nil {
		return err
	}
	w := &walker{text: data}
	w.value(reflect.TypeOf(into).Elem(), "")
	if len(w.problems) > 0 {
		return errs.Several("request.invalid", w.problems)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return errs.New("request.malformed", "it does not fit this route").Because(err)
	}
	return nil
}

// wellFormed checks what the walker then relies on.
func wellFormed(data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return errs.New("request.malformed", "the body is empty")
	}
	var whole json.RawMessage
	err := json.Unmarshal(data, &whole)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return malformed(data, int(syntax.Offset)-1, syntax.Error())
	}
	return err
}

func malformed(data []byte, offset int, what string) error {
	line, column := Place(data, offset)
	return errs.New("request.malformed", what).AtLine(line, column)
}

// Place is byte offset of data as people count: line and column from 1, the
// column in characters.
func Place(data []byte, offset int) (line, column int) {
	before := string(data[:max(0, min(offset, len(data)))])
	line = strings.Count(before, "\n") + 1
	column = utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return line, column
}
