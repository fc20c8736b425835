package message

import (
	"bytes"
	"fmt"
	"strconv"
)

// format is a form a string must have beyond its length.
type format struct {
	says    string // for the reference: "`#RRGGBB`"
	example string // a value that has the form
	code    string
	// check says what is wrong with content, as the end of a sentence that
	// starts with the field and its value; "" when nothing is.
	check func(content []byte) (wrong string, severity Severity)
}

// charset makes a format of allowed bytes.
func charset(says, example string, allowed func(b byte) bool) *format {
	return &format{says, example, codeBadFormat, func(content []byte) (string, Severity) {
		for i, b := range content {
			if !allowed(b) {
				return fmt.Sprintf("has %q in it; allowed are %s", firstRune(content[i:]), says), Error
			}
		}
		return "", 0
	}}
}

func isWord(b byte) bool {
	return isDigit(b) || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_'
}

func isHex(b byte) bool { return isDigit(b) || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F' }

var (
	wordFormat     = charset("a-z, A-Z, 0-9 and _", "spring_sale", isWord)
	trackingFormat = charset("a-z, A-Z, 0-9 and -.=,+*()%$&;:@{}!?<>[]", "track-id", func(b byte) bool {
		return b != '_' && isWord(b) || bytes.IndexByte([]byte("-.=,+*()%$&;:@{}!?<>[]"), b) >= 0
	})
)

// colorFormat is a colour with a number of digits LINE takes.
func colorFormat(says string, digits ...int) *format {
	return &format{says, "#00B900", codeBadFormat, func(content []byte) (string, Severity) {
		if len(content) > 0 && content[0] == '#' && !bytes.ContainsFunc(content[1:], func(r rune) bool { return r > 127 || !isHex(byte(r)) }) {
			for _, n := range digits {
				if len(content) == n+1 {
					return "", 0
				}
			}
		}
		return "is no colour LINE takes; write " + says + ", such as #00B900", Error
	}}
}

var (
	rgbFormat  = colorFormat("#RRGGBB", 6)
	rgbaFormat = colorFormat("#RRGGBB or #RRGGBBAA", 6, 8)
)

// recipientFormat is the form of "to". What holds a placeholder is not
// rendered yet and passes.
var recipientFormat = &format{"U, C or R and 32 of 0-9 a-f; a placeholder passes", "U0123456789abcdef0123456789abcdef", codeBadFormat, func(content []byte) (string, Severity) {
	if bytes.Contains(content, []byte("{{")) || bytes.Contains(content, []byte("<<")) || recipientKind(content) != 0 {
		return "", 0
	}
	return "is no LINE id; it starts with U (user), C (group) or R (room) and goes on with 32 of 0-9 a-f", Error
}}

// recipientKind is U, C or R for a well-formed id and 0 for anything else.
func recipientKind(content []byte) byte {
	if len(content) != 33 || bytes.IndexByte([]byte("UCR"), content[0]) < 0 {
		return 0
	}
	for _, b := range content[1:] {
		if !isHex(b) || b >= 'A' && b <= 'F' {
			return 0
		}
	}
	return content[0]
}

// ratioFormat is an aspect ratio of a Flex image, video or icon.
var ratioFormat = &format{"`w:h`, each 1 to 100000, h at most three times w", "20:13", codeBadFormat, func(content []byte) (string, Severity) {
	left, right, ok := bytes.Cut(content, []byte(":"))
	w, h := decimal(left), decimal(right)
	switch {
	case !ok || w < 0 || h < 0:
		return "is no ratio; write width:height, such as 20:13", Error
	case w < 1 || w > 100000 || h < 1 || h > 100000:
		return "has a side outside 1 to 100000", Error
	case h > 3*w:
		return "is more than three times as high as it is wide", Error
	}
	return "", 0
}}

// angleFormat is the direction of a gradient.
var angleFormat = &format{"`0deg` up to, and without, `360deg`", "90deg", codeBadFormat, func(content []byte) (string, Severity) {
	num, ok := bytes.CutSuffix(content, []byte("deg"))
	if a := decimal(num); !ok || a < 0 || a >= 360 {
		return "is no angle; write 0deg up to, and without, 360deg", Error
	}
	return "", 0
}}

// percentFormat is a place between the ends of a gradient.
var percentFormat = &format{"`0%` to `100%`", "50%", codeBadFormat, func(content []byte) (string, Severity) {
	num, ok := bytes.CutSuffix(content, []byte("%"))
	if p := decimal(num); !ok || p < 0 || p > 100 {
		return "is no percentage from 0% to 100%", Error
	}
	return "", 0
}}

// decimal reads digits with an optional fraction, and is -1 for anything else.
func decimal(b []byte) float64 {
	whole, fraction, point := bytes.Cut(b, []byte("."))
	if !allDigits(whole) || point && !allDigits(fraction) {
		return -1
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return -1
	}
	return v
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return len(b) > 0
}

// keyFormat is the name of a placeholder of a textV2 message.
var keyFormat = &format{"1 to 20 of a-z, A-Z, 0-9 and _", "user_1", codeBadFormat, func(content []byte) (string, Severity) {
	if len(content) == 0 || len(content) > 20 {
		return "is no name LINE takes; it has 1 to 20 characters", Error
	}
	return wordFormat.check(content)
}}

// senderFormat warns of the one word LINE's reference names as refused; the
// others it keeps to itself.
var senderFormat = &format{"not the word LINE, nor others LINE does not list", "Cony", codeReserved, func(content []byte) (string, Severity) {
	if bytes.Contains(content, []byte("LINE")) {
		return "has the word LINE in it, which LINE may refuse", Warning
	}
	return "", 0
}}
