package templating

import "github.com/linecast/linecast/errs"

// loopState is what "loop" names inside a for.
type loopState struct {
	items  []value
	i      int
	last   value // of loop.changed
	called bool
}

// loopMember is loop.name.
func loopMember(v value, name string) (value, error) {
	l := v.p.(*loopState)
	n := len(l.items)
	switch name {
	case "index":
		return integer(int64(l.i + 1)), nil
	case "index0":
		return integer(int64(l.i)), nil
	case "revindex":
		return integer(int64(n - l.i)), nil
	case "revindex0":
		return integer(int64(n - l.i - 1)), nil
	case "first":
		return boolean(l.i == 0), nil
	case "last":
		return boolean(l.i == n-1), nil
	case "length":
		return integer(int64(n)), nil
	case "depth":
		return integer(1), nil // Jinja counts only recursive loops
	case "depth0":
		return integer(0), nil
	case "previtem":
		if l.i > 0 {
			return l.items[l.i-1], nil
		}
		return undefined("loop.previtem"), nil
	case "nextitem":
		if l.i+1 < n {
			return l.items[l.i+1], nil
		}
		return undefined("loop.nextitem"), nil
	}
	return undefined("loop." + name), nil
}

// loopMethod is loop.cycle(…) and loop.changed(…).
func (st *state) loopMethod(v value, name string, a args) (value, error) {
	l := v.p.(*loopState)
	switch name {
	case "cycle":
		if len(a.rest) == 0 {
			return value{}, typeError("no items for cycling given")
		}
		return a.rest[l.i%len(a.rest)], nil
	case "changed":
		now := tupleOf(append([]value(nil), a.rest...)...)
		same := false
		if l.called {
			var err error
			if same, err = st.equal(l.last, now, 0); err != nil {
				return value{}, err
			}
		}
		l.last, l.called = now, true
		return boolean(!same), nil
	}
	return value{}, errs.New("template.type", "loop has no method '"+name+"'")
}
