package api

import (
	"context"
	"encoding/csv"
	"strings"
)

// csvFile is an output of rows that are read one by one while they are sent.
type csvFile struct {
	name string // of the file that a browser saves
	head []string
	// raw gives every cell as it is. Otherwise the file is made for
	// spreadsheets: a byte order mark makes Excel read it as UTF-8, and what
	// it would run as a formula gets an apostrophe in front (OWASP, CSV
	// Injection).
	raw  bool
	each func(ctx context.Context, row func([]string) error) error
}

const byteOrderMark = "\ufeff"

func (csvFile) mediaType() string { return "text/csv; charset=utf-8" }

func (f csvFile) filename() string { return f.name }

func (f csvFile) writeTo(ctx context.Context, w *stream) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true // RFC 4180
	head := append([]string(nil), f.head...)
	if !f.raw {
		head[0] = byteOrderMark + head[0]
	}
	if err := out.Write(head); err != nil {
		return err
	}
	err := f.each(ctx, func(row []string) error {
		if !f.raw {
			for i, cell := range row {
				row[i] = harmless(cell)
			}
		}
		return out.Write(row)
	})
	if err != nil {
		return err // what is in the buffer is not sent: a short answer can still be a problem
	}
	out.Flush()
	return out.Error()
}

func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
