package message

import (
	"fmt"
	"strings"
)

// checker is one body being checked.
type checker struct {
	tape
	findings  []Finding
	messages  int32 // the node of the array of messages, -1 when there is none
	recipient byte  // U, C or R when "to" is an id, else 0
	animated  int   // animated images met in the present message
}

// shapes are all rules.
var shapes = compile(join(requestRows, messageRows, imagemapRows, templateRows, flexRows, componentRows, actionRows()))

// startMessages remembers where the messages are, when n is an array.
func (c *checker) startMessages(n int32) {
	if n >= 0 && c.nodes[n].kind == kindArray {
		c.messages = n
	}
}

// add completes a finding about node n with its message and path.
func (c *checker) add(f Finding, n int32) {
	f.Message, f.Path = c.messageOf(n), c.pointer(n)
	c.findings = append(c.findings, f)
}

// report adds a finding whose Detail is "label " and the rest.
func (c *checker) report(severity Severity, code string, n int32, format string, args ...any) {
	c.measure(severity, code, n, 0, 0, format, args...)
}

// measure is report with a limit and what the body has.
func (c *checker) measure(severity Severity, code string, n int32, limit, actual int, format string, args ...any) {
	c.add(Finding{Severity: severity, Code: code, Offset: int(c.nodes[n].start), Limit: limit, Actual: actual,
		Detail: c.label(n) + " " + fmt.Sprintf(format, args...)}, n)
}

// messageOf is the index of the message that n is in, or -1.
func (c *checker) messageOf(n int32) int {
	for n >= 0 {
		parent := c.nodes[n].parent
		if parent >= 0 && parent == c.messages {
			return int(c.nodes[n].ord)
		}
		n = parent
	}
	return -1
}

// shape checks node n against what a row names.
func (c *checker) shape(s *shape, n int32) {
	switch {
	case s.scalar != nil:
		c.value(s.scalar, n)
	case c.nodes[n].kind != kindObject:
		c.wrongType(n, wantObject)
	case s.object != nil:
		c.object(s.object, n)
	default:
		c.choose(s.union, n)
	}
}

// choose finds the object that a union's field names.
func (c *checker) choose(u *union, n int32) {
	by := c.member(n, u.by)
	switch {
	case by < 0:
		c.missing(n, u.by, Error, u.title+" needs it")
		c.fallback(u, n)
		return
	case c.nodes[by].kind != kindString:
		c.wrongType(by, wantString)
		return
	}
	value := c.content(by)
	for i := range u.cases {
		if choice := &u.cases[i]; choice.value == string(value) {
			if choice.refused != "" {
				c.report(Error, codeNotAllowed, by, "is %q: %s", choice.value, choice.refused)
				return
			}
			c.shape(choice.shape, n)
			return
		}
	}
	c.unknownChoice(u, n, by)
}

// unknownChoice reports a value that no case has. LINE adds types, so that it
// is unknown to us is no reason to hold the message back.
func (c *checker) unknownChoice(u *union, n, by int32) {
	values := u.values()
	value := c.content(by)
	if u.closed {
		c.report(Error, codeBadEnum, by, "is %q; LINE takes %s%s", clip(value, 40), strings.Join(values, ", "), suggest(value, values))
		c.fallback(u, n)
		return
	}
	c.report(Warning, codeUnknownType, by, "is %q, which is not in LINE's reference for %s: %s%s",
		clip(value, 40), u.title, strings.Join(values, ", "), suggest(value, values))
}

// fallback goes on with the first case of a closed union, so that the rest of
// the object is checked too.
func (c *checker) fallback(u *union, n int32) {
	if u.closed {
		c.shape(u.cases[0].shape, n)
	}
}

// values are the values a union takes.
func (u *union) values() []string {
	var values []string
	for _, choice := range u.cases {
		if choice.refused == "" {
			values = append(values, choice.value)
		}
	}
	return values
}

// object checks the fields of an object, then its rules.
func (c *checker) object(o *object, n int32) {
	present := uint64(0)
	for key := range c.children(n) {
		i, known := o.index[string(c.content(key))]
		if !known {
			c.unknownField(o, key)
			continue
		}
		if c.field(&o.fields[i], key+1) {
			present |= 1 << i
		}
	}
	if o.required&^present != 0 {
		c.missingFields(o, n, present)
	}
	c.whole(o, n)
}

// whole checks what concerns an object as a whole.
func (c *checker) whole(o *object, n int32) {
	if o.deprecated != "" {
		c.report(Warning, codeDeprecated, n, "is %s, which LINE has deprecated; use %s", a(o.title), o.deprecated)
	}
	if raw := c.raw(n); o.maxBytes > 0 && len(raw) > o.maxBytes {
		c.tooLarge(o, n, raw)
	}
	for i := range o.rules {
		o.rules[i].check(c, n)
	}
}

// tooLarge counts without the white space between tokens: LINE does not say
// whether it counts it, so only a body that is too large either way is an
// Error.
func (c *checker) tooLarge(o *object, n int32, raw []byte) {
	severity, actual := Error, len(raw)-spaces(raw)
	if actual <= o.maxBytes {
		severity, actual = Warning, len(raw)
	}
	c.measure(severity, codeTooLarge, n, o.maxBytes, actual, "is %d bytes of JSON; LINE allows %d for %s", actual, o.maxBytes, a(o.title))
}

// spaces counts the white space between the tokens of valid JSON.
func spaces(raw []byte) int {
	count, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch b := raw[i]; {
		case b == '"':
			quoted = !quoted
		case b == '\\':
			i++
		case !quoted && (b == ' ' || b == '\t' || b == '\n' || b == '\r'):
			count++
		}
	}
	return count
}

// missingFields reports each field that is required and not present.
func (c *checker) missingFields(o *object, n int32, present uint64) {
	for i := range o.fields {
		f := &o.fields[i]
		switch {
		case present&(1<<i) != 0 || f.need == optional:
		case f.need == required:
			c.missing(n, f.name, Error, a(o.title)+" needs it")
		default:
			c.missing(n, f.name, Warning, a(o.title)+" should have it, though LINE's reference does not require it")
		}
	}
}

// missing reports a field that object n lacks, at the place it should have.
func (c *checker) missing(n int32, name string, severity Severity, why string) {
	c.findings = append(c.findings, Finding{Severity: severity, Code: codeRequired, Message: c.messageOf(n),
		Path: c.pointer(n) + "/" + escapePointer(name), Offset: int(c.nodes[n].start), Detail: name + " is missing; " + why})
}

func (c *checker) unknownField(o *object, key int32) {
	c.report(Warning, codeUnknownField, key, "is not a field of %s%s", a(o.title), suggest(c.content(key), o.names))
}

// What wrongType may want.
const (
	wantString  = "a string"
	wantNumber  = "a number"
	wantInteger = "a whole number"
	wantBoolean = "true or false"
	wantList    = "a list in [ ]"
	wantObject  = "an object in { }"
)

func (c *checker) wrongType(n int32, want string) {
	k := c.nodes[n].kind
	got, hint := k.String(), ""
	switch {
	case k == kindNumber && want == wantString:
		hint = "; put it in quotes"
	case k == kindString && (want == wantBoolean || want == wantNumber || want == wantInteger):
		if inner, _, ok := scan(c.text(n)); ok && (want == wantBoolean) == (inner.nodes[0].kind <= kindTrue) {
			hint = "; remove the quotes"
		}
	}
	if k == kindNumber || k == kindString {
		got += ", " + clip(c.raw(n), 40)
	}
	c.report(Error, codeWrongType, n, "is %s; LINE wants %s%s", got, want, hint)
}
