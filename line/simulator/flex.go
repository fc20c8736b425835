package simulator

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

// checkFlex checks the contents of a Flex Message: sizes, unknown components,
// URLs of media that are not https. LINE answers with a no-break space in the
// message and JSON-pointer-like properties, so this does.
func checkFlex(index int, raw []byte) *reply {
	limit := maxBubble
	if typeOf(raw) == "carousel" {
		limit = maxCarousel
	}
	w := flexWalk{scanner: scanner{b: raw}}
	w.value(make([]byte, 0, 128))
	if len(raw) > limit {
		w.list = append(w.list, complaint{fmt.Sprintf("size must be between 0 and %d", limit), "/"})
	}
	if len(w.list) == 0 {
		return nil
	}
	r := failure(400, fmt.Sprintf("A message (messages[%d])\u00a0in the request body is invalid", index), w.list...)
	return &r
}

// flexWalk goes through contents that were scanned before.
type flexWalk struct {
	scanner
	list []complaint
}

// value walks one value that stands at path, whose bytes after its length are
// scratch space.
func (w *flexWalk) value(path []byte) bool {
	switch w.space() {
	case '{':
		return w.object(func(key []byte) bool { return w.member(path, key) })
	case '[':
		return w.array(func(i int) bool { return w.value(strconv.AppendInt(append(path, '/'), int64(i), 10)) })
	}
	_, ok := w.scanner.value()
	return ok
}

// member walks one member of the component at path.
func (w *flexWalk) member(path, key []byte) bool {
	name := text(key)
	if c := w.space(); c == '{' || c == '[' {
		return w.value(append(append(path, '/'), name...))
	}
	raw, ok := w.scanner.value()
	switch {
	case !isString(raw):
	case string(name) == "type" && !slices.Contains(flexTypes, string(text(raw))):
		w.list = append(w.list, complaint{"invalid property", string(path)})
	case string(name) == "url" && !bytes.HasPrefix(text(raw), []byte("https://")):
		w.list = append(w.list, complaint{"invalid uri scheme", string(path) + "/url"})
	}
	return ok
}
