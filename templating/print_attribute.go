package templating

import (
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// attributePrint prints a user attribute, perhaps with a constant default:
// nine placeholders of ten. It copies the attribute's JSON text into the body
// without making a value of it, so it allocates nothing.
type attributePrint struct {
	x     *attrExpr
	ctx   context
	other *value // the default; nil when there is none
	empty bool   // the default also replaces what is empty, zero or false
	whole *printStmt
}

// quick is s as an attributePrint, or s itself when it is anything else.
func (s *printStmt) quick() stmt {
	q := &attributePrint{ctx: s.ctx, whole: s}
	switch x := s.x.(type) {
	case *attrExpr:
		q.x = x
	case *filterExpr:
		attr, ok := x.x.(*attrExpr)
		if !ok || x.f.name != "default" || !q.constantDefault(x) {
			return s
		}
		q.x = attr
	}
	if q.x == nil || q.x.root != rootUser || s.ctx == ctxText {
		return s
	}
	return q
}

func (q *attributePrint) constantDefault(x *filterExpr) bool {
	args := [2]value{str(""), boolean(false)}
	for i, a := range x.args.fixed {
		if a == nil {
			continue
		}
		c, ok := a.(*constExpr)
		if !ok {
			return false
		}
		args[i] = c.v
	}
	q.other, q.empty = &args[0], args[1].truth()
	return true
}

func (q *attributePrint) run(st *state) (flow, error) {
	if st.trace != nil {
		st.trace.add(len(st.out), q.whole.off, false)
	}
	if q.x.name == lineID && plainID(st.d.LineID) {
		return flowNext, q.text(st, st.d.LineID)
	}
	text := ""
	if _, own := st.own(q.x); !own {
		text = st.raw(q.x)
	}
	switch {
	case text == "":
	case text[0] == '"' && len(text) >= 2:
		if content := text[1 : len(text)-1]; content != "" || !q.empty {
			return flowNext, q.text(st, content)
		}
	case jsontext.IsInteger(text) && len(text) <= 18 && text[0] != '-' && text != "0":
		if st.steps++; st.steps <= MaxSteps {
			return flowNext, q.digits(st, text)
		}
	}
	return q.slow(st)
}

// plainID says whether id, which is text and not JSON, can be written as it
// is: every real line_id can.
func plainID(id string) bool {
	for i := 0; i < len(id); i++ {
		if c := id[i]; c == '\\' || c == '"' {
			return false
		}
	}
	return id != ""
}

// text writes content, the content of a JSON string.
func (q *attributePrint) text(st *state, content string) error {
	if isNotSend(content) || isNotSendEscaped(content) {
		return &Skip{Reason: NotSend, Name: notSendByValue}
	}
	if q.ctx != ctxString {
		st.out = append(st.out, '"')
	}
	st.out = jsontext.AppendContent(st.out, content)
	if q.ctx != ctxString {
		st.out = append(st.out, '"')
	}
	return q.bounds(st, len(content))
}

// isNotSendEscaped is isNotSend for JSON's spelling of the backslashes.
func isNotSendEscaped(content string) bool { return content == `MOE\\_NOT\\_SEND` }

func (q *attributePrint) digits(st *state, text string) error {
	if q.ctx == ctxKey {
		st.out = append(st.out, '"')
	}
	st.out = append(st.out, text...)
	if q.ctx == ctxKey {
		st.out = append(st.out, '"')
	}
	return q.bounds(st, len(text))
}

func (q *attributePrint) bounds(st *state, n int) error {
	if st.steps += 1 + n/64; st.steps > MaxSteps {
		return st.fail(q.whole.off, errs.New("template.too_many_steps", MaxSteps))
	}
	if len(st.out)-st.base > MaxOutput {
		return st.room(q.whole.off)
	}
	return nil
}

// slow does the same by way of a value: missing ones, numbers with fractions,
// lists.
func (q *attributePrint) slow(st *state) (flow, error) {
	v, err := st.attribute(q.x)
	if err != nil {
		return flowNext, st.fail(q.whole.off, err)
	}
	if q.other != nil && (v.missing() || q.empty && !v.truth()) {
		v = *q.other
	}
	return flowNext, st.print(v, q.ctx, q.whole.name, q.whole.off)
}

// quicken puts attributePrints in place of the prints of body they can do.
func quicken(body []stmt) {
	for i, s := range body {
		if p, ok := s.(*printStmt); ok {
			body[i] = p.quick()
		}
		for _, b := range bodies(s) {
			quicken(b)
		}
	}
}
