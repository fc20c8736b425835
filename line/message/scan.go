package message

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// maxDepth bounds nesting. LINE publishes no limit; a Flex box costs two
// levels, so this leaves about thirty boxes inside one another.
const maxDepth = 64

// problem is what the scanner found, before there are paths.
type problem struct {
	severity Severity
	code     string
	offset   int
	node     int32  // the value it is about; -1 when the text breaks off here
	detail   string // goes on from the node's label, when there is a node
}

// scanner reads strict JSON (RFC 8259) onto a tape. It accepts what
// encoding/json.Valid accepts, with three additions of its own: duplicate
// names and invalid UTF-8 are noted and reading goes on, nesting deeper than
// maxDepth ends it.
type scanner struct {
	tape
	pos      int
	depth    int
	plain    *[256]bool
	problems []problem
}

// nodesFor guesses how many nodes a body needs, so that the tape seldom
// grows: most are strings, and about every third of them stands beside an
// object, a list or a number.
func nodesFor(body []byte) int { return bytes.Count(body, []byte{'"'})*2/3 + 8 }

// scan reads body onto a tape. When ok is false the only problem is why the
// body is not JSON and the tape is not to be used.
func scan(body []byte) (t tape, problems []problem, ok bool) {
	s := scanner{tape: tape{body: body, nodes: make([]node, 0, nodesFor(body))}, plain: &plainASCII}
	if utf8.Valid(body) {
		s.plain = &plainUTF8
	}
	s.space()
	if !s.value(-1, 0) {
		return tape{}, s.problems, false
	}
	s.space()
	if s.pos < len(body) {
		s.fail(s.pos, "the JSON value ends and "+s.here()+" follows")
		return tape{}, s.problems, false
	}
	return s.tape, s.problems, true
}

// fail ends the reading; earlier problems are dropped, because their paths
// are only known once the whole body is read.
func (s *scanner) fail(offset int, detail string) bool {
	s.problems = []problem{{Error, codeBadJSON, offset, -1, detail}}
	return false
}

// note adds a problem that does not stop the reading.
func (s *scanner) note(severity Severity, code string, offset int, n int32, detail string) {
	s.problems = append(s.problems, problem{severity, code, offset, n, detail})
}

// here names the byte at pos for a Detail.
func (s *scanner) here() string {
	if s.pos >= len(s.body) {
		return "the end of the body"
	}
	return fmt.Sprintf("%q", clip(s.body[s.pos:], 12))
}

func (s *scanner) space() {
	body, i := s.body, s.pos
	for i < len(body) && (body[i] == ' ' || body[i] == '\n' || body[i] == '\t' || body[i] == '\r') {
		i++
	}
	s.pos = i
}

// push adds a node that starts at pos.
func (s *scanner) push(k kind, parent, ord int32) int32 {
	n := int32(len(s.nodes))
	s.nodes = append(s.nodes, node{start: int32(s.pos), next: n + 1, parent: parent, ord: ord, kind: k})
	return n
}

func (s *scanner) value(parent, ord int32) bool {
	if s.pos >= len(s.body) {
		return s.fail(s.pos, "the body ends where a value should start")
	}
	switch b := s.body[s.pos]; {
	case b == '"':
		return s.str(kindString, parent, ord)
	case b == '{':
		return s.nested(kindObject, parent, ord)
	case b == '[':
		return s.nested(kindArray, parent, ord)
	case b == '-' || isDigit(b):
		return s.number(parent, ord)
	case b == 't':
		return s.literal("true", kindTrue, parent, ord)
	case b == 'f':
		return s.literal("false", kindFalse, parent, ord)
	case b == 'n':
		return s.literal("null", kindNull, parent, ord)
	}
	return s.fail(s.pos, "a value cannot start with "+s.here()+s.habit())
}

// habit names what people paste or write where JSON wants something else.
func (s *scanner) habit() string {
	switch rest := s.body[s.pos:]; {
	case bytes.HasPrefix(rest, []byte("'")):
		return "; JSON uses double quotes"
	case bytes.HasPrefix(rest, []byte("“")), bytes.HasPrefix(rest, []byte("”")):
		return "; JSON uses straight quotes, not curly ones"
	case bytes.HasPrefix(rest, []byte("\ufeff")):
		return "; that is a byte order mark: save the file as UTF-8 without one"
	case bytes.HasPrefix(rest, []byte("]")), bytes.HasPrefix(rest, []byte("}")), bytes.HasPrefix(rest, []byte(",")):
		return "; perhaps there is a comma too many"
	case bytes.HasPrefix(rest, []byte("True")), bytes.HasPrefix(rest, []byte("False")), bytes.HasPrefix(rest, []byte("None")):
		return "; JSON writes true, false and null"
	}
	return ""
}

func (s *scanner) nested(k kind, parent, ord int32) bool {
	if s.depth == maxDepth {
		s.problems = []problem{{Error, codeTooDeep, s.pos, -1, fmt.Sprintf("nested deeper than %d levels", maxDepth)}}
		return false
	}
	s.depth++
	n := s.push(k, parent, ord)
	s.pos++
	ok := s.entries(n, k)
	s.depth--
	s.nodes[n].end, s.nodes[n].next = int32(s.pos), int32(len(s.nodes))
	if ok && k == kindObject {
		s.duplicates(n)
	}
	return ok
}

// entries reads members or elements up to and with the closing bracket.
func (s *scanner) entries(n int32, k kind) bool {
	end, entry := byte(']'), s.value
	if k == kindObject {
		end, entry = '}', s.member
	}
	s.space()
	if s.pos < len(s.body) && s.body[s.pos] == end {
		s.pos++
		return true
	}
	for count := int32(0); ; count++ {
		s.space()
		if !entry(n, count) {
			return false
		}
		s.nodes[n].count = count + 1
		s.space()
		if s.pos >= len(s.body) {
			return s.fail(s.pos, fmt.Sprintf("the body ends before a %q closes what %s opened", end, s.opened(n)))
		}
		switch s.body[s.pos] {
		case ',':
			s.pos++
		case end:
			s.pos++
			return true
		default:
			return s.fail(s.pos, fmt.Sprintf("a comma or %q is missing before %s", end, s.here()))
		}
	}
}

// opened names a bracket that was not closed.
func (s *scanner) opened(n int32) string {
	return fmt.Sprintf("the %q at byte %d", s.body[s.nodes[n].start], s.nodes[n].start)
}

func (s *scanner) member(parent, ord int32) bool {
	if s.pos >= len(s.body) || s.body[s.pos] != '"' {
		return s.fail(s.pos, "a field's name in double quotes should stand before "+s.here()+s.habit())
	}
	key := int32(len(s.nodes))
	if !s.str(kindKey, parent, ord) {
		return false
	}
	s.space()
	if s.pos >= len(s.body) || s.body[s.pos] != ':' {
		return s.fail(s.pos, fmt.Sprintf("a colon is missing after %q, before %s", clip(s.text(key), 40), s.here()))
	}
	s.pos++
	s.space()
	ok := s.value(parent, ord)
	s.nodes[key].next = int32(len(s.nodes))
	return ok
}

// duplicates notes each name that an object has a second time.
func (s *scanner) duplicates(obj int32) {
	const few = 16 // below this, comparing pairs is cheaper than a map
	var keys [few]int32
	var seen map[string]bool
	n := 0
	for key := range s.children(obj) {
		if n < few {
			for _, earlier := range keys[:n] {
				if s.sameKey(earlier, key) {
					s.duplicate(key)
				}
			}
			keys[n] = key
			n++
			continue
		}
		if seen == nil {
			seen = make(map[string]bool, s.nodes[obj].count)
			for _, earlier := range keys {
				seen[string(s.content(earlier))] = true
			}
		}
		if seen[string(s.content(key))] {
			s.duplicate(key)
		}
		seen[string(s.content(key))] = true
	}
}

func (s *scanner) duplicate(key int32) {
	s.note(Error, codeDuplicateKey, int(s.nodes[key].start), key, "stands twice in this object")
}

func (s *scanner) sameKey(a, b int32) bool {
	if !s.nodes[a].escaped && !s.nodes[b].escaped {
		return string(s.text(a)) == string(s.text(b))
	}
	return string(s.content(a)) == string(s.content(b))
}
