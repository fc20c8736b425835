package templating

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
	cut := firstRunes(chunks[0], max(w.width-length, 1))
	if w.hyphens {
		if i := strings.LastIndexByte(cut, '-'); i > 0 && strings.Trim(cut[:i], "-") != "" {
			cut = cut[:i+1]
		}
	}
	line = append(line, cut)
	chunks[0] = chunks[0][len(cut):]
	return line, chunks
}

func isASCIISpace(r rune) bool { return r < utf8.RuneSelf && unicode.IsSpace(r) }

// chunks cuts text into words and runs of whitespace, and words behind the
// hyphens between letters.
func (w wrapper) chunks(text string) []string {
	var out []string
	start := 0
	for i, r := range text {
		edge := i > 0 && isASCIISpace(r) != isASCIISpace(rune(text[i-1]))
		hyphen := w.hyphens && i > start+1 && text[i-1] == '-' && betweenLetters(text, i-1)
		if edge || hyphen {
			out = append(out, text[start:i])
			start = i
		}
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

// betweenLetters says whether the hyphen at i joins two words of letters.
func betweenLetters(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, size := utf8.DecodeRuneInString(text[i+1:])
	second, _ := utf8.DecodeRuneInString(text[i+1+size:])
	return unicode.IsLetter(before) && unicode.IsLetter(after) && unicode.IsLetter(second)
}
