package audience

import (
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// row makes a FileRow of a whole record.
func (c *CSVReader) row(line int64, fields []string) FileRow {
	row := FileRow{Line: line, Patch: Patch{OnConflict: c.options.OnConflict}}
	fields = c.cutTrailing(fields)
	switch {
	case len(fields) < c.reader.width:
		row.Errors = []ImportError{failure(line, "", "", errs.New("import.missing_columns", len(fields), c.reader.width))}
		return row
	case len(fields) > c.reader.width:
		extra := strings.Join(fields[c.reader.width:], c.Delimiter())
		row.Errors = []ImportError{failure(line, "", extra, errs.New("import.extra_columns", len(fields), c.reader.width))}
		return row
	}
	c.buf, c.ends = c.buf[:0], c.ends[:0]
	for i := range c.columns {
		before := len(c.buf)
		if err := c.cell(&row, &c.columns[i], fields[i]); err != nil {
			row.Errors = append(row.Errors, failure(line, c.columns[i].Name, fields[i], err))
			c.buf = c.buf[:before]
		}
		c.ends = append(c.ends, len(c.buf))
	}
	if key := c.missingKey(&row); key != "" && len(row.Errors) == 0 {
		row.Errors = append(row.Errors, failure(line, "", "", errs.New("import.no_key", key)))
	}
	if len(row.Errors) == 0 {
		row.Patch.Attributes = c.attributes()
	}
	return row
}

// cell checks one field and puts its value behind c.buf, or the id into row.
func (c *CSVReader) cell(row *FileRow, column *Column, text string) (err *errs.Error) {
	if text == "" || column.Attribute == "" {
		return nil
	}
	if err := checkField(text); err != nil {
		return err
	}
	switch column.Attribute {
	case "line_id":
		if row.Patch.LineID = strings.TrimSpace(text); row.Patch.LineID != "" {
			return errs.From(checkLineID(row.Patch.LineID))
		}
		return nil
	case "user_id":
		if row.Patch.UserID = strings.TrimSpace(text); row.Patch.UserID != "" {
			return errs.From(checkUserID(row.Patch.UserID))
		}
		return nil
	}
	before := len(c.buf)
	longer, err := appendCell(c.buf, column, text)
	if err != nil {
		return err
	}
	c.buf = longer
	if size := len(c.buf) - before; size > MaxValueBytes {
		return errs.New("user.value_too_large", size, MaxValueBytes)
	}
	return nil
}

// checkField refuses text that cannot be stored.
func checkField(text string) *errs.Error {
	if len(text) > MaxFieldBytes {
		return errs.New("import.field_too_long", len(text), MaxFieldBytes)
	}
	if strings.IndexByte(text, 0) >= 0 {
		return errs.New("user.bad_text", "it contains the character U+0000, which cannot be stored")
	}
	if utf8.ValidString(text) {
		return nil
	}
	at := 0
	for _, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[at:], "\uFFFD") {
			break
		}
		at += utf8.RuneLen(r)
	}
	return errs.New("import.not_utf8", at+1)
}

// missingKey names the id that the row should have and has not.
func (c *CSVReader) missingKey(row *FileRow) string {
	line, user := row.Patch.LineID != "", row.Patch.UserID != ""
	switch key := c.options.Key; {
	case key == "line_id" && !line, key == "user_id" && !user:
		return key
	case !line && !user:
		return "line_id and no user_id"
	}
	return ""
}

// attributes makes the row's attributes of c.buf; they share one string.
func (c *CSVReader) attributes() []Attribute {
	text, start, n := string(c.buf), 0, 0
	for _, end := range c.ends {
		if end > start {
			n++
		}
		start = end
	}
	list := make([]Attribute, 0, n)
	start = 0
	for i, end := range c.ends {
		if end > start {
			list = append(list, Attribute{c.columns[i].Attribute, Value(text[start:end])})
		}
		start = end
	}
	return list
}

// broken describes a record that could not be read.
func (c *CSVReader) broken(line int64, err *errs.Error) ImportError {
	column, at := "", c.reader.record.at
	if at == 0 {
		at = c.reader.record.spans
	}
	if at > 0 && at <= len(c.columns) {
		column = c.columns[at-1].Name
	}
	return failure(line, column, "", err)
}

func failure(line int64, column, value string, err *errs.Error) ImportError {
	return ImportError{Line: line, Column: column, Value: excerpt(value), Code: err.Code, Detail: err.Detail}
}

// Reject describes a row whose Patch could not be applied.
func (c *CSVReader) Reject(row FileRow, err *errs.Error) ImportError {
	for _, column := range c.columns {
		switch {
		case column.Attribute == "":
		case err.Pointer == "/line_id" && column.Attribute == "line_id":
			return failure(row.Line, column.Name, row.Patch.LineID, err)
		case err.Pointer == "/attributes/"+pointerPart(column.Attribute):
			return failure(row.Line, column.Name, "", err)
		}
	}
	return failure(row.Line, "", "", err)
}
