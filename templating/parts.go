package templating

import (
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// parts is a body of static shape, divided around "to" so that both a push
// body and the members shared by recipients are written in one pass.
type parts struct {
	hasTo   bool
	ownTo   bool   // "to" is UserAttribute['line_id'] and nothing else
	fixedTo bool   // it is one id for everybody
	to      []stmt // its value
	before  []stmt // up to the value of "to", or to behind the opening brace
	after   []stmt // the rest
	comma   bool   // an inserted "to" needs one

	sharedBefore, sharedAfter []stmt // the members without "to"
}

// divide cuts the flat body. to is the zero Span when the author left it out.
func (f *flat) divide(to jsontext.Span) (parts, *errs.Error) {
	text := f.text.String()
	open := strings.IndexByte(text, '{')
	end := strings.LastIndexByte(text, '}')
	from, until := trimmed(text, open+1, end)
	if to.End == 0 {
		return parts{before: f.cut(0, open+1), after: f.cut(open+1, len(text)+1), comma: from < until,
			sharedBefore: f.cutAround(from, until, 0, len(text)+1)}, nil
	}
	p := parts{hasTo: true, before: f.cut(0, to.Value), to: f.cut(to.Value, to.End), after: f.cut(to.End, len(text)+1)}
	if text[to.Value] != '"' && text[to.Value] != '0' {
		return p, at(f.src, f.source(to.Value), errs.New("template.json", `"to" must be a string; the engine sends to one recipient at a time`))
	}
	p.ownTo = isOwnTo(p.to)
	p.fixedTo = len(p.to) == 1 && text[to.Value] == '"' && isText(p.to[0])
	f.shared(&p, to, from, until)
	return p, nil
}

// shared cuts the member "to" and the comma that goes with it out of the
// members from from to until.
func (f *flat) shared(p *parts, to jsontext.Span, from, until int) {
	text := f.text.String()
	left, right := to.Key, to.End
	if behind := strings.TrimLeft(text[right:until], " \t\r\n"); strings.HasPrefix(behind, ",") {
		right = until - len(strings.TrimLeft(behind[1:], " \t\r\n"))
	} else {
		ahead := strings.TrimRight(text[from:left], " \t\r\n")
		left = from + len(strings.TrimRight(strings.TrimSuffix(ahead, ","), " \t\r\n"))
		right = until
	}
	p.sharedBefore = f.cutAround(from, left, 0, to.Value)
	p.sharedAfter = f.cutAround(right, until, to.End, len(text)+1)
}

// trimmed narrows text[from:to] to what is not whitespace.
func trimmed(text string, from, to int) (int, int) {
	inner := text[from:to]
	from += len(inner) - len(strings.TrimLeft(inner, " \t\r\n"))
	return from, max(from, from+len(strings.TrimSpace(inner)))
}

// isOwnTo says whether the value of "to" is the recipient's line_id by
// construction, so that no rendering has to compare it.
func isOwnTo(to []stmt) bool {
	for _, s := range to {
		switch s := s.(type) {
		case *textStmt:
			if strings.Trim(s.text, `"`) != "" {
				return false
			}
		case *printStmt:
			if x, ok := s.x.(*attrExpr); !ok || x.root != rootUser || x.name != lineID {
				return false
			}
		default:
			return false
		}
	}
	return len(to) <= 3
}

func isText(s stmt) bool {
	_, ok := s.(*textStmt)
	return ok
}

func (st *state) pushStatic() error {
	p := &st.t.parts
	if _, err := st.runAll(p.before); err != nil {
		return err
	}
	if !p.hasTo {
		st.insertTo(p.comma)
	} else if err := st.checkedTo(); err != nil {
		return err
	}
	_, err := st.runAll(p.after)
	return err
}

func (st *state) insertTo(comma bool) {
	st.out = append(st.out, `"to":`...)
	st.out = jsontext.AppendQuoted(st.out, st.d.LineID)
	if comma {
		st.out = append(st.out, ',')
	}
}

// checkedTo writes the value of "to" and compares it.
func (st *state) checkedTo() error {
	start := len(st.out)
	if _, err := st.runAll(st.t.parts.to); err != nil {
		return err
	}
	return st.ownID(st.out[start:])
}

func (st *state) sharedStatic() error {
	p := &st.t.parts
	if _, err := st.runAll(p.sharedBefore); err != nil {
		return err
	}
	if p.hasTo && !p.ownTo {
		start := len(st.out)
		if err := st.checkedTo(); err != nil {
			return err
		}
		st.out = st.out[:start]
	}
	_, err := st.runAll(p.sharedAfter)
	return err
}
