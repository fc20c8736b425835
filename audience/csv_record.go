package audience

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/linecast/linecast/errs"
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

// recordReader reads records from a stream. What is broken costs one line: it
// goes on with the line after the one where the broken record began, so that a
// quote that is never closed does not swallow the rows below it.
type recordReader struct {
	dialect
	source io.Reader
	window []byte // what was read and not consumed yet is window[start:end]
	start  int
	end    int
	atEOF  bool
	offset int64 // of window[start] in the file
	line   int64 // 1-based line that window[start] belongs to
	width  int   // columns of the header row, or 0 while it is read
	record record
}

// windowBytes is enough to see that a record is too long.
const windowBytes = MaxLineBytes + 256<<10

// next reads a record. It returns io.EOF at the end and *errs.Error for a
// broken record; any other error comes from the source.
func (r *recordReader) next() (line int64, err error) {
	for {
		line = r.line
		if r.start == r.end {
			if err := r.fill(); err != nil {
				return line, err
			}
			if r.start == r.end {
				return line, io.EOF
			}
		}
		data := r.window[r.start:r.end]
		n, state := r.parse(&r.record, data, r.atEOF)
		switch {
		case state == recordCut && len(data) < MaxLineBytes:
			if err := r.fill(); err != nil {
				return line, err
			}
		case state == recordCut && r.record.at > 0 && r.quotedAt(data):
			return line, r.broken(errs.New("import.unclosed_quote", r.record.at, "1 MiB of text follows it"))
		case state == recordCut || n > MaxLineBytes:
			return line, r.broken(errs.New("import.line_too_long", MaxLineBytes))
		case state == recordOpen:
			return line, r.broken(errs.New("import.unclosed_quote", r.record.at, "the file ends"))
		case state == recordBadQuote && r.record.spans == r.record.at:
			return line, r.broken(errs.New("import.unclosed_quote", r.record.at, fmt.Sprintf("the next quote, in line %d, is not at the end of a field", r.lineOf(n))))
		case state == recordBadQuote:
			return line, r.broken(errs.New("import.bad_quote", r.record.at, r.record.what))
		case r.record.spans > 0 && r.width > 0 && len(r.record.fields) != r.width:
			return line, r.broken(r.swallowed(n))
		default:
			r.consume(n)
			return line, nil
		}
	}
}

// swallowed is the error of a row that goes over several lines and then has
// the wrong number of columns: a quote is missing somewhere.
func (r *recordReader) swallowed(n int) *errs.Error {
	return errs.New("import.unclosed_quote", r.record.spans,
		fmt.Sprintf("up to the next quote, in line %d, the row would have %d columns instead of %d", r.lineOf(n-1), len(r.record.fields), r.width))
}

// lineOf is the line of the byte n behind the window's start.
func (r *recordReader) lineOf(n int) int64 {
	return r.line + int64(bytes.Count(r.window[r.start:r.start+n], []byte{r.newline}))
}

// quotedAt reports whether the record was cut inside a quoted field.
func (r *recordReader) quotedAt(data []byte) bool {
	return bytes.Count(data, []byte{'"'})%2 == 1
}

func (r *recordReader) consume(n int) {
	r.line += int64(bytes.Count(r.window[r.start:r.start+n], []byte{r.newline}))
	r.start += n
	r.offset += int64(n)
}

// broken goes on after the first line of the record and returns failed.
func (r *recordReader) broken(failed *errs.Error) error {
	for {
		if n := bytes.IndexByte(r.window[r.start:r.end], r.newline); n >= 0 {
			r.consume(n + 1)
			return failed
		}
		r.consume(r.end - r.start)
		if r.atEOF {
			return failed
		}
		if err := r.fill(); err != nil {
			return err
		}
	}
}

// fill reads as much as the window takes.
func (r *recordReader) fill() error {
	if r.atEOF {
		return nil
	}
	if r.window == nil {
		r.window = make([]byte, windowBytes)
	}
	r.end = copy(r.window, r.window[r.start:r.end])
	r.start = 0
	n, err := io.ReadFull(r.source, r.window[r.end:])
	r.end += n
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.atEOF, err = true, nil
	}
	return err
}
