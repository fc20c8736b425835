package templating

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// writer builds a text under the bounds of one string operation.
type writer struct {
	st  *state
	b   []byte
	max int
	err error
}

// full reports whether the text is over its bound; every writer asks it before
// it goes on, so that nothing is built only to be thrown away.
func (w *writer) full() bool {
	if w.err == nil && len(w.b) > w.max {
		w.err = errs.New("template.string_too_long", w.max)
	}
	return w.err != nil
}

// str appends v as Python's str(v) does.
func (w *writer) str(v value) {
	switch v.k {
	case kString:
		w.b = append(w.b, v.s...)
	case kTime:
		w.b = appendTime(w.b, v.time())
	default:
		w.repr(v, 0)
	}
	w.full()
}

// repr appends v as Python's repr(v) does.
func (w *writer) repr(v value, depth int) {
	if w.full() {
		return
	}
	if depth > MaxDepth {
		w.err = errs.New("template.too_deep", MaxDepth)
		return
	}
	if w.err = w.st.step(1); w.err != nil {
		return
	}
	switch v.k {
	case kUndefined:
		w.b = append(w.b, "Undefined"...)
	case kNone:
		w.b = append(w.b, "None"...)
	case kBool:
		if v.truth() {
			w.b = append(w.b, "True"...)
		} else {
			w.b = append(w.b, "False"...)
		}
	case kInt:
		w.b = strconv.AppendInt(w.b, v.int(), 10)
	case kBig:
		w.b = append(w.b, v.big().String()...)
	case kFloat:
		w.b = appendFloat(w.b, v.float())
	case kString:
		w.quoted(v.s)
	case kList:
		w.items('[', v.list().items, ']', depth)
	case kTuple:
		w.items('(', v.list().items, ')', depth)
	case kDict:
		w.object(v.dict(), depth)
	case kTime:
		w.quoted(string(appendTime(nil, v.time())))
	case kNamespace:
		w.b = append(w.b, "<Namespace "...)
		w.object(v.dict(), depth)
		w.b = append(w.b, '>')
	case kLoop:
		w.b = append(w.b, "<LoopContext>"...)
	}
}

func (w *writer) items(open byte, items []value, closing byte, depth int) {
	w.b = append(w.b, open)
	for i, item := range items {
		if i > 0 {
			w.b = append(w.b, ", "...)
		}
		if w.repr(item, depth+1); w.err != nil {
			return
		}
	}
	if len(items) == 1 && open == '(' {
		w.b = append(w.b, ',')
	}
	w.b = append(w.b, closing)
}

func (w *writer) object(d *dict, depth int) {
	w.b = append(w.b, '{')
	for i, e := range d.entries {
		if i > 0 {
			w.b = append(w.b, ", "...)
		}
		w.repr(e.key, depth+1)
		w.b = append(w.b, ": "...)
		if w.repr(e.val, depth+1); w.err != nil {
			return
		}
	}
	w.b = append(w.b, '}')
}

// quoted appends s with the quotes and escapes of Python's repr.
func (w *writer) quoted(s string) {
	quote := byte('\'')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			quote = '\''
			break
		}
		if s[i] == '\'' {
			quote = '"'
		}
	}
	w.b = append(w.b, quote)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		w.b = appendReprRune(w.b, r, quote)
		i += size
	}
	w.b = append(w.b, quote)
	w.full()
}

func appendReprRune(dst []byte, r rune, quote byte) []byte {
	switch {
	case r == rune(quote) || r == '\\':
		return append(dst, '\\', byte(r))
	case r == '\n':
		return append(dst, `\n`...)
	case r == '\r':
		return append(dst, `\r`...)
	case r == '\t':
		return append(dst, `\t`...)
	case unicode.IsPrint(r):
		return utf8.AppendRune(dst, r)
	}
	digits, letter := 8, byte('U')
	switch {
	case r < 0x100:
		digits, letter = 2, 'x'
	case r < 0x10000:
		digits, letter = 4, 'u'
	}
	dst = append(dst, '\\', letter)
	for i := digits - 1; i >= 0; i-- {
		dst = append(dst, "0123456789abcdef"[r>>(4*i)&15])
	}
	return dst
}

// reprKey spells a simple key for a tuple's.
func reprKey(k dictKey) string {
	return strconv.Itoa(int(k.k)) + ":" + strconv.FormatUint(k.n, 10) + ":" + strconv.Quote(k.s) + ";"
}
