package templating

import "github.com/linecast/linecast/errs"

// loopState is what "loop" names inside a for.
type loopState struct {
	items  []value
	i      int
	last   value // of loop.changed
	called bool
}

// loopMembers are what loop.name may be.
var loopMembers = map[string]func(l *loopState) value{
	"index":     func(l *loopState) value { return integer(int64(l.i + 1)) },
	"index0":    func(l *loopState) value { return integer(int64(l.i)) },
	"revindex":  func(l *loopState) value { return integer(int64(len(l.items) - l.i)) },
	"revindex0": func(l *loopState) value { return integer(int64(len(l.items) - l.i - 1)) },
	"first":     func(l *loopState) value { return boolean(l.i == 0) },
	"last":      func(l *loopState) value { return boolean(l.i == len(l.items)-1) },
	"length":    func(l *loopState) value { return integer(int64(len(l.items))) },
	"depth":     func(*loopState) value { return integer(1) }, // Jinja counts only recursive loops
	"depth0":    func(*loopState) value { return integer(0) },
	"previtem":  func(l *loopState) value { return l.item(l.i-1, "loop.previtem") },
	"nextitem":  func(l *loopState) value { return l.item(l.i+1, "loop.nextitem") },
}

// item is the i-th item; there is none before the first and behind the last.
func (l *loopState) item(i int, name string) value {
	if i < 0 || i >= len(l.items) {
		return undefined(name)
	}
	return l.items[i]
}

func loopMember(v value, name string) value {
	if member, ok := loopMembers[name]; ok {
		return member(v.p.(*loopState))
	}
	return undefined("loop." + name)
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
