package templating

import "strings"

// didYouMean ends a message with the name an author probably meant.
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return ", did you mean '" + name + "'?"
}

// hintFor explains a token that would be right in another language, or that
// stands where something else was forgotten.
func hintFor(toks []token, i int) string {
	at := func(j int) token {
		if j < 0 || j >= len(toks) {
			return token{}
		}
		return toks[j]
	}
	t, before := toks[i], at(i-1)
	switch {
	case t.is("=") && (before.is("==") || before.is("!=")):
		return "'" + before.text + "=' is JavaScript; write " + before.text
	case t.is("=") && i > 1:
		return "'=' assigns; compare with =="
	case t.is(">") && before.is("<"):
		return "'<>' is no operator; write !="
	case t.is("|") && before.is("|"):
		return "'||' is no operator; write or"
	case t.is(";"):
		return "';' ends nothing here; leave it out"
	case t.is(".") && i == 0:
		return "a name is missing before the point; write UserAttribute['name']"
	case t.is("}") && toks[0].is("{"):
		return "three braces are Handlebars; write two: {{ … }}"
	case t.is(":"):
		return hintForColon(before, at(i-2), at(i+1))
	}
	if t.kind == tokName || t.kind == tokString {
		return hintForWord(t, before, at(i-2))
	}
	return ""
}

func hintForColon(before, name, after token) string {
	switch {
	case before.kind == tokName && name.is("|"):
		return "'" + before.text + ": …' is Liquid or Django; write " + before.text + "(…)"
	case after.kind == tokEnd:
		return "no ':' stands at the end of a tag; leave it out"
	}
	return ""
}

// hintForWord explains a word or text behind something that was complete.
func hintForWord(t, before, third token) string {
	complete := before.kind == tokName || before.kind == tokString || before.is("]") || before.is(")")
	switch {
	case t.is("contains"):
		return "'contains' is Liquid; write 'x' in value"
	case t.is("then"):
		return "leave 'then' out: {% if … %}"
	case t.is("of") && before.kind == tokName:
		return "'of' is JavaScript; write in"
	case before.kind == tokName && third.is("|"):
		return "an argument of a filter stands in brackets: |" + before.text + "(…)"
	case t.kind == tokName && before.kind == tokName && third.is("."):
		return "a name with a space needs brackets: UserAttribute['" + before.text + " " + t.text + "']"
	case t.kind == tokName && complete && filterNamed(t.text) != nil:
		return "a | is missing before '" + t.text + "'"
	}
	return ""
}

// urlEncoded says whether code has brackets or quotes as address bars write
// them.
func urlEncoded(code string) bool {
	code = strings.ToUpper(code)
	return strings.Contains(code, "%5B") || strings.Contains(code, "%27") || strings.Contains(code, "%20")
}
