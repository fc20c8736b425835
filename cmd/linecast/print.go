package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"text/tabwriter"
	"time"
)

// print writes a value: as JSON when asked for, else as people is told to.
func (c *cli) print(v any, people func()) {
	if c.json {
		fmt.Fprintln(c.out, encoded(v))
		return
	}
	people()
}

// printf writes data for people.
func (c *cli) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// table prints a list, one row an item; with --json each item as it came, one
// a line.
func (c *cli) table(items iter.Seq2[json.RawMessage, error], head string, row func(json.RawMessage) (string, error)) error {
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	n := 0
	for raw, err := range items {
		if err != nil {
			w.Flush()
			return err
		}
		if c.json {
			fmt.Fprintln(c.out, string(raw))
			continue
		}
		if n++; n == 1 {
			fmt.Fprintln(w, head)
		}
		line, err := row(raw)
		if err != nil {
			return err
		}
		fmt.Fprintln(w, line)
	}
	if n == 0 && !c.json {
		c.say("None.")
	}
	return w.Flush()
}

// columns makes a row function of a T.
func columns[T any](cells func(T) []any) func(json.RawMessage) (string, error) {
	return func(raw json.RawMessage) (string, error) {
		var item T
		if err := json.Unmarshal(raw, &item); err != nil {
			return "", fmt.Errorf("reading the server's list: %w", err)
		}
		var row []string
		for _, cell := range cells(item) {
			row = append(row, fmt.Sprint(cell))
		}
		return strings.Join(row, "\t"), nil
	}
}

// count writes a number with thousands set apart.
func count(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// when is a time for people, in their own zone.
func when(t *time.Time) string {
	if t == nil {
		return "–"
	}
	return t.Local().Format("2006-01-02 15:04 -07:00")
}

// joined is a list of texts with commas between.
func joined[T ~string](list []T) string {
	var out []string
	for _, item := range list {
		out = append(out, string(item))
	}
	return strings.Join(out, ",")
}

// sequence is a slice as table wants it.
func sequence[T any](list []T, err error) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		if err != nil {
			yield(nil, err)
			return
		}
		for _, item := range list {
			if !yield(json.RawMessage(encoded(item)), nil) {
				return
			}
		}
	}
}

// printJSON prints an answer: on one line for programs, indented for people.
func (c *cli) printJSON(raw json.RawMessage) error {
	if c.json {
		fmt.Fprintln(c.out, encoded(raw))
		return nil
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return fmt.Errorf("reading the server's answer: %w", err)
	}
	fmt.Fprintln(c.out, b.String())
	return nil
}
