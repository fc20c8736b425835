package templating

import (
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

func centerFilter(st *state, in value, a args) (value, error) {
	s, err := st.text(in)
	if err != nil {
		return value{}, err
	}
	width, err := st.wholeNumber(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	return st.padded(s, width, " ", alignCenter)
}

type alignment byte

const (
	alignLeft alignment = iota
	alignRight
	alignCenter
)

// padded fills s up to width characters, as str.ljust, rjust and center do.
func (st *state) padded(s string, width int, fill string, to alignment) (value, error) {
	n := width - utf8.RuneCountInString(s)
	if n <= 0 {
		return st.made(s)
	}
	if n*len(fill)+len(s) > MaxString {
		return value{}, errs.New("template.string_too_long", MaxString)
	}
	left := 0
	switch to {
	case alignRight:
		left = n
	case alignCenter:
		left = n/2 + n&width&1
	}
	return st.made(strings.Repeat(fill, left) + s + strings.Repeat(fill, n-left))
}

// onlyText is in, which must be a text already.
func (st *state) onlyText(in value) (string, error) {
	if err := st.required(in); err != nil {
		return "", err
	}
	if in.k != kString && !in.missing() {
		return "", typeError("a text is required, not '%s'", in.typeName())
	}
	return in.s, nil
}

func indentFilter(st *state, in value, a args) (value, error) {
	s, err := st.onlyText(in)
	if err != nil {
		return value{}, err
	}
	by := a.fixed[0].s
	if a.fixed[0].k != kString {
		n, err := st.wholeNumber(a.fixed[0])
		if err != nil {
			return value{}, err
		}
		if n > MaxString {
			return value{}, errs.New("template.string_too_long", MaxString)
		}
		by = strings.Repeat(" ", max(n, 0))
	}
	lines := splitLines(s+"\n", false)
	if len(s)+len(lines)*len(by) > MaxString {
		return value{}, errs.New("template.string_too_long", MaxString)
	}
	for i := range lines {
		if i == 0 && a.fixed[1].truth() || i > 0 && (lines[i] != "" || a.fixed[2].truth()) {
			lines[i] = by + lines[i]
		}
	}
	return st.made(strings.Join(lines, "\n"))
}

// splitLines is Python's str.splitlines.
func splitLines(s string, keep bool) []string {
	var lines []string
	start := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isLineBreak(r) {
			i += size
			continue
		}
		end := i + size
		if r == '\r' && end < len(s) && s[end] == '\n' {
			end++
		}
		if keep {
			i = end
		}
		lines = append(lines, s[start:i])
		start, i = end, end
	}
	if start < len(s) {
		lines = append(lines, s[start:])
	}
	return lines
}

func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

func wordwrapFilter(st *state, in value, a args) (value, error) {
	s, err := st.onlyText(in)
	if err != nil {
		return value{}, err
	}
	width, err := st.wholeNumber(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	if width <= 0 {
		return value{}, valueError("invalid width %d (must be > 0)", width)
	}
	between := "\n"
	if a.fixed[2].k != kNone {
		if between, err = st.text(a.fixed[2]); err != nil {
			return value{}, err
		}
	}
	if err := st.charge(64 * len(s)); err != nil {
		return value{}, err
	}
	w := wrapper{width: width, breakWords: a.fixed[1].truth(), hyphens: a.fixed[3].truth()}
	var b strings.Builder
	for i, line := range splitLines(s, false) {
		if i > 0 {
			b.WriteString(between)
		}
		for j, wrapped := range w.wrap(line) {
			if j > 0 {
				b.WriteString(between)
			}
			if b.WriteString(wrapped); b.Len() > MaxString {
				return value{}, errs.New("template.string_too_long", MaxString)
			}
		}
	}
	return st.made(b.String())
}
