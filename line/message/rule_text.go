package message

import (
	"bytes"
	"unicode/utf8"
)

// emojisAtDollars: each emoji of a text message takes the place of one $.
var emojisAtDollars = rule{
	says: "Each emoji's `index` is the place of a `$` in `text`, counted in UTF-16 units from 0, and no two emojis share one (warning).",
	check: func(c *checker, n int32) {
		text, emojis := c.member(n, "text"), c.member(n, "emojis")
		if text < 0 || emojis < 0 || c.nodes[text].kind != kindString || c.nodes[emojis].kind != kindArray {
			return
		}
		const most = 20 // LINE's limit, which bounds our work on a hostile list as well
		var taken [most]int
		i := 0
		for emoji := range c.children(emojis) {
			if i == most {
				return
			}
			taken[i] = c.emojiIndex(emoji, c.content(text), taken[:i])
			i++
		}
	},
}

// emojiIndex checks the index of one emoji and returns it, or -1.
func (c *checker) emojiIndex(emoji int32, text []byte, taken []int) int {
	n := c.member(emoji, "index")
	if n < 0 || c.nodes[n].kind != kindNumber {
		return -1
	}
	v := c.float(n)
	if v < 0 || v != float64(int(v)) {
		return -1 // the row for index has said so
	}
	index := int(v)
	switch at := unitAt(text, index); at {
	case "$":
	case "":
		c.report(Error, codeEmojiIndex, n, "is %d, where no character of text starts; it must be the place of a $", index)
	default:
		c.report(Error, codeEmojiIndex, n, "is %d, where text has %q; it must be the place of a $", index, at)
	}
	for _, t := range taken {
		if t == index {
			c.report(Warning, codeEmojiIndex, n, "is %d, which an emoji before it has taken", index)
		}
	}
	return index
}

// unitAt is the character whose first UTF-16 unit is number index, "" beyond
// the end or in the middle of a character.
func unitAt(text []byte, index int) string {
	for len(text) > 0 && index >= 0 {
		_, size := utf8.DecodeRune(text)
		if index == 0 {
			return clip(text[:size], size)
		}
		index -= units(text[:size])
		text = text[size:]
	}
	return ""
}

// placeholdersPaired: the braces of a textV2 message.
var placeholdersPaired = rule{
	says: "`{` and `}` stand in pairs around a name that `substitution` has; `{{` and `}}` are braces as text. " +
		"At most 20 mentions and 20 emojis are put in.",
	check: func(c *checker, n int32) {
		text, substitution := c.member(n, "text"), c.member(n, "substitution")
		if text < 0 || c.nodes[text].kind != kindString || substitution >= 0 && c.nodes[substitution].kind != kindObject {
			return
		}
		keys, wrong := placeholders(c.content(text))
		if wrong != "" {
			c.report(Error, codePlaceholder, text, "%s; { and } stand in pairs, and {{ and }} are braces as text", wrong)
		}
		c.substitutions(text, substitution, keys)
	},
}

// placeholders lists the names between braces, in order, and says what is
// wrong with the first brace that has no partner.
func placeholders(text []byte) (keys [][]byte, wrong string) {
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != '{' && text[i] != '}':
		case i+1 < len(text) && text[i+1] == text[i]:
			i++
		case text[i] == '}':
			return keys, "has a } without {, after \"" + clip(text[max(0, i-10):i], 10) + "\""
		default:
			end := bytes.IndexAny(text[i+1:], "{}")
			if end < 0 || text[i+1+end] == '{' {
				return keys, "has a { without }, before \"" + clip(text[i+1:], 10) + "\""
			}
			keys = append(keys, text[i+1:i+1+end])
			i += end + 1
		}
	}
	return keys, ""
}

// substitutions matches the names in a text with what substitution has.
func (c *checker) substitutions(text, substitution int32, keys [][]byte) {
	types := map[string]string{}
	var names []string
	if substitution >= 0 {
		for key := range c.children(substitution) {
			name := string(c.content(key))
			types[name] = string(c.stringMember(key+1, "type"))
			names = append(names, name)
		}
	}
	if len(names) > 100 {
		names = nil // too many already; looking for the nearest would cost more than it tells
	}
	used, counts := map[string]bool{}, map[string]int{}
	for _, key := range keys {
		typ, known := types[string(key)]
		if !known && !used[string(key)] {
			c.report(Error, codePlaceholder, text, "has {%s}, which substitution does not name%s", clip(key, 40), suggest(key, names))
		}
		used[string(key)] = true
		counts[typ]++
	}
	for _, typ := range []string{"mention", "emoji"} {
		if counts[typ] > 20 {
			c.measure(Error, codeTooMany, text, 20, counts[typ], "puts in %d of type %s; LINE allows 20", counts[typ], typ)
		}
	}
	c.unusedSubstitutions(substitution, used)
}

func (c *checker) unusedSubstitutions(substitution int32, used map[string]bool) {
	if substitution < 0 {
		return
	}
	for key := range c.children(substitution) {
		if name := c.content(key); !used[string(name)] {
			c.report(Warning, codeIgnored, key, "is not used; text has no {%s}", clip(name, 40))
		}
	}
}
