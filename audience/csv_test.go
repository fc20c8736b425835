package audience

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/linecast/linecast/errs"
)

const (
	lineA = "U0000000000000000000000000000000a"
	lineB = "U0000000000000000000000000000000b"
)

// show is a file as text: a line for each row, "line: ids {attributes}" or its
// errors.
func show(t testing.TB, file string, options CSVOptions) []string {
	t.Helper()
	r, err := NewCSVReader(strings.NewReader(file), options)
	if err != nil {
		return []string{err.Error()}
	}
	var rows []string
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, showRow(row))
	}
}

func showRow(row FileRow) string {
	if len(row.Errors) == 0 {
		list := attributes(nil)
		for _, a := range row.Patch.Attributes {
			list = append(list, a)
		}
		return fmt.Sprintf("%d: %s %s %s", row.Line, row.Patch.LineID, row.Patch.UserID, list.appendJSON(nil))
	}
	var failed []string
	for _, e := range row.Errors {
		failed = append(failed, fmt.Sprintf("%d: %s %s(%s)", e.Line, e.Column, e.Code, e.Value))
	}
	return strings.Join(failed, "; ")
}

func TestCSVReader(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file    string
		options CSVOptions
		want    []string
	}{
		"ids and types": {
			"user_id,line_id,points,vip,joined,zip,tel\nc1," + lineA + ",1200,TRUE,2026-01-31,0123,812345678\nc2,,-3.50,false,2026-02-01,9999,7\n", CSVOptions{},
			[]string{`2: ` + lineA + ` c1 {"points":1200,"vip":true,"joined":"2026-01-31","zip":"0123","tel":"812345678"}`,
				`3:  c2 {"points":-3.50,"vip":false,"joined":"2026-02-01","zip":"9999","tel":"7"}`},
		},
		"empty cells say nothing": {"user_id,a,b\nc1,,x\nc2, ,\n", CSVOptions{}, []string{`2:  c1 {"b":"x"}`, `3:  c2 {"a":" "}`}},
		"leading zeros":           {"user_id,card\nc1,12\nc2,007\n", CSVOptions{}, []string{`2:  c1 {"card":"12"}`, `3:  c2 {"card":"007"}`}},
		"long numbers are text":   {"user_id,card\nc1,66812345678\n", CSVOptions{}, []string{`2:  c1 {"card":"66812345678"}`}},
		"declared types": {
			"user_id,points:number,tags:array,on:bool,at:datetime,where:object,code:string\nc1,1e3,vip|new,yes,2026-01-31T00:00:00+09:00,\"{\"\"city\"\":\"\"東京\"\"}\",12\n", CSVOptions{},
			[]string{`2:  c1 {"points":1000,"tags":["vip","new"],"on":true,"at":"2026-01-31T00:00:00+09:00","where":{"city":"東京"},"code":"12"}`},
		},
		"declared types are promises": {
			"user_id,points:number,on:bool,at:datetime,where:object\nc1,N/A,maybe,soon,here\n", CSVOptions{},
			[]string{"2: points:number import.bad_value(N/A); 2: on:bool import.bad_value(maybe); 2: at:datetime import.bad_value(soon); 2: where:object import.bad_value(here)"},
		},
		"guessed types are not": {
			"user_id,points\n" + strings.Repeat("c1,5\n", inferRows) + "c2,N/A\n", CSVOptions{},
			append(repeatRows(2, inferRows, `c1 {"points":5}`), `1002:  c2 {"points":"N/A"}`),
		},
		"the catalogue decides": {
			"user_id,points,name,tags\nc1,007,12,a|b\n", CSVOptions{Types: map[string]Type{"points": Number, "name": String, "tags": Array}},
			[]string{`2:  c1 {"points":"007","name":"12","tags":["a","b"]}`},
		},
		"other words after a colon": {"user_id,utm:source\nc1,ads\n", CSVOptions{}, []string{`2:  c1 {"utm:source":"ads"}`}},
		"mapping": {
			"Kunden-Nr,Punkte,Notiz\n1,5,x\n", CSVOptions{ImportOptions: ImportOptions{Mapping: map[string]string{"Kunden-Nr": "user_id", "punkte": "points:string", "Notiz": ""}}},
			[]string{`2:  1 {"points":"5"}`},
		},
		"LINE's own spelling":  {"userId,displayName\n" + lineA + ",Ann\n", CSVOptions{}, []string{"2: " + lineA + `  {"displayName":"Ann"}`}},
		"uid of a shop":        {"uid,LINE ID\n77," + lineA + "\n", CSVOptions{}, []string{"2: " + lineA + " 77 {}"}},
		"byte order mark":      {"\ufeff\"user_id\",a\nc1,x\n", CSVOptions{}, []string{`2:  c1 {"a":"x"}`}},
		"semicolons":           {"user_id;amount\nc1;1,5\nc2;2,5\n", CSVOptions{}, []string{`2:  c1 {"amount":"1,5"}`, `3:  c2 {"amount":"2,5"}`}},
		"tabs":                 {"user_id\ta\nc1\tx\n", CSVOptions{}, []string{`2:  c1 {"a":"x"}`}},
		"bars":                 {"user_id|a\nc1|x\n", CSVOptions{}, []string{`2:  c1 {"a":"x"}`}},
		"named delimiter":      {"user_id;a,b\nc1;x\n", CSVOptions{ImportOptions: ImportOptions{Delimiter: ";"}}, []string{`2:  c1 {"a,b":"x"}`}},
		"Excel's sep line":     {"sep=;\nuser_id;a\nc1;x\n", CSVOptions{}, []string{`3:  c1 {"a":"x"}`}},
		"sep line with a tab":  {"SEP=\t\r\nuser_id\ta,b\r\nc1\tx\r\n", CSVOptions{}, []string{`3:  c1 {"a,b":"x"}`}},
		"one column":           {"line_id\n" + lineA + "\n", CSVOptions{}, []string{"2: " + lineA + "  {}"}},
		"old Mac":              {"user_id,a\rc1,x\r\rc2,\"y\rz\"\r", CSVOptions{}, []string{`2:  c1 {"a":"x"}`, `4:  c2 {"a":"y\nz"}`}},
		"blank lines":          {"\n\nuser_id,a\n\nc1,x\n,,\n \nc2,y\n", CSVOptions{}, []string{`5:  c1 {"a":"x"}`, `8:  c2 {"a":"y"}`}},
		"trailing delimiters":  {"user_id,a,\nc1,x,\nc2,y,\n", CSVOptions{}, []string{`2:  c1 {"a":"x"}`, `3:  c2 {"a":"y"}`}},
		"trailing in rows":     {"user_id,a\nc1,x,\nc2,y,\nc3,z,1\n", CSVOptions{}, []string{"2:  import.extra_columns()", "3:  import.extra_columns()", "4:  import.extra_columns(1)"}},
		"trailing in all rows": {"user_id,n\nc1,7,\nc2,8,\n", CSVOptions{}, []string{`2:  c1 {"n":7}`, `3:  c2 {"n":8}`}},
		"shifted by a comma":   {"user_id,name,points\nc1,Ann,7\nc2,Lee, Bo,\n", CSVOptions{}, []string{`2:  c1 {"name":"Ann","points":7}`, "3:  import.extra_columns()"}},
		"missing columns":      {"user_id,a,b\nc1,x\nc2,y,z\n", CSVOptions{}, []string{"2:  import.missing_columns()", `3:  c2 {"a":"y","b":"z"}`}},
		"extra columns":        {"user_id,a\nc1,x,Bangkok\nc2,y\n", CSVOptions{}, []string{"2:  import.extra_columns(Bangkok)", `3:  c2 {"a":"y"}`}},
		"several lines":        {"user_id,a\nc1,\"x\ny\"\nc2,z\n", CSVOptions{}, []string{`2:  c1 {"a":"x\ny"}`, `4:  c2 {"a":"z"}`}},
		"unclosed quote":       {"user_id,a\nc1,\"x\nc2,y\nc3,z\n", CSVOptions{}, []string{"2: a import.unclosed_quote()", `3:  c2 {"a":"y"}`, `4:  c3 {"a":"z"}`}},
		"text behind a quote":  {"user_id,a\nc1,\"x\"y\nc2,y\n", CSVOptions{}, []string{"2: a import.bad_quote()", `3:  c2 {"a":"y"}`}},
		"ids are trimmed":      {"user_id,line_id\n c1 , " + lineA + " \n", CSVOptions{}, []string{"2: " + lineA + " c1 {}"}},
		"bad line_id":          {"line_id,a\nsomchai,x\n" + strings.ToUpper(lineA) + ",y\n", CSVOptions{}, []string{"2: line_id user.bad_line_id(somchai)", "3: line_id user.bad_line_id(" + strings.ToUpper(lineA) + ")"}},
		"no id":                {"line_id,user_id,a\n,,x\n", CSVOptions{}, []string{"2:  import.no_key()"}},
		"key":                  {"line_id,user_id\n,c1\n" + lineA + ",\n", CSVOptions{ImportOptions: ImportOptions{Key: "line_id"}}, []string{"2:  import.no_key()", "3: " + lineA + "  {}"}},
		"NUL":                  {"user_id,a\nc1,x\x00y\n", CSVOptions{}, []string{"2: a user.bad_text(x\ufffdy)"}},
		"a broken row":         {"user_id,a\nc1,ก\nc2,\xe0\xb8\n", CSVOptions{}, []string{`2:  c1 {"a":"ก"}`, "3: a import.not_utf8(\ufffd\ufffd)"}},
		"large values":         {"user_id,a\nc1," + strings.Repeat("x", MaxValueBytes) + "\nc2," + strings.Repeat("x", MaxFieldBytes+1) + "\n", CSVOptions{}, []string{"2: a user.value_too_large(" + strings.Repeat("x", 64) + "…)", "3: a import.field_too_long(" + strings.Repeat("x", 64) + "…)"}},
		"long row":             {"user_id,a\nc1," + strings.Repeat("x", MaxLineBytes) + "\nc2,y\n", CSVOptions{}, []string{"2:  import.line_too_long()", `3:  c2 {"a":"y"}`}},
		"500 columns":          {"user_id" + numbered(499) + "\nc1" + strings.Repeat(",x", 499) + "\n", CSVOptions{}, []string{"2:  c1 {" + strings.TrimPrefix(strings.ReplaceAll(strings.ReplaceAll(numbered(499), ",", `,"`), "c", `c`), ",")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := show(t, c.file, c.options)
			if name == "500 columns" { // only that it is taken
				got, c.want = got[:1], got[:1]
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func repeatRows(first, n int, what string) (rows []string) {
	for i := range n {
		rows = append(rows, fmt.Sprintf("%d:  %s", first+i, what))
	}
	return rows
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ",c%d", i)
	}
	return b.String()
}

func encode(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	s, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Files that are refused as a whole, and what is said of each.
func TestNewCSVReaderRefuses(t *testing.T) {
	t.Parallel()
	rows := "user_id,name\n" + strings.Repeat("c1,%s\n", 5)
	text := func(s string) string { return strings.ReplaceAll(rows, "%s", s) }
	for name, c := range map[string]struct {
		file    string
		options CSVOptions
		want    string
	}{
		"empty":           {"", CSVOptions{}, "import.empty: it has no header row"},
		"blank":           {"\n \n", CSVOptions{}, "import.empty: it has no header row"},
		"no id column":    {"name,tier\nAnn,gold\n", CSVOptions{}, "import.no_id_column: the header row is name, tier"},
		"no header row":   {lineA + ",Ann\n", CSVOptions{}, "import.header: the first row holds a LINE user id, so it is not a header row"},
		"header quote":    {"user_id,\"a\nc1,x\n", CSVOptions{}, "import.header: the quote that opens column 2 is not closed: the file ends"},
		"same column":     {"user_id,a,a\n", CSVOptions{}, `import.duplicate_column: columns 2 and 3 both become "a"`},
		"nameless column": {"user_id,,a\nc1,x,y\n", CSVOptions{}, `import.bad_column: column 2, "": it is empty`},
		"control":         {"user_id,a\u0007\n", CSVOptions{}, "import.bad_column: column 2, \"a\ufffd\": it contains a control character"},
		"501 columns":     {"user_id" + numbered(500) + "\n", CSVOptions{}, "import.too_many_columns: the header row has 501 columns; at most 500"},
		"unknown mapping": {"user_id,city\n", CSVOptions{ImportOptions: ImportOptions{Mapping: map[string]string{"citty": "town"}}}, `import.unknown_column: /mapping/citty: no column "citty", did you mean "city"?; the file has user_id, city`},
		"key not there":   {"user_id,city\n", CSVOptions{ImportOptions: ImportOptions{Key: "line_id"}}, `import.bad_option: /key: key is "line_id"; no column holds it`},
		"UTF-16":          {encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text("Ann")), CSVOptions{}, "import.encoding: the file looks like UTF-16 (little endian)"},
		"UTF-16 big":      {encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text("Ann")), CSVOptions{}, "import.encoding: the file looks like UTF-16 (big endian)"},
		"UTF-16 no mark":  {encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), text("Ann")), CSVOptions{}, "import.encoding: the file looks like UTF-16 or is not text"},
		"Excel workbook":  {"PK\x03\x04...", CSVOptions{}, "import.encoding: the file looks like an Excel workbook or another ZIP file, not CSV"},
		"Shift_JIS":       {encode(t, japanese.ShiftJIS, text("田中さくら")), CSVOptions{}, "import.encoding: the file is not UTF-8; it looks like Shift_JIS (Japanese Excel)"},
		"EUC-JP":          {encode(t, japanese.EUCJP, text("田中さくらこ")), CSVOptions{}, "import.encoding: the file is not UTF-8; it looks like EUC-JP"},
		"EUC-KR":          {encode(t, korean.EUCKR, text("김민준")), CSVOptions{}, "import.encoding: the file is not UTF-8; it looks like EUC-KR (Korean Excel)"},
		"Thai":            {encode(t, charmap.Windows874, text("สมชาย ใจดี")), CSVOptions{}, "import.encoding: the file is not UTF-8; it looks like TIS-620 / Windows-874 (Thai Excel)"},
		"one Thai name":   {encode(t, charmap.Windows874, text("สมชาย")), CSVOptions{}, "import.encoding: the file is not UTF-8; it looks like TIS-620 / Windows-874 (Thai Excel)"},
		"two Thai words":  {encode(t, charmap.Windows874, text("ใจดี รักษ")), CSVOptions{}, "import.encoding: the file is not UTF-8; it looks like TIS-620 / Windows-874 (Thai Excel)"},
		"Big5":            {encode(t, traditionalchinese.Big5, text("陳怡君")), CSVOptions{}, "import.encoding: the file is not UTF-8; it looks like Big5 (Traditional Chinese Excel)"},
		"Western":         {encode(t, charmap.Windows1252, text("José Muñoz")), CSVOptions{}, "import.encoding: the file is not UTF-8; it looks like Windows-1252 (Western Excel)"},
		"header row":      {encode(t, japanese.ShiftJIS, "user_id,名前のふりがな\nc1,Ann\n"), CSVOptions{}, "import.encoding: the file is not UTF-8; it looks like Shift_JIS (Japanese Excel)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := NewCSVReader(strings.NewReader(c.file), c.options)
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// From every checkpoint of a file the rest reads as it did the first time.
func TestCSVReaderContinues(t *testing.T) {
	t.Parallel()
	file := "\ufeffuser_id,points,note\nc1,1,x\nc2,2,\"a\nb\"\n\nc3,3,\"open\nc4,4,\"x\"y\nc5,5\nc6,6,\"q\"\"q\"\n"
	whole, err := NewCSVReader(strings.NewReader(file), CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	type mark struct{ offset, lines int64 }
	var marks []mark
	var rows []string
	for {
		offset, lines := whole.Checkpoint()
		marks = append(marks, mark{offset, lines})
		row, err := whole.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		rows = append(rows, showRow(row))
	}
	for i, m := range marks {
		again, err := NewCSVReader(strings.NewReader(file), CSVOptions{Columns: whole.Columns()})
		if err != nil {
			t.Fatal(err)
		}
		again.ContinueAt(strings.NewReader(file[m.offset:]), m.offset, m.lines)
		var rest []string
		for {
			row, err := again.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			rest = append(rest, showRow(row))
		}
		if diff := cmp.Diff(rows[min(i, len(rows)):], rest, cmpEmpty); diff != "" {
			t.Errorf("from byte %d: %s", m.offset, diff)
		}
	}
}

var cmpEmpty = cmp.Transformer("empty", func(s []string) []string { return append([]string{}, s...) })

func TestReject(t *testing.T) {
	t.Parallel()
	r, err := NewCSVReader(strings.NewReader("LINE ID,Tier\n"+lineA+",gold\n"), CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	row, _ := r.Next()
	for pointer, want := range map[string]ImportError{
		"/line_id":         {Line: 2, Column: "LINE ID", Value: lineA, Code: "user.no_id"},
		"/attributes/Tier": {Line: 2, Column: "Tier", Code: "user.no_id"},
		"/attributes":      {Line: 2, Code: "user.no_id"},
	} {
		got := r.Reject(row, errs.New("user.no_id").At(pointer))
		want.Detail = got.Detail
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", pointer, diff)
		}
	}
}

func FuzzCSVReader(f *testing.F) {
	f.Add("user_id,a:number,b:array\nc1,1,x|y\n", "")
	f.Add("sep=;\nline_id;\"a\n\"\n", ";")
	f.Add("\ufeffuser_id\t\xe0\n", "\t")
	f.Fuzz(func(t *testing.T, file, delimiter string) {
		o := CSVOptions{ImportOptions: ImportOptions{Delimiter: delimiter}}
		if o.Check() != nil {
			return
		}
		r, err := NewCSVReader(strings.NewReader(file), o)
		if err != nil {
			if errs.Is(err, "internal.error") {
				t.Error(err)
			}
			return
		}
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range row.Patch.Attributes {
				checkCanonical(t, a.Value)
			}
			if len(row.Errors) == 0 && !ValidLineID(row.Patch.LineID) && row.Patch.UserID == "" {
				t.Errorf("line %d has no id", row.Line)
			}
		}
	})
}
