package templating

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/linecast/linecast/errs"
)

// recipientErrors are expressions that compile and fail for the recipient of
// the test below; the golden file shows what its report says.
var recipientErrors = []string{
	// Operators.
	"s + n", "n + s", "l + s", "o + o", "s - n", "s * s", "s * f", "l * o", "s / n", "n / 0", "n // 0", "n % 0", "f % 0", "s ** n", "0 ** (-n)", "(-f) ** f",
	"-s", "+l", "s < n", "l < s", "o < o", "n in n", "n in s", "o in s", "s not in f", "big ** big", "s * big", "l * 1000",
	// Members and slices.
	"s[l]", "l[s]", "l[f]", "n[0]", "s[::0]", "l['a':]", "n[1:]", "{l: 1}", "o[l]",
	// Text filters.
	"s|center('x')", "s|truncate('x')", "s|truncate(2, true, 'long end')", "s|indent(l)", "s|wordwrap(0)", "s|wordwrap('x')", "n|striptags|replace(1, 2)", "s|replace('a', 'b', 'c')",
	"s|format(1)", "'%d'|format(s)", "'%s %s'|format(s)", "'%(a)s'|format(s)", "'%z'|format(s)", "'%'|format(s)", "'%c'|format(l)", "'%.99999f'|format(f)",
	"'{}'.format()", "'{1}'.format(s)", "'{x}'.format(s)", "'{:d}'.format(s)", "'{:x}'.format(f)", "'{:z}'.format(n)", "'{'.format(s)", "'}'.format(s)", "'{:99999}'.format(s)", "'{0.__class__}'.format(s)",
	// Number filters.
	"l|int", "s|int(0, 99)", "l|float", "s|round", "f|round(1, 'up')", "f|round('x')", "s|abs", "o|abs", "s|number", "n|number(99)", "n|number(2, 'xx' ~ s)", "l|filesizeformat", "s|filesizeformat",
	// Lists.
	"n|length", "f|first", "n|join", "n|list", "n|sort", "l|sort", "l|sum", "[s]|sum", "[n]|sum(start=s)", "n|map('upper')", "l|map", "l|map('nope' ~ s)", "l|map('upper', 1)", "l|map(attribute=n)", "l|select('nope' ~ s)", "l|selectattr",
	"n|unique", "n|batch(2)", "l|batch('x')", "l|batch(0)", "l|slice(0)", "n|items", "l|dictsort", "o|dictsort(by='nope' ~ s)", "n|groupby('x')", "l|min", "n|max", "n|reverse", "l|max",
	// Dates.
	"s|date", "l|date", "o|date", "d|date('%Y', 'Nowhere/' ~ s)", "d|date('%Y', none, 'xx' ~ s)", "d|date(l)", "'0000-01-01'|date", "d|shift(days=s)", "d|shift(days=9999999)", "d|dateTimeFormatter(tzOffset=s)", "d|dateTimeFormatter(tzOffset=9999)",
	"s|days(d)", "d|days(s)", "s|dateFormatter", "now - s", "now < s", "now + 1",
	// Encodings.
	"'a' ~ s|base64decode", "l|base64decode", "n|base64decode", "'%zz' ~ s|urldecode", "l|urldecode", "n|urlencode ~ o|convertToSHA256(l)",
	// Methods.
	"s.nope_()", "s.upper(1)", "s.split('')", "s.split(n)", "s.join(n)", "s.join([n])", "s.center('x')", "s.center(5, 'ab')", "s.zfill(s)", "s.index('zzz')", "s.replace(1, 2)", "s.startswith(n)", "s.format", "n.upper()", "l.append()", "l.index('zzz')",
	"l.pop(99)", "l.remove('zzz')", "l.insert('x', 1)", "l.sort()", "[].pop()", "o.pop('zzz')", "{}.popitem()", "o.get()", "o.update(n)", "o.update([1])", "o.setdefault(l, 1)", "o.keys(1)",
	// Functions and tests.
	"range()", "range(s)", "range(1, 2, 0)", "range(big)", "dict(n)", "dict([n])", "namespace(n)", "n is divisibleby 0", "s is divisibleby 2", "s is odd", "l is even", "n is in n", "s is gt n",
	// Bounds.
	"s * 60000", "range(1000)|list + l", "range(1000)|join('x' * 100)", "s.ljust(70000)", "s.replace('', 'y' * 20000)", "(s * 9000)|urlencode|urlencode|urlencode", "l|map('string')|list|string * 9000",
}

// Every failure for one recipient says what, with the line and column.
func TestRecipientErrors(t *testing.T) {
	t.Parallel()
	user := Map(map[string]any{"s": "text é", "n": 7, "f": 2.5, "l": []any{1, "a"}, "o": map[string]any{"k": 1}, "b": true, "d": "2026-11-22", "big": 100000})
	var b strings.Builder
	for _, x := range recipientErrors {
		source := inText("{% set s, n, f = UserAttribute.s, UserAttribute.n, UserAttribute.f %}{% set l, o, d, big = UserAttribute.l, UserAttribute.o, UserAttribute.d, UserAttribute.big %}\n" + "{{ " + x + " }}")
		source = strings.Replace(source, "\n", "{#\n#}", 1) // a JSON string has no line breaks
		fmt.Fprintf(&b, "{{ %s }}\n", x)
		tmpl, err := Compile(source, Options{})
		if err != nil {
			for _, f := range errs.From(err).Fields {
				fmt.Fprintf(&b, "   at save, %s at %d:%d: %s\n", f.Code, f.Line, f.Column, f.Detail)
			}
			continue
		}
		out, err := tmpl.Render(nil, &Data{Attributes: user, Now: exampleNow})
		var e *errs.Error
		switch {
		case isOutcome(err):
			fmt.Fprintf(&b, "   %v\n", err)
		case !errors.As(err, &e):
			fmt.Fprintf(&b, "   no error: %s\n", out)
		case e.Line != 2 || len(out) > 0:
			t.Errorf("%s: %v at %d:%d", x, e, e.Line, e.Column)
		default:
			fmt.Fprintf(&b, "   %s at %d: %s\n", e.Code, e.Column, e.Detail)
		}
	}
	golden(t, "testdata/recipient-errors.golden", b.String())
}
