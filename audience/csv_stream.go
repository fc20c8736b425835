package audience

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/linecast/linecast/errs"
)

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
