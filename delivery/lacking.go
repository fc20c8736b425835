package delivery

import (
	"fmt"
	"strings"
)

// FirstRecipients are those by whom a run is judged: when too many of them lack
// what the message prints, the template or the segment is wrong, and a person
// has to look before everybody else is skipped too. Shorter runs are not judged.
const FirstRecipients = 500

// Lacking is how many of a run's first recipients were skipped because they
// lack an attribute that the message prints.
type Lacking struct {
	Of   int64            // recipients whose message was made, or could not be
	Lack map[string]int64 // of those, skipped, by attribute
}

// TooMany says why the run must stop when more than percent of the recipients
// were skipped, "" otherwise.
func (l Lacking) TooMany(percent int) string {
	var skipped int64
	var names strings.Builder
	byCount(l.Lack, func(name string, n int64) {
		skipped += n
		fmt.Fprintf(&names, ", %s %d", name, n)
	})
	if skipped*100 <= l.Of*int64(percent) {
		return ""
	}
	return fmt.Sprintf("%d of the first %d recipients lack what the message prints (%s): resume to skip them and send to the others, or cancel and give a copy a default",
		skipped, l.Of, names.String()[2:])
}
