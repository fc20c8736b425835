package segment

import (
	"slices"
	"strings"
	"unicode"
)

// Ignoring case means Unicode's simple case folding, by Go's tables, in both
// readings. PostgreSQL's lower() would depend on the database's collation and
// on PostgreSQL's and ICU's versions, so SQL does not fold at all: translate()
// replaces exactly those characters of the stored string that equal, case
// ignored, a character of the wanted one, and leaves the rest alone. A
// character that is left alone equals none of the wanted ones, so that equality,
// prefix, suffix and substring come out as if all had been folded.

// foldRune is the representative of the characters that equal r when case is
// ignored: the least of them.
func foldRune(r rune) rune {
	least := r
	for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
		least = min(least, o)
	}
	return least
}

// fold replaces every character by its representative.
func fold(s string) string { return strings.Map(foldRune, s) }

// folding is what translate() needs to fold all that could equal some texts:
// each rune of from becomes the one at the same place in to.
type folding struct{ from, to string }

// foldingFor is the folding of texts that are already folded.
func foldingFor(texts ...string) *folding {
	var from, to strings.Builder
	runes := []rune(strings.Join(texts, ""))
	slices.Sort(runes)
	for _, r := range slices.Compact(runes) {
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			from.WriteRune(o)
			to.WriteRune(r)
		}
	}
	return &folding{from.String(), to.String()}
}
