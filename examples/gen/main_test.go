package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/audience"
)

var update = flag.Bool("update", false, "write the files anew")

// The files in examples are what gen writes.
func TestFilesAreFresh(t *testing.T) {
	t.Parallel()
	for _, f := range files {
		path := filepath.Join("..", f.name)
		if *update {
			if err := writeFile(path, f.write); err != nil {
				t.Fatal(err)
			}
		}
		var want bytes.Buffer
		if err := f.write(&want); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s is not what gen writes (%v); run go test ./examples/gen -update", f.name, err)
		}
	}
}

// Every mistake is refused, each for its own reason, and nothing else is.
func TestFilesReadAsPlanned(t *testing.T) {
	t.Parallel()
	refused := []string{"import.no_key", "user.bad_line_id", "user.bad_line_id", "import.unclosed_quote",
		"import.extra_columns", "import.missing_columns", "import.bad_value", "import.bad_quote"}
	for name, good := range map[string]int{"audience.csv": people, "bad.csv": len(mistakes) + 1} {
		codes, rows := read(t, filepath.Join("..", name))
		if diff := cmp.Diff(refused, codes); diff != "" || rows != good {
			t.Errorf("%s: %d good rows, want %d; %s", name, rows, good, diff)
		}
	}
}

func read(t *testing.T, path string) (codes []string, good int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := audience.NewCSVReader(f, audience.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]audience.Type{}
	for _, c := range r.Columns() {
		types[c.Attribute] = c.Type
	}
	want := map[string]audience.Type{"user_id": "", "line_id": "", "name": "string", "language": "string", "city": "string", "tier": "string",
		"points": "number", "birthday": "datetime", "last_purchase_at": "datetime", "phone": "string", "tags": "array"}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("%s: %s", path, diff)
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return codes, good
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(row.Errors) == 0 {
			good++
			continue
		}
		for _, e := range row.Errors {
			codes = append(codes, e.Code)
		}
	}
}
