package jsontext

import (
	"fmt"
	"slices"
)

// object reads the object that opens at i and remembers its keys meanwhile.
func (c *checker) object(i, depth int) (int, error) {
	open, base := i, len(c.keys)
	defer func() { c.keys = c.keys[:base] }()
	if i = skipSpace(c.s, i+1); i < len(c.s) && c.s[i] == '}' {
		return i + 1, nil
	}
	var seen map[string]bool
	for {
		end, err := c.member1(i, depth, base, &seen)
		if err != nil {
			return end, err
		}
		i = skipSpace(c.s, end)
		switch {
		case i < len(c.s) && c.s[i] == ',':
			i = skipSpace(c.s, i+1)
		case i < len(c.s) && c.s[i] == '}':
			return i + 1, nil
		default:
			return i, c.unfinished(i, open, "}")
		}
	}
}

// member1 reads one key, its colon and its value.
func (c *checker) member1(i, depth, base int, seen *map[string]bool) (int, error) {
	if i >= len(c.s) || c.s[i] != '"' {
		return i, c.fail(i, "expected a key in double quotes, found %s", c.near(i))
	}
	end, err := c.text(i)
	if err != nil {
		return end, err
	}
	key := Unescape(c.s[i+1 : end-1])
	if c.repeated(key, base, seen) {
		return i, &SyntaxError{Offset: i, Message: fmt.Sprintf("the key %q stands twice in one object", key), Duplicate: true}
	}
	colon := skipSpace(c.s, end)
	if colon >= len(c.s) || c.s[colon] != ':' {
		return colon, c.fail(colon, `expected ":" after the key %q, found %s`, key, c.near(colon))
	}
	start := skipSpace(c.s, colon+1)
	end, err = c.value(start, depth+1)
	if depth == 0 && key == c.member {
		c.span = Span{Key: i, Value: start, End: end}
	}
	return end, err
}

// repeated notes key and says whether its object had it before. Few keys are
// compared one by one; a map serves objects with many.
func (c *checker) repeated(key string, base int, seen *map[string]bool) bool {
	const few = 100
	c.keys = append(c.keys, key)
	mine := c.keys[base : len(c.keys)-1]
	if len(mine) < few {
		return slices.Contains(mine, key)
	}
	if *seen == nil {
		*seen = make(map[string]bool, 2*few)
		for _, k := range mine {
			(*seen)[k] = true
		}
	}
	was := (*seen)[key]
	(*seen)[key] = true
	return was
}

// KeyAt says whether the string that the offset i of a valid JSON text lies in
// is a key.
func KeyAt(text string, i int) bool {
	for i < len(text) && text[i] != '"' {
		if text[i] == '\\' {
			i++
		}
		i++
	}
	i = skipSpace(text, i+1)
	return i < len(text) && text[i] == ':'
}
