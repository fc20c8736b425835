package jsontext

import "strings"

// Members walks the members of a JSON object held as text, reading no value:
// it is how a user's attributes are searched without building a map. Text that
// is not an object has no members; a broken text ends the walk early.
type Members struct {
	s string
	i int
}

// MembersOf starts a walk over object.
func MembersOf(object string) Members {
	i := skipSpace(object, 0)
	if i >= len(object) || object[i] != '{' {
		return Members{}
	}
	return Members{s: object, i: i + 1}
}

// Next gives the next member: the key's content, still escaped, and the
// value's text. ok is false at the end.
func (m *Members) Next() (key, value string, ok bool) {
	i := m.separator()
	if i >= len(m.s) || m.s[i] != '"' {
		return "", "", false
	}
	end := stringEnd(m.s, i)
	if end < 0 {
		return "", "", false
	}
	key = m.s[i+1 : end-1]
	i = skipSpace(m.s, end)
	if i >= len(m.s) || m.s[i] != ':' {
		return "", "", false
	}
	i = skipSpace(m.s, i+1)
	end = valueEnd(m.s, i)
	if end <= i {
		return "", "", false
	}
	m.i = end
	return key, m.s[i:end], true
}

func (m *Members) separator() int {
	i := skipSpace(m.s, m.i)
	if i < len(m.s) && m.s[i] == ',' {
		i = skipSpace(m.s, i+1)
	}
	return i
}

func skipSpace(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

// stringEnd is the offset behind the closing quote of the string that opens at
// i, or -1.
func stringEnd(s string, i int) int {
	for j := i + 1; ; {
		n := strings.IndexByte(s[j:], '"')
		if n < 0 {
			return -1
		}
		j += n + 1
		if !escapedAt(s, i, j-1) {
			return j
		}
	}
}

// escapedAt says whether an odd number of backslashes stands before s[at].
func escapedAt(s string, from, at int) bool {
	n := 0
	for at-n-1 > from && s[at-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}

// valueEnd is the offset behind the value that starts at i, or -1.
func valueEnd(s string, i int) int {
	if i >= len(s) {
		return -1
	}
	switch s[i] {
	case '"':
		return stringEnd(s, i)
	case '{', '[':
		return nestedEnd(s, i)
	}
	n := strings.IndexAny(s[i:], ",}] \t\r\n")
	if n < 0 {
		return len(s)
	}
	return i + n
}

func nestedEnd(s string, i int) int {
	depth := 0
	for i < len(s) {
		switch s[i] {
		case '"':
			if i = stringEnd(s, i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// Items walks the items of a JSON array held as text.
type Items struct {
	s string
	i int
}

// ItemsOf starts a walk over array. Text that is not an array has no items.
func ItemsOf(array string) Items {
	i := skipSpace(array, 0)
	if i >= len(array) || array[i] != '[' {
		return Items{}
	}
	return Items{s: array, i: i + 1}
}

// Next gives the text of the next item; ok is false at the end.
func (it *Items) Next() (value string, ok bool) {
	i := skipSpace(it.s, it.i)
	if i < len(it.s) && it.s[i] == ',' {
		i = skipSpace(it.s, i+1)
	}
	end := valueEnd(it.s, i)
	if end <= i || it.s[i] == ']' {
		return "", false
	}
	it.i = end
	return it.s[i:end], true
}
