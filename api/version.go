package api

import (
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
)

// etag is a version as the ETag header has it, such as "3" with its quotes.
func etag(version int) string { return strconv.Quote(strconv.Itoa(version)) }

// ifMatch is the version that an If-Match header asks for. 0 is none: the
// header is not there, or it is *, and any version is fine.
type ifMatch int

// UnmarshalText reads one strong entity tag of ours. Anything else fails with
// version.bad_if_match: a list, or a weak tag, cannot guard a change.
func (m *ifMatch) UnmarshalText(text []byte) error {
	s := string(text)
	if s == "*" {
		return nil
	}
	digits, ok := strings.CutPrefix(s, `"`)
	digits, closed := strings.CutSuffix(digits, `"`)
	n, err := strconv.Atoi(digits)
	if !ok || !closed || err != nil || n < 1 || etag(n) != s {
		return errs.New("version.bad_if_match", s)
	}
	*m = ifMatch(n)
	return nil
}
