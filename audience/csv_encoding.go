package audience

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/linecast/linecast/errs"
)

var utf8BOM = []byte{0xef, 0xbb, 0xbf}

// checkEncoding refuses a file whose start is not UTF-8, and says what it
// looks like instead. A file with a few broken rows among good ones passes:
// those rows are rejected one by one.
func checkEncoding(head []byte) error {
	for _, bom := range []struct{ bytes, name string }{
		{"\xff\xfe", "UTF-16 (little endian)"}, {"\xfe\xff", "UTF-16 (big endian)"}, {"PK\x03\x04", "an Excel workbook or another ZIP file, not CSV"},
	} {
		if bytes.HasPrefix(head, []byte(bom.bytes)) {
			return errs.New("import.encoding", "the file looks like "+bom.name)
		}
	}
	if bytes.Count(head, []byte{0}) > len(head)/4 {
		return errs.New("import.encoding", "the file looks like UTF-16 or is not text")
	}
	good, broken, bad := 0, 0, []byte(nil)
	for line := range bytes.Lines(head) {
		switch {
		case isASCII(line):
		case utf8.Valid(trimCut(line)):
			good++
		default:
			broken++
			bad = append(bad, line...)
		}
	}
	if broken <= good {
		return nil
	}
	return errs.New("import.encoding", "the file is not UTF-8; it looks like "+guessEncoding(bad))
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// trimCut removes a character that is cut off at the end of what was read.
func trimCut(b []byte) []byte {
	for i := 1; i <= min(3, len(b)); i++ {
		if tail := b[len(b)-i:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// width is how a double-byte encoding writes letters beyond ASCII.
type width int

const (
	free  width = iota
	pairs       // always two bytes beyond ASCII
	mixed       // often a byte beyond ASCII and one within; Thai has words of as many bytes as you like, and none of these
)

// encodings are those a spreadsheet in our countries saves, the stricter
// first: what decodes as one of them without a flaw and gives words in letters
// of its own language is taken for it.
var encodings = []struct {
	name    string
	decoder encoding.Encoding
	letters []*unicode.RangeTable
	share   float64 // of the letters beyond ASCII that must be of the language
	width   width
}{
	{"Shift_JIS (Japanese Excel)", japanese.ShiftJIS, []*unicode.RangeTable{unicode.Hiragana, unicode.Katakana, unicode.Han}, 0.8, free},
	{"EUC-JP", japanese.EUCJP, []*unicode.RangeTable{unicode.Hiragana, unicode.Katakana}, 0.3, pairs},
	{"EUC-KR (Korean Excel)", korean.EUCKR, []*unicode.RangeTable{unicode.Hangul}, 0.9, pairs},
	{"Big5 (Traditional Chinese Excel)", traditionalchinese.Big5, []*unicode.RangeTable{unicode.Han}, 0.8, mixed},
	{"TIS-620 / Windows-874 (Thai Excel)", charmap.Windows874, []*unicode.RangeTable{unicode.Thai}, 0.9, free},
	{"GBK (Simplified Chinese Excel)", simplifiedchinese.GBK, []*unicode.RangeTable{unicode.Han}, 0.8, free},
}

// guessEncoding names the encoding that bad lines of a file most likely have.
func guessEncoding(bad []byte) string {
	for _, e := range encodings {
		decoded, err := e.decoder.NewDecoder().Bytes(bad)
		if err == nil && e.width.fits(bad) && looksLike([]rune(string(decoded)), e.letters, e.share) {
			return e.name
		}
	}
	return "Windows-1252 (Western Excel)"
}

func (w width) fits(text []byte) bool { return w == free || inPairs(text) == (w == pairs) }

// inPairs reports that bytes beyond ASCII never stand in odd numbers.
func inPairs(text []byte) bool {
	run := 0
	for _, c := range text {
		if c >= utf8.RuneSelf {
			run++
		} else if run%2 == 1 {
			return false
		} else {
			run = 0
		}
	}
	return true
}

// looksLike counts the letters that stand beside another one beyond ASCII: a
// single é among ASCII letters reads as a Thai letter too, but makes no word.
func looksLike(text []rune, letters []*unicode.RangeTable, share float64) bool {
	own, all := 0, 0
	for i, r := range text {
		beside := i > 0 && text[i-1] >= utf8.RuneSelf || i+1 < len(text) && text[i+1] >= utf8.RuneSelf
		switch {
		case r == utf8.RuneError && i == len(text)-1: // the head of a file may cut its last character
		case r == utf8.RuneError, r >= 0x80 && r < 0xa0:
			return false
		case r < utf8.RuneSelf || !beside || !unicode.IsLetter(r) && !unicode.IsMark(r):
		case unicode.In(r, letters...) && !halfWidth(r):
			own++
			all++
		default:
			all++
		}
	}
	return own > 0 && float64(own) >= share*float64(all)
}

// halfWidth katakana are single bytes in Shift_JIS, which makes any other
// encoding look like them.
func halfWidth(r rune) bool { return r >= 0xff61 && r <= 0xff9f }
