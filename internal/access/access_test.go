package access_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
)

var form = regexp.MustCompile(`^lcs_[0-9A-Za-z]{38}$`)

func TestTokens(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		token, err := access.NewToken(rand.Reader)
		if err != nil || !form.MatchString(token) || seen[token] {
			t.Fatalf("made %q, %v", token, err)
		}
		seen[token] = true
		if _, err := access.DigestOf(token); err != nil {
			t.Errorf("refuses its own %s: %v", token, err)
		}
		if !strings.HasSuffix(token, access.Last4(token)) || len(access.Last4(token)) != 4 {
			t.Errorf("last four of %s are %s", token, access.Last4(token))
		}
	}
}

// Randomness decides the token, bytes that would bias it are drawn again, and
// an exhausted source is an error rather than a weak key.
func TestNewTokenUsesItsRandomness(t *testing.T) {
	t.Parallel()
	source := append(bytes.Repeat([]byte{255, 248}, 4), bytes.Repeat([]byte{61}, 32)...)
	token, err := access.NewToken(bytes.NewReader(source))
	if err != nil || !strings.HasPrefix(token, "lcs_"+strings.Repeat("z", 32)) {
		t.Errorf("got %q, %v", token, err)
	}
	if token, err := access.NewToken(bytes.NewReader(source[:20])); !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		t.Errorf("made %q of too little randomness, %v", token, err)
	}
}

func TestDigestNoticesTypingMistakes(t *testing.T) {
	t.Parallel()
	token, err := access.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	bad := []string{"", "lcs_", token[1:], token + "a", strings.ToUpper(token), "LCS_" + token[4:], token[:len(token)-1] + " "}
	for i := range token { // one character changed, and two neighbours swapped
		other := byte('a')
		if token[i] == other {
			other = 'b'
		}
		bad = append(bad, token[:i]+string(other)+token[i+1:])
		if i > 0 && token[i] != token[i-1] {
			bad = append(bad, token[:i-1]+string(token[i])+string(token[i-1])+token[i+1:])
		}
	}
	for _, b := range bad {
		if _, err := access.DigestOf(b); !errs.Is(err, "auth.unknown") {
			t.Errorf("%q passes: %v", b, err)
		}
	}
}

func TestAllows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		held []access.Scope
		want access.Scope
		ok   bool
	}{
		{nil, access.Anyone, true},
		{nil, access.UsersRead, false},
		{[]access.Scope{access.UsersRead}, access.UsersRead, true},
		{[]access.Scope{access.UsersRead}, access.UsersWrite, false},
		{[]access.Scope{access.UsersWrite}, access.UsersRead, true},
		{[]access.Scope{access.SegmentsWrite}, access.ReportsRead, true},
		{[]access.Scope{access.ReportsRead}, access.SegmentsWrite, false},
		{[]access.Scope{access.CampaignsWrite}, access.CampaignsSend, false},
		{[]access.Scope{access.CampaignsWrite, access.ImportsWrite}, access.UsersRead, false},
	} {
		if got := access.Allows(c.held, c.want); got != c.ok {
			t.Errorf("%v allows %q: got %v", c.held, c.want, got)
		}
	}
	for _, s := range access.Scopes() {
		if !access.Allows([]access.Scope{access.Admin}, s.Name) {
			t.Errorf("admin may not %s", s.Name)
		}
		if s.Name != access.Admin && access.Allows([]access.Scope{s.Name}, access.Admin) {
			t.Errorf("%s is as good as admin", s.Name)
		}
	}
}

func TestCheckScopes(t *testing.T) {
	t.Parallel()
	got, err := access.CheckScopes([]access.Scope{"users:write", "admin", "users:write"})
	if diff := cmp.Diff([]access.Scope{"admin", "users:write"}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := access.CheckScopes(nil); !errs.Is(err, "request.required") {
		t.Errorf("no scopes: %v", err)
	}
	for _, bad := range []access.Scope{"", "Admin", "users"} {
		_, err := access.CheckScopes([]access.Scope{"admin", bad})
		if e := errs.From(err); e == nil || e.Code != "auth.bad_scope" || e.Pointer != "/1" || !strings.Contains(e.Detail, "users:read, users:write") {
			t.Errorf("scope %q: %v", bad, err)
		}
	}
}

func TestCaller(t *testing.T) {
	t.Parallel()
	if got := access.From(context.Background()); got.Actor() != "system" || got.May(access.UsersRead) {
		t.Errorf("without a caller: %+v", got)
	}
	ctx := access.With(context.Background(), access.Caller{Key: 3, Scopes: []access.Scope{access.UsersWrite}})
	if got := access.From(ctx); got.Actor() != "key_3" || !got.May(access.UsersRead) || got.May(access.Admin) {
		t.Errorf("with key_3: %+v", got)
	}
}

func TestBootstrap(t *testing.T) {
	t.Parallel()
	token, err := access.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := access.Bootstrap(token)
	if err != nil || !access.Allows(key.Scopes, access.Admin) || key.Last4 != token[len(token)-4:] {
		t.Errorf("got %+v, %v", key, err)
	}
	if _, err := access.Bootstrap("secret-of-mine"); err == nil || strings.Contains(err.Error(), "secret-of-mine") {
		t.Errorf("a made-up key: %v", err)
	}
}
