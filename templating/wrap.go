package templating

import (
	"strings"
	"unicode"
)

// wrapper breaks a paragraph into lines as Python's textwrap does.
type wrapper struct {
	width      int
	breakWords bool
	hyphens    bool
}

func (w wrapper) wrap(text string) []string {
	chunks := w.chunks(text)
	var lines []string
	for len(chunks) > 0 {
		if isBlank(chunks[0]) && len(lines) > 0 {
			chunks = chunks[1:]
			continue
		}
		n, length := 0, 0
		for n < len(chunks) {
			size := countUpTo(chunks[n], w.width+1)
			if length+size > w.width {
				break
			}
			length += size
			n++
		}
		line := chunks[:n:n]
		if chunks = chunks[n:]; len(chunks) > 0 && countUpTo(chunks[0], w.width+1) > w.width {
			line, chunks = w.longWord(line, length, chunks)
		}
		if k := len(line); k > 0 && isBlank(line[k-1]) {
			line = line[:k-1]
		}
		if len(line) > 0 {
			lines = append(lines, strings.Join(line, ""))
		}
	}
	return lines
}

// countUpTo counts the characters of s, but no further than most.
func countUpTo(s string, most int) int {
	n := 0
	for range s {
		if n == most {
			break
		}
		n++
	}
	return n
}

func isBlank(s string) bool { return strings.TrimLeftFunc(s, isASCIISpace) == "" }

// longWord puts a part of a word wider than a line on this line, or the whole
// word when it may not be broken.
func (w wrapper) longWord(line []string, length int, chunks []string) ([]string, []string) {
	if !w.breakWords {
		if len(line) == 0 {
			return chunks[:1:1], chunks[1:]
		}
		return line, chunks
	}
	cut := firstRunes(chunks[0], w.width-length) // nothing when the line is full
	if w.hyphens {
		if i := strings.LastIndexByte(cut, '-'); i > 0 && strings.Trim(cut[:i], "-") != "" {
			cut = cut[:i+1]
		}
	}
	line = append(line, cut)
	chunks[0] = chunks[0][len(cut):]
	return line, chunks
}

func isASCIISpace(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' }

// chunks cuts text where a line may end: around runs of whitespace, and, when
// hyphens count, behind hyphens and around dashes between words. It is
// textwrap's wordsep_re, written out.
func (w wrapper) chunks(text string) []string {
	runes := []rune(text)
	var out []string
	for i := 0; i < len(runes); {
		n := w.chunk(runes, i)
		out = append(out, string(runes[i:i+n]))
		i += n
	}
	return out
}

// chunk is the length of the chunk that begins at i.
func (w wrapper) chunk(s []rune, i int) int {
	n := 1
	if isASCIISpace(s[i]) {
		for i+n < len(s) && isASCIISpace(s[i+n]) {
			n++
		}
		return n
	}
	if w.hyphens && i > 0 && endsWord(s[i-1]) {
		if dashes := dashesBeforeWord(s, i); dashes > 0 {
			return dashes
		}
	}
	for ; i+n < len(s) && !isASCIISpace(s[i+n]); n++ {
		switch p := i + n; {
		case !w.hyphens:
		case s[p] == '-' && joinsLetters(s, p):
			return n + 1
		case endsWord(s[p-1]) && dashesBeforeWord(s, p) > 0:
			return n
		}
	}
	return n
}

// dashesBeforeWord is how many dashes, two at least, stand at i before a word.
func dashesBeforeWord(s []rune, i int) int {
	n := 0
	for i+n < len(s) && s[i+n] == '-' {
		n++
	}
	if n < 2 || i+n == len(s) || !isWordRune(s[i+n]) {
		return 0
	}
	return n
}

func endsWord(r rune) bool { return isWordRune(r) || strings.ContainsRune(`!"'&.,?`, r) }

// joinsLetters says whether the hyphen at p stands behind two letters, or
// letter, hyphen, letter, and before two of them.
func joinsLetters(s []rune, p int) bool {
	letter := func(i int) bool {
		return i >= 0 && i < len(s) && isWordRune(s[i]) && !unicode.IsDigit(s[i])
	}
	hyphen := func(i int) bool { return i >= 0 && i < len(s) && s[i] == '-' }
	before := letter(p-1) && (letter(p-2) || hyphen(p-2) && letter(p-3))
	after := letter(p+1) && (letter(p+2) || hyphen(p+2) && letter(p+3))
	return before && after
}
