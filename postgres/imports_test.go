package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// importFile stores a file and runs its import to the end, in small chunks.
func importFile(t testing.TB, db *postgres.DB, file string, o audience.ImportOptions) audience.Import {
	t.Helper()
	ctx := context.Background()
	i, err := db.CreateImport(ctx, "users.csv", o, strings.NewReader(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	i, err = db.RunImportInChunks(ctx, i.ID, 7, nil)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// counts is "state rows: created updated unchanged rejected".
func counts(i audience.Import) string {
	return fmt.Sprintf("%s %d: %d %d %d %d", i.State, i.RowsTotal, i.Created, i.Updated, i.Unchanged, i.Rejected)
}

// report is an import's errors, "line column code value".
func report(t testing.TB, db *postgres.DB, id ref.Import) (list []string) {
	t.Helper()
	err := db.EachImportError(context.Background(), id, func(e audience.ImportError) error {
		list = append(list, strings.Join(strings.Fields(fmt.Sprint(e.Line, " ", e.Column, " ", e.Code, " ", e.Value)), " "))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// manyRows is a file of n rows of users from first on, some of them known by
// line_id alone, some twice, some broken.
func manyRows(first, n int) string {
	var b strings.Builder
	b.WriteString("user_id,line_id,name,points,tags:array\n")
	for i := first; i < first+n; i++ {
		switch i % 10 {
		case 3:
			fmt.Fprintf(&b, ",%s,สมชาย %d,%d,\n", lineID(i), i, i)
		case 4:
			fmt.Fprintf(&b, "c%d,%s,,%d,\n", i, lineID(i-1), i)
		case 5:
			fmt.Fprintf(&b, "c%d,%s,Ann,7,a|b\n", i-4, lineID(i-4))
		case 6:
			fmt.Fprintf(&b, "c%d,somebody,Ann,7,a\n", i)
		case 7:
			fmt.Fprintf(&b, "c%d,%s,\"Ann\nLee\",x,\n", i, lineID(i-6))
		case 8:
			fmt.Fprintf(&b, "c%d,,\"open,7,\n", i)
		default:
			fmt.Fprintf(&b, "c%d,%s,\"Ann, %d\",%d,new\n", i, lineID(i), i, i)
		}
	}
	return b.String()
}

func TestImport(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db := postgres.New(tx)
	file := "user_id,line_id,name,points,joined\n" +
		"c1," + lineID(1) + ",Ann,10,2026-01-31\n" +
		"c2,,Bob,,\n" +
		",,Nobody,5,\n" +
		"c3," + lineID(1) + ",Eve,5,\n" +
		"c1,,Anne,,\n" +
		"c4,U123,Dan,5,\n" +
		"c5,,\"Eva,5,\n" +
		"c1,,Anne,,\n"
	i := importFile(t, db, file, audience.ImportOptions{})
	if got, want := counts(i), "finished 8: 2 1 1 4"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if i.BytesDone != int64(len(file)) || i.BytesTotal != i.BytesDone || i.StartedAt == nil || i.FinishedAt == nil {
		t.Errorf("got %+v", i)
	}
	want := []string{"4 import.no_key", "5 line_id user.line_id_taken " + lineID(1), "7 line_id user.bad_line_id U123", "8 name import.unclosed_quote"}
	if diff := cmp.Diff(want, report(t, db, i.ID)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"c1 " + lineID(1) + ` {"name": "Anne", "joined": "2026-01-31", "points": 10}`, `c2 {"name": "Bob"}`}, people(t, tx)); diff != "" {
		t.Error(diff)
	}
	columns := []audience.Column{{Name: "user_id", Attribute: "user_id"}, {Name: "line_id", Attribute: "line_id"},
		{Name: "name", Attribute: "name", Type: audience.String, From: audience.FromValues},
		{Name: "points", Attribute: "points", Type: audience.Number, From: audience.FromValues},
		{Name: "joined", Attribute: "joined", Type: audience.Datetime, From: audience.FromValues}}
	if diff := cmp.Diff(columns, i.Columns); diff != "" {
		t.Error(diff)
	}
	if again := importFile(t, db, file, audience.ImportOptions{}); counts(again) != "finished 8: 0 2 2 4" {
		t.Errorf("the same file again: %s", counts(again))
	}
	var pieces int
	if err := tx.QueryRow(t.Context(), `select count(*) from import_pieces`).Scan(&pieces); err != nil || pieces != 0 {
		t.Errorf("%d pieces are kept: %v", pieces, err)
	}
}

func TestImportOptions(t *testing.T) {
	t.Parallel()
	file := "user_id,a,b\nc1,1,\nc2,2,x\n"
	for name, c := range map[string]struct {
		options audience.ImportOptions
		counts  string
		people  []string
	}{
		"update":  {audience.ImportOptions{}, "finished 2: 1 1 0 0", []string{`c1 {"a": 1, "old": true}`, `c2 {"a": 2, "b": "x"}`}},
		"skip":    {audience.ImportOptions{OnConflict: audience.Skip}, "finished 2: 1 0 1 0", []string{`c1 {"a": 0, "old": true}`, `c2 {"a": 2, "b": "x"}`}},
		"replace": {audience.ImportOptions{OnConflict: audience.Replace}, "finished 2: 1 1 0 0", []string{`c1 {"a": 1}`, `c2 {"a": 2, "b": "x"}`}},
		"dry run": {audience.ImportOptions{DryRun: true}, "finished 2: 1 1 0 0", []string{`c1 {"a": 0, "old": true}`}},
		"mapping": {audience.ImportOptions{Mapping: map[string]string{"a": "points:string", "b": ""}}, "finished 2: 1 1 0 0", []string{`c1 {"a": 0, "old": true, "points": "1"}`, `c2 {"points": "2"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tx := pgtest.Tx(t)
			db := postgres.New(tx)
			if _, _, err := db.UpsertUser(t.Context(), patchOf(t, `{"user_id": "c1", "attributes": {"a": 0, "old": true}}`), audience.ByAPI); err != nil {
				t.Fatal(err)
			}
			i := importFile(t, db, file, c.options)
			if got := counts(i); got != c.counts {
				t.Errorf("got %s, want %s", got, c.counts)
			}
			if diff := cmp.Diff(c.people, people(t, tx)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCreateImportRefuses(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	enough := errs.New("request.too_large", "1 MiB")
	for name, c := range map[string]struct {
		options audience.ImportOptions
		file    io.Reader
		want    []string
	}{
		"options":    {audience.ImportOptions{Encoding: "latin1", Delimiter: "x", Key: "email", List: "lst_1", OnConflict: "merge"}, strings.NewReader("x"), []string{"import.bad_option", "import.bad_option", "import.bad_option", "import.bad_option", "import.no_lists"}},
		"empty":      {audience.ImportOptions{}, strings.NewReader(""), []string{"import.empty"}},
		"broken":     {audience.ImportOptions{}, io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(errors.New("gone"))), []string{"import.incomplete"}},
		"too large":  {audience.ImportOptions{}, io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(enough)), []string{"request.too_large"}},
		"over limit": {audience.ImportOptions{}, strings.NewReader(strings.Repeat("x", 3<<20+1)), []string{"import.file_too_large"}},
	} {
		_, err := db.CreateImportUpTo(ctx, 3<<20, c.options, c.file)
		var got []string
		for _, f := range append(errs.From(err).Fields, errs.From(err))[:max(1, len(errs.From(err).Fields))] {
			got = append(got, f.Code)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	var left int
	if err := tx.QueryRow(ctx, `select (select count(*) from imports) + (select count(*) from import_pieces)`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d rows are left: %v", left, err)
	}
}

// What cannot be imported at all ends failed, with every reason.
func TestImportFails(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.Tx(t))
	for file, want := range map[string]audience.Failure{
		"name\nAnn\n": {Code: "import.no_id_column", Detail: "the header row is name"},
		"user_id,a,a,\x01\n": {Code: "request.invalid", Detail: "2 fields are invalid", Errors: []audience.Failure{
			{Code: "import.duplicate_column", Detail: `columns 2 and 3 both become "a"`},
			{Code: "import.bad_column", Detail: `column 4, "` + "\ufffd" + `": it contains a control character`}}},
		"PK\x03\x04": {Code: "import.encoding", Detail: "the file looks like an Excel workbook or another ZIP file, not CSV"},
	} {
		i := importFile(t, db, file, audience.ImportOptions{})
		if diff := cmp.Diff(&want, i.Failure); diff != "" || i.State != audience.ImportFailed {
			t.Errorf("%q: %s %s", file, i.State, diff)
		}
	}
}

func TestCreateImportRunsThen(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
	var called ref.Import
	i, err := db.CreateImport(ctx, "", audience.ImportOptions{}, strings.NewReader("x"), func(_ context.Context, _ pgx.Tx, id ref.Import) error { called = id; return nil })
	if err != nil || called != i.ID || i.State != audience.ImportStored || i.Name != "users.csv" || i.BytesTotal != 1 {
		t.Errorf("got %+v, %v; called for %s", i, err, called)
	}
	failed := errors.New("no job")
	if _, err := db.CreateImport(ctx, "", audience.ImportOptions{}, strings.NewReader("x"), func(context.Context, pgx.Tx, ref.Import) error { return failed }); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	if list, err := db.ListImports(ctx, 0, 10); err != nil || len(list) != 1 {
		t.Errorf("got %v, %v", list, err)
	}
}

func TestCancelImport(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	i, err := db.CreateImport(ctx, "x", audience.ImportOptions{}, strings.NewReader("user_id\nc1\nc2\nc3\nc4\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	chunks := 0
	i, err = db.RunImportInChunks(ctx, i.ID, 2, func(now audience.Import) bool {
		chunks++
		if _, err := db.CancelImport(ctx, now.ID); err != nil {
			t.Error(err)
		}
		return true
	})
	if err != nil || i.State != audience.ImportCancelled || chunks != 1 || i.Created != 2 {
		t.Errorf("after %d chunks: %+v, %v", chunks, i, err)
	}
	if got := people(t, tx); len(got) != 2 {
		t.Errorf("a chunk was stored after the cancel: %v", got)
	}
	if again, err := db.RunImport(ctx, i.ID, nil); err != nil || again.State != audience.ImportCancelled {
		t.Errorf("run again: %+v, %v", again, err)
	}
	if _, err := db.CancelImport(ctx, i.ID); !errs.Is(err, "import.wrong_state") {
		t.Error(err)
	}
	if _, err := db.CancelImport(ctx, i.ID+1000); !errs.Is(err, "import.not_found") {
		t.Error(err)
	}
}

func TestImportErrorsPaging(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
	i := importFile(t, db, "user_id,a:number,b:number\n"+strings.Repeat("c,x,y\n", 20), audience.ImportOptions{})
	var paged []audience.ImportError
	var last audience.ImportError
	for {
		page, err := db.ImportErrors(ctx, i.ID, last, 7)
		if err != nil {
			t.Fatal(err)
		}
		if paged = append(paged, page...); len(page) < 7 {
			break
		}
		last = page[len(page)-1]
	}
	var all []audience.ImportError
	if err := db.EachImportError(ctx, i.ID, func(e audience.ImportError) error { all = append(all, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all, paged); diff != "" || len(all) != 40 || all[0].Line != 2 || all[0].Column != "a:number" || i.Rejected != 20 {
		t.Error(len(all), diff)
	}
}

// The example file makes 5,000 users, and none the second time.
func TestImportExample(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
	file, err := os.ReadFile("../examples/audience.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"finished 5008: 5000 0 0 8", "finished 5008: 0 0 5000 8"} {
		i, err := db.CreateImport(ctx, "audience.csv", audience.ImportOptions{}, bytes.NewReader(file), nil)
		if err != nil {
			t.Fatal(err)
		}
		if i, err = db.RunImport(ctx, i.ID, nil); err != nil || counts(i) != want {
			t.Errorf("got %s, %v; want %s", counts(i), err, want)
		}
	}
}

// A file larger than a piece, of rows that cross pieces.
func TestImportOfManyPieces(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	var b bytes.Buffer
	b.WriteString("user_id,text\n")
	const n = 500
	for i := range n {
		fmt.Fprintf(&b, "c%d,%s%d\n", i, strings.Repeat("ก", 2000), i)
	}
	i, err := db.CreateImport(ctx, "x", audience.ImportOptions{}, iotest.HalfReader(bytes.NewReader(b.Bytes())), nil)
	if err != nil {
		t.Fatal(err)
	}
	i, err = db.RunImport(ctx, i.ID, nil)
	if err != nil || i.Created != n || i.BytesDone != int64(b.Len()) {
		t.Errorf("got %+v, %v", i, err)
	}
	var good int
	if err := tx.QueryRow(ctx, `select count(*) from users where attributes ->> 'text' = repeat('ก', 2000) || substr(user_id, 2)`).Scan(&good); err != nil || good != n {
		t.Errorf("%d of %d texts are whole: %v", good, n, err)
	}
}

// Imports of the same people at the same time end as one after the other would.
func TestConcurrentImports(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	db, ctx := postgres.New(pool), t.Context()
	file := manyRows(0, 300)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			i, err := db.CreateImport(ctx, "x", audience.ImportOptions{}, strings.NewReader(file), nil)
			if err != nil {
				t.Error(err)
				return
			}
			if i, err = db.RunImportInChunks(ctx, i.ID, 40, nil); err != nil || i.State != audience.ImportFinished {
				t.Errorf("%+v, %v", i, err)
			}
		})
	}
	group.Wait()
	alone := pgtest.Tx(t)
	importFile(t, postgres.New(alone), file, audience.ImportOptions{})
	importFile(t, postgres.New(alone), file, audience.ImportOptions{})
	if diff := cmp.Diff(people(t, alone), people(t, pool)); diff != "" {
		t.Error(diff)
	}
}
