package templating

import "github.com/linecast/linecast/errs"

// capture runs body and returns its text instead of writing it.
func (st *state) capture(body []stmt) (string, flow, error) {
	out, base, tr := st.out, st.base, st.trace
	st.out, st.base, st.trace = nil, -(MaxOutput - MaxString), nil
	old := st.push()
	f, err := st.runAll(body)
	st.pop(old)
	text := string(st.out)
	st.out, st.base, st.trace = out, base, tr
	if e := errs.From(err); e != nil && e.Code == "template.output_too_large" {
		err = errs.New("template.string_too_long", MaxString).AtLine(e.Line, e.Column)
	}
	if err != nil {
		return "", f, err
	}
	return text, f, st.charge(len(text))
}

// through passes text through a chain of filters.
func (st *state) through(filters []*filterExpr, v value) (value, error) {
	for _, f := range filters {
		var err error
		if v, err = f.apply(st, v); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (s *captureStmt) run(st *state) (flow, error) {
	text, f, err := st.capture(s.body)
	if err != nil {
		return f, err
	}
	v, err := st.through(s.filters, str(text))
	if err != nil {
		return f, err
	}
	return f, st.assign(s.target, v)
}

func (s *filterStmt) run(st *state) (flow, error) {
	text, f, err := st.capture(s.body)
	if err != nil {
		return f, err
	}
	v, err := st.through(s.filters, str(text))
	if err != nil {
		return f, err
	}
	if st.trace != nil {
		st.trace.add(len(st.out), s.off, false)
	}
	return f, st.print(v, s.ctx, "", s.off)
}
