package message

import (
	"bytes"
	"encoding/json"
)

// Link is an address in a body that opens when something is tapped: the uri of
// an action wherever one may stand, its altUri.desktop, and linkUri of an
// imagemap and of its video. Addresses of pictures, videos and sounds are none,
// and neither are addresses inside texts: LINE shows those as they are written.
type Link struct {
	Message int    // 0-based index in messages
	Path    string // RFC 6901 pointer in the body, such as "/messages/0/template/actions/1/uri"
	URI     string // as it stands there, escapes undone: http, https, line or tel
}

// RewriteLinks gives every link of a rendered body to replace and puts what it
// returns in its place; a link that is returned as it was stays byte for byte.
// When nothing changes, body itself is returned. A body that is not JSON has
// no links.
//
// It is the hook for counting clicks. Where links stand is told by the same
// rows that Check reads: the fields whose form is linkFormat. What replace
// returns is not checked here: Check the result. LINE allows 1,000 units for an
// address, so a longer one must be kept somewhere and named by a short one.
func RewriteLinks(body []byte, replace func(Link) string) []byte {
	if len(body) > maxBody {
		return body
	}
	t, _, ok := scan(body)
	if !ok {
		return body
	}
	w := linkWriter{checker: checker{tape: t, messages: -1}, replace: replace}
	w.startMessages(w.member(0, "messages"))
	w.shape(shapes["request"], 0)
	if w.out == nil {
		return body
	}
	return append(w.out, body[w.copied:]...)
}

// linkWriter walks a body along the shapes of its parts.
type linkWriter struct {
	checker // for its tape and the names of places; nothing is checked
	replace func(Link) string
	out     []byte // what is written so far; nil before the first change
	copied  int    // bytes of the body that are in out, or were replaced
}

func (w *linkWriter) shape(s *shape, n int32) {
	switch {
	case s == nil || s.scalar != nil || w.nodes[n].kind != kindObject:
	case s.object != nil:
		w.object(s.object, n)
	default:
		value := w.stringMember(n, s.union.by)
		for i := range s.union.cases {
			if c := &s.union.cases[i]; c.value == string(value) {
				w.shape(c.shape, n)
				return
			}
		}
	}
}

func (w *linkWriter) object(o *object, n int32) {
	for key := range w.children(n) {
		i, known := o.index[string(w.content(key))]
		if !known {
			continue
		}
		f, value := &o.fields[i], key+1
		switch {
		case f.format == linkFormat && w.nodes[value].kind == kindString:
			w.link(value)
		case f.kind == list && w.nodes[value].kind == kindArray:
			for element := range w.children(value) {
				w.shape(f.shape, element)
			}
		case f.kind == obj:
			w.shape(f.shape, value)
		}
	}
}

func (w *linkWriter) link(n int32) {
	old := Link{w.messageOf(n), w.pointer(n), string(w.content(n))}
	uri := w.replace(old)
	if uri == old.URI {
		return
	}
	nd := &w.nodes[n]
	w.out = append(append(w.out, w.body[w.copied:nd.start]...), quoted(uri)...)
	w.copied = int(nd.end)
}

// quoted is s as JSON that leaves &, < and > as they are.
func quoted(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // of a string: it cannot fail
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
