package line

import (
	"regexp"
	"strings"
	"testing"
)

func TestValidUserID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want bool
	}{
		{"U8e742f61d673b39c7fff3cecb7536ef0", true},
		{"U" + strings.Repeat("0", 32), true},
		{"U8E742F61D673B39C7FFF3CECB7536EF0", false},
		{"u8e742f61d673b39c7fff3cecb7536ef0", false},
		{"C8e742f61d673b39c7fff3cecb7536ef0", false},
		{"U8e742f61d673b39c7fff3cecb7536ef", false},
		{"U8e742f61d673b39c7fff3cecb7536ef00", false},
		{"U8e742f61d673b39c7fff3cecb7536eg0", false},
		{" U8e742f61d673b39c7fff3cecb7536ef", false},
		{"U8e742f61d673b39c7fff3cecb7536ef\n", false},
		{"U8e742f61d673b39c7fff3cecb75ｅ", false},
		{"@hanako", false},
		{"", false},
	} {
		if got := ValidUserID(c.in); got != c.want {
			t.Errorf("ValidUserID(%q) = %v, want %v", c.in, got, c.want)
		}
	}
}

func FuzzValidUserID(f *testing.F) {
	f.Add("U8e742f61d673b39c7fff3cecb7536ef0")
	f.Add("U8e742f61d673b39c7fff3cecb7536ef0\n")
	pattern := regexp.MustCompile(strings.ReplaceAll(UserIDPattern, "$", `\z`))
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := ValidUserID(s), pattern.MatchString(s); got != want {
			t.Errorf("ValidUserID(%q) = %v, its pattern says %v", s, got, want)
		}
	})
}

func TestShortUserID(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"U4af4980629000000000000000000718a": "U4af…718a",
		"hanako@example.com":                "(not a user id)",
		"":                                  "(not a user id)",
	} {
		if got := ShortUserID(in); got != want {
			t.Errorf("ShortUserID(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkValidUserID(b *testing.B) {
	for b.Loop() {
		if !ValidUserID("U8e742f61d673b39c7fff3cecb7536ef0") {
			b.Fatal("refused")
		}
	}
}
