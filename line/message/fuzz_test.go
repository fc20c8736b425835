package message

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzCheck: whatever the bytes, Check ends, says the same twice, and every
// finding points into the body.
func FuzzCheck(f *testing.F) {
	for _, file := range append(bodies(f, "testdata/*/*.json"), bodies(f, "../../examples/messages/*.json")...) {
		if len(file.body) < 4000 {
			f.Add(file.body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		first := Check(body)
		if diff := cmp.Diff(first, Check(body)); diff != "" {
			t.Errorf("two answers for one body (-first +second):\n%s", diff)
		}
		for _, found := range first {
			checkFinding(t, body, found)
		}
		for _, found := range CheckMessages(body) {
			checkFinding(t, body, found)
		}
	})
}

// checkFinding holds a finding to what its fields promise.
func checkFinding(t *testing.T, body []byte, f Finding) {
	t.Helper()
	switch {
	case f.Severity != Error && f.Severity != Warning:
		t.Errorf("severity %d: %+v", f.Severity, f)
	case f.Offset < 0 || f.Offset > len(body):
		t.Errorf("offset outside the %d bytes of the body: %+v", len(body), f)
	case f.Detail == "" || !utf8.ValidString(f.Detail) || !utf8.ValidString(f.Path):
		t.Errorf("detail or path empty or not UTF-8: %+v", f)
	case f.Message >= 0 && !strings.HasPrefix(f.Path+"/", "/messages/"+strconv.Itoa(f.Message)+"/") &&
		!strings.HasPrefix(f.Path+"/", "/"+strconv.Itoa(f.Message)+"/"):
		t.Errorf("path is not in message %d: %+v", f.Message, f)
	}
	if f.Code == codeBadJSON || f.Code == codeTooDeep {
		return
	}
	at := resolve(body, f.Path)
	switch {
	case f.Code == codeRequired && at < 0: // the path is where the field should stand
	case at < 0:
		t.Errorf("path leads nowhere: %+v", f)
	}
}

// resolve is the offset of what a pointer names, or -1. It is a second reading
// of pointers, made for the test.
func resolve(body []byte, pointer string) int {
	tape, _, ok := scan(body)
	if !ok {
		return -1
	}
	n := int32(0)
	for _, token := range strings.Split(pointer, "/")[1:] {
		next := int32(-1)
		for child := range tape.children(n) {
			switch {
			case tape.nodes[n].kind == kindArray && strconv.Itoa(int(tape.nodes[child].ord)) == token:
				next = child
			case tape.nodes[n].kind == kindObject && escapePointer(strings.ToValidUTF8(string(tape.content(child)), "\uFFFD")) == token:
				next = child + 1
			}
		}
		if next < 0 {
			return -1
		}
		n = next
	}
	return int(tape.nodes[n].start)
}
