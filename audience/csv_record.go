package audience

import (
	"bytes"
	"strings"
)

// dialect is how a file writes its rows.
type dialect struct {
	delimiter byte
	newline   byte // '\n', also after '\r'; '\r' for files of old Macs
}

// record is one row of a file as text. Its fields share one string.
type record struct {
	fields []string
	spans  int    // 1-based column of the first field that goes over several lines, or 0
	at     int    // 1-based column where it is broken
	what   string // what follows a closing quote
}

// parseState is how parsing a record ended.
type parseState int

const (
	recordWhole    parseState = iota
	recordCut                 // the data ends before the record does
	recordOpen                // so does the file, inside quotes
	recordBadQuote            // something follows a closing quote
)

// parse reads the record that data starts with and says how long it is. It is
// encoding/csv's format (RFC 4180) but for this: a quote inside a field that
// does not start with one is a letter like any other.
func (d dialect) parse(r *record, data []byte, atEOF bool) (int, parseState) {
	*r = record{fields: r.fields[:0]}
	line, n := data, len(data)
	if end := bytes.IndexByte(data, d.newline); end >= 0 {
		line, n = data[:end], end+1
	} else if !atEOF {
		line = nil
	}
	switch {
	case line != nil && bytes.IndexByte(line, '"') < 0:
		d.split(r, string(d.trim(line)))
		return n, recordWhole
	case line == nil && bytes.IndexByte(data, '"') < 0:
		return n, recordCut
	}
	p := quotedParser{dialect: d, data: data, atEOF: atEOF, lineAt: -1}
	return p.parse(r)
}

// trim removes the '\r' of a Windows line end.
func (d dialect) trim(line []byte) []byte {
	if d.newline == '\n' {
		return bytes.TrimSuffix(line, []byte{'\r'})
	}
	return line
}

// split is the quick way for lines without quotes, which are most lines.
func (d dialect) split(r *record, line string) {
	for {
		at := strings.IndexByte(line, d.delimiter)
		if at < 0 {
			r.fields = append(r.fields, line)
			return
		}
		r.fields = append(r.fields, line[:at])
		line = line[at+1:]
	}
}

// quotedParser reads a record that has quotes, a field at a time.
type quotedParser struct {
	dialect
	data   []byte
	atEOF  bool
	pos    int
	lineAt int    // where the next line end stands, or one that was passed
	text   []byte // the fields so far, one after another
	ends   []int
}

func (p *quotedParser) parse(r *record) (int, parseState) {
	for {
		read := p.plain
		if p.pos < len(p.data) && p.data[p.pos] == '"' {
			read = p.quoted
		}
		state := read(r)
		if state != recordWhole {
			r.at = len(p.ends) + 1
			return p.pos, state
		}
		p.ends = append(p.ends, len(p.text))
		if last, ok := p.separator(); !ok {
			return p.pos, recordCut
		} else if last {
			p.cut(r)
			return p.pos, recordWhole
		}
	}
}

// separator consumes what ends a field and reports whether it ends the record
// too. It is not ok when that cannot be told yet.
func (p *quotedParser) separator() (last, ok bool) {
	if p.pos == len(p.data) {
		return true, p.atEOF
	}
	if p.data[p.pos] == p.delimiter {
		p.pos++
		return false, true
	}
	p.pos += p.lineEnd(p.pos)
	return true, true
}

// lineEnd is the length of the line end at i, or 0 when there is none.
func (p *quotedParser) lineEnd(i int) int {
	switch {
	case p.data[i] == p.newline:
		return 1
	case p.newline == '\n' && p.data[i] == '\r' && i+1 < len(p.data) && p.data[i+1] == '\n':
		return 2
	case p.newline == '\n' && p.data[i] == '\r' && i+1 == len(p.data) && p.atEOF:
		return 1
	}
	return 0
}

// plain reads a field without quotes around it.
func (p *quotedParser) plain(*record) parseState {
	if p.lineAt < p.pos {
		p.lineAt = len(p.data)
		if n := bytes.IndexByte(p.data[p.pos:], p.newline); n >= 0 {
			p.lineAt = p.pos + n
		}
	}
	field := p.data[p.pos:p.lineAt]
	if n := bytes.IndexByte(field, p.delimiter); n >= 0 {
		field = field[:n]
	} else if p.lineAt == len(p.data) && !p.atEOF {
		return recordCut
	} else {
		field = p.trim(field)
	}
	p.text = append(p.text, field...)
	p.pos += len(field)
	return recordWhole
}

// quoted reads a field with quotes around it. Line ends inside become '\n'.
func (p *quotedParser) quoted(r *record) parseState {
	from := len(p.text)
	for p.pos++; ; p.pos++ {
		at := bytes.IndexByte(p.data[p.pos:], '"')
		if at < 0 {
			if p.atEOF {
				return recordOpen
			}
			return recordCut
		}
		p.text = append(p.text, p.data[p.pos:p.pos+at]...)
		p.pos += at + 1
		switch next := p.after(); {
		case next == recordWhole:
			p.unifyLines(r, from)
			return recordWhole
		case next == recordBadQuote && p.data[p.pos] == '"':
			p.text = append(p.text, '"')
		case next == recordBadQuote:
			p.unifyLines(r, from)
			r.what = excerpt(string(p.data[p.pos:min(p.pos+8, len(p.data))]))
			return next
		default:
			return next
		}
	}
}

// after looks at what follows a quote: the field's end, more data to come, or
// something else, which is right only for a second quote.
func (p *quotedParser) after() parseState {
	switch {
	case p.pos == len(p.data) && p.atEOF:
		return recordWhole
	case p.pos == len(p.data), p.data[p.pos] == '\r' && p.pos+1 == len(p.data) && !p.atEOF:
		return recordCut
	case p.data[p.pos] == p.delimiter || p.lineEnd(p.pos) > 0:
		return recordWhole
	}
	return recordBadQuote
}

// unifyLines makes every line end of the field that starts at from a '\n'.
func (p *quotedParser) unifyLines(r *record, from int) {
	field := p.text[from:]
	if bytes.IndexByte(field, p.newline) < 0 {
		return
	}
	if r.spans == 0 {
		r.spans = len(p.ends) + 1
	}
	if p.newline == '\r' {
		p.text = append(p.text[:from], bytes.ReplaceAll(field, []byte{'\r'}, []byte{'\n'})...)
		return
	}
	p.text = append(p.text[:from], bytes.ReplaceAll(field, []byte("\r\n"), []byte{'\n'})...)
}

// cut makes the fields of the gathered text.
func (p *quotedParser) cut(r *record) {
	text, start := string(p.text), 0
	for _, end := range p.ends {
		r.fields = append(r.fields, text[start:end])
		start = end
	}
}
