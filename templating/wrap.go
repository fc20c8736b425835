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
		if strings.TrimFunc(chunks[0], isASCIISpace) == "" && len(lines) > 0 {
			chunks = chunks[1:]
			continue
		}
		n, length := 0, 0
		for n < len(chunks) && length+utf8.RuneCountInString(chunks[n]) <= w.width {
			length += utf8.RuneCountInString(chunks[n])
			n++
		}
		line := append([]string(nil), chunks[:n]...)
		chunks = chunks[n:]
		if len(chunks) > 0 && utf8.RuneCountInString(chunks[0]) > w.width {
			line, chunks = w.longWord(line, length, chunks)
		}
		if k := len(line); k > 0 && strings.TrimFunc(line[k-1], isASCIISpace) == "" {
			line = line[:k-1]
		}
		if len(line) > 0 {
			lines = append(lines, strings.Join(line, ""))
		}
	}
	return lines
}

// longWord puts a part of a word wider than a line on this line, or the whole
// word when it may not be broken.
func (w wrapper) longWord(line []string, length int, chunks []string) ([]string, []string) {
	if !w.breakWords {
		if len(line) == 0 {
			return chunks[:1:1], chunks[1:]
		}
		return line, chunks
	}
	space := max(w.width-length, 1)
	cut := firstRunes(chunks[0], space)
	if w.hyphens {
		if i := strings.LastIndexByte(cut, '-'); i > 0 && strings.Trim(cut[:i], "-") != "" {
			cut = cut[:i+1]
		}
	}
	rest := append([]string{chunks[0][len(cut):]}, chunks[1:]...)
	return append(line, cut), rest
}

func isASCIISpace(r rune) bool { return r < utf8.RuneSelf && unicode.IsSpace(r) }

// chunks cuts text into words and runs of whitespace, and words behind the
// hyphens between letters.
func (w wrapper) chunks(text string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, text[start:end])
			start = end
		}
	}
	for i, r := range text {
		switch {
		case i > 0 && isASCIISpace(r) != isASCIISpace(rune(text[i-1])):
			flush(i)
		case w.hyphens && i > start+1 && text[i-1] == '-' && betweenLetters(text, i-1):
			flush(i)
		}
	}
	flush(len(text))
	return out
}

// betweenLetters says whether the hyphen at i joins two words of letters.
func betweenLetters(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, size := utf8.DecodeRuneInString(text[i+1:])
	second, _ := utf8.DecodeRuneInString(text[i+1+size:])
	return unicode.IsLetter(before) && unicode.IsLetter(after) && unicode.IsLetter(second)
}
