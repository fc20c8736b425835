package templating

import (
	"bytes"
	"errors"
	"strings"

	"github.com/linecast/linecast/templating/internal/jsontext"
)

// renderDynamic writes the body of a dynamic shape, parses it and compares its
// "to". It returns where "to" stands, counted from the start of the body.
func (st *state) renderDynamic() (jsontext.Span, error) {
	if _, err := st.runAll(st.t.body); err != nil {
		return jsontext.Span{}, err
	}
	to, err := st.parsed()
	if err != nil {
		return to, err
	}
	if to.End > 0 {
		err = st.ownID(st.out[st.base:][to.Value:to.End])
	}
	return to, err
}

// checkBody sees that body is a JSON object and finds its member "to".
func checkBody(body string) (to jsontext.Span, err error) {
	to, err = jsontext.Check(body, "to")
	if open := strings.TrimLeft(body, " \t\r\n"); err == nil && open[0] != '{' {
		err = &jsontext.SyntaxError{Offset: len(body) - len(open), Message: `the body must be an object: {"messages": [ … ]}`}
	}
	return to, err
}

func (st *state) pushDynamic() error {
	to, err := st.renderDynamic()
	if err != nil || to.End > 0 {
		return err
	}
	open := st.base + bytes.IndexByte(st.out[st.base:], '{') + 1
	rest := append([]byte(nil), st.out[open:]...)
	st.out = st.out[:open]
	st.insertTo(bytes.TrimLeft(rest, " \t\r\n")[0] != '}')
	st.out = append(st.out, rest...)
	return nil
}

func (st *state) sharedDynamic() error {
	to, err := st.renderDynamic()
	if err != nil {
		return err
	}
	body := string(st.out[st.base:])
	st.out = st.out[:st.base]
	open, end := bytes.IndexByte([]byte(body), '{')+1, lastBrace(body)
	if to.End == 0 {
		from, until := trimmed(body, open, end)
		st.out = append(st.out, body[from:until]...)
		return nil
	}
	before, _ := cutComma(body[open:to.Key])
	after, had := cutLeadingComma(body[to.End:end])
	st.out = append(st.out, before...)
	if before != "" && had {
		st.out = append(st.out, ',')
	}
	st.out = append(st.out, after...)
	return nil
}

func lastBrace(s string) int {
	return bytes.LastIndexByte([]byte(s), '}')
}

// cutComma is s without whitespace at its ends and without a comma at its end.
func cutComma(s string) (string, bool) {
	from, until := trimmed(s, 0, len(s))
	s = s[from:until]
	if s == "" || s[len(s)-1] != ',' {
		return s, false
	}
	from, until = trimmed(s, 0, len(s)-1)
	return s[from:until], true
}

// cutLeadingComma likewise at the beginning.
func cutLeadingComma(s string) (string, bool) {
	from, until := trimmed(s, 0, len(s))
	s = s[from:until]
	if s == "" || s[0] != ',' {
		return s, false
	}
	from, until = trimmed(s, 1, len(s))
	return s[from:until], true
}

// placed gives the fault of a rendering the line and column of the template
// that wrote it. It renders once more to find out, which only a failure costs.
func (st *state) placed(fault error) error {
	if _, ok := errors.AsType[*jsontext.SyntaxError](fault); !ok {
		return fault
	}
	_, tr := st.t.traced(st.d, st.probe)
	return jsonError(st.t.source, fault, tr.source)
}
