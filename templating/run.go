package templating

import (
	"strings"

	"github.com/linecast/linecast/errs"
)

// runAll runs statements in order until one breaks or continues a loop. An
// error without a place gets the statement's.
func (st *state) runAll(body []stmt) (flow, error) {
	for _, s := range body {
		f, err := s.run(st)
		if err != nil {
			return f, st.fail(s.at(), err)
		}
		if f != flowNext {
			return f, nil
		}
	}
	return flowNext, nil
}

// room checks the output against its bound.
func (st *state) room(off int) error {
	if len(st.out)-st.base > MaxOutput {
		return st.fail(off, errs.New("template.output_too_large", MaxOutput))
	}
	return nil
}

func (s *textStmt) run(st *state) (flow, error) {
	if st.trace != nil {
		st.trace.add(len(st.out), s.off, true)
	}
	st.out = append(st.out, s.text...)
	if len(st.out)-st.base > MaxOutput {
		return flowNext, st.room(s.off)
	}
	return flowNext, nil
}

func (s *ifStmt) run(st *state) (flow, error) {
	if err := st.step(1); err != nil {
		return flowNext, err
	}
	for i, arm := range s.arms {
		v, err := arm.test.eval(st)
		if err != nil {
			return flowNext, err
		}
		if st.probe.take(s.id, i, v.truth()) {
			return st.runAll(arm.body)
		}
	}
	st.probe.take(s.id, len(s.arms), true)
	return st.runAll(s.els)
}

func (s *forStmt) run(st *state) (flow, error) {
	v, err := s.iter.eval(st)
	if err != nil {
		return flowNext, err
	}
	items, err := st.items(v)
	if err == nil {
		items, err = s.chosen(st, items)
	}
	if err != nil {
		return flowNext, err
	}
	if len(items) == 0 {
		old := st.push()
		f, err := st.runAll(s.els)
		st.pop(old)
		return f, err
	}
	l := &loopState{items: items}
	for i, item := range items {
		l.i = i
		f, err := s.once(st, l, item)
		if err != nil {
			return flowNext, err
		}
		if f == flowBreak {
			break
		}
	}
	return flowNext, nil
}

// once runs the body for one item, in a block of its own.
func (s *forStmt) once(st *state, l *loopState, item value) (flow, error) {
	if err := st.step(1); err != nil {
		return flowNext, err
	}
	old := st.push()
	defer st.pop(old)
	st.set(s.loop, value{k: kLoop, p: l})
	if err := st.assign(s.target, item); err != nil {
		return flowNext, err
	}
	return st.runAll(s.body)
}

// chosen are the items that pass the loop's if; a list being walked is copied,
// so that the body may change it.
func (s *forStmt) chosen(st *state, items []value) ([]value, error) {
	if s.cond == nil {
		return append([]value(nil), items...), st.step(len(items) / 8)
	}
	var out []value
	for _, item := range items {
		old := st.push()
		err := st.assign(s.target, item)
		var v value
		if err == nil {
			v, err = s.cond.eval(st)
		}
		st.pop(old)
		if err != nil {
			return nil, err
		}
		if v.truth() {
			out = append(out, item)
		}
	}
	return out, nil
}

func (s *loopStmt) run(*state) (flow, error) { return s.flow, nil }

func (s *setStmt) run(st *state) (flow, error) {
	if err := st.step(1); err != nil {
		return flowNext, err
	}
	v, err := s.x.eval(st)
	if err != nil {
		return flowNext, err
	}
	return flowNext, st.assign(s.target, v)
}

// assign writes v to t.
func (st *state) assign(t target, v value) error {
	switch {
	case t.parts != nil:
		return st.unpack(t, v)
	case t.attr == "":
		st.set(t.slot, v)
		return nil
	}
	ns, ok := st.get(t.slot)
	if !ok || ns.k != kNamespace {
		return st.fail(t.off, typeError("cannot assign attribute on non-namespace object"))
	}
	if err := ns.dict().set(str(t.attr), v); err != nil {
		return st.fail(t.off, err)
	}
	return nil
}

func (st *state) unpack(t target, v value) error {
	items, err := st.items(v)
	if err != nil {
		return st.fail(t.off, err)
	}
	if len(items) != len(t.parts) {
		return st.fail(t.off, valueError("%d values cannot be assigned to %d names", len(items), len(t.parts)))
	}
	for i, part := range t.parts {
		if err := st.assign(part, items[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *withStmt) run(st *state) (flow, error) {
	vals, err := st.stack(s.vals)
	if err != nil {
		return flowNext, err
	}
	old := st.push()
	defer st.pop(old)
	for i, t := range s.targets {
		if err := st.assign(t, vals[i]); err != nil {
			return flowNext, err
		}
	}
	st.drop(len(vals))
	return st.runAll(s.body)
}

func (s *doStmt) run(st *state) (flow, error) {
	_, err := s.x.eval(st)
	return flowNext, err
}

func (s *notSendStmt) run(st *state) (flow, error) {
	reason := ""
	if s.reason != nil {
		v, err := s.reason.eval(st)
		if err != nil {
			return flowNext, err
		}
		if reason, err = st.text(v); err != nil {
			return flowNext, err
		}
	}
	return flowNext, &Skip{Reason: NotSend, Name: strings.Clone(shorten(reason, maxName))}
}
