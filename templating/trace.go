package templating

import (
	"sort"

	"github.com/linecast/linecast/templating/internal/jsontext"
)

// trace remembers which part of the source wrote which part of an output.
type trace struct{ marks []traceMark }

// traceMark says that the output from out on came from src. Text is copied
// byte by byte; what a placeholder wrote all came from its opening.
type traceMark struct {
	out, src int
	text     bool
}

func (t *trace) add(out, src int, text bool) {
	t.marks = append(t.marks, traceMark{out, src, text})
}

// source is the offset in the source of what wrote the output at off.
func (t *trace) source(off int) int {
	i := sort.Search(len(t.marks), func(i int) bool { return t.marks[i].out > off }) - 1
	if i < 0 {
		return 0
	}
	m := t.marks[i]
	if m.text {
		return m.src + off - m.out
	}
	return m.src
}

// traced renders d to find places; it returns the body and its places, as far
// as the rendering came.
func (t *Template) traced(d *Data, p *probe) ([]byte, *trace) {
	st := t.begin(nil, d)
	st.trace, st.probe = &trace{}, p
	tr := st.trace
	_, _ = st.runAll(t.body) // the places so far serve whatever the outcome
	out := st.out
	_, _ = st.end(nil, nil)
	return out, tr
}

// Locate is the 1-based line and column of the template that wrote the part of
// d's body that pointer names (RFC 6901, such as "/messages/0/text"): checks of
// a rendered body name their findings by pointer, and an author looks for them
// in the template. It renders once more, so it is not for every recipient. A
// pointer to nothing gives the place of the nearest part around it.
func (t *Template) Locate(d *Data, pointer string) (line, column int) {
	out, tr := t.traced(d, nil)
	return position(t.source, tr.source(jsontext.Find(string(out), pointer)))
}
