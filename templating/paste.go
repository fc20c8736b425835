package templating

import (
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// What people paste from mail, web pages, rich editors and other template
// languages, and what it should have been.

// pastedRunes are characters that editors put in place of what was typed.
var pastedRunes = map[rune]string{
	'“': `a curly quote; write a straight " or '`, '”': `a curly quote; write a straight " or '`,
	'‘': "a curly quote; write a straight '", '’': "a curly quote; write a straight '",
	'„': `a curly quote; write a straight " or '`, '«': `an angle quote; write a straight " or '`, '»': `an angle quote; write a straight " or '`,
	'「': "a Japanese quote; write a straight '", '」': "a Japanese quote; write a straight '",
	'（': "a full-width bracket; write (", '）': "a full-width bracket; write )",
	'［': "a full-width bracket; write [", '］': "a full-width bracket; write ]",
	'｛': "a full-width bracket; write {", '｝': "a full-width bracket; write }",
	'，': "a full-width comma; write ,", '｜': "a full-width bar; write |", '：': "a full-width colon; write :",
	'＝': "a full-width sign; write =", '–': "a dash; write -", '—': "a dash; write -", '−': "a minus sign; write -",
	'\u200b': "an invisible character; delete it", '\u200c': "an invisible character; delete it",
	'\u200d': "an invisible character; delete it", '\ufeff': "an invisible character; delete it",
	'$': "not used here; write UserAttribute['name']", '#': "not used here; comments are {# … #}, and Handlebars' {{#if x}} is {% if x %}", '`': "not a quote; write '",
	'&': "not an operator; write 'and'", '!': "not an operator; write 'not' or !=", '?': "not an operator; write 'x if test else y'",
	'@': "not used here; write UserAttribute['name']",
}

// pastedEntities are what rich editors make of operators and quotes.
var pastedEntities = map[string]string{"&gt;": ">", "&lt;": "<", "&amp;": "&", "&quot;": `"`,
	"&#39;": "'", "&#x27;": "'", "&#34;": `"`, "&apos;": "'", "&nbsp;": "a space"}

// pasted names what stands at off when it is something people paste.
func (l *lexer) pasted(off int) *errs.Error {
	rest := l.src[off:]
	if strings.HasPrefix(rest, ";") {
		if amp := strings.LastIndexByte(l.src[max(0, off-8):off], '&'); amp >= 0 {
			off = max(0, off-8) + amp
			rest = l.src[off:]
		}
	}
	for entity, plain := range pastedEntities {
		if strings.HasPrefix(rest, entity) {
			return at(l.src, off, errs.New("template.pasted", "'"+entity+"' is an HTML entity; write "+plain))
		}
	}
	if len(rest) >= 2 && rest[0] == '%' && rest[1] == '7' {
		return at(l.src, off, errs.New("template.pasted", "this is URL-encoded; write {{ for %7B%7B and }} for %7D%7D"))
	}
	r, _ := utf8.DecodeRuneInString(rest)
	if hint, ok := pastedRunes[r]; ok {
		return at(l.src, off, errs.New("template.pasted", "'"+string(r)+"' is "+hint))
	}
	return nil
}
