package audience

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// Patch is one upsert: whom it is about and what to change. What it does not
// name stays as it is. Order: Attributes first, then Add, then Remove.
type Patch struct {
	UserID     string
	LineID     string
	Attributes []Attribute // an empty Value removes the attribute
	Add        []Attribute // arrays: elements to append unless they are there
	Remove     []Attribute // arrays: elements to take out
	OnConflict OnConflict  // what to do when the user exists
}

// Attribute is a name and its value.
type Attribute struct {
	Name  string
	Value Value
}

// OnConflict is what an upsert does to a user who exists already.
type OnConflict string

// The choices of OnConflict. The zero value is Update.
const (
	Update  OnConflict = "update"  // given attributes replace, others stay
	Skip    OnConflict = "skip"    // the user stays as it is
	Replace OnConflict = "replace" // attributes that are not given go away
)

// ParsePatch reads
//
//	{"user_id"?, "line_id"?, "attributes"?: {…}, "add"?: {…}, "remove"?: {…}}
//
// and checks everything that can be checked without the stored user. Numbers
// keep all their digits. The error is request.malformed, or request.invalid
// with one field for each thing that is wrong, each with its JSON pointer.
func ParsePatch(raw []byte) (Patch, error) {
	if len(raw) > maxPatchBytes {
		return Patch{}, errs.New("request.too_large", fmt.Sprintf("%d KiB for one user", maxPatchBytes>>10))
	}
	if err := syntaxError(raw); err != nil {
		return Patch{}, err
	}
	p := patchReader{walker: walker{src: string(raw)}}
	if kind := jsonKind(p.next()); kind != "object" {
		return Patch{}, errs.New("request.wrong_type", "object", kind)
	}
	p.object(p.field)
	p.checkWhole()
	return p.patch, errs.Several("request.invalid", p.failed)
}

// syntaxError says where raw stops being JSON.
func syntaxError(raw []byte) error {
	if json.Valid(raw) {
		return nil
	}
	var discard json.RawMessage
	err := json.Unmarshal(raw, &discard)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return errs.New("request.malformed", "it is empty")
	}
	before := raw[:max(syntax.Offset-1, 0)]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + len(bytes.Runes(before[bytes.LastIndexByte(before, '\n')+1:]))
	return errs.New("request.malformed", syntax.Error()).AtLine(line, column)
}

// patchReader fills a Patch and gathers all that is wrong with it.
type patchReader struct {
	walker
	patch  Patch
	seen   map[string]bool
	failed []*errs.Error
}

func (p *patchReader) fail(pointer string, err *errs.Error) {
	p.failed = append(p.failed, err.At(pointer))
}

// patchFields is what a patch may hold. A row is all that another field needs.
var patchFields = map[string]func(p *patchReader, name string){
	"user_id":    func(p *patchReader, name string) { p.id(name, &p.patch.UserID, checkUserID) },
	"line_id":    func(p *patchReader, name string) { p.id(name, &p.patch.LineID, checkLineID) },
	"attributes": func(p *patchReader, name string) { p.attributes(name, &p.patch.Attributes, false) },
	"add":        func(p *patchReader, name string) { p.attributes(name, &p.patch.Add, true) },
	"remove":     func(p *patchReader, name string) { p.attributes(name, &p.patch.Remove, true) },
}

var patchFieldNames = []string{"user_id", "line_id", "attributes", "add", "remove"}

func (p *patchReader) field(name, _ string) {
	pointer := "/" + pointerPart(name)
	read, known := patchFields[name]
	switch {
	case !known:
		p.fail(pointer, errs.New("request.unknown_field", excerpt(name), nearest.Hint(name, patchFieldNames)))
		p.skip()
	case p.seen[name]:
		p.fail(pointer, errs.New("request.bad_value", name, "the field stands twice"))
		p.skip()
	default:
		if p.seen == nil {
			p.seen = make(map[string]bool, len(patchFields))
		}
		p.seen[name] = true
		read(p, name)
	}
}

// id reads user_id or line_id. null says the same as leaving it out.
func (p *patchReader) id(name string, into *string, check func(string) error) {
	kind := jsonKind(p.next())
	switch kind {
	case "null":
		p.token()
		return
	case "string":
	default:
		p.fail("/"+name, errs.New("request.wrong_type", "string", kind))
		p.skip()
		return
	}
	id, why := p.text()
	if why != "" {
		p.fail("/"+name, errs.New("user.bad_text", why))
	} else if err := check(id); err != nil {
		p.fail("/"+name, errs.From(err))
	}
	*into = id
}

// attributes reads an object of attributes; of arrays when lists is set.
func (p *patchReader) attributes(field string, into *[]Attribute, lists bool) {
	if kind := jsonKind(p.next()); kind != "object" {
		p.fail("/"+field, errs.New("request.wrong_type", "object", kind))
		p.skip()
		return
	}
	names := map[string]bool{}
	p.object(func(name, why string) {
		value, err := p.attribute(name, why, lists)
		if names[name] && err == nil {
			err = errs.New("user.duplicate_attribute", excerpt(name))
		}
		names[name] = true
		if err != nil {
			p.fail("/"+field+"/"+pointerPart(name), err)
			return
		}
		*into = append(*into, Attribute{name, value})
	})
}

func (p *patchReader) attribute(name, why string, lists bool) (Value, *errs.Error) {
	kind := jsonKind(p.next())
	var err *errs.Error
	switch {
	case why != "":
		err = errs.New("user.bad_text", why)
	case nameProblem(name) != "":
		err = errs.New("user.bad_name", excerpt(name), nameProblem(name))
	case lists && kind != "array":
		err = errs.New("request.wrong_type", "array", kind)
	default:
		return p.value()
	}
	p.skip()
	return "", err
}

// checkWhole checks what no single field can.
func (p *patchReader) checkWhole() {
	if !p.seen["user_id"] && !p.seen["line_id"] || len(p.failed) == 0 && p.patch.UserID == "" && p.patch.LineID == "" {
		p.fail("", errs.New("user.no_id"))
	}
	if given := len(p.patch.Attributes) + len(p.patch.Add) + len(p.patch.Remove); given > 3*MaxAttributes {
		p.fail("/attributes", errs.New("user.too_many_attributes", given, MaxAttributes))
	}
}
