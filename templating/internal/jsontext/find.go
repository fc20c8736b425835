package jsontext

import (
	"strconv"
	"strings"
)

// Find is the offset in text, a JSON value, of the part that pointer names
// (RFC 6901), or of the nearest part around it.
func Find(text, pointer string) int {
	at := skipSpace(text, 0)
	for _, name := range strings.Split(pointer, "/")[1:] {
		next := child(text, at, strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
		if next < 0 {
			break
		}
		at = next
	}
	return at
}

// child is the offset of the member or item called name of the value at i.
func child(text string, i int, name string) int {
	end := valueEnd(text, i)
	if end < 0 {
		return -1
	}
	value := text[i:end]
	for walk := MembersOf(value); ; {
		key, _, val, ok := walk.Next()
		if !ok {
			break
		}
		if Unescape(key) == name {
			return i + walk.i - len(val)
		}
	}
	n, err := strconv.Atoi(name)
	walk := ItemsOf(value)
	for err == nil && n >= 0 {
		val, ok := walk.Next()
		if !ok {
			break
		}
		if n == 0 {
			return i + walk.i - len(val)
		}
		n--
	}
	return -1
}
