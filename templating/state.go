package templating

import (
	"errors"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
)

// state is one rendering. States are pooled by their Template; nothing of the
// Data may stay in one that goes back.
type state struct {
	t     *Template
	d     *Data
	lib   *library
	out   []byte
	base  int // length of out when the rendering began
	steps int

	found   []string // the texts of Template.slots in the user's attributes
	scanned bool

	vars  []variable
	undo  []saved // what variables were before the blocks that are open
	frame int     // index in undo where the present block's begin
	args  []value // stack of arguments

	whole map[root]value // roots that were read as objects
	zoned *time.Location // of the recipient, once it was asked for
	trace *trace         // places of the output in the source, when asked for
	probe *probe         // branches taken, while a template is checked

	depth int // of captures and blocks, for the bounds
}

type variable struct {
	v     value
	frame int // the block that set it; 0 is unset
}

type saved struct {
	slot int
	old  variable
}

// step charges n units of work.
func (st *state) step(n int) error {
	if st.steps += n; st.steps > MaxSteps {
		return errs.New("template.too_many_steps", MaxSteps)
	}
	return nil
}

// charge is step for an operation that touches n bytes of text.
func (st *state) charge(n int) error { return st.step(1 + n/64) }

// fail puts the place off on a catalogued error.
func (st *state) fail(off int, err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return at(st.t.source, off, e)
	}
	return err
}

// text is Python's str(v) for use in an operation; what is missing ends the
// rendering, as it does when it is printed.
func (st *state) text(v value) (string, error) {
	switch {
	case v.k == kString:
		return v.s, nil
	case v.k == kUndefined || v.k == kNone && v.s != "":
		return "", st.missingValue(v)
	}
	w := writer{st: st, max: MaxString}
	w.str(v)
	if w.err != nil {
		return "", w.err
	}
	return string(w.b), st.charge(len(w.b))
}

// missing is the error for a missing value that is needed, or nil when missing
// values print as nothing.
func (st *state) missing(name string) error {
	if name == "" {
		name = "null"
	}
	if st.t.opts.OnMissing == MissingEmpty {
		return nil
	}
	name = strings.Clone(shorten(name, maxName)) // it may be cut out of the data
	if st.t.opts.OnMissing == MissingHalt {
		return &Halt{Name: name}
	}
	return &Skip{Reason: MissingAttribute, Name: name}
}

// missingValue is missing for v, unless v is an inline if without else: that
// prints as nothing in Jinja and here.
func (st *state) missingValue(v value) error {
	if v.k == kUndefined && v.j {
		return nil
	}
	return st.missing(v.s)
}

// maxName bounds the names that outcomes carry.
const maxName = 200

// get reads the variable at slot.
func (st *state) get(slot int) (value, bool) {
	v := st.vars[slot]
	return v.v, v.frame > 0
}

// set assigns in the present block and remembers what was there before.
func (st *state) set(slot int, v value) {
	have := &st.vars[slot]
	if have.frame != st.frame+1 {
		st.undo = append(st.undo, saved{slot, *have})
	}
	*have = variable{v, st.frame + 1}
}

// push opens a block with names of its own; pop undoes what it set.
func (st *state) push() int {
	old := st.frame
	st.frame = len(st.undo) + 1
	st.undo = append(st.undo, saved{slot: -1})
	return old
}

func (st *state) pop(old int) {
	for i := len(st.undo) - 1; i >= st.frame-1; i-- {
		if s := st.undo[i]; s.slot >= 0 {
			st.vars[s.slot] = s.old
		}
	}
	st.undo = st.undo[:st.frame-1]
	st.frame = old
}

// stack evaluates xs onto the argument stack. The caller gives back what it
// took with drop.
func (st *state) stack(xs []expr) ([]value, error) {
	base := len(st.args)
	for _, x := range xs {
		v := value{}
		if x != nil {
			var err error
			if v, err = x.eval(st); err != nil {
				st.args = st.args[:base]
				return nil, err
			}
		}
		st.args = append(st.args, v)
	}
	return st.args[base:len(st.args):len(st.args)], nil
}

func (st *state) drop(n int) { st.args = st.args[:len(st.args)-n] }
