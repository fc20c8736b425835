package segment

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// cased draws texts whose characters often have another case.
func cased() *rapid.Generator[string] {
	var runes []rune
	for r := range unicode.MaxRune {
		if unicode.SimpleFold(r) != r {
			runes = append(runes, r)
		}
	}
	return rapid.StringOfN(rapid.OneOf(rapid.SampledFrom(runes), rapid.SampledFrom([]rune("ßİıAaKkſก日👍'$ "))), 0, 8, -1)
}

// translate is PostgreSQL's function.
func translate(s, from, to string) string {
	target := []rune(to)
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune(from, r); i >= 0 {
			return target[utf8.RuneCountInString(from[:i])]
		}
		return r
	}, s)
}

// TestFoldingIsEqualFold proves what fold.go says: to translate only what the
// wanted text asks for is as good as folding both.
func TestFoldingIsEqualFold(t *testing.T) {
	t.Parallel()
	texts := cased()
	rapid.Check(t, func(r *rapid.T) {
		stored, other := texts.Draw(r, "stored"), texts.Draw(r, "other")
		wanted := swapCase(r, stored)
		if rapid.Bool().Draw(r, "different") {
			wanted = swapCase(r, other)
		}
		folded := fold(wanted)
		f := foldingFor(folded)
		if got, want := translate(stored, f.from, f.to) == folded, strings.EqualFold(stored, wanted); got != want {
			r.Fatalf("%q against %q: %v, want %v", stored, wanted, got, want)
		}
		long := other + stored + other
		if got, want := strings.Contains(translate(long, f.from, f.to), folded), strings.Contains(fold(long), folded); got != want {
			r.Fatalf("%q in %q: %v, want %v", wanted, long, got, want)
		}
	})
}

// swapCase replaces some characters by others that equal them.
func swapCase(r *rapid.T, s string) string {
	return strings.Map(func(c rune) rune {
		for range rapid.IntRange(0, 3).Draw(r, "case") {
			c = unicode.SimpleFold(c)
		}
		return c
	}, s)
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Gold", "gOLD", true}, {"straße", "STRASSE", false}, {"straße", "STRAẞE", true}, {"İ", "i", false}, {"I", "ı", false}, {"I", "i", true},
		{"ΣΊΣΥΦΟΣ", "σίσυφος", true}, {"\u212a", "k", true}, {"ſ", "S", true}, {"ǆ", "ǅ", true}, {"É", "é", true}, {"É", "e\u0301", false}, {"คุณ", "คุณ", true},
	} {
		if got := fold(c.a) == fold(c.b); got != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}
