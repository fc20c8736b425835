package line

import (
	"regexp"
	"strconv"
	"strings"
)

// A 400 names the recipient in one of these ways. LINE promises none of its
// texts, so only clear cases count; everything else is the message's fault.
//
//	Failed to send messages                                          user id unknown to the provider
//	The property, 'to', in the request body is invalid (line: -, …)  malformed
//	The property, to[1], in the request body is invalid (line: -, …) malformed, in a multicast
//	details: [{"property": "to[1]", …}]
const failedToSend = "failed to send messages"

var (
	namedProperty = regexp.MustCompile(`^the property, ['"]?([^'",]+)['"]?, in the request body is invalid`)
	toProperty    = regexp.MustCompile(`^/?to(?:[\[/](\d+)\]?)?$`)
)

// namesRecipient reports whether a 400 is about "to" and nothing else, and
// which place in a multicast's "to" it names, or -1.
func namesRecipient(a Answer) (index int, ok bool) {
	text := strings.ToLower(strings.TrimRight(a.Message, ". "))
	if text == failedToSend {
		return detailsIndex(a.Details), true
	}
	if m := namedProperty.FindStringSubmatch(text); m != nil {
		return toIndex(m[1])
	}
	for _, d := range a.Details {
		if _, to := toIndex(d.Property); !to {
			return -1, false
		}
	}
	return detailsIndex(a.Details), len(a.Details) > 0
}

// detailsIndex is the first place in "to" that details name, or -1.
func detailsIndex(details []Detail) int {
	for _, d := range details {
		if index, ok := toIndex(d.Property); ok && index >= 0 {
			return index
		}
	}
	return -1
}

// toIndex reads "to", "to[3]", "/to" and "/to/3".
func toIndex(property string) (index int, ok bool) {
	m := toProperty.FindStringSubmatch(property)
	if m == nil {
		return -1, false
	}
	index, err := strconv.Atoi(m[1])
	if err != nil {
		index = -1
	}
	return index, true
}
