package templating

import (
	"bytes"

	"github.com/linecast/linecast/templating/internal/jsontext"
)

// Render appends the body for d to dst, as the author wrote it: "to" is
// neither added nor compared. It is what a preview shows.
//
// The error is a *Skip, *Halt or *Reject when the recipient must not get the
// message, and an *errs.Error with Line and Column when the template cannot be
// rendered for this recipient; dst is returned as it came then.
func (t *Template) Render(dst []byte, d *Data) ([]byte, error) {
	st := t.begin(dst, d)
	_, err := st.runAll(t.body)
	if err == nil && t.dynamic && !t.text {
		_, err = st.parsed()
	}
	return st.end(dst, err)
}

// RenderPush appends the body of a push call: the author's bytes, with "to"
// inserted as the first member when the author left it out. A "to" that does
// not render to d.LineID is a *Reject.
func (t *Template) RenderPush(dst []byte, d *Data) ([]byte, error) {
	st := t.begin(dst, d)
	if t.dynamic {
		return st.end(dst, st.pushDynamic())
	}
	return st.end(dst, st.pushStatic())
}

// RenderShared appends the body's members without "to" and without the braces:
// what recipients of the same content share, byte for byte. Delivery compares
// it to group recipients for multicast and completes it with AppendPush or
// AppendMulticast. A "to" in the body is checked as RenderPush does.
func (t *Template) RenderShared(dst []byte, d *Data) ([]byte, error) {
	st := t.begin(dst, d)
	if t.dynamic {
		return st.end(dst, st.sharedDynamic())
	}
	return st.end(dst, st.sharedStatic())
}

// AppendPush appends the push body for one recipient made of shared, which
// RenderShared gave.
func AppendPush(dst []byte, lineID string, shared []byte) []byte {
	dst = append(dst, `{"to":`...)
	dst = jsontext.AppendQuoted(dst, lineID)
	return appendShared(dst, shared)
}

// AppendMulticast appends the multicast body for several recipients made of
// shared. LINE takes at most 500 (LINE reference, Send multicast message).
func AppendMulticast(dst []byte, lineIDs []string, shared []byte) []byte {
	dst = append(dst, `{"to":[`...)
	for i, id := range lineIDs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = jsontext.AppendQuoted(dst, id)
	}
	return appendShared(append(dst, ']'), shared)
}

func appendShared(dst, shared []byte) []byte {
	if len(shared) > 0 {
		dst = append(dst, ',')
		dst = append(dst, shared...)
	}
	return append(dst, '}')
}

// begin takes a state for one rendering.
func (t *Template) begin(dst []byte, d *Data) *state {
	st := t.pool.Get().(*state)
	st.d, st.out, st.base = d, dst, len(dst)
	if cap(st.vars) < len(t.vars) {
		st.vars = make([]variable, len(t.vars))
	}
	st.vars = st.vars[:len(t.vars)]
	return st
}

// end gives the state back, emptied, and returns what was rendered.
func (st *state) end(dst []byte, err error) ([]byte, error) {
	out := st.out
	clear(st.vars)
	clear(st.found)
	clear(st.args[:cap(st.args)])
	clear(st.undo[:cap(st.undo)])
	*st = state{t: st.t, lib: st.lib, vars: st.vars, undo: st.undo[:0], args: st.args[:0], found: st.found[:0]}
	st.t.pool.Put(st)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// parsed checks the rendering of a dynamic shape and finds its "to".
func (st *state) parsed() (jsontext.Span, error) {
	span, err := checkBody(view(st.out[st.base:]))
	if err != nil {
		return span, st.placed(err)
	}
	return span, nil
}

// own reports whether to, the text of a JSON value, is the recipient's id.
func (st *state) ownID(to []byte) error {
	if len(to) >= 2 && to[0] == '"' {
		if string(to[1:len(to)-1]) == st.d.LineID || jsontext.Unescape(string(to[1:len(to)-1])) == st.d.LineID {
			return nil
		}
	}
	return &Reject{Reason: ToMismatch, To: shorten(string(bytes.Trim(to, `"`)), maxName)}
}
