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

// Next gives the next member: the key's content, whether that is escaped, and
// the value's text. ok is false at the end.
func (m *Members) Next() (key string, escaped bool, value string, ok bool) {
	s, i := m.s, m.i
	if i+2 < len(s) && s[i] == ',' && s[i+1] == ' ' { // as PostgreSQL prints jsonb
		i += 2
	} else if i = skipSpace(s, i); i < len(s) && s[i] == ',' {
		i = skipSpace(s, i+1)
	}
	if i >= len(s) || s[i] != '"' {
		return "", false, "", false
	}
	start := i + 1
	for i = start; ; i++ { // keys are short: a loop is faster than IndexByte
		if i >= len(s) {
			return "", false, "", false
		}
		if s[i] == '"' {
			break
		}
		if s[i] == '\\' {
			escaped = true
			i++
		}
	}
	key = s[start:i]
	if i+3 < len(s) && s[i+1] == ':' && s[i+2] == ' ' && s[i+3] > ' ' {
		i += 3
	} else if i = skipSpace(s, i+1); i >= len(s) || s[i] != ':' {
		return "", false, "", false
	} else {
		i = skipSpace(s, i+1)
	}
	end := valueEnd(s, i)
	if end <= i {
		return "", false, "", false
	}
	m.i = end
	return key, escaped, s[i:end], true
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
		if s[j-2] != '\\' || !escapedAt(s, i, j-1) {
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
	for ; i < len(s); i++ {
		switch s[i] {
		case ',', '}', ']', ' ', '\t', '\r', '\n':
			return i
		}
	}
	return i
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
