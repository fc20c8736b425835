package simulator

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/line"
)

func TestUserIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, i := range []int{0, 1, 2, 99, 12345, 999_999, 1 << 40} {
		s := UserID(i)
		if !line.ValidUserID(s) || seen[s] || s != UserID(i) {
			t.Errorf("UserID(%d) = %s", i, s)
		}
		seen[s] = true
		id, ok := parseID([]byte(s))
		if got, made := userIndex(id); !ok || !made || got != i || id.String() != s {
			t.Errorf("%s is %d, want %d", s, got, i)
		}
	}
	for _, s := range []string{u1, c1, "R4af4980629000000000000000000718a"} {
		id, ok := parseID([]byte(s))
		if _, made := userIndex(id); !ok || made || id.String() != s {
			t.Errorf("%s: valid %v, ours %v, back %s", s, ok, made, id)
		}
	}
	for _, s := range []string{"", "U", u1 + "0", "X" + u1[1:], "U4AF4980629000000000000000000718A", "U4af49806290000000000000000007 8a"} {
		if _, ok := parseID([]byte(s)); ok {
			t.Errorf("%q has the form of an id", s)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	seen := map[uuid.UUID]bool{}
	for n := range uint64(1000) {
		id := requestID(n)
		if id.Version() != 4 || id.Variant() != uuid.RFC4122 || seen[id] {
			t.Fatalf("request %d has id %s", n, id)
		}
		seen[id] = true
	}
	if a, b := messageID(1, maxMessages-1), messageID(2, 0); a >= b {
		t.Errorf("messages of different requests share ids: %d, %d", a, b)
	}
}

func TestULID(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`)
	at := time.UnixMilli(1469918176385) // the example of the ULID specification
	a, b := ulid(at, 1), ulid(at, 2)
	if !form.MatchString(a) || a == b || a[:10] != "01ARYZ6S41" || a[:10] != b[:10] {
		t.Errorf("%s, %s", a, b)
	}
}
