package audience

import (
	"cmp"
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
)

// attributes is a user's attributes in the order of compareNames. Its arrays
// are shared between versions, so changes are made on a copy.
type attributes []Attribute

// compareNames is the order in which PostgreSQL keeps the names of a jsonb
// object: the shorter first, then by bytes.
func compareNames(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

func sortNames(names []string) { slices.SortFunc(names, compareNames) }

// parseStored reads the text that PostgreSQL prints for a jsonb object; the
// Values share its memory.
func parseStored(text string) attributes {
	w := walker{src: text}
	w.next()
	list := make(attributes, 0, 1+strings.Count(text, ":"))
	w.object(func(name, _ string) {
		list = append(list, Attribute{name, w.storedValue()})
	})
	byName := func(a, b Attribute) int { return compareNames(a.Name, b.Name) }
	if !slices.IsSortedFunc(list, byName) {
		slices.SortFunc(list, byName)
	}
	return list
}

// storedValue consumes a value that PostgreSQL printed. Scalars are canonical
// as they are; arrays and objects have a space after each comma and colon.
func (w *walker) storedValue() Value {
	kind := w.next()
	start := w.pos
	w.skip()
	text := w.src[start:w.pos]
	if kind != '[' && kind != '{' {
		return Value(text)
	}
	compact := make([]byte, 0, len(text))
	for inside := (walker{src: text}); inside.pos < len(text); {
		from := inside.pos
		if text[from] == '"' {
			inside.skipText()
		} else {
			inside.pos++
		}
		if text[from] != ' ' {
			compact = append(compact, text[from:inside.pos]...)
		}
	}
	return Value(compact)
}

// appendJSON appends the attributes as a JSON object.
func (a attributes) appendJSON(out []byte) []byte {
	out = append(out, '{')
	for i, attribute := range a {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendText(out, attribute.Name), ':')
		out = append(out, attribute.Value...)
	}
	return append(out, '}')
}

// find is where name stands, or would stand.
func (a attributes) find(name string) (int, bool) {
	return slices.BinarySearchFunc(a, name, func(a Attribute, name string) int { return compareNames(a.Name, name) })
}

// check refuses more than a user may have.
func (a attributes) check() *errs.Error {
	if len(a) > MaxAttributes {
		return errs.New("user.too_many_attributes", len(a), MaxAttributes).At("/attributes")
	}
	size := 0
	for _, attribute := range a {
		size += len(attribute.Name) + len(attribute.Value)
		if len(attribute.Value) > MaxValueBytes {
			return errs.New("user.value_too_large", len(attribute.Value), MaxValueBytes).At("/attributes/" + pointerPart(attribute.Name))
		}
	}
	if size > MaxAttributeBytes {
		return errs.New("user.attributes_too_large", size, MaxAttributeBytes).At("/attributes")
	}
	return nil
}

// editor changes a copy of attributes, made at the first real change.
type editor struct {
	list    attributes
	changed bool
}

// set gives name a value; the empty Value removes it.
func (e *editor) set(name string, value Value) {
	at, found := e.list.find(name)
	switch {
	case found && e.list[at].Value == value, !found && value == "":
		return
	case !e.changed:
		e.list, e.changed = append(make(attributes, 0, len(e.list)+4), e.list...), true
	}
	switch {
	case value == "":
		e.list = slices.Delete(e.list, at, at+1)
	case found:
		e.list[at].Value = value
	default:
		e.list = slices.Insert(e.list, at, Attribute{name, value})
	}
}

// apply makes p's changes; those of a merge fill gaps before it is called.
func (e *editor) apply(p *Patch) *errs.Error {
	if p.OnConflict == Replace {
		e.keepOnly(p.Attributes)
	}
	for _, a := range p.Attributes {
		e.set(a.Name, a.Value)
	}
	for _, a := range p.Add {
		if err := e.elements(a, "/add/", addElements); err != nil {
			return err
		}
	}
	for _, a := range p.Remove {
		if err := e.elements(a, "/remove/", removeElements); err != nil {
			return err
		}
	}
	if !e.changed {
		return nil
	}
	return e.list.check()
}

// keepOnly removes what is not among given.
func (e *editor) keepOnly(given []Attribute) {
	for _, old := range e.list {
		if !slices.ContainsFunc(given, func(a Attribute) bool { return a.Name == old.Name }) {
			e.set(old.Name, "")
		}
	}
}

// fill takes over what the row that goes away has and this one lacks.
func (e *editor) fill(from attributes) {
	for _, a := range from {
		if _, found := e.list.find(a.Name); !found {
			e.set(a.Name, a.Value)
		}
	}
}

// elements changes the elements of an array attribute. A missing attribute is
// an empty array, which stays missing when nothing is added.
func (e *editor) elements(a Attribute, pointer string, change func(old, given []string) []string) *errs.Error {
	at, found := e.list.find(a.Name)
	old := Value("[]")
	if found {
		old = e.list[at].Value
	}
	if old[0] != '[' {
		return errs.New("user.not_an_array", a.Name, old.Type()).At(pointer + pointerPart(a.Name))
	}
	list := change(splitArray(old), splitArray(a.Value))
	if found || len(list) > 0 {
		e.set(a.Name, Value("["+strings.Join(list, ",")+"]"))
	}
	return nil
}

// splitArray gives the elements of a canonical array.
func splitArray(v Value) []string {
	var list []string
	w := walker{src: string(v)}
	w.array(func(int) {
		start := w.pos
		w.skip()
		list = append(list, string(v[start:w.pos]))
	})
	return list
}

func addElements(old, given []string) []string {
	for _, element := range given {
		if !slices.Contains(old, element) {
			old = append(old, element)
		}
	}
	return old
}

func removeElements(old, given []string) []string {
	return slices.DeleteFunc(old, func(element string) bool { return slices.Contains(given, element) })
}
