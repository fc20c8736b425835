package audience

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// lineIDLength is U and 32 hexadecimal digits (LINE reference, Get user IDs).
const lineIDLength = 33

// ValidLineID reports whether id has the form of a LINE user id. Whether LINE
// knows it, only LINE can say.
func ValidLineID(id string) bool {
	return len(id) == lineIDLength && id[0] == 'U' && firstNotHex(id[1:]) < 0
}

// LineIDProblem says what is wrong with id, or "" when nothing is. People paste
// display names, group ids and searchable ids here, so each is told apart.
func LineIDProblem(id string) string {
	if ValidLineID(id) {
		return ""
	}
	for _, m := range lineIDMistakes {
		if m.is(id) {
			return m.says
		}
	}
	if n := utf8.RuneCountInString(id); n != lineIDLength {
		return fmt.Sprintf("it has %d characters; a LINE user id has %d", n, lineIDLength)
	}
	if id[0] != 'U' {
		return fmt.Sprintf("it starts with %q; a LINE user id starts with a capital U", id[:1])
	}
	at := firstNotHex(id[1:]) + 1
	return fmt.Sprintf("character %d is %q; after U only 0-9 and a-f may follow", at+1, id[at:at+1])
}

// lineIDMistakes are the usual things found in the place of a LINE user id,
// the more particular first. A row is all that another one needs.
var lineIDMistakes = []struct {
	says string
	is   func(id string) bool
}{
	{"it is empty; leave it out instead", func(id string) bool { return id == "" }},
	{"it is not valid UTF-8", func(id string) bool { return !utf8.ValidString(id) }},
	{"it has spaces around it", func(id string) bool { return ValidLineID(strings.TrimSpace(id)) }},
	{"it has quotes around it", func(id string) bool { return ValidLineID(strings.Trim(id, `"'`)) }},
	{"it is a group id; a group is not a user", func(id string) bool { return hasPrefixAndHex(id, 'C') }},
	{"it is a room id; a room is not a user", func(id string) bool { return hasPrefixAndHex(id, 'R') }},
	{"the U at its start is missing", func(id string) bool { return len(id) == lineIDLength-1 && firstNotHex(id) < 0 }},
	{"it has capital letters; LINE user ids are U and lower-case letters and digits", func(id string) bool {
		return id != "" && ValidLineID("U"+strings.ToLower(id[1:])) && id[0]|0x20 == 'u'
	}},
	{"it looks like an e-mail address", func(id string) bool { return strings.Index(id, "@") > 0 && strings.Contains(id, ".") }},
	{"it looks like the searchable id of an account (@…); LINE user ids are not shown in LINE's apps", func(id string) bool { return id[0] == '@' }},
	{"it looks like a phone number", looksLikePhone},
	{"it looks like a display name", looksLikeName},
}

// firstNotHex is where s has something else than 0-9 and a-f, or -1.
func firstNotHex(s string) int {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return i
		}
	}
	return -1
}

func hasPrefixAndHex(id string, prefix byte) bool {
	return len(id) == lineIDLength && id[0] == prefix && firstNotHex(id[1:]) < 0
}

func looksLikePhone(id string) bool {
	digits := strings.Trim(id, "0123456789+-() ") == ""
	return digits && len(id) >= 7 && len(id) <= 20
}

// looksLikeName reports letters that no id has: spaces or other scripts, or
// a short word.
func looksLikeName(id string) bool {
	foreign := strings.ContainsFunc(id, func(r rune) bool { return r >= 0x80 || unicode.IsSpace(r) })
	letters := strings.IndexFunc(id, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
	return foreign || letters && len(id) < 20
}

// checkLineID is LineIDProblem as an error.
func checkLineID(id string) error {
	if problem := LineIDProblem(id); problem != "" {
		return errs.New("user.bad_line_id", excerpt(id), problem)
	}
	return nil
}
