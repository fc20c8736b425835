package message

import (
	"bytes"
	"strconv"
	"strings"
)

// kind is what a node of the tape is.
type kind uint8

const (
	kindNull kind = iota + 1
	kindFalse
	kindTrue
	kindNumber
	kindString
	kindArray
	kindObject
	kindKey // a member's name; its value is the next node
)

// kindNames are the kinds in words for a Detail.
var kindNames = [...]string{kindNull: "null", kindFalse: "false", kindTrue: "true", kindNumber: "a number",
	kindString: "a string", kindArray: "a list", kindObject: "an object", kindKey: "a key"}

func (k kind) String() string { return kindNames[k] }

// node is a JSON value, or the name of a member, by its place in the body.
type node struct {
	start, end int32 // body[start:end] is its text, quotes included
	next       int32 // the node after this one and everything in it
	parent     int32 // -1 for the root
	ord        int32 // its place among the parent's members or elements
	count      int32 // how many members or elements it has
	kind       kind
	escaped    bool // a string or key with a backslash in it
}

// tape is a body as a flat list of nodes in the order of the text. One list
// instead of a tree of maps is what makes checking each recipient's body
// affordable: it is two allocations, whatever the body's shape.
type tape struct {
	body  []byte
	nodes []node
}

// text is what stands between the quotes of a string or key, escapes and all.
func (t *tape) text(n int32) []byte {
	nd := &t.nodes[n]
	return t.body[nd.start+1 : nd.end-1]
}

// content is a string or key with its escapes undone.
func (t *tape) content(n int32) []byte {
	if t.nodes[n].escaped {
		return unescape(t.text(n))
	}
	return t.text(n)
}

// raw is a value's text as it stands in the body.
func (t *tape) raw(n int32) []byte { return t.body[t.nodes[n].start:t.nodes[n].end] }

// member is the value of the member name of object obj, or -1. A null is as
// good as no member: LINE treats it so.
func (t *tape) member(obj int32, name string) int32 {
	if t.nodes[obj].kind != kindObject {
		return -1
	}
	for key := range t.children(obj) {
		if string(t.content(key)) == name && t.nodes[key+1].kind != kindNull {
			return key + 1
		}
	}
	return -1
}

// stringMember is the content of a member that is a string, or nil.
func (t *tape) stringMember(obj int32, name string) []byte {
	n := t.member(obj, name)
	if n < 0 || t.nodes[n].kind != kindString {
		return nil
	}
	return t.content(n)
}

// children yields the elements of an array, or the keys of an object.
func (t *tape) children(n int32) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		for child := n + 1; child < t.nodes[n].next; child = t.nodes[child].next {
			if !yield(child) {
				return
			}
		}
	}
}

// pointer is the RFC 6901 pointer to a value. Nothing is kept for it while a
// body is checked: only a finding pays for its path.
func (t *tape) pointer(n int32) string {
	parent := t.nodes[n].parent
	if parent < 0 {
		return ""
	}
	if t.nodes[parent].kind == kindArray {
		return t.pointer(parent) + "/" + strconv.Itoa(int(t.nodes[n].ord))
	}
	return t.pointer(parent) + "/" + escapePointer(string(bytes.ToValidUTF8(t.content(t.keyOf(n)), []byte("\uFFFD"))))
}

// keyOf is the key of a member, given the key or the value.
func (t *tape) keyOf(n int32) int32 {
	if t.nodes[n].kind == kindKey {
		return n
	}
	return n - 1
}

// label names a value in a Detail: "text", "columns[2]", "the body".
func (t *tape) label(n int32) string {
	parent := t.nodes[n].parent
	switch {
	case parent < 0:
		return "the body"
	case t.nodes[parent].kind == kindArray && t.nodes[parent].parent < 0:
		return "messages[" + strconv.Itoa(int(t.nodes[n].ord)) + "]"
	case t.nodes[parent].kind == kindArray:
		return t.label(parent) + "[" + strconv.Itoa(int(t.nodes[n].ord)) + "]"
	}
	return clip(t.content(t.keyOf(n)), 40)
}

// escapePointer escapes one token of a pointer.
func escapePointer(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}
