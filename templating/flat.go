package templating

import (
	"errors"
	"sort"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// flat is a template of static shape with a stand-in for every placeholder: a
// JSON text that is valid exactly when every rendering is. It keeps where each
// of its parts came from.
type flat struct {
	src    string
	text   strings.Builder
	pieces []piece
	marks  int
}

type piece struct {
	stmt     stmt
	from, to int // in the flat text
}

// mark stands for a placeholder inside a string. It is a noncharacter, so it
// cannot be mistaken for an author's text, and numbered, so that two keys with
// placeholders differ.
const mark = "\ufdd0"

func flatten(src string, body []stmt) *flat {
	f := &flat{src: src}
	f.add(body)
	return f
}

func (f *flat) add(body []stmt) {
	inString := false
	for _, s := range body {
		from := f.text.Len()
		switch s := s.(type) {
		case *textStmt:
			f.text.WriteString(s.text)
			inString = endsInString(s.text, inString)
		case *printStmt:
			f.standIn(s.ctx)
		case *filterStmt:
			f.standIn(s.ctx)
		case *ifStmt, *forStmt, *withStmt:
			if inString {
				f.standIn(ctxString)
			}
		}
		f.pieces = append(f.pieces, piece{s, from, f.text.Len()})
	}
}

func (f *flat) standIn(ctx context) {
	f.marks++
	switch ctx {
	case ctxString:
		f.text.WriteString(mark + strconv.Itoa(f.marks))
	case ctxKey:
		f.text.WriteString(`"` + mark + strconv.Itoa(f.marks) + `"`)
	case ctxBare:
		f.text.WriteByte('0')
	}
}

func endsInString(text string, in bool) bool {
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			in = !in
		case text[i] == '\\' && in:
			i++
		}
	}
	return in
}

// source is the offset in the source of the flat offset at.
func (f *flat) source(at int) int {
	i := sort.Search(len(f.pieces), func(i int) bool { return f.pieces[i].to > at })
	if i == len(f.pieces) {
		return len(f.src)
	}
	p := f.pieces[i]
	if t, ok := p.stmt.(*textStmt); ok {
		return t.off + max(at-p.from, 0)
	}
	return offsetOf(p.stmt)
}

func offsetOf(s stmt) int {
	switch s := s.(type) {
	case *printStmt:
		return s.off
	case *filterStmt:
		return s.off
	case *ifStmt:
		return s.off
	case *forStmt:
		return s.off
	case *withStmt:
		return s.off
	}
	return 0
}

// check proves the shape. It returns the member "to", and whether a key holds
// a placeholder, in which case only a rendering can show that keys differ.
func (f *flat) check() (to jsontext.Span, openKeys bool, err *errs.Error) {
	text := f.text.String()
	span, fault := checkBody(text)
	if fault != nil {
		return span, false, jsonError(f.src, fault, f.source)
	}
	for i := 0; ; {
		n := strings.Index(text[i:], mark)
		if n < 0 {
			return span, false, nil
		}
		i += n + len(mark)
		if jsontext.KeyAt(text, i) {
			return span, true, nil
		}
	}
}

// jsonError makes the error of a text that is not JSON.
func jsonError(src string, fault error, source func(int) int) *errs.Error {
	var se *jsontext.SyntaxError
	if !errors.As(fault, &se) {
		return errs.New("template.json", fault.Error())
	}
	e := errs.New("template.json", se.Message)
	if se.Duplicate {
		e = errs.New("template.duplicate_key", se.Message)
	}
	return at(src, source(se.Offset), e)
}

// cut is the statements that write the flat text from from to to. A statement
// that writes nothing belongs to the part it begins.
func (f *flat) cut(from, to int) []stmt { return f.cutAround(from, to, from, to) }

// cutAround is cut with another range for the statements that write nothing:
// a {% set %} before the body's brace matters to the members behind it.
func (f *flat) cutAround(from, to, silentFrom, silentTo int) []stmt {
	var out []stmt
	for _, p := range f.pieces {
		if t, ok := p.stmt.(*textStmt); ok {
			a, b := max(p.from, from), min(p.to, to)
			if a < b {
				out = append(out, &textStmt{text: t.text[a-p.from : b-p.from], off: t.off + a - p.from})
			}
			continue
		}
		a, b := from, to
		if p.from == p.to {
			a, b = silentFrom, silentTo
		}
		if p.from >= a && p.from < b {
			out = append(out, p.stmt)
		}
	}
	return out
}
