package templating

import "sort"

// trace remembers which part of the source wrote which part of an output.
type trace struct {
	out, src []int // offsets, in the order of writing
}

func (t *trace) add(out, src int) {
	t.out = append(t.out, out)
	t.src = append(t.src, src)
}

// source is the offset in the source of what wrote the output at off.
func (t *trace) source(off int) int {
	i := sort.SearchInts(t.out, off+1) - 1
	if i < 0 {
		return 0
	}
	return t.src[i]
}

// traced renders d to find places; what it writes is thrown away.
func (t *Template) traced(d *Data) *trace {
	st := t.begin(nil, d)
	st.trace = &trace{}
	tr := st.trace
	_, err := st.runAll(t.body)
	_, _ = st.end(nil, err) // the places so far serve whatever the outcome
	return tr
}
