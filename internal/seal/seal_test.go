package seal_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/linecast/linecast/internal/seal"
)

func key(b byte) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{b}, 32))
}

func ring(t *testing.T, keys string) *seal.Ring {
	t.Helper()
	r, err := seal.NewRing(keys)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func Example() {
	keys, _ := seal.NewRing("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	sealed := keys.Seal([]byte("token"), "channel:token:U1")

	opened, err := keys.Open(sealed, "channel:token:U1")
	fmt.Println(string(opened), err)
	_, err = keys.Open(sealed, "channel:token:U2")
	fmt.Println(err)
	// Output:
	// token <nil>
	// seal: the sealed value is damaged, or belongs to something else
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	r := ring(t, key(1))
	for _, text := range []string{"", "t", "ชื่อ 名前 \x00", strings.Repeat("x", 100_000)} {
		sealed := r.Seal([]byte(text), "ctx")
		if len(sealed) != len(text)+seal.Overhead {
			t.Errorf("%d bytes sealed into %d, want %d more", len(text), len(sealed), seal.Overhead)
		}
		if len(text) > 3 && bytes.Contains(sealed, []byte(text)) {
			t.Errorf("%.10q stands readable in its ciphertext", text)
		}
		opened, err := r.Open(sealed, "ctx")
		if err != nil || string(opened) != text {
			t.Errorf("%.10q came back as %.10q, %v", text, opened, err)
		}
	}
	if bytes.Equal(r.Seal([]byte("same"), "ctx"), r.Seal([]byte("same"), "ctx")) {
		t.Error("the same text sealed twice gives the same bytes")
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	r := ring(t, key(1))
	a := r.Seal([]byte("token of a"), "channel:token:a")
	b := r.Seal([]byte("token of b"), "channel:token:b")
	// A text under another value's data key: both halves are genuine.
	cut := len(a) - len("token of a") - 16
	spliced := append(bytes.Clone(a[:cut]), b[cut:]...)

	for name, c := range map[string]struct {
		ring    *seal.Ring
		sealed  []byte
		context string
		want    error
	}{
		"swapped rows":      {r, b, "channel:token:a", seal.ErrDamaged},
		"other use":         {r, a, "channel:secret:a", seal.ErrDamaged},
		"spliced halves":    {r, spliced, "channel:token:a", seal.ErrDamaged},
		"empty":             {r, nil, "channel:token:a", seal.ErrDamaged},
		"unknown version":   {r, append([]byte{9}, a[1:]...), "channel:token:a", seal.ErrDamaged},
		"another key":       {ring(t, key(2)), a, "channel:token:a", seal.ErrUnknownKey},
		"appended to":       {r, append(bytes.Clone(a), 0), "channel:token:a", seal.ErrDamaged},
		"not ours":          {r, bytes.Repeat([]byte("x"), 200), "channel:token:a", seal.ErrDamaged},
		"plain text stored": {r, []byte("token of a"), "channel:token:a", seal.ErrDamaged},
	} {
		if got, err := c.ring.Open(c.sealed, c.context); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: got %q, %v; want %v", name, got, err, c.want)
		}
	}
}

// Every truncation and every changed byte must be noticed.
func TestOpenNoticesEveryByte(t *testing.T) {
	t.Parallel()
	r := ring(t, key(1))
	sealed := r.Seal([]byte("token"), "ctx")
	for i := range sealed {
		if got, err := r.Open(sealed[:i], "ctx"); err == nil {
			t.Errorf("cut to %d bytes it opens as %q", i, got)
		}
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if got, err := r.Open(changed, "ctx"); err == nil {
			t.Errorf("with byte %d changed it opens as %q", i, got)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	old, both, after := ring(t, key(1)), ring(t, key(2)+", "+key(1)), ring(t, key(2))
	sealed := old.Seal([]byte("token"), "ctx")
	if both.Current(sealed) || !old.Current(sealed) || old.Current(sealed[:10]) {
		t.Error("Current does not tell which key sealed a value")
	}
	if got, err := both.Open(sealed, "ctx"); string(got) != "token" {
		t.Errorf("the old key no longer opens: %v", err)
	}
	rewrapped, err := both.Rewrap(sealed, "ctx")
	if err != nil || !both.Current(rewrapped) {
		t.Fatalf("Rewrap: %v", err)
	}
	if got, err := after.Open(rewrapped, "ctx"); string(got) != "token" {
		t.Errorf("rewrapped for the new key: %v", err)
	}
	if _, err := both.Rewrap(sealed, "other"); !errors.Is(err, seal.ErrDamaged) {
		t.Errorf("Rewrap for another context: %v", err)
	}
}

func TestNewRingRefuses(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]string{
		"empty": "", "not base64": "?", "31 bytes": base64.StdEncoding.EncodeToString(make([]byte, 31)),
		"trailing comma": key(1) + ",", "second bad": key(1) + ",c2hvcnQ=",
	} {
		r, err := seal.NewRing(keys)
		if err == nil {
			t.Errorf("%s: made %v", name, r)
		} else if keys != "" && strings.Contains(err.Error(), strings.TrimSuffix(keys, ",")) {
			t.Errorf("%s: the error shows the key: %v", name, err)
		}
	}
}

func TestNothingPrintsAKey(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte("K"), 32)
	text := base64.StdEncoding.EncodeToString(secret)
	r := ring(t, text)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "ring", r)
	asJSON, _ := json.Marshal(map[string]any{"ring": r})
	shown := fmt.Sprintf("%v %+v %#v %s %x %d %q", r, r, r, r, r, r, r) + log.String() + string(asJSON)
	for _, form := range []string{string(secret), text, fmt.Sprintf("%x", secret), "75 75 75"} {
		if strings.Contains(shown, form) {
			t.Errorf("the key shows as %q in %s", form, shown)
		}
	}
}

func FuzzOpen(f *testing.F) {
	r, err := seal.NewRing(key(1))
	if err != nil {
		f.Fatal(err)
	}
	genuine := r.Seal([]byte("token"), "ctx")
	f.Add(genuine)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if _, err := r.Open(sealed, "ctx"); err == nil && !bytes.Equal(sealed, genuine) {
			t.Errorf("forged: %x", sealed)
		}
	})
}
