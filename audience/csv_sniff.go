package audience

import (
	"bytes"
	"strings"
)

// delimiters are those an ImportOptions may name; the first is the one of a
// file with a single column.
var delimiters = []string{",", ";", "\t", "|"}

// sniffRows is how many rows are looked at to choose a delimiter.
const sniffRows = 20

// sniff finds out how a file that starts with head writes its rows.
func sniff(head []byte, atEOF bool, wanted string) dialect {
	d := dialect{delimiter: ',', newline: sniffNewline(head)}
	if wanted != "" {
		d.delimiter = wanted[0]
		return d
	}
	best := 0.0
	for _, c := range delimiters {
		try := dialect{c[0], d.newline}
		if score := try.score(head, atEOF); score > best {
			best, d.delimiter = score, c[0]
		}
	}
	return d
}

// sniffNewline is '\r' when the first line end outside quotes is one without a
// '\n' after it.
func sniffNewline(head []byte) byte {
	quoted := false
	for i, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			return '\n'
		case c == '\r' && i+1 < len(head) && head[i+1] != '\n':
			return '\r'
		}
	}
	return '\n'
}

// score says how well the delimiter explains the first rows: how many of them
// are as wide as the header row, and then how wide that is. A delimiter that
// the header row does not have scores 0.
func (d dialect) score(head []byte, atEOF bool) float64 {
	rows := d.sample(head, atEOF, sniffRows)
	if len(rows) == 0 || len(rows[0]) < 2 {
		return 0
	}
	same := 0
	for _, row := range rows {
		if len(row) == len(rows[0]) {
			same++
		}
	}
	width := float64(min(len(rows[0]), MaxColumns)) / (MaxColumns + 1)
	return float64(same)/float64(len(rows)) + width
}

// sample parses up to n whole records of head, without blank ones.
func (d dialect) sample(head []byte, atEOF bool, n int) [][]string {
	var rows [][]string
	for len(rows) < n && len(head) > 0 {
		var r record
		size, state := d.parse(&r, head, atEOF)
		if state == recordCut {
			break
		}
		if state != recordWhole {
			if size = bytes.IndexByte(head, d.newline) + 1; size == 0 {
				break
			}
			head = head[size:]
			continue
		}
		head = head[size:]
		if !blank(r.fields) {
			rows = append(rows, r.fields)
		}
	}
	return rows
}

// blank reports a row that says nothing: an empty line, or the rows of
// delimiters that spreadsheets leave at the end.
func blank(fields []string) bool {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}
