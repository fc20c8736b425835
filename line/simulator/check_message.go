package simulator

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
)

// message checks messages[i] against its type's row.
func (c *checker) message(i int, members *memberList) {
	row := (*messageType)(nil)
	if kind := members.get("type"); isString(kind) {
		row = findType(text(kind))
	}
	if row == nil {
		c.complain("Must be one of the following values: "+typeNames(), fmt.Sprintf("messages[%d].type", i))
		return
	}
	if row.quotable {
		c.quotable |= 1 << i
	}
	for _, f := range row.fields {
		value := members.get(f.name)
		if problem := f.check(value); problem != "" {
			c.complain(problem, fmt.Sprintf("messages[%d].%s", i, f.name))
		} else if row.name == "flex" && f.name == "contents" && c.flex == nil {
			c.flex = checkFlex(i, value)
		}
	}
	if reply := members.get("quickReply"); reply != nil && elements(member(reply, "items")) > maxQuickReply {
		c.complain("Size must be between 0 and 13", fmt.Sprintf("messages[%d].quickReply.items", i))
	}
}

// check says what is wrong with value, or "".
func (f field) check(value []byte) string {
	switch {
	case len(value) == 0 || string(value) == "null" || string(value) == `""`:
		return "May not be empty"
	case f.kind == stringField && (!isString(value) || utf16Length(value) > f.max):
		return fmt.Sprintf("Length must be between 0 and %d", f.max)
	case f.kind == httpsField && !httpsURL(value, f.max):
		return "Must be a valid HTTPS URL"
	case f.kind == numberField && value[0] != '-' && (value[0] < '0' || value[0] > '9'):
		return "Must be a number"
	case f.kind == objectField && value[0] != '{':
		return "Must be an object"
	case f.kind == objectField && f.types != nil && !slices.Contains(f.types, typeOf(value)):
		return fmt.Sprintf("Must be one of the following values: %v", f.types)
	case f.kind == arrayField && (elements(value) == 0 || elements(value) > f.max):
		return fmt.Sprintf("Size must be between 1 and %d", f.max)
	}
	return ""
}

// httpsURL reports a scanned string that is an https URL of at most limit code
// units.
func httpsURL(raw []byte, limit int) bool {
	if !isString(raw) || utf16Length(raw) > limit {
		return false
	}
	u, err := url.Parse(string(text(raw)))
	return err == nil && u.Scheme == "https" && u.Host != ""
}

// memberList is the first members of an object, in one pass and in place. No
// message type has as many; what comes after 16 is not looked at.
type memberList struct {
	n    int
	list [16]struct{ key, value []byte }
}

// members consumes a value; what is no object has no members.
func (s *scanner) members() (m memberList, ok bool) {
	if s.space() != '{' {
		_, ok = s.value()
		return m, ok
	}
	ok = s.object(func(key []byte) bool {
		value, ok := s.value()
		if m.n < len(m.list) && ok {
			m.list[m.n].key, m.list[m.n].value = text(key), value
			m.n++
		}
		return ok
	})
	return m, ok
}

// get is the first member called name, or nil.
func (m *memberList) get(name string) []byte {
	for i := range m.n {
		if string(m.list[i].key) == name {
			return m.list[i].value
		}
	}
	return nil
}

// member is an object's first member called name; nil when raw is no object or
// has none.
func member(raw []byte, name string) (found []byte) {
	s := scanner{b: raw}
	if s.space() != '{' {
		return nil
	}
	s.object(func(key []byte) bool {
		value, ok := s.value()
		if ok && bytes.Equal(text(key), []byte(name)) {
			found = value
		}
		return ok && found == nil
	})
	return found
}

// typeOf is the "type" of a scanned object, or "".
func typeOf(raw []byte) string {
	if kind := member(raw, "type"); isString(kind) {
		return string(text(kind))
	}
	return ""
}

// elements counts a scanned array's elements; 0 when raw is no array.
func elements(raw []byte) (n int) {
	s := scanner{b: raw}
	if s.space() == '[' {
		s.array(func(int) bool { n++; _, ok := s.value(); return ok })
	}
	return n
}
