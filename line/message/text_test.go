package message

import (
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// TestCounting: LINE's example 🍎 is two units and one character (guide
// "Character counting in a text").
func TestCounting(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text              string
		units, characters int
	}{
		{"", 0, 0},
		{"hello", 5, 5},
		{"🍎", 2, 1},
		{"👨‍👩‍👧‍👦", 11, 1},
		{"🇹🇭🇯🇵", 8, 2},
		{"é", 1, 1},
		{"e\u0301", 2, 1},
		{"ที่นี่", 6, 2},
		{"กำ", 2, 1},
		{"日本語", 3, 3},
		{"が", 1, 1},
		{"か\u3099", 2, 1},
		{"한국어", 3, 3},
		{"𠮷野家", 4, 3},
		{"a\r\nb", 4, 3},
		{"\u200b", 1, 1},
	} {
		if got := units([]byte(test.text)); got != test.units {
			t.Errorf("%q: %d units, want %d", test.text, got, test.units)
		}
		if got := graphemes([]byte(test.text)); got != test.characters {
			t.Errorf("%q: %d characters, want %d", test.text, got, test.characters)
		}
	}
}

// FuzzCounting holds units to unicode/utf16, and the order that length relies
// on: characters are never more than units, nor units than bytes.
func FuzzCounting(f *testing.F) {
	for _, text := range []string{"hello", "🍎", "👨‍👩‍👧‍👦", "ที่นี่", "e\u0301", "a\r\nb"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		u, g := units([]byte(text)), graphemes([]byte(text))
		if want := len(utf16.Encode([]rune(text))); u != want {
			t.Errorf("%q: %d units, want %d", text, u, want)
		}
		if g > u || u > len(text) {
			t.Errorf("%q: %d characters, %d units, %d bytes", text, g, u, len(text))
		}
	})
}

func TestClip(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		max  int
		want string
	}{{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"ก", 2, "…"}, {"aกข", 4, "aก…"}, {"a\xff", 9, "a\uFFFD"}, {"\x80\x80\x80", 1, "…"}} {
		if got := clip([]byte(test.text), test.max); got != test.want {
			t.Errorf("clip(%q, %d) = %q, want %q", test.text, test.max, got, test.want)
		}
	}
}

func TestUnitAt(t *testing.T) {
	t.Parallel()
	text := []byte("a🍎$")
	for index, want := range map[int]string{-1: "", 0: "a", 1: "🍎", 2: "", 3: "$", 4: "", 99: ""} {
		if got := unitAt(text, index); got != want {
			t.Errorf("unitAt(%d) = %q, want %q", index, got, want)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text  string
		keys  string
		wrong bool
	}{
		{"", "", false}, {"plain", "", false}, {"{a}", "a,", false}, {"{a}{b}", "a,b,", false}, {"{{a}}", "", false}, {"{{{a}}}", "a,", false},
		{"{}", ",", false}, {"{a", "", true}, {"a}", "", true}, {"{a}}", "a,", true}, {"{{a}", "", true}, {"{a{b}", "", true}, {"}{", "", true}, {"{", "", true}, {"}}{{", "", false},
	} {
		keys, wrong := placeholders([]byte(test.text))
		got := ""
		for _, k := range keys {
			got += string(k) + ","
		}
		if got != test.keys || (wrong != "") != test.wrong {
			t.Errorf("placeholders(%q) = %q, %q", test.text, got, wrong)
		}
	}
}
