package audience

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// MaxUserID is the longest user_id, in characters.
const MaxUserID = 256

// User is a person as stored. At least one of UserID and LineID is set.
type User struct {
	ID         ref.User        `json:"id"`
	UserID     string          `json:"user_id,omitempty"` // the brand's own customer id
	LineID     string          `json:"line_id,omitempty"` // LINE's user id, of one provider
	Attributes json.RawMessage `json:"attributes"`        // a flat JSON object
	CreatedAt  time.Time       `json:"created_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
}

// Status is what an upsert did to its user.
type Status string

// The statuses of an upsert. Rejected alone comes with an error.
const (
	Created   Status = "created"
	Updated   Status = "updated"
	Unchanged Status = "unchanged"
	Rejected  Status = "rejected"
)

// Result is what became of one patch. ID is zero and Err is set when it was
// rejected, and only then.
type Result struct {
	Status Status
	ID     ref.User
	Err    *errs.Error
}

// Key names one user by exactly one of its ids.
type Key struct {
	ID     ref.User
	UserID string
	LineID string
}

// ParseKey reads how routes and commands name a user: "usr_42", "line:U…" or
// "user:…". Anything else is request.bad_id.
func ParseKey(s string) (Key, error) {
	if id, ok := strings.CutPrefix(s, "line:"); ok {
		return Key{LineID: id}, checkLineID(id)
	}
	if id, ok := strings.CutPrefix(s, "user:"); ok {
		return Key{UserID: id}, checkUserID(id)
	}
	var id ref.User
	if id.UnmarshalText([]byte(s)) != nil {
		return Key{}, errs.New("request.bad_id", excerpt(s), "usr_42, line:U… or user:…")
	}
	return Key{ID: id}, nil
}

// String is the key as ParseKey reads it.
func (k Key) String() string {
	switch {
	case k.LineID != "":
		return "line:" + k.LineID
	case k.UserID != "":
		return "user:" + k.UserID
	}
	return k.ID.String()
}

// Filter selects users in a list; empty fields select all. Value is compared
// with the text of the attribute and only counts beside Attribute.
type Filter struct {
	UserID    string
	LineID    string
	Attribute string
	Value     string
	HasValue  bool
}

// checkUserID refuses a user_id that is empty, too long or cannot be stored.
func checkUserID(id string) error {
	switch n := utf8.RuneCountInString(id); {
	case id == "":
		return errs.New("user.bad_user_id", id, "it is empty; leave it out instead")
	case n > MaxUserID:
		return errs.New("user.bad_user_id", excerpt(id), "it is longer than 256 characters")
	case !utf8.ValidString(id):
		return errs.New("user.bad_user_id", excerpt(id), "it is not valid UTF-8")
	case strings.ContainsFunc(id, isControl):
		return errs.New("user.bad_user_id", excerpt(id), "it contains a control character")
	}
	return nil
}

// isControl reports the characters below space and DEL; they hide in ids and
// names and NUL cannot be stored at all.
func isControl(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 }

// excerpt is the start of a value for an error message: 64 characters at most,
// on one line, valid UTF-8.
func excerpt(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > 64 {
			b.WriteString("…")
			break
		}
		if isControl(r) {
			r = '�'
		}
		b.WriteRune(r)
	}
	return b.String()
}
