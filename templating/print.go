package templating

import (
	"strconv"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

func (s *printStmt) run(st *state) (flow, error) {
	if st.trace != nil {
		st.trace.add(len(st.out), s.off, false)
	}
	v, err := s.x.eval(st)
	if err != nil {
		return flowNext, err
	}
	return flowNext, st.print(v, s.ctx, s.name, s.off)
}

// print writes v where ctx says it stands. name is what is missing when v is
// null without knowing where it came from.
func (st *state) print(v value, ctx context, name string, off int) error {
	if err := st.step(1); err != nil {
		return st.fail(off, err)
	}
	if v.missing() {
		if v.s == "" && !v.j {
			v.s = name
		}
		if err := st.missingValue(v); err != nil {
			return err
		}
		v = str("")
	}
	if v.k == kString && isNotSend(v.s) {
		return &Skip{Reason: NotSend, Name: notSendByValue}
	}
	if err := st.write(v, ctx); err != nil {
		return st.fail(off, err)
	}
	if len(st.out)-st.base > MaxOutput {
		return st.room(off)
	}
	return nil
}

// notSendByValue is the Skip's Name when MOE_NOT_SEND was printed, as in
// |default('MOE_NOT_SEND').
const notSendByValue = "default"

func isNotSend(s string) bool {
	return len(s) >= 12 && len(s) <= 14 && (s == "MOE_NOT_SEND" || s == `MOE\_NOT\_SEND`)
}

func (st *state) write(v value, ctx context) error {
	switch ctx {
	case ctxBare:
		return st.writeJSON(v)
	case ctxKey:
		st.out = append(st.out, '"')
		err := st.writeString(v)
		st.out = append(st.out, '"')
		return err
	case ctxString:
		return st.writeString(v)
	}
	switch v.k {
	case kString:
		st.out = append(st.out, v.s...)
	default:
		w := writer{st: st, b: st.out, max: st.base + MaxOutput}
		w.str(v)
		st.out = w.b
		return w.err
	}
	return nil
}

// writeString writes v as Jinja prints it, as content of a JSON string.
func (st *state) writeString(v value) error {
	switch v.k {
	case kString:
		st.out = jsontext.AppendEscaped(st.out, v.s)
	case kInt:
		st.out = strconv.AppendInt(st.out, v.int(), 10)
	case kFloat:
		st.out = appendFloat(st.out, v.float())
	default:
		w := writer{st: st, max: MaxString}
		w.str(v)
		if w.err != nil {
			return w.err
		}
		st.out = jsontext.AppendEscaped(st.out, string(w.b))
	}
	return nil
}

// writeJSON writes v as a JSON value.
func (st *state) writeJSON(v value) error {
	if v.k == kString && v.j {
		st.out = append(st.out, v.s...)
		return nil
	}
	w := jsonWriter{writer: writer{st: st, b: st.out, max: st.base + MaxOutput}}
	w.value(v, 0)
	st.out = w.b
	if w.err != nil && errs.Is(w.err, "template.string_too_long") {
		return errs.New("template.output_too_large", MaxOutput)
	}
	return w.err
}
