package audience

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

// readAll reads every record of file, giving the source's bytes a few at a
// time; a broken record becomes its error code.
func readAll(t testing.TB, file string, d dialect, width int) [][]string {
	t.Helper()
	r := recordReader{dialect: d, source: iotest.HalfReader(strings.NewReader(file)), line: 1, width: width}
	var rows [][]string
	for {
		_, err := r.next()
		broken, isBroken := errors.AsType[*errs.Error](err)
		switch {
		case errors.Is(err, io.EOF):
			if r.offset != int64(len(file)) {
				t.Errorf("ended at byte %d of %d", r.offset, len(file))
			}
			return rows
		case isBroken:
			rows = append(rows, []string{broken.Code})
		case err != nil:
			t.Fatal(err)
		default:
			rows = append(rows, append([]string(nil), r.record.fields...))
		}
	}
}

var commas = dialect{',', '\n'}

func TestRecordReader(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		want [][]string
	}{
		"plain":                {"a,b\nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}},
		"no last line end":     {"a,b\nc,d", [][]string{{"a", "b"}, {"c", "d"}}},
		"windows":              {"a,b\r\nc,\"d\"\r\n", [][]string{{"a", "b"}, {"c", "d"}}},
		"carriage return last": {"a,b\r", [][]string{{"a", "b"}}},
		"empty fields":         {",\n\"\",\n", [][]string{{"", ""}, {"", ""}}},
		"quotes":               {"\"a,1\",\"say \"\"hi\"\"\"\n", [][]string{{"a,1", `say "hi"`}}},
		"quoted line end":      {"a,\"b\nb\"\nc,d\n", [][]string{{"a", "b\nb"}, {"c", "d"}}},
		"quoted windows end":   {"a,\"b\r\nb\"\r\nc,d\r\n", [][]string{{"a", "b\nb"}, {"c", "d"}}},
		"bare quote":           {"a 5\" disc,b\nc,d\n", [][]string{{`a 5" disc`, "b"}, {"c", "d"}}},
		"quote after space":    {"a, \"b\nc,d\n", [][]string{{"a", ` "b`}, {"c", "d"}}},
		"text after quote":     {"\"a\"x,b\nc,d\n", [][]string{{"import.bad_quote"}, {"c", "d"}}},
		"unclosed at the end":  {"a,b\n\"c,d\ne,f\n", [][]string{{"a", "b"}, {"import.unclosed_quote"}, {"e", "f"}}},
		"unclosed, then quote": {"a,\"b\nc,\"d\"\ne,f\n", [][]string{{"import.unclosed_quote"}, {"c", "d"}, {"e", "f"}}},
		"swallowed rows":       {"a,\"b\nc,d\ne,f\",g\nh,i\n", [][]string{{"import.unclosed_quote"}, {"c", "d"}, {"e", "f\"", "g"}, {"h", "i"}}},
		"last line unclosed":   {"a,\"b", [][]string{{"import.unclosed_quote"}}},
		"nothing":              {"", nil},
		"blank lines":          {"\n\r\na,b\n", [][]string{{""}, {""}, {"a", "b"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, readAll(t, c.file, commas, 2)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A quote that is never closed costs one row, wherever its megabyte ends.
func TestRecordReaderResynchronises(t *testing.T) {
	t.Parallel()
	rows := strings.Repeat("a,b\n", 400_000)
	got := readAll(t, "a,b\na,\"b\n"+rows, commas, 2)
	if len(got) != 400_002 || got[1][0] != "import.unclosed_quote" {
		t.Errorf("%d records, the second is %q; want 400002 and an unclosed quote", len(got), got[1])
	}
}

// Lines far beyond the limit pass through the window without filling memory.
func TestRecordReaderLongLine(t *testing.T) {
	t.Parallel()
	for name, long := range map[string]string{"plain": strings.Repeat("x", 5<<20), "quoted": `"` + strings.Repeat("x", 5<<20)} {
		r := recordReader{dialect: commas, source: strings.NewReader("a,b\n" + long + "\nc,d\n"), line: 1, width: 2}
		var lines []int64
		for {
			line, err := r.next()
			if errors.Is(err, io.EOF) {
				break
			}
			lines = append(lines, line)
		}
		if diff := cmp.Diff([]int64{1, 2, 3}, lines); diff != "" || len(r.window) > windowBytes {
			t.Errorf("%s: %s window of %d bytes", name, diff, len(r.window))
		}
	}
}

// On everything that encoding/csv takes, both readers agree.
func TestRecordReaderAgreesWithEncodingCSV(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = random.IntN(2) == 0
		for range 1 + random.IntN(8) {
			if err := w.Write(randomFields(random)); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		compareWithEncodingCSV(t, b.String())
	}
}

func randomFields(random *rand.Rand) []string {
	parts := []string{"a", "東京", `"`, ",", "\n", "\r\n", " ", ";", "\t", "''", "x y"}
	fields := make([]string, 2+random.IntN(4))
	for i := range fields {
		for range random.IntN(4) {
			fields[i] += parts[random.IntN(len(parts))]
		}
	}
	return fields
}

func compareWithEncodingCSV(t testing.TB, file string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(file))
	r.FieldsPerRecord = -1
	want, err := r.ReadAll()
	if err != nil || strings.ContainsRune(file, 0) {
		return
	}
	var got [][]string
	for _, row := range readAll(t, file, commas, 0) {
		if len(row) > 1 || row[0] != "" || strings.Contains(file, `""`) {
			got = append(got, row)
		}
	}
	if strings.Contains(file, `""`) { // encoding/csv keeps "" and skips an empty line; ours keeps both
		want, got = withoutBlank(want), withoutBlank(got)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%q: %s", file, diff)
	}
}

func withoutBlank(rows [][]string) (list [][]string) {
	for _, row := range rows {
		if !blank(row) {
			list = append(list, row)
		}
	}
	return list
}

func FuzzRecordReader(f *testing.F) {
	for _, seed := range []string{"a,b\r\n\"c\"\"\",d\n", "\"a\nb\",c\n", "a\"b,\"c\"d\n\"", "\r\r\n,\n", "x,\"\r", "\"\"\"\n\"\"\"\"\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		compareWithEncodingCSV(t, file)
		readAll(t, file, dialect{';', '\r'}, 3)
	})
}
