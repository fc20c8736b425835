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
	'$': "not used here; write {{ name }} without $", '`': "not a quote; write '",
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

// hintFor explains tokens that are right in another language.
func hintFor(toks []token, i int) string {
	t := toks[i]
	before := token{}
	if i > 0 {
		before = toks[i-1]
	}
	switch {
	case t.is("=") && i > 0:
		return "'=' assigns; compare with =="
	case t.kind == tokName && before.kind == tokName && i >= 2 && toks[i-2].is("."):
		return "a name with a space needs brackets: UserAttribute['" + before.text + " " + t.text + "']"
	case t.is("contains"):
		return "'contains' is Liquid; write 'x' in value"
	case t.is(":") && before.kind == tokName:
		return "'" + before.text + ": …' is Liquid or Django; write " + before.text + "(…)"
	}
	return ""
}

// foreignTags are statements of Liquid, Django and Handlebars.
var foreignTags = map[string]string{
	"assign":     "that is Liquid; write {% set name = value %}",
	"capture":    "that is Liquid; write {% set name %}…{% endset %}",
	"endcapture": "that is Liquid; write {% endset %}",
	"elsif":      "that is Liquid; write {% elif … %}",
	"elseif":     "write {% elif … %}",
	"elseIf":     "write {% elif … %}",
	"unless":     "that is Liquid; write {% if not … %}",
	"endunless":  "that is Liquid; write {% endif %}",
	"case":       "that is Liquid; write {% if x == 'a' %}…{% elif x == 'b' %}…{% endif %}",
	"when":       "that is Liquid; write {% elif x == 'b' %}",
	"endcase":    "that is Liquid; write {% endif %}",
	"tablerow":   "that is Liquid; write {% for x in list %}",
	"comment":    "that is Liquid or Django; write {# … #}",
	"increment":  "that is Liquid; use namespace()",
	"empty":      "that is Django; write {% else %}",
	"ifequal":    "that is Django; write {% if a == b %}",
	"load":       "that is Django; filters need no loading",
	"url":        "that is Django; write the address itself",
	"verbatim":   "that is Django; write {% raw %}…{% endraw %}",
	"end":        "write {% endif %}, {% endfor %} or {% endset %}",
	"then":       "leave it out: {% if … %}",
}

// forbiddenTags are Jinja's that templates here do not have, and why.
var forbiddenTags = map[string]string{
	"include":    "a template cannot read files; paste the content",
	"import":     "a template cannot read files",
	"from":       "a template cannot read files",
	"extends":    "a template stands alone",
	"block":      "there is no inheritance",
	"macro":      "there are no macros; use {% set %} or {% for %}",
	"call":       "there are no macros",
	"autoescape": "escaping follows from JSON and cannot be changed",
	"trans":      "translations are variants of the campaign",
	"debug":      "use the preview",
}

// foreignFilters are filters of other languages under another name here.
var foreignFilters = map[string]string{
	"upcase": "that is Liquid; write |upper", "uppercase": "write |upper", "lowercase": "write |lower", "downcase": "that is Liquid; write |lower",
	"strip": "write |trim", "append": "that is Liquid; write value ~ 'text'", "prepend": "that is Liquid; write 'text' ~ value",
	"size": "that is Liquid; write |length", "plus": "that is Liquid; write value + 1", "minus": "that is Liquid; write value - 1",
	"times": "that is Liquid; write value * 2", "divided_by": "that is Liquid; write value // 2", "modulo": "that is Liquid; write value % 2",
	"url_encode": "write |urlencode", "url_decode": "write |urldecode", "strip_html": "write |striptags", "json": "write |tojson",
	"default_if_none": "that is Django; write |default('…')", "length_is": "that is Django; write |length == n", "intcomma": "that is Django; write |number",
	"floatformat": "that is Django; write |round(2)", "stringformat": "that is Django; write '%s'|format(value)", "slugify": "there is none; use |replace",
	"sha256": "write |convertToSHA256NoSalt", "b64encode": "write |base64encode", "b64decode": "write |base64decode", "to_json": "write |tojson",
	"strftime": "write |date('%d %B')", "split": "write value.split(',')", "where": "write |selectattr('name', 'equalto', value)",
}

// forbiddenFilters are Jinja's that templates here do not have, and why.
var forbiddenFilters = map[string]string{
	"random": "every attempt to send must give the same text; choose by an attribute", "attr": "write value.name",
	"urlize": "LINE makes links itself", "xmlattr": "a message is not XML", "pprint": "use |tojson",
}

// forbiddenFunctions likewise.
var forbiddenFunctions = map[string]string{
	"lipsum": "there is no filler text", "include": "a template cannot read files", "super": "there is no inheritance",
	"self": "there is no inheritance", "caller": "there are no macros", "gettext": "translations are variants of the campaign",
	"_": "translations are variants of the campaign", "joiner": "use loop.first or |join", "cycler": "use loop.cycle(…)",
	"ContentApi": "a template cannot call out; import what it needs as attributes",
}
