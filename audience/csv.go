package audience

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// inferRows is how many rows at the start of a file decide the types of
// columns that nothing else decides.
const inferRows = 1000

// CSVOptions is how to read a file.
type CSVOptions struct {
	ImportOptions
	Types   map[string]Type // the catalogue: types of attributes that are known
	Columns []Column        // from an earlier reading of the same file; nothing is guessed again
}

// CSVReader reads a file of users, row by row, in bounded memory. Whatever is
// wrong with a row is an error of that row; reading goes on with the next line.
//
// The header row names the attributes. "points:number" gives a type, which is
// then a promise; otherwise the catalogue decides, and else the first rows:
// number, bool or datetime when all of them are plainly that, text when not,
// so that leading zeros and phone numbers survive. An empty cell says nothing.
// A list is JSON or a|b|c in a column of type array.
type CSVReader struct {
	reader  recordReader
	options CSVOptions
	columns []Column

	// trailing says that every row ends with a delimiter that the header row
	// does not have, as some programs write it.
	trailing bool

	buf  []byte // the values of a row
	ends []int
}

// FileRow is one row of a file: a Patch, or all that is wrong with the row.
type FileRow struct {
	Line   int64 // of the file, where the row begins
	Patch  Patch
	Errors []ImportError
}

// NewCSVReader reads the header row. A file that cannot be read at all is
// refused here: import.encoding, import.empty, import.header, or
// request.invalid with everything that is wrong with columns and mapping.
func NewCSVReader(source io.Reader, options CSVOptions) (*CSVReader, error) {
	c := &CSVReader{reader: recordReader{source: source, line: 1}, options: options}
	if err := c.reader.fill(); err != nil {
		return nil, fmt.Errorf("reading the start of the file: %w", err)
	}
	if err := c.start(); err != nil {
		return nil, err
	}
	return c, nil
}

// start finds the dialect and the columns.
func (c *CSVReader) start() error {
	r := &c.reader
	head := r.window[:r.end]
	if err := checkEncoding(head); err != nil {
		return err
	}
	head = c.skipMarks(head)
	if len(bytes.TrimSpace(head)) == 0 {
		return errs.New("import.empty", "it has no header row")
	}
	if r.delimiter == 0 {
		r.dialect = sniff(head, r.atEOF, c.options.Delimiter)
	} else {
		r.newline = sniffNewline(head)
	}
	names, err := c.headerRow()
	if err != nil {
		return err
	}
	r.width = len(names)
	rows := r.sample(r.window[r.start:r.end], r.atEOF, inferRows)
	c.trailing = len(rows) > 0 && all(rows, func(row []string) bool { return len(row) == r.width+1 && row[r.width] == "" })
	if c.columns = c.options.Columns; c.columns == nil {
		c.columns, err = readHeader(names, c.whole(rows), c.options)
	}
	return err
}

// whole is the rows that have a field for each column of the header row.
func (c *CSVReader) whole(rows [][]string) (list [][]string) {
	for _, row := range rows {
		if row = c.cutTrailing(row); len(row) == c.reader.width {
			list = append(list, row)
		}
	}
	return list
}

// cutTrailing removes what stands behind a trailing delimiter: nothing.
func (c *CSVReader) cutTrailing(fields []string) []string {
	if last := len(fields) - 1; c.trailing && last == c.reader.width && fields[last] == "" {
		return fields[:last]
	}
	return fields
}

// skipMarks steps over what Excel puts before the header row: a byte order
// mark, and a line such as "sep=;", which names the delimiter.
func (c *CSVReader) skipMarks(head []byte) []byte {
	if bytes.HasPrefix(head, utf8BOM) {
		c.reader.consume(len(utf8BOM))
		head = head[len(utf8BOM):]
	}
	first, _, _ := bytes.Cut(head, []byte{'\n'})
	if line := bytes.TrimRight(first, "\r"); len(line) == 5 && bytes.EqualFold(line[:4], []byte("sep=")) && bytes.ContainsAny(line[4:], ",;|\t") {
		c.reader.dialect = dialect{delimiter: line[4], newline: '\n'}
		c.reader.consume(len(first) + 1)
		head = head[len(first)+1:]
	}
	return head
}

// headerRow reads the first row that is not blank.
func (c *CSVReader) headerRow() ([]string, error) {
	for {
		_, err := c.reader.next()
		if errors.Is(err, io.EOF) {
			return nil, errs.New("import.empty", "it has no header row")
		}
		if broken, ok := errors.AsType[*errs.Error](err); ok {
			return nil, errs.New("import.header", broken.Detail)
		}
		if err != nil {
			return nil, err
		}
		names := append([]string(nil), c.reader.record.fields...)
		for _, name := range names {
			if !utf8.ValidString(name) {
				return nil, errs.New("import.encoding", "the header row is not UTF-8; it looks like "+guessEncoding([]byte(strings.Join(names, ","))))
			}
		}
		if !blank(names) {
			return names, nil
		}
	}
}

// Columns says how the header row was read.
func (c *CSVReader) Columns() []Column { return c.columns }

// Delimiter is the one named or found.
func (c *CSVReader) Delimiter() string { return string(c.reader.delimiter) }

// Checkpoint is the byte offset behind the last row read and how many lines
// stand before it. ContinueAt takes both.
func (c *CSVReader) Checkpoint() (offset, lines int64) {
	return c.reader.offset, c.reader.line - 1
}

// ContinueAt goes on at a Checkpoint; source must begin there.
func (c *CSVReader) ContinueAt(source io.Reader, offset, lines int64) {
	r := &c.reader
	r.source, r.start, r.end, r.atEOF = source, 0, 0, false
	r.offset, r.line = offset, lines+1
}

// Next reads the next row. It returns io.EOF at the end of the file; another
// error comes from the source and is worth another try.
func (c *CSVReader) Next() (FileRow, error) {
	for {
		line, err := c.reader.next()
		if broken, ok := errors.AsType[*errs.Error](err); ok {
			return FileRow{Line: line, Errors: []ImportError{c.broken(line, broken)}}, nil
		}
		if err != nil {
			return FileRow{}, err
		}
		if !blank(c.reader.record.fields) {
			return c.row(line, c.reader.record.fields), nil
		}
	}
}
