package message

import (
	"bytes"
	"slices"
	"strings"
)

// lengthFormat is a size or distance of Flex: pixels, perhaps a percentage,
// perhaps a keyword (guide "Flex Message layout").
func lengthFormat(percent, negative bool, keywords ...string) *format {
	says := "`12px`"
	if negative {
		says = "`12px` or `-12px`"
	}
	if percent {
		says += ", `50%`"
	}
	if len(keywords) > 0 {
		says += ", `" + strings.Join(keywords, "` `") + "`"
	}
	check := func(content []byte) (string, Severity) {
		if isLength(content, percent, negative) || contains(keywords, content) {
			return "", 0
		}
		return "is no size LINE takes here; write " + strings.ReplaceAll(says, "`", "") + suggest(content, keywords), Error
	}
	return &format{says, "12px", codeBadFormat, check}
}

func isLength(content []byte, percent, negative bool) bool {
	if negative {
		content = bytes.TrimPrefix(content, []byte("-"))
	}
	num, ok := bytes.CutSuffix(content, []byte("px"))
	if !ok && percent {
		num, ok = bytes.CutSuffix(content, []byte("%"))
	}
	return ok && decimal(num) >= 0
}

func contains(values []string, content []byte) bool {
	return slices.Contains(values, string(content))
}

// The lengths of Flex. Negative offsets are not mentioned by LINE's guide and
// common in messages that work.
var (
	spaceFormat   = lengthFormat(false, false, "none", "xs", "sm", "md", "lg", "xl", "xxl")
	paddingFormat = lengthFormat(true, false, "none", "xs", "sm", "md", "lg", "xl", "xxl")
	offsetFormat  = lengthFormat(true, true, "none", "xs", "sm", "md", "lg", "xl", "xxl")
	boxSizeFormat = lengthFormat(true, false)
	borderFormat  = lengthFormat(false, false, "none", "light", "normal", "medium", "semi-bold", "bold")
	fontFormat    = lengthFormat(false, false, "xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl")
	imageFormat   = lengthFormat(true, false, "xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl", "full")
	pixelsFormat  = lengthFormat(false, false)
)
