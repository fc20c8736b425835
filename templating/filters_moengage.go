package templating

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
)

// moengageFilters are those that MoEngage adds to Jinja (MoEngage
// documentation, Jinja templating language), under its names.
var moengageFilters = []filter{
	{name: "dateFormatter", doc: "MoEngage: a date, day first, in another form", example: [2]string{`{{ '14/10/2020'|dateFormatter('%m/%d/%Y') }}`, "10/14/2020"},
		params: []param{opt("format", str("%Y-%m-%d")).with(advisePattern)}, fn: dateFormatterFilter},
	{name: "dateTimeFormatter", doc: "MoEngage: a date and time in another form, moved by tzOffset minutes or to timeZone; a zone's letters such as CST in the text are not read", example: [2]string{`{{ '2012-01-19 17:21:00'|dateTimeFormatter(toFormat='%d.%m. %H:%M', timeZone='Asia/Kolkata') }}`, "19.01. 22:51"},
		params: []param{opt("toFormat", str("%Y-%m-%d %H:%M:%S %p")).with(advisePattern), opt("timeZone", none).with(adviseZone), opt("tzOffset", none)}, fn: dateTimeFormatterFilter},
	{name: "days", doc: "MoEngage: the days from one date to another", example: [2]string{`{{ '12/10/2020'|days('14/10/2020') }}`, "2"}, params: []param{need("to")}, fn: daysFilter},
	{name: "today", doc: "MoEngage: the present day in a form, in a time zone", example: [2]string{`{{ '%m/%d/%Y'|today('EST') }}`, "11/22/2026"},
		params: []param{opt("timeZone", none).with(adviseZone)}, clock: true, fn: todayFilter},
	{name: "convertToSHA256", doc: "MoEngage: the SHA-256 of the text with a salt behind it, in hexadecimal", example: [2]string{`{{ 'abc'|convertToSHA256('s')|truncate(11) }}`, "938074ac..."},
		params: []param{need("salt")}, fn: saltedFilter},
	{name: "convertToSHA256NoSalt", doc: "MoEngage: the SHA-256 of the text, in hexadecimal", example: [2]string{`{{ 'abc'|convertToSHA256NoSalt|truncate(11) }}`, "ba7816bf..."},
		fn: textFilter(func(s string) string { return sha256Hex(s) })},
	{name: "base64encode", doc: "MoEngage: as base64", example: [2]string{`{{ 'abc'|base64encode }}`, "YWJj"},
		fn: textFilter(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })},
	{name: "base64decode", doc: "MoEngage: the text that base64 stands for", example: [2]string{`{{ 'YWJj'|base64decode }}`, "abc"}, fn: base64decodeFilter},
	{name: "urldecode", doc: "MoEngage: with %XX turned into what they stand for", example: [2]string{`{{ 'a%20b'|urldecode }}`, "a b"}, fn: textFilter(unquote)},
}

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func saltedFilter(st *state, in value, a args) (value, error) {
	s, err := st.text(in)
	if err != nil {
		return value{}, err
	}
	salt, err := st.text(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	return str(sha256Hex(s + salt)), st.charge(len(s) + len(salt))
}

func base64decodeFilter(st *state, in value, _ args) (value, error) {
	s, err := st.text(in)
	if err != nil {
		return value{}, err
	}
	s = strings.TrimRight(strings.TrimSpace(s), "=")
	s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return value{}, valueError("%q is not base64", shorten(s, 40))
	}
	return st.made(strings.ToValidUTF8(string(b), "\ufffd"))
}

// unquote is Python's urllib.parse.unquote: what is not an escape stays.
func unquote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				b.WriteByte(c[0])
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.ToValidUTF8(b.String(), "\ufffd")
}

func urlencodeFilter(st *state, in value, _ args) (value, error) {
	if err := st.required(in); err != nil {
		return value{}, err
	}
	var pairs []value
	switch in.k {
	case kDict:
		v, err := st.pairs(in.dict())
		if err != nil {
			return value{}, err
		}
		pairs = v.list().items
	case kList, kTuple:
		pairs = in.list().items
	default:
		s, err := st.text(in)
		if err != nil {
			return value{}, err
		}
		return st.made(strings.ReplaceAll(quote(s), "%2F", "/"))
	}
	return st.query(pairs)
}

// query writes pairs as the query of an address.
func (st *state) query(pairs []value) (value, error) {
	var b strings.Builder
	for i, pair := range pairs {
		items, err := st.items(pair)
		if err != nil {
			return value{}, err
		}
		if len(items) != 2 {
			return value{}, valueError("urlencode needs pairs, got %d values", len(items))
		}
		if i > 0 {
			b.WriteByte('&')
		}
		for j, item := range items {
			s, err := st.text(item)
			if err != nil {
				return value{}, err
			}
			if j == 1 {
				b.WriteByte('=')
			}
			b.WriteString(strings.ReplaceAll(quote(s), "%20", "+"))
		}
	}
	return st.made(b.String())
}

// quote percent-encodes all but letters, digits and _.-~ .
func quote(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
