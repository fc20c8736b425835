package api

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// lineLimit is the longest line of an NDJSON body that is kept. Package
// audience refuses a user that long; what is cut here is refused there.
const lineLimit = 600 << 10

// lines reads NDJSON: a JSON value on each line, empty lines between them
// counting for nothing.
type lines struct{ from *bufio.Reader }

func newLines(from io.Reader) *lines { return &lines{bufio.NewReaderSize(from, 64<<10)} }

// next is the next line that is not empty, without its end, or io.EOF. Of a
// line that is too long it returns the first lineLimit bytes and reads over
// the rest. The slice is the caller's to keep.
func (l *lines) next() ([]byte, error) {
	for {
		line, err := l.line()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err // what was read of the line is not an item
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, nil
		}
		if err != nil {
			return nil, io.EOF
		}
	}
}

// line reads up to the next line end. An error comes with what was read before
// it; io.EOF ends the last line too.
func (l *lines) line() ([]byte, error) {
	var line []byte
	for {
		piece, err := l.from.ReadSlice('\n')
		line = append(line, piece[:min(len(piece), lineLimit-len(line))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
